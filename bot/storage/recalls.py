"""Queries on what learners remember, and on the questions that came back to them."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlmodel import col
from sqlmodel import select as select_rows

from bot.storage import rows
from bot.storage.database import Session
from bot.storage.tables import Delivery, Memory, Recall, table


class Remembered(NamedTuple):
    """A question that a learner may be asked again on a learning day, with what FSRS knows of it."""

    learner_id: int
    learning_day: date
    lesson_id: str
    revision_id: int
    stability: float
    difficulty: float
    reviewed_on: date
    due_on: date
    recalls: int


_memory, _recall, _delivery = table(Memory), table(Recall), table(Delivery)


def due(session: Session, days: Collection[tuple[int, date]]) -> list[Remembered]:
    """What these learners (ids) may be asked again on these learning days; nothing for a day that had its recall.

    One statement, for any number of learners: each looks into an index for what is due.
    """
    if not days:
        return []
    return [Remembered._make(row) for row in rows.fetch(session, _due, sorted(days))]


@cache
def _due(dialect: str) -> "Select[tuple[object, ...]]":
    given = rows.table_of(dialect, _delivery.c.learner_id, _delivery.c.learning_day)
    had = select(_recall.c.learner_id).where(
        _recall.c.learner_id == given.c.learner_id, _recall.c.learning_day == given.c.learning_day
    )
    return (
        select(given.c.learner_id, given.c.learning_day, *(_memory.c[name] for name in Remembered._fields[2:]))
        .join_from(given, _memory, _memory.c.learner_id == given.c.learner_id)
        .where(_memory.c.due_on <= given.c.learning_day, ~had.exists())
    )


def memory_of(session: Session, learner_id: int, lesson_id: str) -> Memory | None:
    """What is known of a learner's memory of a lesson's question."""
    return session.get(Memory, (learner_id, lesson_id))


def memories(session: Session, learner_id: int) -> Sequence[Memory]:
    """All that is known of what a learner remembers."""
    return session.exec(select_rows(Memory).where(Memory.learner_id == learner_id)).all()


def of_learners(session: Session, learner_ids: Collection[int]) -> dict[int, list[Memory]]:
    """The same of several learners, by learner; in one statement."""
    found: dict[int, list[Memory]] = {}
    for row in session.exec(select_rows(Memory).where(col(Memory.learner_id).in_(learner_ids))):
        found.setdefault(row.learner_id, []).append(row)
    return found


def on_day(session: Session, learner_id: int, learning_day: date) -> Recall | None:
    """The recall of a learning day."""
    return session.get(Recall, (learner_id, learning_day))


def asked_in(session: Session, delivery_id: UUID) -> Recall | None:
    """The recall that was answered in this day's end."""
    return session.exec(select_rows(Recall).where(Recall.asked_in == delivery_id)).first()


def answered(session: Session, learner_id: int, learning_day: date, delivery_id: UUID) -> tuple[bool, Recall | None]:
    """Whether a learning day had its recall, and the one that was answered in this day's end."""
    found = session.exec(
        select_rows(Recall).where(
            Recall.learner_id == learner_id,
            or_(col(Recall.learning_day) == learning_day, col(Recall.asked_in) == delivery_id),
        )
    ).all()
    here = next((each for each in found if each.asked_in == delivery_id), None)
    return any(each.learning_day == learning_day for each in found), here


def of_learner(session: Session, learner_id: int) -> Sequence[Recall]:
    """A learner's recalls, oldest first."""
    return session.exec(
        select_rows(Recall).where(Recall.learner_id == learner_id).order_by(col(Recall.learning_day))
    ).all()
