"""Changing what decides when a learner's messages come: the one way to do it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from bot.domain.schedule import DeliveryKind, find_shift_at
from bot.learning import planning
from bot.storage import Session, deliveries, workspaces
from bot.storage import due_learners as due_rows
from bot.storage.due_learners import DueLearner
from bot.storage.tables import Learner, SendState


@contextmanager
def reschedule(session: Session, learner: Learner, now: datetime) -> Iterator[None]:
    """Change a learner's state, pause, zone, schedule or cadence inside this block.

    What fell due a moment ago is written down first, by the times that held until now. After the block a lesson that
    was put off to a time when nothing can be sent anymore waits for the next shift, and the next message is planned.
    Nothing is written down for a learner whose workspace has left: they don't make up for what they missed meanwhile.

    Blocks must not be nested: the inner one would write down what is due by half-changed times.
    """
    if not workspaces.has_left(session, learner.team_id):
        _add_due_deliveries(session, learner, now)
    yield
    _move_postponed_copies(session, learner, now)
    _plan_next_message(learner, now)


def _add_due_deliveries(session: Session, learner: Learner, now: datetime) -> None:
    """Write the rows that have come due since the learner's next time was set; late ones as skipped.

    One that is there already stays as it is: they moved the time or the zone, or asked for it early.
    """
    if learner.next_due_at is None or learner.next_due_at > now:
        return
    values = {name: getattr(learner, name) for name in DueLearner._fields}
    rows, _ = planning.build_due_deliveries(DueLearner(**{**values, "schedule": json.dumps(learner.schedule)}), now)
    due_rows.insert_deliveries(session, rows)


def _move_postponed_copies(session: Session, learner: Learner, now: datetime) -> None:
    """A lesson that was put off to a time at which nothing may be sent any more waits for the next lesson's time.

    For when a pause begins, or the times or the zone have changed.
    """
    preferences = planning.get_preferences(learner)
    for copy in deliveries.lock_planned_copies(session, learner.id):
        shift = find_shift_at(preferences.schedule, preferences.zone, max(copy.due_at, now))
        if shift is not None and shift.learning_day == copy.learning_day and not planning.is_paused(learner, now):
            copy.expires_at = shift.ends_at
            continue
        copy.state, copy.reason = SendState.SKIPPED, "carried"
        lesson = deliveries.find(session, learner.id, copy.learning_day, DeliveryKind.LESSON)
        if lesson is not None:
            lesson.carried_over = True


def _plan_next_message(learner: Learner, now: datetime) -> None:
    """Set when the tick looks at this learner next."""
    due = planning.find_upcoming_message(learner, now)
    learner.next_due_at = due.due_at if due else None
