"""What happens when a workspace installs Rounds, removes it, comes back, or is erased after 30 days.

Its learners keep their state when it leaves; only `Workspace.left_at` stops their messages. Installing Rounds again
therefore restores everything. Everything in this module can be repeated safely.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.learning import trial_course
from bot.learning.deactivation import LEFT_REASON
from bot.storage import Session, learners, workspaces
from bot.storage.tables import Workspace

WORKSPACE_RETENTION = timedelta(days=30)
"""How long the data of a workspace that left is kept. Until then it can come back without losing anything."""


PLANS_CLEARED_PER_TRANSACTION = 500
"""How many rows one transaction changes, so that clicks don't wait long behind it."""


LEARNERS_ERASED_PER_TRANSACTION = 5
"""How many learners one transaction erases. Each may have thousands of rows."""


@dataclass(frozen=True, slots=True)
class DepartedWorkspace:
    """A workspace that removed Rounds."""

    team_id: str
    left_at: datetime


def mark_workspace_left(session: Session, team_id: str, now: datetime) -> bool:
    """Stop sending to this workspace. Returns False if it had left already or is unknown.

    This alone stops sends, because `claim` checks it. `clear_plans_of_workspace` then removes what was planned.
    """
    row = learners.find_workspace(session, team_id)
    if row is None or row.left_at is not None:
        return False
    row.left_at = now
    return True


def clear_plans_of_workspace(session: Session, team_id: str, limit: int = PLANS_CLEARED_PER_TRANSACTION) -> int:
    """Remove some of what was due or planned in a workspace that left. Returns the number of rows; 0 means done."""
    if not workspaces.has_left(session, team_id):
        return 0  # it came back in the meantime
    skipped = workspaces.skip_due_deliveries(session, team_id, LEFT_REASON, limit)
    return skipped or workspaces.unschedule_learners(session, team_id, limit)


def list_departed_workspaces(session: Session, before: datetime) -> tuple[DepartedWorkspace, ...]:
    """Return the workspaces that left by an instant, the longest gone first."""
    return tuple(
        DepartedWorkspace(row.team_id, row.left_at) for row in workspaces.list_left(session, before) if row.left_at
    )


def erase_part_of_workspace(
    session: Session, team_id: str, left_before: datetime, limit: int = LEARNERS_ERASED_PER_TRANSACTION
) -> bool:
    """Erase some of a workspace that left before an instant. Returns whether more is left to erase."""
    row = learners.find_workspace(session, team_id)
    if row is None or row.left_at is None or row.left_at > left_before:
        return False
    if workspaces.erase_learners(session, team_id, limit):
        return True
    if trial_course.end_parts_of_workspace(session, team_id):
        return True
    workspaces.erase_workspace(session, team_id)
    return False


def is_known_workspace(session: Session, team_id: str) -> bool:
    """Return whether this workspace has a row."""
    return learners.find_workspace(session, team_id) is not None


def find_bot_user_id(session: Session, team_id: str) -> str | None:
    """Return the bot's user id in a workspace, or None if it is unknown."""
    row = learners.find_workspace(session, team_id)
    return row.bot_user_id if row else None


def register_workspace(
    session: Session, team_id: str, enterprise_id: str | None, name: str, bot_user_id: str, now: datetime
) -> bool:
    """Save a workspace that installed the bot, or its new name. Returns True if it had left and is back.

    A workspace that is back continues as before: active learners are planned for from now on, without what they missed.
    """
    row = learners.find_workspace(session, team_id) or Workspace(
        team_id=team_id, name=name, bot_user_id=bot_user_id, created_at=now
    )
    row.enterprise_id, row.name, row.bot_user_id = enterprise_id, name, bot_user_id
    session.add(row)
    back = row.left_at is not None
    if back:
        row.left_at = None
        workspaces.schedule_active_learners(session, team_id, now)
    return back
