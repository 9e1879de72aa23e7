"""A workspace installs Rounds, removes it, comes back, and is erased after 30 days.

Its learners keep their state when it leaves; `Workspace.left_at` alone stops what they would get. So everything is
as before when Rounds is installed again. Everything here can be repeated without effect.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.learning.deactivation import LEFT_REASON
from bot.storage import Session, learners, workspaces
from bot.storage.tables import Workspace

WORKSPACE_RETENTION = timedelta(days=30)
"""How long a workspace that left is kept: until then it can come back, and nobody has lost anything."""


ROWS_PER_TRANSACTION = 500
"""Rows changed a transaction, so that nobody's click waits long behind one."""


LEARNERS_ERASED_PER_TRANSACTION = 5
"""Learners erased a transaction: each may have some thousand rows."""


@dataclass(frozen=True, slots=True)
class DepartedWorkspace:
    """A workspace that took Rounds away."""

    team_id: str
    left_at: datetime


def mark_workspace_left(session: Session, team_id: str, now: datetime) -> bool:
    """Nothing is sent to this workspace from now on; False if that was known, or the workspace is not.

    This alone stops the sends, for `claim` looks here; `clear_plans_of_workspace` afterwards takes away what was
    planned.
    """
    row = learners.find_workspace(session, team_id)
    if row is None or row.left_at is not None:
        return False
    row.left_at = now
    return True


def clear_plans_of_workspace(session: Session, team_id: str, limit: int = ROWS_PER_TRANSACTION) -> int:
    """Take away some of what was due or planned in a workspace that left; how many rows (0: all is done)."""
    if not workspaces.has_left(session, team_id):
        return 0  # it came back meanwhile
    skipped = workspaces.skip_due_deliveries(session, team_id, LEFT_REASON, limit)
    return skipped or workspaces.clear_plans(session, team_id, limit)


def list_departed_workspaces(session: Session, before: datetime) -> tuple[DepartedWorkspace, ...]:
    """The workspaces that left by an instant, the longest gone first."""
    return tuple(
        DepartedWorkspace(row.team_id, row.left_at) for row in workspaces.list_left(session, before) if row.left_at
    )


def erase_part_of_workspace(
    session: Session, team_id: str, left_before: datetime, limit: int = LEARNERS_ERASED_PER_TRANSACTION
) -> bool:
    """Erase some of a workspace that left before an instant; whether more of it is left to erase."""
    row = learners.find_workspace(session, team_id)
    if row is None or row.left_at is None or row.left_at > left_before:
        return False
    if workspaces.erase_learners(session, team_id, limit):
        return True
    workspaces.erase_workspace(session, team_id)
    return False


def is_known_workspace(session: Session, team_id: str) -> bool:
    """Whether anything of this workspace is kept."""
    return learners.find_workspace(session, team_id) is not None


def find_bot_user_id(session: Session, team_id: str) -> str | None:
    """The bot's own user id in a workspace, if that is known."""
    row = learners.find_workspace(session, team_id)
    return row.bot_user_id if row else None


def register_workspace(
    session: Session, team_id: str, enterprise_id: str | None, name: str, bot_user_id: str, now: datetime
) -> bool:
    """Know a workspace that installed the bot, or learn its new name; True if it had left, and is back.

    Then all is as before: whoever was active is planned for from now on, and nothing of the meantime is made up for.
    """
    row = learners.find_workspace(session, team_id) or Workspace(
        team_id=team_id, name=name, bot_user_id=bot_user_id, created_at=now
    )
    row.enterprise_id, row.name, row.bot_user_id = enterprise_id, name, bot_user_id
    session.add(row)
    back = row.left_at is not None
    if back:
        row.left_at = None
        workspaces.plan_active_learners(session, team_id, now)
    return back
