"""Learners whom Slack deactivates and reactivates. Repeating any of it changes nothing."""

from datetime import datetime

from bot.domain.learner import Person
from bot.learning.rescheduling import reschedule
from bot.storage import Session, learners
from bot.storage.tables import Learner, LearnerState

LEFT_REASON = "left"
"""Why a delivery to someone who left was skipped."""


def deactivate_learner(session: Session, learner_id: int, now: datetime) -> bool:
    """Slack deactivated this person: nothing is planned for them any more. False if that was known.

    What was sent to them and not heard of yet stays as it is, for the reconciler to look up.
    """
    row = session.get(Learner, learner_id)
    if row is None or row.state == LearnerState.LEFT:
        return False
    with reschedule(session, row, now):
        row.state = LearnerState.LEFT
    learners.skip_due_deliveries(session, row.id, LEFT_REASON)
    return True


def reactivate_learner(session: Session, learner_id: int, now: datetime) -> bool:
    """Slack let this person in again; False if we never knew them gone.

    They find Rounds paused, with settings, streak and journal as they were. Not active: accounts are reactivated to
    hand over their mail too, and what they did before they left (a pause for good, say) isn't known any more. Those who
    never pressed *Start* are new again, for a paused learner has.
    """
    row = session.get(Learner, learner_id)
    if row is None or row.state != LearnerState.LEFT:
        return False
    with reschedule(session, row, now):
        row.state = LearnerState.PAUSED if row.started_at else LearnerState.NEW
        row.paused_until, row.paused_by_status = None, False
    return True


def find_whether_gone(session: Session, person: Person) -> tuple[int, bool] | None:
    """The learner that this person is, and whether we take them for gone; None if Rounds hasn't met them."""
    row = learners.find(session, person)
    return (row.id, row.state == LearnerState.LEFT) if row else None
