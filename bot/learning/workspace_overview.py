"""What admins may know: counts, and no count that tells on fewer than five people."""

from dataclasses import dataclass

from bot.domain.team import MIN_PEOPLE_COUNTED
from bot.storage import Session, learners


@dataclass(frozen=True, slots=True)
class WorkspaceOverview:
    """How many people learn in a workspace; None stands for fewer than five."""

    learners: int | None


def read_overview(session: Session, team_id: str) -> WorkspaceOverview:
    """How many people of this workspace have started."""
    count = learners.count_started(session, team_id)
    return WorkspaceOverview(learners=count if count >= MIN_PEOPLE_COUNTED else None)
