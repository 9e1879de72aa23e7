"""Which rows may be sent now, and what each brings. `sending` is committed before the post: no crash is silent."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from bot.delivery.kind import Brings, DeliveryKind, Extras, Kinds, Verdict
from bot.delivery.ports import Outgoing
from bot.delivery.turns import Turns
from bot.domain.lesson import Lesson
from bot.learning import choosing
from bot.learning.library import Library
from bot.storage import Session, leases, queue
from bot.storage.queue import DaysLesson, Waiting
from bot.storage.tables import SendState

log = structlog.get_logger(__name__)

BATCH = 200
"""Deliveries claimed at once. What is claimed and not recorded yet, a crash leaves to the reconciler."""

WAIT_FOR_LESSON = timedelta(minutes=1)
"""A day's end whose lesson is still on its way looks again after this."""

_ENDS = {Verdict.UNREADABLE: SendState.FAILED, Verdict.UNKNOWN_KIND: SendState.FAILED}
"""How a row ends that is not skipped."""

_EVENTS = {Verdict.UNREADABLE: "delivery.unreadable_row", Verdict.UNKNOWN_KIND: "delivery.unknown_kind"}
"""What the log says of it. A kind is unknown where a newer version wrote the row, and an older one runs again."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a claim took at an instant: messages to post at once, and how many rows left the queue (0: none did)."""

    outgoing: tuple[Outgoing, ...]
    rows: int
    at: datetime


def claim(
    session: Session,
    library: Library,
    kinds: Kinds,
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
    return Claimed(_decide(session, library, kinds, worker, rows, now) if rows else (), len(rows), now)


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
    session: Session, library: Library, kinds: Kinds, worker: str, rows: Sequence[Waiting], now: datetime
) -> tuple[Outgoing, ...]:
    """Mark each row as what becomes of it; those that are sent, with what they bring."""
    known = [row for row in rows if row.kind in kinds]
    verdicts = {row.id: Verdict.UNKNOWN_KIND for row in rows}
    lessons = _lessons_of(session, kinds, known)
    verdicts |= {row.id: _verdict(kinds[row.kind], row, lessons.get(row.id), now) for row in known}
    open_rows = [row for row in known if verdicts[row.id] is Verdict.SEND]
    extras = _extras(session, library, kinds, open_rows, lessons, now)
    verdicts |= {row_id: Verdict.NOTHING_DUE for row_id, each in extras.items() if not each.worth_sending}
    open_rows = [row for row in open_rows if verdicts[row.id] is Verdict.SEND]
    brings = _brings(session, library, kinds, open_rows, lessons, now)
    texts = library.readable(session, {revision for revision in brings.values() if revision is not None})
    for row in open_rows:
        revision = brings.get(row.id)
        if row.id not in brings or (revision is not None and revision not in texts):
            verdicts[row.id] = Verdict.UNREADABLE
        elif revision is None and kinds[row.kind].brings is not Brings.NOTHING:
            verdicts[row.id] = Verdict.NO_LESSON
    _write(session, rows, verdicts, now)
    _tell_late(session, kinds, known, verdicts, lessons)
    sent = [row for row in open_rows if verdicts[row.id] is Verdict.SEND]
    asked = {row_id: each.recall_id for row_id, each in extras.items()}
    queue.begin_sending(session, [(row.id, brings[row.id], asked.get(row.id)) for row in sent], worker, now)
    return tuple(_outgoing(kinds[row.kind], row, brings[row.id], texts, extras.get(row.id), worker) for row in sent)


def _lessons_of(session: Session, kinds: Kinds, rows: Sequence[Waiting]) -> dict[UUID, DaysLesson]:
    """The lesson of its learning day for each row that brings that one again: one statement for all kinds."""
    again = [row for row in rows if kinds[row.kind].brings is Brings.DAYS_LESSON]
    if not again:
        return {}
    found = queue.lessons_of_days(session, {(row.learner_id, row.learning_day) for row in again})
    days = {row.id: found.get((row.learner_id, row.learning_day)) for row in again}
    return {row_id: lesson for row_id, lesson in days.items() if lesson is not None}


