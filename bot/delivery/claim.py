"""Which rows may be sent now, and what each brings. `sending` is committed before the post: no crash is silent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import structlog

from bot.delivery import day_ends
from bot.delivery.day_ends import NOTHING, Adds
from bot.delivery.ports import Outgoing
from bot.delivery.turns import Turns
from bot.domain.lesson import Lesson
from bot.domain.schedule import Kind
from bot.learning import choosing, enrolment, planning, streaks
from bot.learning.library import Library
from bot.storage import Session, leases, queue
from bot.storage.queue import DaysLesson, Waiting
from bot.storage.tables import LearnerState, SendState

log = structlog.get_logger(__name__)

BATCH = 200
"""Deliveries claimed at once. What is claimed and not recorded yet, a crash leaves to the reconciler."""

WAIT_FOR_LESSON = timedelta(minutes=1)
"""A day's end whose lesson is still on its way looks again after this."""

LOOKS_BACK = frozenset({Kind.DAY_END, Kind.LATER})
"""Kinds that bring the lesson of their learning day again, and nothing without it."""

WITHOUT_LESSON = frozenset({Kind.INVITATION, Kind.CHECK_IN})


class Verdict(StrEnum):
    """What becomes of a row: it is sent, or put off, or else leaves the queue for this reason."""

    SEND = "send"
    PUT_OFF = "put_off"
    LATE = "late"
    STARTED = "started"
    LEFT = "left"
    PAUSED = "paused"
    NOTHING_DUE = "nothing_due"
    NO_LESSON = "no_lesson"
    UNREADABLE = "unreadable"


_ENDS = {Verdict.UNREADABLE: SendState.FAILED}
"""How a row ends that is not skipped."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a claim took at an instant: messages to post at once, and how many rows left the queue (0: none did)."""

    outgoing: tuple[Outgoing, ...]
    rows: int
    at: datetime


def claim(
    session: Session,
    library: Library,
    worker: str,
    now: datetime,
    limit: int = BATCH,
    shares: Mapping[str, int] | None = None,
) -> Claimed:
    """Take what may be sent now, and choose each lesson. What is moot is skipped, with why.

    `shares`: how many rows of each workspace (team id) may be taken; none: of all that this worker may deliver to, in
    turn. What people asked for goes first, then in each workspace the longest due. The number of queries does not
    depend on the number of rows.
    """
    if shares is None:
        shares = Turns().shares(sorted(leases.hold(session, worker, queue.teams_due(session, now), now)), limit)
    rows = _take(session, shares, now, limit) if shares else []
    return Claimed(_decide(session, library, worker, rows, now) if rows else (), len(rows), now)


def _take(session: Session, shares: Mapping[str, int], now: datetime, limit: int) -> list[Waiting]:
    """The rows that this claim is about, locked."""
    left, rows = dict(shares), []
    for row in queue.asked_for(session, now, limit):
        if left.get(row.team_id, 0) > 0:
            left[row.team_id] -= 1
            rows.append(row)
    left = {team_id: share for team_id, share in left.items() if share > 0}
    return rows + (queue.of_teams(session, left, now) if left else [])


def _decide(
    session: Session, library: Library, worker: str, rows: Sequence[Waiting], now: datetime
) -> tuple[Outgoing, ...]:
    """Mark each row as what becomes of it; those that are sent, with what they bring."""
    lessons = _lessons_of(session, rows)
    adds = day_ends.adds(session, library, rows, lessons, now)
    verdicts = {row.id: _verdict(row, lessons.get(row.id), adds.get(row.id, NOTHING), now) for row in rows}
    open_rows = [row for row in rows if verdicts[row.id] is Verdict.SEND]
    brings = _brings(session, library, open_rows, lessons, now)
    texts = library.readable(session, {revision for revision in brings.values() if revision is not None})
    for row in open_rows:
        revision = brings.get(row.id)
        if row.id not in brings or (revision is not None and revision not in texts):
            verdicts[row.id] = Verdict.UNREADABLE
        elif revision is None and row.kind not in WITHOUT_LESSON:
            verdicts[row.id] = Verdict.NO_LESSON
    _write(session, rows, verdicts, lessons, now)
    sent = [row for row in open_rows if verdicts[row.id] is Verdict.SEND]
    asked = {row_id: each.recall.revision_id for row_id, each in adds.items() if each.recall is not None}
    queue.begin_sending(session, [(row.id, brings[row.id], asked.get(row.id)) for row in sent], worker, now)
    covered = streaks.freezes_used(session, [row.learner_id for row in sent if row.kind == Kind.LESSON], now)
    return tuple(
        replace(
            _outgoing(row, brings[row.id], texts, worker),
            freeze=covered.get(row.learner_id) if row.kind == Kind.LESSON else None,
            recall=adds.get(row.id, NOTHING).recall,
            reflected=row.kind == Kind.DAY_END and lessons[row.id].reflected,
            week=adds.get(row.id, NOTHING).week,
        )
        for row in sent
    )


