"""Changing what decides when a learner's messages come: the one way to do it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from bot.domain.schedule import Kind, shift_at
from bot.learning import planning
from bot.storage import Session, deliveries, workspaces
from bot.storage import due as due_rows
from bot.storage.due import DueLearner
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
        _owe_due(session, learner, now)
    yield
    _carry_copies(session, learner, now)
    _plan(learner, now)


def _owe_due(session: Session, learner: Learner, now: datetime) -> None:
    """Write the rows that have come due since the learner's next time was set; late ones as skipped.

    One that is there already stays as it is: they moved the time or the zone, or asked for it early.
    """
    if learner.next_due_at is None or learner.next_due_at > now:
        return
    values = {name: getattr(learner, name) for name in DueLearner._fields}
    rows, _ = planning.rows_due(DueLearner(**{**values, "schedule": json.dumps(learner.schedule)}), now)
    due_rows.owe(session, rows)


def _carry_copies(session: Session, learner: Learner, now: datetime) -> None:
    """A lesson that was put off to a time at which nothing may be sent any more waits for the next lesson's time.

    For when a pause begins, or the times or the zone have changed.
    """
    preferences = planning.preferences_of(learner)
    for copy in deliveries.planned_copies(session, learner.id):
        shift = shift_at(preferences.schedule, preferences.zone, max(copy.due_at, now))
        if shift is not None and shift.learning_day == copy.learning_day and not planning.is_paused(learner, now):
            copy.expires_at = shift.ends_at
            continue
        copy.state, copy.reason = SendState.SKIPPED, "carried"
        lesson = deliveries.find(session, learner.id, copy.learning_day, Kind.LESSON)
        if lesson is not None:
            lesson.carried = True


def _plan(learner: Learner, now: datetime) -> None:
    """Set when the tick looks at this learner next."""
    due = planning.upcoming(learner, now)
    learner.next_due_at = due.at if due else None
