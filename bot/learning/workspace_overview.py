"""What admins may know of how many people learn, or use a pack: a number that tells nothing about any one of them.

A count that falls by one after somebody deletes everything tells who it was. So people are counted once a week, the
number shown is a multiple of five, and it stays until the count differs by five from what it was when it last changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.disclosure import settle_people
from bot.storage import Session, learners, packs, workspaces
from bot.storage.tables import PackReach, Workspace

PeopleByPack = Mapping[tuple[str, str], int]
"""How many people have answered a lesson of each pack, by scope and slug."""


@dataclass(frozen=True, slots=True)
class WorkspaceOverview:
    """How many people had lessons in a workspace, to the next lower five, and the Monday of the week it was counted in.

    0 means fewer than five. `counted_on` is None before the first count.
    """

    learners: int
    counted_on: date | None


def read_overview(session: Session, team_id: str) -> WorkspaceOverview:
    """Return how many people in this workspace have started, as last counted."""
    workspace = learners.find_workspace(session, team_id)
    if workspace is None:
        return WorkspaceOverview(0, None)
    return WorkspaceOverview(workspace.learners_shown, workspace.counted_on)


def record_weekly_counts(session: Session, now: datetime) -> None:
    """Count the learners of each workspace, unless that was done this week (from Monday, UTC)."""
    monday = _monday(now)
    for workspace in workspaces.list_installed(session):
        if workspace.counted_on is None or workspace.counted_on < monday:
            _count_learners(session, workspace, monday)


def count_people_by_pack(session: Session, now: datetime) -> PeopleByPack | None:
    """Count who has answered a lesson of each pack, by scope and slug; None if that was done this week.

    Reads everyone's answers, so it isn't part of the transaction that stores the counts.
    """
    reaches, monday = packs.list_reaches(session), _monday(now)
    is_done = all(
        (scope, slug) in reaches and reaches[scope, slug].counted_on >= monday
        for scope, versions in packs.find_live_content(session).versions.items()
        for slug in versions
    )
    return None if is_done else packs.count_people_by_pack(session)


def record_pack_counts(session: Session, counts: PeopleByPack, now: datetime) -> None:
    """Store how many people each live pack has reached, from `count_people_by_pack`."""
    reaches, monday = packs.list_reaches(session), _monday(now)
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


def _count_learners(session: Session, workspace: Workspace, monday: date) -> None:
    counted = learners.count_started(session, workspace.team_id)
    workspace.learners_shown, workspace.learners_counted = settle_people(
        counted, None, workspace.learners_shown, workspace.learners_counted
    )
    workspace.counted_on = monday


def _monday(now: datetime) -> date:
    return now.date() - timedelta(days=now.weekday())
