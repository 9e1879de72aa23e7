"""Which rows may be sent now, and what each brings. `sending` is committed before the post: no crash is silent."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.delivery.ports import Outgoing
from bot.domain.schedule import Kind
from bot.learning import enrolment, planning, practice
from bot.learning.library import Library
from bot.storage import Session, deliveries
from bot.storage import practice as done
from bot.storage.tables import Delivery, Learner, LearnerState, SendState

log = structlog.get_logger(__name__)

BATCH = 100
"""Deliveries claimed at once: what a crash leaves to the reconciler."""

WAIT_FOR_LESSON = timedelta(minutes=1)
"""A day's end whose lesson is still on its way looks again after this."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a claim took at an instant: messages to post at once, and how many rows left the queue (0: none is due)."""

    outgoing: tuple[Outgoing, ...]
    rows: int
    at: datetime


def claim(session: Session, library: Library, worker: str, now: datetime, limit: int = BATCH) -> Claimed:
    """Take what may be sent now, the longest due first, and choose each lesson. What is moot is skipped, with why."""
    rows = deliveries.queue(session, now, limit)
    taken = [_try(session, library, row, worker, now) for row in rows]
    return Claimed(tuple(outgoing for outgoing in taken if outgoing is not None), len(rows), now)


def _try(session: Session, library: Library, row: Delivery, worker: str, now: datetime) -> Outgoing | None:
    """Take one row; one that can't be read must not hold up all that are due behind it."""
    try:
        return _take(session, library, row, worker, now)
    except (KeyError, ValueError, TypeError) as error:  # a zone, a rule or a lesson that this version can't read
        log.error("delivery.unreadable_row", delivery=str(row.id), error=type(error).__name__)
        row.state, row.reason = SendState.FAILED, "unreadable"
        return None


def _take(session: Session, library: Library, row: Delivery, worker: str, now: datetime) -> Outgoing | None:
    """Take one row out of the queue: to be sent, or skipped, or put off (None)."""
    learner = session.get_one(Learner, row.learner_id)
    lesson = deliveries.find(session, row.learner_id, row.learning_day, Kind.LESSON)
    if row.kind == Kind.DAY_END and _under_way(lesson) and now < row.expires_at:
        row.not_before = now + WAIT_FOR_LESSON
        return None
    reason = _moot(session, row, learner, lesson, now)
    if reason is None and not _fill(session, library, row, learner, lesson):
        reason = "no_lesson"
    if reason is not None:
        row.state, row.reason = SendState.SKIPPED, reason
        return None
    row.state, row.claimed_at, row.worker, row.not_before = SendState.SENDING, now, worker, None
    row.attempt += 1
    return _outgoing(session, library, row, learner, worker)


def _moot(session: Session, row: Delivery, learner: Learner, lesson: Delivery | None, now: datetime) -> str | None:
    """Why this must not be sent any more, in a word or two; None if it may be."""
    if row.kind == Kind.LATER and lesson is not None:
        if done.answer_to(session, lesson.id) or done.reflection_on(session, lesson.id):
            return "nothing_due"
        lesson.carried = lesson.carried or now >= row.expires_at  # what is put off past its shift waits for the next
    if now >= row.expires_at:
        return "late"
    if row.kind == Kind.INVITATION:
        return None if learner.state == LearnerState.NEW else "started"
    if learner.state not in enrolment.STARTED:
        return "left"
    if row.asked_at is None and _in_pause(learner, row, now):
        return "paused"
    return "nothing_due" if row.kind == Kind.DAY_END and _nothing_left(session, lesson) else None


def _in_pause(learner: Learner, row: Delivery, now: datetime) -> bool:
    """Whether lessons wait now, or did on the row's learning day: a night shift's messages come on the date after."""
    until = learner.paused_until
    return planning.is_paused(learner, now) or (until is not None and row.learning_day < until)


def _nothing_left(session: Session, lesson: Delivery | None) -> bool:
    """Nothing to look back on: no lesson came that day, or it waits for the next shift, or they have reflected."""
    if lesson is None or lesson.state != SendState.SENT or lesson.carried:
        return True
    return done.reflection_on(session, lesson.id) is not None


def _under_way(lesson: Delivery | None) -> bool:
    return lesson is not None and lesson.state in {SendState.DUE, SendState.SENDING}


def _fill(session: Session, library: Library, row: Delivery, learner: Learner, lesson: Delivery | None) -> bool:
    """Decide which lesson the row brings, if it brings one. A row that was tried before keeps the one it had."""
    if row.kind == Kind.DAY_END:
        row.revision_id = lesson.revision_id if lesson else None
    elif row.kind == Kind.LESSON and row.revision_id is None:
        row.revision_id = practice.choose(session, library, learner)
    return row.revision_id is not None or row.kind in {Kind.INVITATION, Kind.CHECK_IN}


def _outgoing(session: Session, library: Library, row: Delivery, learner: Learner, worker: str) -> Outgoing:
    return Outgoing(
        delivery_id=row.id,
        kind=Kind(row.kind),
        team_id=row.team_id,
        user_id=learner.user_id,
        learner_id=learner.id,
        channel=learner.channel,
        lesson=library.lesson(session, row.revision_id) if row.revision_id is not None else None,
        revision_id=row.revision_id,
        due_at=row.due_at,
        worker=worker,
        attempt=row.attempt,
    )
