"""What admins may know: counts, and no count that tells on fewer than five people."""

from dataclasses import dataclass

from bot.domain.team import FEWEST
from bot.storage import Session, learners


@dataclass(frozen=True, slots=True)
class Overview:
    """How many people learn in a workspace; None stands for fewer than five."""

    learners: int | None


def overview(session: Session, team_id: str) -> Overview:
    """How many people of this workspace have started."""
    count = learners.count_active(session, team_id)
    return Overview(learners=count if count >= FEWEST else None)
