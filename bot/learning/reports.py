"""Reports for admins and leads: what may be said of a workspace or a cohort, week by week, written once.

A week is written after its last night shift is over everywhere (`domain/team.py`). Joining, leaving, and deleting
change only the weeks that are written from then on. A cohort's week counts those who were in it before the week began,
so that nobody can be put into one cohort after another to see what changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from bot.domain.disclosure import Counted, Share, count_people, find_part_shares, find_share
from bot.domain.learner import Person
from bot.domain.team import latest_settled_week
from bot.errors import NotFound
from bot.learning.library import Library
from bot.storage import Session, cohorts, workspaces
from bot.storage import figures as queries
from bot.storage.figures import EVERYONE, Group
from bot.storage.tables import WeeklyFigures

LEARNING_WEEKS = 4
"""The weeks that a share of answers covers, the written one included."""

RECALL_DAYS = 28
"""Days since the answer before, from which an answer to a question that came back counts as remembered."""

LONG_RECALL_DAYS = 90
"""The same, for what was remembered longer."""

SKILL_WEEKS = 12
"""The weeks that the shares by skill cover, the written one included."""

STAYED_AFTER_WEEKS = (4, 12, 26)
"""Weeks since the start after which it is counted who still practices."""

MAX_WEEKS = 104
"""Weeks that are kept in sight: two years."""

_TRIED, _LONG = "tried", "remembered_long"
"""Names in `WeeklyFigures.shares`."""


@dataclass(frozen=True, slots=True)
class Stayed:
    """Of those who started so many weeks before a week, or earlier, how many practiced in the four weeks to its end.

    Both are at least so many.
    """

    weeks: int
    started: int
    still_there: int


@dataclass(frozen=True, slots=True)
class WeekReport:
    """What may be said of one week. Numbers of people are at least so many; 0 is too few to say.

    `first_try`, `remembered`, `remembered_long`: the share of right answers in four weeks: at first, and to questions
    that came back after 28 and after 90 days or more. `tried`: the share of steps that people say they tried, of those
    they said something about. `skills`: the share right at first in twelve weeks, by the skill's slug. None, or left
    out, if there are too few.
    """

    monday: date
    learning: int
    practiced: int
    wrote: int
    first_try: Share | None
    remembered: Share | None
    remembered_long: Share | None = None
    tried: Share | None = None
    skills: Mapping[str, Share] = field(default_factory=dict, hash=False)
    stayed: tuple[Stayed, ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether there were enough people for any figure."""
        return bool(self.learning or self.practiced or self.wrote or self.first_try or self.remembered)


class ReportChoice(NamedTuple):
    """A report that somebody may read: a cohort's id and name, or 0 and None for everyone in the workspace."""

    cohort_id: int
    cohort: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """The written weeks of a cohort, or with None of everyone in a workspace, the newest first.

    `cohort_id`: 0 for everyone. `skill_names`: the names of the skills that are taught here, by slug, in their order.
    """

    cohort: str | None
    weeks: tuple[WeekReport, ...]
    cohort_id: int = EVERYONE
    skill_names: Mapping[str, str] = field(default_factory=dict)


def list_choices(session: Session, person: Person, sees_all: bool) -> tuple[ReportChoice, ...]:
    """Return the reports that somebody may read: all of their workspace, or as a lead those of their
    open cohorts."""
    open_cohorts = cohorts.list_open(session, person.team_id)
    own = tuple(ReportChoice(each.id, each.name) for each in open_cohorts if sees_all or each.lead == person.user_id)
    return (ReportChoice(EVERYONE, None), *own) if sees_all else own


def read_chosen(session: Session, library: Library, person: Person, cohort_id: int, sees_all: bool) -> Report:
    """Return a report of `list_choices`. NotFound for any other."""
    choice = next((each for each in list_choices(session, person, sees_all) if each.cohort_id == cohort_id), None)
    if choice is None:
        raise NotFound
    return _build_report(session, library, person.team_id, choice.cohort_id, choice.cohort)


def list_reports(session: Session, library: Library, team_id: str) -> tuple[Report, ...]:
    """Return the reports of everyone in a workspace and of its open cohorts."""
    groups = [(EVERYONE, None), *((each.id, each.name) for each in cohorts.list_open(session, team_id))]
    return tuple(_build_report(session, library, team_id, cohort_id, name) for cohort_id, name in groups)


def record_weekly_figures(session: Session, library: Library, now: datetime) -> None:
    """Write the newest week that is over of every workspace and open cohort, unless it was written before."""
    monday = latest_settled_week(now)
    before = datetime.combine(monday, time(), UTC)
    for workspace in workspaces.list_installed(session):
        _record(session, library, Group(workspace.team_id, EVERYONE, before), workspace.learners_shown, monday)
    for cohort in cohorts.list_all_open(session):
        _record(session, library, Group(cohort.team_id, cohort.id, before), cohort.started_shown, monday)


