"""Which rows may be sent now, and what each brings. `sending` is committed before the post: no crash is silent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from bot.delivery.delivery_kind import ClaimDecision, DeliveryKind, Extras, KindsByName, LessonToSend
from bot.delivery.ports import OutgoingDelivery
from bot.delivery.round_robin import RoundRobin
from bot.learning import lesson_choice
from bot.learning.library import Library
from bot.storage import Session, delivery_queue, workspace_leases
from bot.storage.delivery_queue import LessonOfDay, QueuedDelivery
from bot.storage.tables import SendState

log = structlog.get_logger(__name__)

MAX_DELIVERIES_PER_CLAIM = 200
"""Deliveries claimed at once. What is claimed and not recorded yet, a crash leaves to the reconciler."""

LESSON_RECHECK_DELAY = timedelta(minutes=1)
"""A day's end whose lesson is still on its way looks again after this."""

_EVENTS = {ClaimDecision.UNREADABLE: "delivery.unreadable_row", ClaimDecision.UNKNOWN_KIND: "delivery.unknown_kind"}
"""The verdicts that fail a row, and what the log says of it. A kind is unknown where a newer version wrote the row, and
an older one runs again."""


@dataclass(frozen=True, slots=True)
class ClaimedBatch:
    """What a claim took at an instant: messages to post at once, and how many rows left the queue (0: none did)."""

    outgoing: tuple[OutgoingDelivery, ...]
    row_count: int
    claimed_at: datetime


def claim_deliveries(
    session: Session,
    library: Library,
    kinds: KindsByName,
    worker: str,
    now: datetime,
    limit: int = MAX_DELIVERIES_PER_CLAIM,
    allocation: Mapping[str, int] | None = None,
) -> ClaimedBatch:
    """Take what may be sent now, and choose each lesson. What is moot is skipped, with why.

    `allocation`: how many rows of each workspace (team id) may be taken; none: of all that this worker may deliver to,
    in turn. What people asked for goes first, then in each workspace the longest due. The number of queries does not
    depend on the number of rows.
    """
    if allocation is None:
        allocation = RoundRobin().allocate(
            sorted(workspace_leases.acquire_leases(session, worker, delivery_queue.list_teams_due(session, now), now)),
            limit,
        )
    rows = _take(session, allocation, now, limit) if allocation else []
    outgoing = _Batch(session, library, kinds, now, rows).begin_sending(worker) if rows else ()
    return ClaimedBatch(outgoing, len(rows), now)


def _take(session: Session, shares: Mapping[str, int], now: datetime, limit: int) -> list[QueuedDelivery]:
    """The rows that this claim is about, locked."""
    left, rows = dict(shares), []
    for row in delivery_queue.lock_requested(session, now, limit):
        if left.get(row.team_id, 0) > 0:
            left[row.team_id] -= 1
            rows.append(row)
    left = {team_id: share for team_id, share in left.items() if share > 0}
    return rows + (delivery_queue.lock_due_of_teams(session, left, now) if left else [])


