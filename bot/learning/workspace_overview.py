"""What admins may know of how many people learn, or use a pack: a number that tells nothing about any one of them.

A count that falls by one after somebody deletes everything tells who it was. So people are counted once a week, the
number shown is a multiple of five, and it stays until the count differs by five from what it was when it last changed.

A workspace's number is added up from what its cohorts' leads are told and from those in no cohort, of whom at least
five more are known: two numbers that differ by one person would tell on that person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from bot.domain.disclosure import settle_people, settle_rest
from bot.domain.weeks import find_monday
from bot.learning.counted_groups import CountedCohort, build_rest, list_apart, list_counted_cohorts
from bot.storage import Session, figures, learners, packs, workspaces
from bot.storage.tables import PackReach, Workspace

PeopleByPack = Mapping[tuple[str, str], int]
"""How many people have answered a lesson of each pack, by scope and slug."""


@dataclass(frozen=True, slots=True)
class WorkspaceOverview:
    """How many people at least have started in a workspace, and the Monday of the week they were counted in.

    A multiple of five; 0 is too few, or too few others. `counted_on` is None before the first count.
    """

    learners: int
    counted_on: date | None


def read_overview(session: Session, team_id: str) -> WorkspaceOverview:
    """Return how many people in this workspace have started at least, as last counted."""
    workspace = learners.find_workspace(session, team_id)
    if workspace is None:
        return WorkspaceOverview(0, None)
    return WorkspaceOverview(workspace.learners_shown, workspace.counted_on)


def record_weekly_counts(session: Session, now: datetime) -> None:
    """Count the learners of each workspace, unless that was done this week (from Monday, UTC).

    Cohorts are counted first (`cohorts.record_weekly_counts`).
    """
    monday = find_monday(now.date())
    due = [each for each in workspaces.list_installed(session) if each.counted_on is None or each.counted_on < monday]
    if due:
        counted = list_counted_cohorts(session, datetime.combine(monday, time(), UTC))
        for workspace in due:
            _count_learners(session, workspace, counted, monday)


def count_people_by_pack(session: Session, now: datetime) -> PeopleByPack | None:
    """Count who has answered a lesson of each pack, by scope and slug; None if that was done this week.

    Reads everyone's answers, so it isn't part of the transaction that stores the counts.
    """
    reaches, monday = packs.list_reaches(session), find_monday(now.date())
    is_done = all(
        (scope, slug) in reaches and reaches[scope, slug].counted_on >= monday
        for scope, versions in packs.find_live_content(session).versions.items()
        for slug in versions
    )
    return None if is_done else packs.count_people_by_pack(session)


def record_pack_counts(session: Session, counts: PeopleByPack, now: datetime) -> None:
    """Store how many people each live pack has reached, from `count_people_by_pack`."""
    reaches, monday = packs.list_reaches(session), find_monday(now.date())
    for scope, versions in packs.find_live_content(session).versions.items():
        for slug in versions:
            reach = reaches.get((scope, slug)) or PackReach(
                scope=scope, slug=slug, people_shown=0, people_counted=0, counted_on=monday
            )
            reach.people_shown, reach.people_counted = settle_people(
                counts.get((scope, slug), 0), None, reach.people_shown, reach.people_counted
            )
            reach.counted_on = monday
            session.add(reach)


def _count_learners(session: Session, workspace: Workspace, counted: Sequence[CountedCohort], monday: date) -> None:
    organization = workspace.enterprise_id or workspace.team_id
    rest = build_rest(workspace.team_id, organization, counted, datetime.combine(monday, time(), UTC))
    shown, workspace.learners_counted = settle_rest(
        figures.count_learners(session, rest), figures.count_known(session, rest), workspace.learners_counted
    )
    workspace.learners_shown = shown + sum(each.cohort.started_shown for each in list_apart(workspace.team_id, counted))
    workspace.counted_on = monday
