"""Leaving, and coming back: a workspace that takes Rounds away, and a person whom Slack deactivates.

A workspace's learners stay what they are when it leaves, and `Workspace.left_at` alone stops what they would get. So
when Rounds is installed again, all is as before. Everything here can be done twice, and changes nothing then.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.learner import Person
from bot.learning.rescheduling import reschedule
from bot.storage import Session, learners, workspaces
from bot.storage.tables import Learner, LearnerState

LEFT = "left"
"""Why a delivery to someone who left was skipped."""

KEPT = timedelta(days=30)
"""How long a workspace that left is kept: until then it can come back, and nobody has lost anything."""

BATCH = 500
"""Rows changed a transaction, so that nobody's click waits long behind one."""

ERASED_AT_ONCE = 5
"""Learners erased a transaction: each may have some thousand rows."""


@dataclass(frozen=True, slots=True)
class Departed:
    """A workspace that took Rounds away."""

    team_id: str
    left_at: datetime


def leave(session: Session, team_id: str, now: datetime) -> bool:
    """Nothing is sent to this workspace from now on; False if that was known, or the workspace is not.

    This alone stops the sends, for `claim` looks here; `clear_out` afterwards takes away what was planned.
    """
    row = learners.workspace(session, team_id)
    if row is None or row.left_at is not None:
        return False
    row.left_at = now
    return True


def clear_out(session: Session, team_id: str, limit: int = BATCH) -> int:
    """Take away some of what was due or planned in a workspace that left; how many rows (0: all is done)."""
    if not workspaces.has_left(session, team_id):
        return 0  # it came back meanwhile
    skipped = workspaces.skip_due(session, team_id, LEFT, limit)
    return skipped or workspaces.unplan(session, team_id, limit)


def departed(session: Session, before: datetime) -> tuple[Departed, ...]:
    """The workspaces that left by an instant, the longest gone first."""
    return tuple(Departed(row.team_id, row.left_at) for row in workspaces.that_left(session, before) if row.left_at)


def erase(session: Session, team_id: str, left_before: datetime, limit: int = ERASED_AT_ONCE) -> bool:
    """Erase some of a workspace that left before an instant; whether more of it is left to erase."""
    row = learners.workspace(session, team_id)
    if row is None or row.left_at is None or row.left_at > left_before:
        return False
    if workspaces.erase_learners(session, team_id, limit):
        return True
    workspaces.erase(session, team_id)
    return False


def is_known(session: Session, team_id: str) -> bool:
    """Whether anything of this workspace is kept."""
    return learners.workspace(session, team_id) is not None


def deactivate(session: Session, learner_id: int, now: datetime) -> bool:
    """Slack deactivated this person: nothing is planned for them any more. False if that was known.

    What was sent to them and not heard of yet stays as it is, for the reconciler to look up.
    """
    row = session.get(Learner, learner_id)
    if row is None or row.state == LearnerState.LEFT:
        return False
    with reschedule(session, row, now):
        row.state = LearnerState.LEFT
    learners.skip_due(session, row.id, LEFT)
    return True


def reactivate(session: Session, learner_id: int, now: datetime) -> bool:
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


def is_gone(session: Session, person: Person) -> tuple[int, bool] | None:
    """The learner that this person is, and whether we take them for gone; None if Rounds hasn't met them."""
    row = learners.find(session, person)
    return (row.id, row.state == LearnerState.LEFT) if row else None


def bot_user_id(session: Session, team_id: str) -> str | None:
    """The bot's own user id in a workspace, if that is known."""
    row = learners.workspace(session, team_id)
    return row.bot_user_id if row else None
