"""Queries on teams: who counts as one, and how their weeks went."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlmodel import and_, case, col, exists, func, select

from bot.domain.schedule import DeliveryKind
from bot.storage.database import Session
from bot.storage.tables import Delivery, Learner, PracticeDay, SendState, TeamWeek

UNTIL_SUNDAY = timedelta(days=6)


class TeamTurnout(NamedTuple):
    """Of a team's members who had lessons in a week, how many there are and how many practised."""

    organization_id: str
    channel: str
    members: int
    practiced: int


def find_unrecorded_turnouts(session: Session, monday: date) -> list[TeamTurnout]:
    """The teams whose week from this Monday on was not looked at yet. Who joined in its course is none of it."""
    week = monday, monday + UNTIL_SUNDAY
    came = exists().where(
        col(Delivery.learner_id) == col(Learner.id),
        col(Delivery.learning_day).between(*week),
        col(Delivery.kind) == DeliveryKind.LESSON,
        col(Delivery.state) == SendState.SENT,
        col(Delivery.counts_for_streak).is_(True),
    )
    practised = exists().where(
        col(PracticeDay.learner_id) == col(Learner.id), col(PracticeDay.learning_day).between(*week)
    )
    seen = exists().where(
        and_(
            col(TeamWeek.organization_id) == col(Learner.organization_id),
            col(TeamWeek.channel) == col(Learner.team_channel),
            col(TeamWeek.monday) == monday,
        )
    )
    found = session.exec(
        select(
            Learner.organization_id,
            col(Learner.team_channel),
            func.count(),
            func.sum(case((practised, 1), else_=0)),
        )
        .where(col(Learner.team_channel).is_not(None), col(Learner.team_since) <= monday, came, ~seen)
        .group_by(col(Learner.organization_id), col(Learner.team_channel))
    )
    return [
        TeamTurnout(organization_id, str(channel), members, practised)
        for organization_id, channel, members, practised in found
    ]


def list_team_weeks(session: Session, organization_id: str, channel: str) -> Sequence[TeamWeek]:
    """How a team's weeks went, the newest first."""
    return session.exec(
        select(TeamWeek)
        .where(TeamWeek.organization_id == organization_id, TeamWeek.channel == channel)
        .order_by(col(TeamWeek.monday).desc())
    ).all()
