"""Queries on teams: who counts as one, and how their weeks went."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlmodel import and_, case, col, exists, func, select

from bot.domain.schedule import Kind
from bot.storage.database import Session
from bot.storage.tables import Delivery, Learner, PracticeDay, SendState, TeamWeek

SUNDAY = timedelta(days=6)


class Turnout(NamedTuple):
    """Of a team's members who had lessons in a week, how many there are and how many practised."""

    home_id: str
    channel: str
    members: int
    practised: int


def open_weeks(session: Session, monday: date) -> list[Turnout]:
    """The teams whose week from this Monday on was not looked at yet. Who joined in its course is none of it."""
    week = monday, monday + SUNDAY
    came = exists().where(
        col(Delivery.learner_id) == col(Learner.id),
        col(Delivery.learning_day).between(*week),
        col(Delivery.kind) == Kind.LESSON,
        col(Delivery.state) == SendState.SENT,
        col(Delivery.owed).is_(True),
    )
    practised = exists().where(
        col(PracticeDay.learner_id) == col(Learner.id), col(PracticeDay.learning_day).between(*week)
    )
    seen = exists().where(
        and_(
            col(TeamWeek.home_id) == col(Learner.home_id),
            col(TeamWeek.channel) == col(Learner.team_channel),
            col(TeamWeek.monday) == monday,
        )
    )
    found = session.exec(
        select(
            Learner.home_id,
            col(Learner.team_channel),
            func.count(),
            func.sum(case((practised, 1), else_=0)),
        )
        .where(col(Learner.team_channel).is_not(None), col(Learner.team_since) <= monday, came, ~seen)
        .group_by(col(Learner.home_id), col(Learner.team_channel))
    )
    return [Turnout(home_id, str(channel), members, practised) for home_id, channel, members, practised in found]


def weeks(session: Session, home_id: str, channel: str) -> Sequence[TeamWeek]:
    """How a team's weeks went, the newest first."""
    return session.exec(
        select(TeamWeek)
        .where(TeamWeek.home_id == home_id, TeamWeek.channel == channel)
        .order_by(col(TeamWeek.monday).desc())
    ).all()
