"""Which delivered messages must be updated because a lesson was retracted, or is in use again.

All learners are gone through twice, in batches: at once, and again when nothing is in flight, for messages that arrived
meanwhile. What was done is stored with the retraction, so any process can go on after a crash. Updating a message twice
does no harm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from bot.domain.schedule import DeliveryKindName
from bot.learning import lesson_state
from bot.learning.lesson_state import LessonState
from bot.learning.library import UNREADABLE_LESSON_ERRORS, Library
from bot.learning.message_deliveries import MessageRef
from bot.storage import Session, once_only_events, streak_days
from bot.storage import retractions as queries
from bot.storage.once_only_events import EventClaim
from bot.storage.tables import Delivery, Learner, Retraction

MAX_LEARNERS_PER_BATCH = 500
"""Most learners looked at in one transaction. Few of them got any one lesson lately."""

MAX_MESSAGES_PER_BATCH = 30
"""About how many messages are updated before that is stored: less than a minute's worth in one workspace."""

SECOND_PASS_AFTER = timedelta(minutes=1)
"""When the second pass begins at the earliest. By then, no claim is running that began before the retraction."""

UNANSWERED_SINCE = timedelta(days=1)
"""A lesson that arrived this long before it was retracted, or later, breaks no streak if it wasn't answered."""


@dataclass(frozen=True, slots=True)
class OutdatedMessage:
    """A message to update, and what it must show now."""

    team_id: str
    ref: MessageRef
    state: LessonState


@dataclass(frozen=True, slots=True)
class RetractionBatch:
    """Some messages to update because of a retraction, as it was changed at an instant.

    `up_to`: the last learner (id) that they include; None if the pass is over. `unanswered`: learners (ids), with the
    learning days whose question was closed before they answered it.
    """

    retraction_id: int
    changed_at: datetime
    passes_done: int
    up_to: int | None
    messages: tuple[OutdatedMessage, ...] = ()
    unanswered: tuple[tuple[int, date], ...] = ()


def list_due(session: Session, now: datetime) -> tuple[int, ...]:
    """Return the retractions (ids) that messages can be updated for now."""
    return tuple(
        row.id
        for row in queries.list_to_show(session)
        if row.passes_done == 0
        or row.updated_up_to > 0
        or (now >= _changed_at(row) + SECOND_PASS_AFTER and not queries.is_any_in_flight(session, row))
    )


def claim(session: Session, retraction_id: int, now: datetime) -> bool:
    """Claim a retraction's next batch, so that no other process updates the same messages. False if one does."""
    return once_only_events.claim_event(session, _event(retraction_id), now) is EventClaim.CLAIMED


def read_batch(session: Session, library: Library, retraction_id: int, now: datetime) -> RetractionBatch | None:
    """Return the next messages to update; None if the retraction was erased with its workspace."""
    row = session.get(Retraction, retraction_id)
    if row is None:
        return None
    learner_ids = queries.list_learner_ids(session, row, MAX_LEARNERS_PER_BATCH)
    sent_since = _changed_at(row) if row.passes_done else None
    deliveries = _cut(queries.list_messages(session, row, learner_ids, sent_since))
    up_to = learner_ids[-1] if learner_ids else None
    if len(deliveries) >= MAX_MESSAGES_PER_BATCH:
        up_to = deliveries[-1].learner_id
    shown = [(each, _find_state(session, library, each, now)) for each in deliveries]
    return RetractionBatch(
        row.id,
        _changed_at(row),
        row.passes_done,
        up_to,
        messages=tuple(
            OutdatedMessage(each.team_id, MessageRef(each.channel or "", each.ts or "", each.id), state)
            for each, state in shown
            if state is not None
        ),
        unanswered=tuple(
            (each.learner_id, each.learning_day)
            for each, state in shown
            if state is not None and _was_closed_unanswered(row, each, state)
        ),
    )


def record_batch(session: Session, batch: RetractionBatch, now: datetime) -> None:
    """Record that a batch is done, and release its claim. Nothing else changes if the retraction was changed since."""
    once_only_events.release_event(session, _event(batch.retraction_id))
    row = session.get(Retraction, batch.retraction_id)
    if row is None or (_changed_at(row), row.passes_done) != (batch.changed_at, batch.passes_done):
        return
    for learner_id, day in batch.unanswered:
        streak_days.excuse_days(session, learner_id, [day])
    if batch.up_to is None:
        row.passes_done, row.updated_up_to = row.passes_done + 1, 0
    else:
        row.updated_up_to = batch.up_to


def release(session: Session, retraction_id: int, now: datetime) -> None:
    """Release a claim after a failure: the batch is tried again."""
    once_only_events.release_event(session, _event(retraction_id))


def _cut(deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
    """Return the first messages, all of those of the last learner among them."""
    for count, (this, following) in enumerate(pairwise(deliveries), start=1):
        if count >= MAX_MESSAGES_PER_BATCH and this.learner_id != following.learner_id:
            return deliveries[:count]
    return deliveries


def _find_state(session: Session, library: Library, shown: Delivery, now: datetime) -> LessonState | None:
    """Return what a message must show now; None if its lesson can't be read, as after a downgrade."""
    try:
        return lesson_state.build_lesson_state(session, library, session.get_one(Learner, shown.learner_id), shown, now)
    except UNREADABLE_LESSON_ERRORS:
        return None


def _was_closed_unanswered(row: Retraction, shown: Delivery, state: LessonState) -> bool:
    return (
        shown.kind == DeliveryKindName.LESSON
        and state.retraction is not None
        and state.chosen_option is None
        and not state.reflected
        and shown.sent_at is not None
        and shown.sent_at >= row.at - UNANSWERED_SINCE
    )


def _changed_at(row: Retraction) -> datetime:
    return row.lifted_at or row.at


def _event(retraction_id: int) -> str:
    return f"retraction {retraction_id}"
