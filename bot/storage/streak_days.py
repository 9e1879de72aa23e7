"""Queries on learners' days: owed, practised, made up. Each takes any number of learners, and is one statement."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum
from functools import cache

from sqlalchemy import union_all
from sqlmodel import and_, col, func, literal, not_, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain.schedule import DeliveryKind
from bot.domain.streak import StreakDays
from bot.storage import row_batches
from bot.storage.database import Session
from bot.storage.tables import Delivery, Learner, PracticeDay, SendState, StreakRepair, get_table

_CAME = (col(Delivery.kind) == DeliveryKind.LESSON, col(Delivery.state) == SendState.SENT)
"""A lesson that came."""


class _Of(StrEnum):
    """What a day is to a streak."""

    OWED = "owed"
    PRACTISED = "practised"
    REPAIRED = "repaired"


def find_streak_days(session: Session, learner_id: int) -> StreakDays:
    """The days that a learner's streak is made of."""
    return find_streak_days_of_many(session, [learner_id])[learner_id]


def find_streak_days_of_many(session: Session, learner_ids: Collection[int]) -> dict[int, StreakDays]:
    """The days that each learner's streak is made of."""
    owed = select(literal(_Of.OWED.value), col(Delivery.learner_id), col(Delivery.learning_day)).where(
        col(Delivery.learner_id).in_(learner_ids), *_CAME, col(Delivery.counts_for_streak).is_(True)
    )
    practised = select(literal(_Of.PRACTISED.value), col(PracticeDay.learner_id), col(PracticeDay.learning_day)).where(
        col(PracticeDay.learner_id).in_(learner_ids), col(PracticeDay.had_shift).is_(True)
    )
    repaired = select(literal(_Of.REPAIRED.value), col(StreakRepair.learner_id), col(StreakRepair.learning_day)).where(
        col(StreakRepair.learner_id).in_(learner_ids)
    )
    found: dict[tuple[int, str], set[date]] = defaultdict(set)
    for kind, learner_id, day in session.execute(union_all(owed, practised, repaired)):
        found[learner_id, kind].add(day)
    return {each: StreakDays(*(frozenset(found[each, kind]) for kind in _Of)) for each in learner_ids}


def record_practice_day(session: Session, day: PracticeDay) -> None:
    """Keep a practised day; one that is kept already stays as it is."""
    session.connection().execute(
        row_batches.insert_or_conflict(session, PracticeDay).values(day.model_dump()).on_conflict_do_nothing()
    )


def find_who_missed_last_lesson(session: Session, learner_ids: Collection[int]) -> Sequence[Learner]:
    """Those of these learners whose last lesson was theirs to do, and who neither practised that day nor made it up.

    It looks at the newest rows of each learner alone: `max` on an index goes back from its end to the first that fits.
    """
    return [learner for (learner,) in row_batches.fetch_with_values(session, _missed_their_last, learner_ids)]


@cache
def _missed_their_last(dialect: str) -> SelectOfScalar[Learner]:
    theirs = col(Delivery.learner_id) == col(Learner.id)
    last = select(func.max(col(Delivery.learning_day))).where(theirs, *_CAME).correlate(Learner).scalar_subquery()
    done = select(PracticeDay.learner_id).where(
        col(PracticeDay.learner_id) == col(Learner.id),
        col(PracticeDay.learning_day) == col(Delivery.learning_day),
        col(PracticeDay.had_shift).is_(True),
    )
    made_up = select(StreakRepair.learner_id).where(
        col(StreakRepair.learner_id) == col(Learner.id),
        col(StreakRepair.learning_day) == col(Delivery.learning_day),
    )
    return (
        select(Learner)
        .join(Delivery, and_(theirs, col(Delivery.kind) == DeliveryKind.LESSON, col(Delivery.learning_day) == last))
        .where(
            row_batches.is_among_values(dialect, get_table(Learner).c.id),
            col(Delivery.counts_for_streak).is_(True),
            not_(done.exists()),
            not_(made_up.exists()),
        )
    )