def _lessons_of(session: Session, rows: Sequence[Waiting]) -> dict[UUID, DaysLesson]:
    """The lesson that each row looks back on, for rows that do."""
    looking_back = [row for row in rows if row.kind in LOOKS_BACK]
    if not looking_back:
        return {}
    found = queue.lessons_of_days(session, {(row.learner_id, row.learning_day) for row in looking_back})
    days = {row.id: found.get((row.learner_id, row.learning_day)) for row in looking_back}
    return {row_id: lesson for row_id, lesson in days.items() if lesson is not None}


def _verdict(row: Waiting, lesson: DaysLesson | None, adds: Adds, now: datetime) -> Verdict:
    """What becomes of a row, as far as its lesson's text doesn't matter."""
    try:
        return _moot(row, lesson, adds, now)
    except (KeyError, ValueError, TypeError):  # a zone that this machine doesn't know must not hold up the others
        return Verdict.UNREADABLE


def _moot(row: Waiting, lesson: DaysLesson | None, adds: Adds, now: datetime) -> Verdict:
    if row.left:
        return Verdict.LEFT
    if row.kind == Kind.LATER and lesson is not None and lesson.done:
        return Verdict.NOTHING_DUE
    if row.expired:
        return Verdict.LATE
    if row.kind == Kind.INVITATION:
        return Verdict.SEND if row.state == LearnerState.NEW else Verdict.STARTED
    if row.state not in enrolment.STARTED:
        return Verdict.LEFT
    if not row.asked and _in_pause(row, now):
        return Verdict.PAUSED
    if row.kind == Kind.CHECK_IN:
        return Verdict.SEND if row.state == LearnerState.WAITING else Verdict.NOTHING_DUE
    return _looking_back(row, lesson, adds) if row.kind in LOOKS_BACK else Verdict.SEND


def _looking_back(row: Waiting, lesson: DaysLesson | None, adds: Adds) -> Verdict:
    """The lesson again, or the day's end: moot without a lesson that reached them, or when there is nothing to add."""
    if lesson is not None and lesson.state in {SendState.DUE, SendState.SENDING}:
        return Verdict.PUT_OFF
    if lesson is None or lesson.state != SendState.SENT:
        return Verdict.NOTHING_DUE
    if row.kind == Kind.DAY_END and (lesson.carried or (lesson.reflected and not adds.anything)):
        return Verdict.NOTHING_DUE  # the lesson waits for the next shift, or they have reflected and nothing is due
    return Verdict.SEND


def _in_pause(row: Waiting, now: datetime) -> bool:
    """Whether lessons wait now, or did on the row's learning day: a night shift's messages come on the date after."""
    until = row.paused_until
    return planning.is_paused(row, now) or (until is not None and row.learning_day < until)


def _brings(
    session: Session, library: Library, rows: Sequence[Waiting], lessons: Mapping[UUID, DaysLesson], now: datetime
) -> dict[UUID, int | None]:
    """The revision that each row brings, None for none. A row that was tried before keeps the one it had."""
    brings = {row.id: row.revision_id for row in rows if row.kind in WITHOUT_LESSON or row.revision_id is not None}
    brings |= {row.id: lessons[row.id].revision_id for row in rows if row.id in lessons}
    unchosen = [row for row in rows if row.id not in brings]
    chosen = choosing.choose(session, library, unchosen, now.date())
    return brings | {row.id: chosen[row.learner_id] for row in unchosen if row.learner_id in chosen}


def _write(
    session: Session,
    rows: Sequence[Waiting],
    verdicts: Mapping[UUID, Verdict],
    lessons: Mapping[UUID, DaysLesson],
    now: datetime,
) -> None:
    """Take what is not sent out of the queue, or put it off."""
    for row in rows:
        if verdicts[row.id] is Verdict.UNREADABLE:
            log.error("delivery.unreadable_row", delivery=str(row.id), kind=row.kind)
    final = [
        (row_id, verdict) for row_id, verdict in verdicts.items() if verdict not in {Verdict.SEND, Verdict.PUT_OFF}
    ]
    queue.drop(session, [(row_id, _ENDS.get(verdict, SendState.SKIPPED), verdict.value) for row_id, verdict in final])
    waits = [row_id for row_id, verdict in verdicts.items() if verdict is Verdict.PUT_OFF]
    queue.put_off(session, waits, now + WAIT_FOR_LESSON)
    missed = [
        lessons[row.id]
        for row in rows
        if row.kind == Kind.LATER and verdicts[row.id] is Verdict.LATE and row.id in lessons
    ]
    queue.carry(session, [lesson.id for lesson in missed])


def _outgoing(row: Waiting, revision_id: int | None, texts: Mapping[int, Lesson], worker: str) -> Outgoing:
    return Outgoing(
        delivery_id=row.id,
        kind=Kind(row.kind),
        team_id=row.team_id,
        user_id=row.user_id,
        learner_id=row.learner_id,
        channel=row.channel,
        lesson=texts[revision_id] if revision_id is not None else None,
        revision_id=revision_id,
        due_at=row.due_at,
        worker=worker,
        attempt=row.attempt + 1,
    )
