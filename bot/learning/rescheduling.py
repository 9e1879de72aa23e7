"""The one way to change what decides when a learner's messages come."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from bot.domain.schedule import DeliveryKindName, find_shift_at
from bot.learning import planning
from bot.storage import Session, deliveries, workspaces
from bot.storage import due_learners as due_rows
from bot.storage.due_learners import DueLearner
from bot.storage.tables import Learner, SendState


@contextmanager
def reschedule(session: Session, learner: Learner, now: datetime) -> Iterator[None]:
    """Change a learner's state, pause, zone, schedule, or cadence inside this block.

    Before the block, rows are written for what is due by the old times. After it, lessons postponed to a time when
    nothing may be sent move to the next shift, and the next message is planned. If the learner's workspace has left, no
    rows are written, because they don't catch up on what they missed.

    Don't nest blocks: the inner one would write rows by half-changed times.
    """
    if not workspaces.has_left(session, learner.team_id):
        _add_due_deliveries(session, learner, now)
    yield
    _move_postponed_copies(session, learner, now)
    _plan_next_message(learner, now)


def _add_due_deliveries(session: Session, learner: Learner, now: datetime) -> None:
    """Write the rows that have become due since the learner's next due time was set, late ones as skipped.

    An existing row stays as it is: the learner changed the time or the zone, or requested the lesson early.
    """
    if learner.next_due_at is None or learner.next_due_at > now:
        return
    values = {name: getattr(learner, name) for name in DueLearner._fields}
    rows, _ = planning.build_due_deliveries(DueLearner(**{**values, "schedule": json.dumps(learner.schedule)}), now)
    due_rows.insert_deliveries(session, rows)


def _move_postponed_copies(session: Session, learner: Learner, now: datetime) -> None:
    """Move lessons that are postponed to a time when nothing may be sent to the next lesson's time.

    This is needed when a pause begins, or when the times or the zone change.
    """
    preferences = planning.get_preferences(learner)
    for copy in deliveries.lock_planned_copies(session, learner.id):
        shift = find_shift_at(preferences.schedule, preferences.zone, max(copy.due_at, now))
        if shift is not None and shift.learning_day == copy.learning_day and not planning.is_paused(learner, now):
            copy.expires_at = shift.ends_at
            continue
        copy.state, copy.reason = SendState.SKIPPED, "carried"
        lesson = deliveries.find(session, learner.id, copy.learning_day, DeliveryKindName.LESSON)
        if lesson is not None:
            lesson.carried_over = True


def _plan_next_message(learner: Learner, now: datetime) -> None:
    """Set when the tick looks at this learner next."""
    due = planning.find_upcoming_message(learner, now)
    learner.next_due_at = due.due_at if due else None