@dataclass(frozen=True, slots=True)
class _Batch:
    """The rows of one claim. What their kinds read, they read for all rows at once."""

    session: Session
    library: Library
    kinds: KindsByName
    now: datetime
    rows: Sequence[QueuedDelivery]

    def begin_sending(self, worker: str) -> tuple[OutgoingDelivery, ...]:
        """Mark each row as what becomes of it; those that are sent, with what they bring."""
        lessons = self._lessons()
        verdicts = {row.id: self._verdict(row, lessons.get(row.id)) for row in self.rows}
        extras = self._extras([row for row in self.rows if verdicts[row.id] is ClaimDecision.SEND], lessons)
        verdicts |= {row_id: ClaimDecision.NOTHING_DUE for row_id, each in extras.items() if not each.worth_sending}
        open_rows = [row for row in self.rows if verdicts[row.id] is ClaimDecision.SEND]
        brings = self._brings(open_rows, lessons)
        texts = self.library.get_readable_lessons(self.session, {each for each in brings.values() if each is not None})
        for row in open_rows:
            revision = brings.get(row.id)
            if row.id not in brings or (revision is not None and revision not in texts):
                verdicts[row.id] = ClaimDecision.UNREADABLE
            elif revision is None and self.kinds[row.kind].lesson_to_send is not LessonToSend.NOTHING:
                verdicts[row.id] = ClaimDecision.NO_LESSON
        self._drop(verdicts, lessons)
        sent = [row for row in open_rows if verdicts[row.id] is ClaimDecision.SEND]
        asked = {row_id: each.recall_revision_id for row_id, each in extras.items()}
        taken = [(row.id, brings[row.id], asked.get(row.id)) for row in sent]
        delivery_queue.mark_as_sending(self.session, taken, worker, self.now)
        return tuple(
            OutgoingDelivery(
                delivery_id=row.id,
                kind=self.kinds[row.kind].name,
                team_id=row.team_id,
                user_id=row.user_id,
                learner_id=row.learner_id,
                channel=row.channel,
                lesson=texts[revision] if revision is not None else None,
                revision_id=revision,
                due_at=row.due_at,
                worker=worker,
                attempt=row.attempt + 1,
                extras=extras.get(row.id),
            )
            for row, (_, revision, _) in zip(sent, taken, strict=True)
        )

    def _lessons(self) -> dict[UUID, LessonOfDay]:
        """The lesson of its learning day for each row that brings that one again: one statement for all kinds."""
        kinds = self.kinds
        again = [
            row for row in self.rows if row.kind in kinds and kinds[row.kind].lesson_to_send is LessonToSend.DAYS_LESSON
        ]
        days = {(row.learner_id, row.learning_day) for row in again}
        found = delivery_queue.find_lessons_of_days(self.session, days) if days else {}
        return {row.id: found[day] for row in again if (day := (row.learner_id, row.learning_day)) in found}

    def _verdict(self, row: QueuedDelivery, lesson: LessonOfDay | None) -> ClaimDecision:
        """What becomes of a row, as far as its lesson's text and its extras don't matter."""
        if row.workspace_has_left:
            return ClaimDecision.LEFT
        if row.kind not in self.kinds:
            return ClaimDecision.UNKNOWN_KIND
        try:
            return self.kinds[row.kind].decide(row, lesson, self.now)
        except (KeyError, ValueError, TypeError):  # a zone that this machine doesn't know must not hold up the others
            return ClaimDecision.UNREADABLE

    def _extras(self, rows: Sequence[QueuedDelivery], lessons: Mapping[UUID, LessonOfDay]) -> dict[UUID, Extras]:
        """What these rows' messages hold for their readers alone."""
        found: dict[UUID, Extras] = {}
        for kind, own in self._by_kind(rows):
            if kind.read_extras is not None:
                found |= kind.read_extras(self.session, self.library, own, lessons, self.now)
        return found

    def _brings(self, rows: Sequence[QueuedDelivery], lessons: Mapping[UUID, LessonOfDay]) -> dict[UUID, int | None]:
        """The revision that each row brings, None for none; without rows whose workspace teaches what can't be read.

        A row that was tried before keeps the one it had.
        """
        choosing_kinds = {name for name, kind in self.kinds.items() if kind.lesson_to_send is LessonToSend.NEXT_LESSON}
        unchosen = [row for row in rows if row.kind in choosing_kinds and row.revision_id is None]
        chosen = lesson_choice.choose_lessons(self.session, self.library, unchosen, self.now.date())
        left_out = {row.id for row in unchosen if row.learner_id not in chosen}
        brings = {row.id: row.revision_id for row in rows if row.id not in left_out}
        brings |= {row.id: lessons[row.id].revision_id for row in rows if row.id in lessons}
        return brings | {row.id: chosen[row.learner_id] for row in unchosen if row.learner_id in chosen}

    def _drop(self, verdicts: Mapping[UUID, ClaimDecision], lessons: Mapping[UUID, LessonOfDay]) -> None:
        """Take what is not sent out of the queue, or put it off."""
        for row in self.rows:
            if (event := _EVENTS.get(verdicts[row.id])) is not None:
                log.error(event, delivery=str(row.id), kind=row.kind)
        stays = {ClaimDecision.SEND, ClaimDecision.DEFER}
        final = [(row_id, verdict) for row_id, verdict in verdicts.items() if verdict not in stays]
        ends = [(row_id, SendState.FAILED if why in _EVENTS else SendState.SKIPPED, why.value) for row_id, why in final]
        delivery_queue.remove_from_queue(self.session, ends)
        waits = [row_id for row_id, verdict in verdicts.items() if verdict is ClaimDecision.DEFER]
        delivery_queue.defer_until(self.session, waits, self.now + LESSON_RECHECK_DELAY)
        late = [row for row in self.rows if verdicts[row.id] is ClaimDecision.LATE and row.id in lessons]
        for kind, own in self._by_kind(late):
            if kind.on_skipped_late is not None:
                kind.on_skipped_late(self.session, [lessons[row.id] for row in own])

    def _by_kind(self, rows: Sequence[QueuedDelivery]) -> Iterator[tuple[DeliveryKind[Any], list[QueuedDelivery]]]:
        for name in dict.fromkeys(row.kind for row in rows):
            yield self.kinds[name], [row for row in rows if row.kind == name]
