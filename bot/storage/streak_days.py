"""Queries on the days behind streaks. Each takes any number of learners and runs one statement."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum
from functools import cache

from sqlalchemy import case, union_all
from sqlmodel import and_, col, func, literal, not_, select, update
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain.schedule import DeliveryKindName
from bot.domain.streak import StreakDays
from bot.storage import row_batches
from bot.storage.database import Session
from bot.storage.tables import Delivery, Learner, PracticeDay, SendState, StreakRepair, get_table

_LESSON_SENT = (col(Delivery.kind) == DeliveryKindName.LESSON, col(Delivery.state) == SendState.SENT)
"""Conditions for a lesson that was sent."""


class _DayRole(StrEnum):
    """What a day means for a streak."""

    LESSON_DAY = "lesson_day"
    PRACTICED = "practiced"
    REPAIRED = "repaired"
    BONUS = "bonus"


def find_streak_days(session: Session, learner_id: int) -> StreakDays:
    """Find the days that a learner's streak is computed from."""
    return find_streak_days_of_many(session, [learner_id])[learner_id]


def find_streak_days_of_many(session: Session, learner_ids: Collection[int]) -> dict[int, StreakDays]:
    """Find the days that each learner's streak is computed from."""
    lesson_days = select(
        literal(_DayRole.LESSON_DAY.value), col(Delivery.learner_id), col(Delivery.learning_day)
    ).where(col(Delivery.learner_id).in_(learner_ids), *_LESSON_SENT, col(Delivery.counts_for_streak).is_(True))
    role = case((col(PracticeDay.had_shift).is_(True), _DayRole.PRACTICED.value), else_=_DayRole.BONUS.value)
    practiced = select(role, col(PracticeDay.learner_id), col(PracticeDay.learning_day)).where(
        col(PracticeDay.learner_id).in_(learner_ids)
    )
    repaired = select(
        literal(_DayRole.REPAIRED.value), col(StreakRepair.learner_id), col(StreakRepair.learning_day)
    ).where(col(StreakRepair.learner_id).in_(learner_ids))
    found: dict[tuple[int, str], set[date]] = defaultdict(set)
    for kind, learner_id, day in session.execute(union_all(lesson_days, practiced, repaired)):
        found[learner_id, kind].add(day)
    return {each: StreakDays(*(frozenset(found[each, kind]) for kind in _DayRole)) for each in learner_ids}


def record_practice_day(session: Session, day: PracticeDay) -> None:
    """Record a practice day, unless it is already recorded."""
    session.connection().execute(
        row_batches.insert_or_conflict(session, PracticeDay).values(day.model_dump()).on_conflict_do_nothing()
    )


def excuse_days(session: Session, learner_id: int, days: Collection[date]) -> None:
    """Let the lessons of these learning days break no streak, whether or not they are practiced."""
    if days:
        session.execute(
            update(Delivery)
            .where(
                col(Delivery.learner_id) == learner_id,
                col(Delivery.kind) == DeliveryKindName.LESSON,
                col(Delivery.learning_day).in_(days),
            )
            .values(counts_for_streak=False)
        )


def find_who_missed_last_lesson(session: Session, learner_ids: Collection[int]) -> Sequence[Learner]:
    """Find learners whose last lesson counted for the streak and was neither practiced nor repaired.

    Reads only each learner's newest rows: `max` on an index goes backward to the first match.
    """
    return [learner for (learner,) in row_batches.fetch_with_values(session, _missed_last_lesson, learner_ids)]


@cache
def _missed_last_lesson(dialect: str) -> SelectOfScalar[Learner]:
    of_learner = col(Delivery.learner_id) == col(Learner.id)
    last = (
        select(func.max(col(Delivery.learning_day)))
        .where(of_learner, *_LESSON_SENT)
        .correlate(Learner)
        .scalar_subquery()
    )
    done = select(PracticeDay.learner_id).where(
        col(PracticeDay.learner_id) == col(Learner.id),
        col(PracticeDay.learning_day) == col(Delivery.learning_day),
        col(PracticeDay.had_shift).is_(True),
    )
    repaired = select(StreakRepair.learner_id).where(
        col(StreakRepair.learner_id) == col(Learner.id),
        col(StreakRepair.learning_day) == col(Delivery.learning_day),
    )
    return (
        select(Learner)
        .join(
            Delivery,
            and_(of_learner, col(Delivery.kind) == DeliveryKindName.LESSON, col(Delivery.learning_day) == last),
        )
        .where(
            row_batches.is_among_values(dialect, get_table(Learner).c.id),
            col(Delivery.counts_for_streak).is_(True),
            not_(done.exists()),
            not_(repaired.exists()),
        )
    )
