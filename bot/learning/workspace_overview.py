"""What admins may know: counts of at least five people."""

from dataclasses import dataclass

from bot.domain.team import MIN_PEOPLE_COUNTED
from bot.storage import Session, learners


@dataclass(frozen=True, slots=True)
class WorkspaceOverview:
    """How many people have lessons in a workspace, or None if fewer than five."""

    learners: int | None


def read_overview(session: Session, team_id: str) -> WorkspaceOverview:
    """Return how many people in this workspace have started."""
    count = learners.count_started(session, team_id)
    return WorkspaceOverview(learners=count if count >= MIN_PEOPLE_COUNTED else None)
