"""Queries on deliveries: the queue, what a message belongs to, and what a learner has been given.

The locks (`FOR UPDATE`) are PostgreSQL's, where several workers run; SQLite has one writer at a time and ignores them.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import and_, col, or_, select

from bot.domain.schedule import Kind
from bot.domain.selection import Given
from bot.storage.database import Session
from bot.storage.tables import Answer, Delivery, LessonRevision, Reflection, SendState


def find(session: Session, learner_id: int, learning_day: date, kind: Kind) -> Delivery | None:
    """A learner's delivery of this kind for this learning day."""
    return session.exec(
        select(Delivery).where(
            Delivery.learner_id == learner_id, Delivery.learning_day == learning_day, col(Delivery.kind) == kind
        )
    ).one_or_none()


def newest(session: Session, learner_id: int, kind: Kind) -> Delivery | None:
    """A learner's newest delivery of a kind."""
    return session.exec(
        select(Delivery)
        .where(Delivery.learner_id == learner_id, col(Delivery.kind) == kind)
        .order_by(col(Delivery.learning_day).desc())
        .limit(1)
    ).one_or_none()


def planned_copies(session: Session, learner_id: int) -> Sequence[Delivery]:
    """Lessons that were put off to a time that has not come, or has just come."""
    return session.exec(
        select(Delivery)
        .where(
            Delivery.learner_id == learner_id,
            col(Delivery.kind) == Kind.LATER,
            col(Delivery.state) == SendState.DUE,
        )
        .with_for_update()
    ).all()


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


def lessons_given(session: Session, learner_id: int) -> list[Given]:
    """The lessons a learner was given, oldest first, with repeats; those on their way included."""
    open_still = and_(col(Answer.delivery_id).is_(None), col(Reflection.id).is_(None))
    rows = session.exec(
        select(LessonRevision.lesson_id, and_(col(Delivery.carried), open_still))
        .join(Delivery, col(Delivery.revision_id) == col(LessonRevision.id))
        .outerjoin(Answer, col(Answer.delivery_id) == col(Delivery.id))
        .outerjoin(Reflection, col(Reflection.delivery_id) == col(Delivery.id))
        .where(
            Delivery.learner_id == learner_id,
            col(Delivery.kind) == Kind.LESSON,
            col(Delivery.state).in_([SendState.SENT, SendState.SENDING]),
        )
        .order_by(col(Delivery.learning_day), col(Delivery.due_at))
    )
    return [Given(lesson_id, bool(waits)) for lesson_id, waits in rows]


def brought_again(session: Session, lesson: Delivery) -> Delivery | None:
    """The next time that the lesson of this delivery was given to the same learner, if it was."""
    this = aliased(LessonRevision)
    return session.exec(
        select(Delivery)
        .join(LessonRevision, col(Delivery.revision_id) == col(LessonRevision.id))
        .join(this, col(this.lesson_id) == col(LessonRevision.lesson_id))
        .where(
            this.id == lesson.revision_id,
            Delivery.learner_id == lesson.learner_id,
            col(Delivery.kind) == Kind.LESSON,
            Delivery.learning_day > lesson.learning_day,
            col(Delivery.state).in_([SendState.SENT, SendState.SENDING]),
        )
        .order_by(col(Delivery.learning_day))
        .limit(1)
    ).one_or_none()


def showing(session: Session, learner_id: int, lesson_id: str) -> Sequence[Delivery]:
    """Every message that brought a lesson to a learner, and its copies, those to come too; a day's lesson first."""
    return session.exec(
        select(Delivery)
        .join(LessonRevision, col(Delivery.revision_id) == col(LessonRevision.id))
        .where(
            Delivery.learner_id == learner_id,
            LessonRevision.lesson_id == lesson_id,
            col(Delivery.kind).in_([Kind.LESSON, Kind.LATER]),
            col(Delivery.state).in_([SendState.DUE, SendState.SENDING, SendState.SENT]),
        )
        .order_by(col(Delivery.learning_day), col(Delivery.due_at))
    ).all()


def days_owed(session: Session, learner_id: int) -> list[date]:
    """Learning days on which a lesson reached the learner and was theirs to do: a miss breaks the streak."""
    return list(
        session.exec(
            select(col(Delivery.learning_day)).where(
                Delivery.learner_id == learner_id,
                col(Delivery.kind) == Kind.LESSON,
                col(Delivery.state) == SendState.SENT,
                col(Delivery.owed).is_(True),
            )
        )
    )
