"""Queries on single deliveries: by message, by learner and day, and by send attempt.

The locks (`FOR UPDATE`) matter on PostgreSQL, where several workers run. SQLite has one writer and ignores them.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from bot.domain.schedule import LESSON_KINDS, DeliveryKindName
from bot.storage.database import Session
from bot.storage.tables import Delivery, LessonRevision, SendState


def find(session: Session, learner_id: int, learning_day: date, kind: str) -> Delivery | None:
    """Find a learner's delivery of this kind for this learning day."""
    return session.exec(
        select(Delivery).where(
            Delivery.learner_id == learner_id, Delivery.learning_day == learning_day, col(Delivery.kind) == kind
        )
    ).one_or_none()


def list_of_kind(session: Session, learner_ids: Collection[int], kind: str) -> Mapping[int, Sequence[Delivery]]:
    """List these learners' deliveries of a kind, by learner (id)."""
    rows: defaultdict[int, list[Delivery]] = defaultdict(list)
    for row in session.exec(
        select(Delivery).where(col(Delivery.learner_id).in_(learner_ids), col(Delivery.kind) == kind)
    ):
        rows[row.learner_id].append(row)
    return rows


def find_newest(session: Session, learner_id: int, kind: str) -> Delivery | None:
    """Find a learner's newest delivery of a kind."""
    return session.exec(
        select(Delivery)
        .where(Delivery.learner_id == learner_id, col(Delivery.kind) == kind)
        .order_by(col(Delivery.learning_day).desc())
        .limit(1)
    ).one_or_none()


def find_newest_sent(session: Session, learner_id: int, kind: str) -> Delivery | None:
    """Find a learner's newest delivery of a kind that was sent, or is being sent."""
    return session.exec(
        select(Delivery)
        .where(
            Delivery.learner_id == learner_id,
            col(Delivery.kind) == kind,
            col(Delivery.state).in_([SendState.SENT, SendState.SENDING]),
        )
        .order_by(col(Delivery.learning_day).desc())
        .limit(1)
    ).one_or_none()


def find_lessons_of_day(session: Session, learner_id: int, learning_day: date) -> dict[str, Delivery]:
    """Find the lesson and the extra lesson of a learning day, by kind."""
    rows = session.exec(
        select(Delivery).where(
            Delivery.learner_id == learner_id,
            Delivery.learning_day == learning_day,
            col(Delivery.kind).in_(LESSON_KINDS),
        )
    )
    return {row.kind: row for row in rows}


def lock_planned_copies(session: Session, learner_id: int) -> Sequence[Delivery]:
    """Lock a learner's postponed copies that aren't sent yet."""
    return session.exec(
        select(Delivery)
        .where(
            Delivery.learner_id == learner_id,
            col(Delivery.kind) == DeliveryKindName.POSTPONED_LESSON,
            col(Delivery.state) == SendState.DUE,
        )
        .with_for_update()
    ).all()


def find_by_message(
    session: Session, learner_id: int, channel: str, ts: str, *, locked: bool = False
) -> Delivery | None:
    """Find the delivery that became this message, if it went to this learner. `locked` rereads and locks the row."""
    found = select(Delivery).where(Delivery.learner_id == learner_id, Delivery.channel == channel, Delivery.ts == ts)
    if locked:
        found = found.with_for_update().execution_options(populate_existing=True)
    return session.exec(found).one_or_none()


def list_in_flight(session: Session, learner_id: int) -> Sequence[Delivery]:
    """List this learner's claimed deliveries that aren't known to have arrived."""
    return session.exec(
        select(Delivery).where(Delivery.learner_id == learner_id, col(Delivery.state) == SendState.SENDING)
    ).all()


def lock_attempt(session: Session, delivery_id: UUID, worker: str, attempt: int) -> Delivery | None:
    """Lock the row if it is still this worker's attempt; None for a late result of an older attempt."""
    statement = select(Delivery).where(*_attempt(delivery_id, worker, attempt))
    return session.exec(statement.with_for_update()).one_or_none()


def find_next_time_sent(session: Session, lesson: Delivery) -> Delivery | None:
    """Find the next delivery that sent this delivery's lesson to the same learner."""
    this = aliased(LessonRevision)
    return session.exec(
        select(Delivery)
        .join(LessonRevision, col(Delivery.revision_id) == col(LessonRevision.id))
        .join(this, col(this.lesson_id) == col(LessonRevision.lesson_id))
        .where(
            this.id == lesson.revision_id,
            Delivery.learner_id == lesson.learner_id,
            col(Delivery.kind).in_(LESSON_KINDS),
            Delivery.learning_day > lesson.learning_day,
            col(Delivery.state).in_([SendState.SENT, SendState.SENDING]),
        )
        .order_by(col(Delivery.learning_day))
        .limit(1)
    ).one_or_none()


def list_showing_lesson(session: Session, learner_id: int, lesson_id: str) -> Sequence[Delivery]:
    """List every delivery of a lesson to a learner, of any kind, sent or due; each day's original first."""
    return session.exec(
        select(Delivery)
        .join(LessonRevision, col(Delivery.revision_id) == col(LessonRevision.id))
        .where(
            Delivery.learner_id == learner_id,
            LessonRevision.lesson_id == lesson_id,
            col(Delivery.state).in_([SendState.DUE, SendState.SENDING, SendState.SENT]),
        )
        .order_by(col(Delivery.learning_day), col(Delivery.due_at))
    ).all()


def is_current_attempt(session: Session, delivery_id: UUID, worker: str, attempt: int) -> bool:
    """Return whether the row is still this worker's attempt."""
    statement = select(Delivery.id).where(*_attempt(delivery_id, worker, attempt))
    return session.exec(statement).first() is not None


def _attempt(delivery_id: UUID, worker: str, attempt: int) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Delivery.id) == delivery_id,
        col(Delivery.state) == SendState.SENDING,
        col(Delivery.worker) == worker,
        col(Delivery.attempt) == attempt,
    )
