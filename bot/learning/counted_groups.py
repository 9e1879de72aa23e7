"""The groups that people are counted in: each in one, so that no two figures differ by one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.disclosure import MIN_GROUP
from bot.storage import Session, cohorts
from bot.storage.figures import EVERYONE, Group
from bot.storage.tables import Cohort


@dataclass(frozen=True, slots=True)
class CountedCohort:
    """An open cohort and how many are counted in it (`members`).

    It stands apart if there are enough for figures, or if there were when some were last said of it. Otherwise its
    people are counted with those of their workspace who are in no cohort.
    """

    cohort: Cohort
    organization: str
    members: int

    @property
    def is_apart(self) -> bool:
        """Whether its people are counted in it alone."""
        return self.members >= MIN_GROUP or bool(self.cohort.started_shown or self.cohort.declined_shown)


def list_counted_cohorts(session: Session, before: datetime) -> tuple[CountedCohort, ...]:
    """Return the open cohorts of all workspaces, with those who were added before an instant."""
    found = cohorts.list_all_open(session)
    organizations = cohorts.find_organizations(session, {each.team_id for each in found})
    return tuple(
        CountedCohort(each, organizations[each.team_id], cohorts.count_members(session, each, before)) for each in found
    )


def build_rest(team_id: str, organization: str, counted: Sequence[CountedCohort], before: datetime) -> Group:
    """Return the people of a workspace who are in no cohort that stands apart, here or elsewhere in their Grid."""
    apart = tuple(each.cohort.id for each in counted if each.is_apart and each.organization == organization)
    return Group(team_id, EVERYONE, before, apart)


def list_apart(team_id: str, counted: Sequence[CountedCohort]) -> tuple[CountedCohort, ...]:
    """Return the cohorts of a workspace that stand apart."""
    return tuple(each for each in counted if each.is_apart and each.cohort.team_id == team_id)
