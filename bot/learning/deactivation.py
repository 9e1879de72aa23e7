"""Learners whose accounts Slack deactivates and reactivates. Repeating any of this changes nothing."""

from datetime import datetime

from bot.domain.learner import Person
from bot.learning.rescheduling import reschedule
from bot.storage import Session, learners
from bot.storage.tables import Learner, LearnerState

LEFT_REASON = "left"
"""The reason of deliveries that were skipped because the learner left."""


def deactivate_learner(session: Session, learner_id: int, now: datetime) -> bool:
    """Stop planning for a learner whose account Slack deactivated. Returns False if that was done before.

    Deliveries that were sent without a known outcome stay as they are, for the reconciler to look up.
    """
    row = session.get(Learner, learner_id)
    if row is None or row.state == LearnerState.LEFT:
        return False
    with reschedule(session, row, now):
        row.state = LearnerState.LEFT
    learners.skip_due_deliveries(session, row.id, LEFT_REASON)
    return True


def reactivate_learner(session: Session, learner_id: int, now: datetime) -> bool:
    """Let a learner return whose account Slack reactivated. Returns False if they hadn't left.

    Rounds is paused for them, with settings, streak, and journal as they were. It isn't active, because accounts are
    also reactivated to hand over mail, and the state from before they left (possibly paused) isn't stored. Learners who
    never pressed *Start* are new again, because paused ones count as started.
    """
    row = session.get(Learner, learner_id)
    if row is None or row.state != LearnerState.LEFT:
        return False
    with reschedule(session, row, now):
        row.state = LearnerState.PAUSED if row.started_at else LearnerState.NEW
        row.paused_until, row.paused_by_status = None, False
    return True


def find_whether_gone(session: Session, person: Person) -> tuple[int, bool] | None:
    """Return this person's learner id and whether they are marked as left, or None if they aren't registered."""
    row = learners.find(session, person)
    return (row.id, row.state == LearnerState.LEFT) if row else None