def _record(session: Session, library: Library, group: Group, learning: int, monday: date) -> None:
    """Write a week, unless it was written before. `learning`: how many were last said to have started."""
    if not queries.has_week(session, group, monday):
        session.add(_measure(session, library, group, learning, monday))


def _measure(session: Session, library: Library, group: Group, learning: int, monday: date) -> WeeklyFigures:
    sunday = monday + timedelta(days=6)
    since = sunday - timedelta(weeks=LEARNING_WEEKS) + timedelta(days=1)
    learners = queries.count_learners(session, group)
    first_try = _find_share(queries.count_first_answers(session, group, since, sunday))
    remembered = _find_share(queries.count_recalls(session, group, since, sunday, RECALL_DAYS))
    others = {
        _TRIED: _find_share(queries.count_steps(session, group, since, sunday)),
        _LONG: _find_share(queries.count_recalls(session, group, since, sunday, LONG_RECALL_DAYS)),
    }
    return WeeklyFigures(
        team_id=group.team_id,
        cohort_id=group.cohort_id,
        monday=monday,
        learning=learning,
        practiced=count_people(queries.count_practiced(session, group, monday, sunday), learners),
        wrote=count_people(queries.count_wrote(session, group, monday, sunday), learners),
        first_percent=first_try.percent if first_try else None,
        first_low=first_try.low if first_try else None,
        first_high=first_try.high if first_try else None,
        recalled_percent=remembered.percent if remembered else None,
        recalled_low=remembered.low if remembered else None,
        recalled_high=remembered.high if remembered else None,
        shares=_write_shares({name: share for name, share in others.items() if share}),
        skills=_write_shares(_measure_skills(session, library, group, sunday)),
        stayed=_measure_stayed(session, group, monday, since),
    )


def _measure_skills(session: Session, library: Library, group: Group, sunday: date) -> dict[str, Share]:
    since = sunday - timedelta(weeks=SKILL_WEEKS) + timedelta(days=1)
    lessons = library.get_workspace_curriculum(session, group.team_id).lessons_by_id
    skills = {
        revision_id: lessons[lesson_id].skill.slug
        for revision_id, lesson_id in queries.list_answered_lessons(session, group, since, sunday).items()
        if lesson_id in lessons
    }
    return find_part_shares(queries.count_first_answers_by(session, group, since, sunday, skills))


def _measure_stayed(session: Session, group: Group, monday: date, since: date) -> dict[str, list[int]]:
    stayed = {}
    for weeks in STAYED_AFTER_WEEKS:
        started_by = datetime.combine(monday - timedelta(weeks=weeks), time(), UTC)
        started, still_there = queries.count_stayed(session, group, started_by, since, monday + timedelta(days=6))
        if count_people(started, None):
            stayed[str(weeks)] = [count_people(started, None), count_people(still_there, started)]
    return stayed


def _find_share(counted: Counted) -> Share | None:
    return find_share(counted.right, counted.answers, counted.people)


def _build_report(session: Session, library: Library, team_id: str, cohort_id: int, name: str | None) -> Report:
    """Return a group's weeks from the first on of which something can be said."""
    weeks = [_build(row) for row in queries.list_weeks(session, team_id, cohort_id, MAX_WEEKS)]
    while weeks and not weeks[-1].says_something:
        weeks.pop()
    skills = library.get_workspace_curriculum(session, team_id).skills
    return Report(name, tuple(weeks), cohort_id, {skill.slug: skill.name for skill in skills})


def _build(row: WeeklyFigures) -> WeekReport:
    shares = _read_shares(row.shares)
    return WeekReport(
        monday=row.monday,
        learning=row.learning,
        practiced=row.practiced,
        wrote=row.wrote,
        first_try=_share(row.first_percent, row.first_low, row.first_high),
        remembered=_share(row.recalled_percent, row.recalled_low, row.recalled_high),
        remembered_long=shares.get(_LONG),
        tried=shares.get(_TRIED),
        skills=_read_shares(row.skills),
        stayed=tuple(Stayed(int(weeks), *counts) for weeks, counts in row.stayed.items()),
    )


def _write_shares(shares: Mapping[str, Share]) -> dict[str, list[int]]:
    return {name: [share.percent, share.low, share.high] for name, share in shares.items()}


def _read_shares(written: Mapping[str, Sequence[int]]) -> dict[str, Share]:
    return {name: Share(*numbers) for name, numbers in written.items()}


def _share(percent: int | None, low: int | None, high: int | None) -> Share | None:
    return Share(percent, low, high) if percent is not None and low is not None and high is not None else None
