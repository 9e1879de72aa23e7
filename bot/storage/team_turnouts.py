"""Queries on teams: who belongs to one, and how many practiced in a week."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlmodel import and_, case, col, exists, func, select

from bot.domain.schedule import DeliveryKindName
from bot.storage.database import Session
from bot.storage.tables import Delivery, Learner, PracticeDay, SendState, TeamWeek

UNTIL_SUNDAY = timedelta(days=6)


class TeamTurnout(NamedTuple):
    """How many members of a team had lessons in a week, and how many of them practiced."""

    organization_id: str
    channel: str
    members: int
    practiced: int


def find_unrecorded_turnouts(session: Session, monday: date) -> list[TeamTurnout]:
    """Find the turnouts of teams without a record for the week of this Monday. Members who joined later don't count."""
    week = monday, monday + UNTIL_SUNDAY
    had_lesson = exists().where(
        col(Delivery.learner_id) == col(Learner.id),
        col(Delivery.learning_day).between(*week),
        col(Delivery.kind) == DeliveryKindName.LESSON,
        col(Delivery.state) == SendState.SENT,
        col(Delivery.counts_for_streak).is_(True),
    )
    practiced = exists().where(
        col(PracticeDay.learner_id) == col(Learner.id), col(PracticeDay.learning_day).between(*week)
    )
    recorded = exists().where(
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
            func.sum(case((practiced, 1), else_=0)),
        )
        .where(col(Learner.team_channel).is_not(None), col(Learner.team_since) <= monday, had_lesson, ~recorded)
        .group_by(col(Learner.organization_id), col(Learner.team_channel))
    )
    return [
        TeamTurnout(organization_id, str(channel), members, practiced)
        for organization_id, channel, members, practiced in found
    ]


def list_team_weeks(session: Session, organization_id: str, channel: str) -> Sequence[TeamWeek]:
    """List a team's weeks, newest first."""
    return session.exec(
        select(TeamWeek)
        .where(TeamWeek.organization_id == organization_id, TeamWeek.channel == channel)
        .order_by(col(TeamWeek.monday).desc())
    ).all()
