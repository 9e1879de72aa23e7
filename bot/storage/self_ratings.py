"""Queries on how ready people feel."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlmodel import col
from sqlmodel import select as select_rows

from bot.domain.schedule import DeliveryKindName
from bot.storage import row_batches
from bot.storage.database import Session
from bot.storage.tables import Delivery, Learner, SelfRating, SendState, get_table

_delivery, _learner = get_table(Delivery), get_table(Learner)

FARTHEST_WEST = timedelta(hours=12)
"""How far time zones are behind UTC at most."""


class DayEndPlace(NamedTuple):
    """When the learner of a day-end message started, and the day of the message before it; None if it is the first."""

    learner_id: int
    learning_day: date
    started_at: datetime | None
    last_day_end: date | None

    @property
    def started_on(self) -> date | None:
        """The day of the start where it was earliest: it stays the same when the learner's time zone changes."""
        return (self.started_at - FARTHEST_WEST).date() if self.started_at else None


def find_places(session: Session, days: Collection[tuple[int, date]]) -> list[DayEndPlace]:
    """Find the place of the day-end messages of these learners (ids) and learning days, in one statement."""
    return [DayEndPlace._make(row) for row in row_batches.fetch_with_rows(session, _places, sorted(days))]


@cache
def _places(dialect: str) -> Select[Any]:
    given = row_batches.rows_as_table(dialect, _delivery.c.learner_id, _delivery.c.learning_day)
    last = (
        select(func.max(_delivery.c.learning_day))
        .where(
            _delivery.c.learner_id == given.c.learner_id,
            _delivery.c.learning_day < given.c.learning_day,
            _delivery.c.kind == DeliveryKindName.DAY_END,
            _delivery.c.state == SendState.SENT,
        )
        .correlate(given)
        .scalar_subquery()
    )
    return select(given.c.learner_id, given.c.learning_day, _learner.c.started_at, last).join_from(
        given, _learner, _learner.c.id == given.c.learner_id
    )


def list_answers(session: Session, learner_ids: Collection[int]) -> Sequence[SelfRating]:
    """List what these learners answered, in one statement; each one's answers in the order of the weeks."""
    theirs = select_rows(SelfRating).where(col(SelfRating.learner_id).in_(learner_ids))
    return session.exec(theirs.order_by(col(SelfRating.learner_id), col(SelfRating.weeks))).all()


def find_answer(session: Session, learner_id: int, weeks: int, question: str) -> SelfRating | None:
    """Find what a learner answered to a question after so many weeks."""
    return session.get(SelfRating, (learner_id, weeks, question))
