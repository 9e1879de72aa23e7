"""Changing what decides when a learner's messages come: the one way to do it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from bot.learning import planning
from bot.storage import Session, workspaces
from bot.storage.tables import Learner


@contextmanager
def reschedule(session: Session, learner: Learner, now: datetime) -> Iterator[None]:
    """Change a learner's state, pause, zone, schedule or cadence inside this block.

    What fell due a moment ago is written down first, by the times that held until now. After the block a lesson that
    was put off to a time when nothing can be sent anymore waits for the next shift, and the next message is planned.
    Nothing is written down for a learner whose workspace has left: they don't make up for what they missed meanwhile.

    Blocks must not be nested: the inner one would write down what is due by half-changed times.
    """
    if not workspaces.has_left(session, learner.team_id):
        planning.owe_due(session, learner, now)
    yield
    planning.carry_copies(session, learner, now)
    planning.plan(learner, now)
