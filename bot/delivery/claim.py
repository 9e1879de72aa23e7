"""Claims due rows and decides what each one sends.

Rows are committed as `sending` before anything is posted, so no crash can hide a message that Slack may have.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from bot.delivery.delivery_kind import ClaimDecision, DeliveryKind, Extras, KindsByName, LessonToSend
from bot.delivery.ports import OutgoingDelivery
from bot.delivery.round_robin import RoundRobin
from bot.domain.formats import Formats
from bot.learning import lesson_choice
from bot.learning.library import Library
from bot.storage import Session, delivery_queue, due_learners, retractions, workspace_leases
from bot.storage.delivery_queue import LessonOfDay, QueuedDelivery
from bot.storage.tables import SendState

log = structlog.get_logger(__name__)

MAX_DELIVERIES_PER_CLAIM = 200
"""Most deliveries per claim. After a crash, the reconciler must look up what was claimed and not yet recorded."""

LESSON_RECHECK_DELAY = timedelta(minutes=1)
"""How long a day-end message waits before checking again whether its lesson has arrived."""

_FAILURE_EVENTS = {
    ClaimDecision.UNREADABLE: "delivery.unreadable_row",
    ClaimDecision.UNKNOWN_KIND: "delivery.unknown_kind",
}
"""Decisions that fail a row, with their log events. A kind is unknown if a newer version wrote the row and an older one
runs now."""


@dataclass(frozen=True, slots=True)
class ClaimedBatch:
    """The result of a claim: the messages to post now, and how many rows it took off the queue (0 if none were due)."""

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
    """Claim what may be sent now and choose each lesson. Rows that no longer make sense are skipped with a reason.

    `allocation` says how many rows of each workspace (team id) may be claimed; None takes turns among all workspaces
    leased to this worker. Requested deliveries go first, then each workspace's longest due. The number of queries
    doesn't depend on the number of rows.
    """
    if allocation is None:
        allocation = RoundRobin().allocate(
            sorted(workspace_leases.acquire_leases(session, worker, delivery_queue.list_teams_due(session, now), now)),
            limit,
        )
    rows = _lock_rows(session, allocation, now, limit) if allocation else []
    outgoing = _Batch(session, library, kinds, now, rows).begin_sending(worker) if rows else ()
    return ClaimedBatch(outgoing, len(rows), now)


def _lock_rows(session: Session, allocation: Mapping[str, int], now: datetime, limit: int) -> list[QueuedDelivery]:
    """Lock the rows for this claim."""
    remaining, rows = dict(allocation), []
    for row in delivery_queue.lock_requested(session, now, limit):
        if remaining.get(row.team_id, 0) > 0:
            remaining[row.team_id] -= 1
            rows.append(row)
    remaining = {team_id: count for team_id, count in remaining.items() if count > 0}
    return rows + (delivery_queue.lock_due_of_teams(session, remaining, now) if remaining else [])


@dataclass(frozen=True, slots=True)
class _Batch:
    """The rows of one claim. Each kind reads what it needs for all its rows at once."""

    session: Session
    library: Library
    kinds: KindsByName
    now: datetime
    rows: Sequence[QueuedDelivery]

    def begin_sending(self, worker: str) -> tuple[OutgoingDelivery, ...]:
        """Record a decision for each row, and return what to send."""
        lessons = self._find_days_lessons()
        decisions = {row.id: self._decide(row, lessons.get(row.id)) for row in self.rows}
        extras = self._read_extras([row for row in self.rows if decisions[row.id] is ClaimDecision.SEND], lessons)
        decisions |= {row_id: ClaimDecision.NOTHING_DUE for row_id, each in extras.items() if not each.worth_sending}
        open_rows = [row for row in self.rows if decisions[row.id] is ClaimDecision.SEND]
        revisions = self._choose_revisions(open_rows, lessons)
        texts = self.library.get_readable_lessons(
            self.session, {each for each in revisions.values() if each is not None}
        )
        for row in open_rows:
            revision = revisions.get(row.id)
            if row.id not in revisions or (revision is not None and revision not in texts):
                decisions[row.id] = ClaimDecision.UNREADABLE
            elif revision is None and self.kinds[row.kind].lesson_to_send is not LessonToSend.NOTHING:
                decisions[row.id] = ClaimDecision.NO_LESSON
        self._move(decisions)
        self._skip_fail_or_defer(decisions, lessons)
        sent = [row for row in open_rows if decisions[row.id] is ClaimDecision.SEND]
        recalls = {row_id: each.recall_revision_id for row_id, each in extras.items()}
        claimed = [(row.id, revisions[row.id], recalls.get(row.id)) for row in sent]
        delivery_queue.mark_as_sending(self.session, claimed, worker, self.now)
        self._plan_follow_ups(sent)
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
                formats=Formats(row.locale),
            )
            for row, (_, revision, _) in zip(sent, claimed, strict=True)
        )

    def _find_days_lessons(self) -> dict[UUID, LessonOfDay]:
        """Find the day's lesson for each row that sends that lesson again, in one statement for all kinds."""
        kinds = self.kinds
        repeats = [
            row for row in self.rows if row.kind in kinds and kinds[row.kind].lesson_to_send is LessonToSend.DAYS_LESSON
        ]
        days = {(row.learner_id, row.learning_day) for row in repeats}
        lessons = delivery_queue.find_lessons_of_days(self.session, days) if days else {}
        return {row.id: lessons[day] for row in repeats if (day := (row.learner_id, row.learning_day)) in lessons}

    def _decide(self, row: QueuedDelivery, lesson: LessonOfDay | None) -> ClaimDecision:
        """Decide about a row as far as possible before its extras and lesson text are read."""
        if row.workspace_has_left:
            return ClaimDecision.LEFT
        if row.kind not in self.kinds:
            return ClaimDecision.UNKNOWN_KIND
        try:
            decision = self.kinds[row.kind].decide(row, lesson, self.now)
            is_unusable = lesson is not None and lesson.is_unusable
            return ClaimDecision.NOT_IN_USE if decision is ClaimDecision.SEND and is_unusable else decision
        except (KeyError, ValueError, TypeError):  # such as an unknown time zone, which must not block other rows
            return ClaimDecision.UNREADABLE

    def _read_extras(self, rows: Sequence[QueuedDelivery], lessons: Mapping[UUID, LessonOfDay]) -> dict[UUID, Extras]:
        """Read the personal part of these rows' messages."""
        extras_by_row: dict[UUID, Extras] = {}
        for kind, kind_rows in self._by_kind(rows):
            if kind.read_extras is not None:
                extras_by_row |= kind.read_extras(self.session, self.library, kind_rows, lessons, self.now)
        return extras_by_row

    def _choose_revisions(
        self, rows: Sequence[QueuedDelivery], lessons: Mapping[UUID, LessonOfDay]
    ) -> dict[UUID, int | None]:
        """Return each row's revision, or None if it sends no lesson.

        Rows of workspaces with unreadable lessons are left out. A row that was tried before keeps its revision, unless
        it may no longer be sent.
        """
        choosing_kinds = {name for name, kind in self.kinds.items() if kind.lesson_to_send is LessonToSend.NEXT_LESSON}
        choosing = [row for row in rows if row.kind in choosing_kinds]
        tried = {(row.team_id, row.revision_id) for row in choosing if row.revision_id is not None}
        unusable = retractions.find_unusable(self.session, sorted(tried))
        unchosen = [row for row in choosing if row.revision_id is None or (row.team_id, row.revision_id) in unusable]
        chosen = lesson_choice.choose_lessons(self.session, self.library, unchosen, self.now.date())
        unreadable = {row.id for row in unchosen if row.id not in chosen}
        revisions = {row.id: row.revision_id for row in rows if row.id not in unreadable}
        revisions |= {row.id: lessons[row.id].revision_id for row in rows if row.id in lessons}
        return revisions | chosen

    def _skip_fail_or_defer(self, decisions: Mapping[UUID, ClaimDecision], lessons: Mapping[UUID, LessonOfDay]) -> None:
        """Remove the rows that aren't sent from the queue, or defer them."""
        for row in self.rows:
            if (event := _FAILURE_EVENTS.get(decisions[row.id])) is not None:
                log.error(event, delivery=str(row.id), kind=row.kind)
        unsettled = {ClaimDecision.SEND, ClaimDecision.DEFER, ClaimDecision.MOVE}
        final = [(row_id, decision) for row_id, decision in decisions.items() if decision not in unsettled]
        removed = [
            (row_id, SendState.FAILED if why in _FAILURE_EVENTS else SendState.SKIPPED, why.value)
            for row_id, why in final
        ]
        delivery_queue.remove_from_queue(self.session, removed)
        deferred = [row_id for row_id, decision in decisions.items() if decision is ClaimDecision.DEFER]
        delivery_queue.defer_until(self.session, deferred, self.now + LESSON_RECHECK_DELAY)
        late = [row for row in self.rows if decisions[row.id] is ClaimDecision.LATE and row.id in lessons]
        for kind, kind_rows in self._by_kind(late):
            if kind.on_skipped_late is not None:
                kind.on_skipped_late(self.session, [lessons[row.id] for row in kind_rows])

    def _move(self, decisions: Mapping[UUID, ClaimDecision]) -> None:
        """Move rows to the times that their kinds find."""
        moved = [row for row in self.rows if decisions[row.id] is ClaimDecision.MOVE]
        for kind, kind_rows in self._by_kind(moved):
            if kind.find_next_time is not None:
                delivery_queue.move(self.session, [(row.id, kind.find_next_time(row, self.now)) for row in kind_rows])

    def _plan_follow_ups(self, sent: Sequence[QueuedDelivery]) -> None:
        """Write the rows that follow these. Those of an earlier attempt get the time that this one gives them."""
        for kind, kind_rows in self._by_kind(sent):
            if kind.follow_up is not None:
                planned = kind.follow_up(kind_rows, self.now)
                due_learners.insert_deliveries(self.session, planned)
                delivery_queue.move(self.session, [(row.id, row.due_at) for row in planned])

    def _by_kind(self, rows: Sequence[QueuedDelivery]) -> Iterator[tuple[DeliveryKind[Any], list[QueuedDelivery]]]:
        for name in dict.fromkeys(row.kind for row in rows):
            yield self.kinds[name], [row for row in rows if row.kind == name]
