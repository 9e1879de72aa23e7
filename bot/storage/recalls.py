"""Queries on what learners remember, and on recall questions."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlmodel import col
from sqlmodel import select as select_rows

from bot.domain.schedule import DeliveryKindName
from bot.storage import row_batches
from bot.storage.database import Session
from bot.storage.tables import Delivery, LessonRevision, QuestionMemory, RecallAnswer, get_table


class DueQuestion(NamedTuple):
    """A question due for a learner on a learning day, with its FSRS memory state.

    `final_place`: its place among the final questions of a trial, or None.
    """

    learner_id: int
    learning_day: date
    lesson_id: str
    revision_id: int
    stability: float
    difficulty: float
    last_answered_on: date
    due_on: date
    recall_count: int
    final_place: int | None


_memory, _recall, _delivery = get_table(QuestionMemory), get_table(RecallAnswer), get_table(Delivery)
_revision = get_table(LessonRevision)


def find_due_questions(session: Session, days: Collection[tuple[int, date]]) -> list[DueQuestion]:
    """Find the questions due for these learners (ids) on these learning days; none for days that already had a recall.

    The question of the day's extra lesson is left out: it is asked there.

    One statement for any number of learners, with one index look-up each.
    """
    if not days:
        return []
    return [DueQuestion._make(row) for row in row_batches.fetch_with_rows(session, _due, sorted(days))]


@cache
def _due(dialect: str) -> "Select[tuple[object, ...]]":
    given = row_batches.rows_as_table(dialect, _delivery.c.learner_id, _delivery.c.learning_day)
    had = select(_recall.c.learner_id).where(
        _recall.c.learner_id == given.c.learner_id, _recall.c.learning_day == given.c.learning_day
    )
    in_extra = (
        select(_delivery.c.id)
        .join_from(_delivery, _revision, _revision.c.id == _delivery.c.revision_id)
        .where(
            _delivery.c.learner_id == given.c.learner_id,
            _delivery.c.learning_day == given.c.learning_day,
            _delivery.c.kind == DeliveryKindName.EXTRA_LESSON,
            _revision.c.lesson_id == _memory.c.lesson_id,
        )
    )
    return (
        select(given.c.learner_id, given.c.learning_day, *(_memory.c[name] for name in DueQuestion._fields[2:]))
        .join_from(given, _memory, _memory.c.learner_id == given.c.learner_id)
        .where(_memory.c.due_on <= given.c.learning_day, ~had.exists(), ~in_extra.correlate(given, _memory).exists())
    )


def find_memory(session: Session, learner_id: int, lesson_id: str) -> QuestionMemory | None:
    """Find a learner's memory of a lesson's question."""
    return session.get(QuestionMemory, (learner_id, lesson_id))


def list_memories(session: Session, learner_id: int) -> Sequence[QuestionMemory]:
    """List all memories of a learner."""
    return session.exec(select_rows(QuestionMemory).where(QuestionMemory.learner_id == learner_id)).all()


def list_memories_of_many(session: Session, learner_ids: Collection[int]) -> dict[int, list[QuestionMemory]]:
    """List the memories of several learners, by learner, in one statement."""
    found: dict[int, list[QuestionMemory]] = {}
    for row in session.exec(select_rows(QuestionMemory).where(col(QuestionMemory.learner_id).in_(learner_ids))):
        found.setdefault(row.learner_id, []).append(row)
    return found


def find_recall_of_day(session: Session, learner_id: int, learning_day: date) -> RecallAnswer | None:
    """Find the recall of a learning day."""
    return session.get(RecallAnswer, (learner_id, learning_day))


def find_recall_in_delivery(session: Session, delivery_id: UUID) -> RecallAnswer | None:
    """Find the recall answered in this day-end message."""
    return session.exec(select_rows(RecallAnswer).where(RecallAnswer.asked_in == delivery_id)).first()


def find_recalls_of_day_and_delivery(
    session: Session, learner_id: int, learning_day: date, delivery_id: UUID
) -> tuple[bool, RecallAnswer | None]:
    """Return whether a learning day had its recall, and the recall answered in this day-end message."""
    found = session.exec(
        select_rows(RecallAnswer).where(
            RecallAnswer.learner_id == learner_id,
            or_(col(RecallAnswer.learning_day) == learning_day, col(RecallAnswer.asked_in) == delivery_id),
        )
    ).all()
    here = next((each for each in found if each.asked_in == delivery_id), None)
    return any(each.learning_day == learning_day for each in found), here


def list_recalls(session: Session, learner_id: int) -> Sequence[RecallAnswer]:
    """List a learner's recalls, oldest first."""
    return session.exec(
        select_rows(RecallAnswer).where(RecallAnswer.learner_id == learner_id).order_by(col(RecallAnswer.learning_day))
    ).all()
