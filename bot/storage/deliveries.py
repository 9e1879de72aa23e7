"""Queries on deliveries: the queue, what a message belongs to, and what a learner has been given.

The locks (`FOR UPDATE`) are PostgreSQL's, where several workers run; SQLite has one writer at a time and ignores them.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlmodel import col, or_, select

from bot.domain.schedule import Kind
from bot.storage.database import Session
from bot.storage.tables import Delivery, LessonRevision, SendState


def find(session: Session, learner_id: int, learning_day: date, kind: Kind) -> Delivery | None:
    """A learner's delivery of this kind for this learning day."""
    return session.exec(
        select(Delivery).where(
            Delivery.learner_id == learner_id, Delivery.learning_day == learning_day, col(Delivery.kind) == kind
        )
    ).one_or_none()


def by_message(session: Session, learner_id: int, channel: str, ts: str) -> Delivery | None:
    """The delivery that became this message, if it went to this learner."""
    return session.exec(
        select(Delivery).where(Delivery.learner_id == learner_id, Delivery.channel == channel, Delivery.ts == ts)
    ).one_or_none()


def under_way(session: Session, learner_id: int) -> Sequence[Delivery]:
    """What was claimed for this learner, and is not known to have arrived."""
    return session.exec(
        select(Delivery).where(Delivery.learner_id == learner_id, col(Delivery.state) == SendState.SENDING)
    ).all()


def queue(session: Session, now: datetime, limit: int) -> Sequence[Delivery]:
    """What may be sent now: first what its learner asked for and waits for, then by due time."""
    return session.exec(
        select(Delivery)
        .where(
            col(Delivery.state) == SendState.DUE,
            col(Delivery.due_at) <= now,
            or_(col(Delivery.not_before).is_(None), col(Delivery.not_before) <= now),
        )
        .order_by(col(Delivery.asked_at).is_(None), col(Delivery.due_at), col(Delivery.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def uncertain(session: Session, claimed_before: datetime, now: datetime, limit: int) -> Sequence[Delivery]:
    """What has been `sending` since before an instant and may be looked up now: Slack may or may not have taken it."""
    return session.exec(
        select(Delivery)
        .where(
            col(Delivery.state) == SendState.SENDING,
            col(Delivery.claimed_at) < claimed_before,
            or_(col(Delivery.not_before).is_(None), col(Delivery.not_before) <= now),
        )
        .order_by(col(Delivery.claimed_at))
        .limit(limit)
    ).all()


def claimed(session: Session, delivery_id: UUID, worker: str, attempt: int) -> Delivery | None:
    """The row, if it is still this worker's attempt: a late result of an older attempt finds nothing."""
    return session.exec(
        select(Delivery)
        .where(
            Delivery.id == delivery_id,
            col(Delivery.state) == SendState.SENDING,
            Delivery.worker == worker,
            Delivery.attempt == attempt,
        )
        .with_for_update()
    ).one_or_none()


def lessons_given(session: Session, learner_id: int) -> list[str]:
    """Ids of the lessons a learner was given, oldest first, with repeats; those on their way included."""
    return list(
        session.exec(
            select(LessonRevision.lesson_id)
            .join(Delivery, col(Delivery.revision_id) == col(LessonRevision.id))
            .where(
                Delivery.learner_id == learner_id,
                col(Delivery.kind) == Kind.LESSON,
                col(Delivery.state).in_([SendState.SENT, SendState.SENDING]),
            )
            .order_by(col(Delivery.learning_day), col(Delivery.due_at))
        )
    )