def _verdict(kind: DeliveryKind[Any], row: Waiting, lesson: DaysLesson | None, now: datetime) -> Verdict:
    """What becomes of a row, as far as its lesson's text and its extras don't matter."""
    if row.left:
        return Verdict.LEFT
    try:
        return kind.judge(row, lesson, now)
    except (KeyError, ValueError, TypeError):  # a zone that this machine doesn't know must not hold up the others
        return Verdict.UNREADABLE


def _extras(
    session: Session,
    library: Library,
    kinds: Kinds,
    rows: Sequence[Waiting],
    lessons: Mapping[UUID, DaysLesson],
    now: datetime,
) -> dict[UUID, Extras]:
    """What these rows' messages hold for their readers alone; each kind reads its own for all of its rows at once."""
    found: dict[UUID, Extras] = {}
    for name, own in _by_kind(rows).items():
        if (read := kinds[name].read_extras) is not None:
            found |= read(session, library, own, lessons, now)
    return found


def _brings(
    session: Session,
    library: Library,
    kinds: Kinds,
    rows: Sequence[Waiting],
    lessons: Mapping[UUID, DaysLesson],
    now: datetime,
) -> dict[UUID, int | None]:
    """The revision that each row brings, None for none; without rows whose workspace teaches what can't be read.

    A row that was tried before keeps the one it had.
    """
    unchosen = [row for row in rows if row.revision_id is None and kinds[row.kind].brings is Brings.NEXT_LESSON]
    brings = {row.id: row.revision_id for row in rows}
    brings |= {row.id: lessons[row.id].revision_id for row in rows if row.id in lessons}
    chosen = choosing.choose(session, library, unchosen, now.date())
    for row in unchosen:
        if row.learner_id in chosen:
            brings[row.id] = chosen[row.learner_id]
        else:
            del brings[row.id]
    return brings


def _write(session: Session, rows: Sequence[Waiting], verdicts: Mapping[UUID, Verdict], now: datetime) -> None:
    """Take what is not sent out of the queue, or put it off."""
    for row in rows:
        if verdicts[row.id] in _ENDS:
            log.error(_EVENTS[verdicts[row.id]], delivery=str(row.id), kind=row.kind)
    final = [
        (row_id, verdict) for row_id, verdict in verdicts.items() if verdict not in {Verdict.SEND, Verdict.PUT_OFF}
    ]
    queue.drop(session, [(row_id, _ENDS.get(verdict, SendState.SKIPPED), verdict.value) for row_id, verdict in final])
    waits = [row_id for row_id, verdict in verdicts.items() if verdict is Verdict.PUT_OFF]
    queue.put_off(session, waits, now + WAIT_FOR_LESSON)


def _tell_late(
    session: Session,
    kinds: Kinds,
    rows: Sequence[Waiting],
    verdicts: Mapping[UUID, Verdict],
    lessons: Mapping[UUID, DaysLesson],
) -> None:
    """Let each kind do what its rows that came too late call for."""
    late = [row for row in rows if verdicts[row.id] is Verdict.LATE and row.id in lessons]
    for name, own in _by_kind(late).items():
        if (on_late := kinds[name].on_late) is not None:
            on_late(session, [lessons[row.id] for row in own])


def _by_kind(rows: Sequence[Waiting]) -> dict[str, list[Waiting]]:
    found: defaultdict[str, list[Waiting]] = defaultdict(list)
    for row in rows:
        found[row.kind].append(row)
    return found


def _outgoing(
    kind: DeliveryKind[Any],
    row: Waiting,
    revision_id: int | None,
    texts: Mapping[int, Lesson],
    extras: Extras | None,
    worker: str,
) -> Outgoing:
    return Outgoing(
        delivery_id=row.id,
        kind=kind.name,
        team_id=row.team_id,
        user_id=row.user_id,
        learner_id=row.learner_id,
        channel=row.channel,
        lesson=texts[revision_id] if revision_id is not None else None,
        revision_id=revision_id,
        due_at=row.due_at,
        worker=worker,
        attempt=row.attempt + 1,
        extras=extras,
    )
