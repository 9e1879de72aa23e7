"""Reports for admins and leads: what may be said of a workspace or a cohort, week by week (`weekly_figures.py`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from bot.domain.disclosure import Share
from bot.domain.learner import Person
from bot.errors import NotFound
from bot.learning.library import Library
from bot.learning.ready_shares import READY
from bot.learning.weekly_figures import REMEMBERED_LONG, TRIED
from bot.storage import Session, cohorts
from bot.storage import figures as queries
from bot.storage.figures import EVERYONE
from bot.storage.tables import WeeklyFigures

MAX_WEEKS = 104
"""Weeks that are kept in sight: two years."""


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
    they said something about. `ready`: the share of those who feel ready, by weeks since their start, of the answers
    counted until then. `skills`: the share right at first in twelve weeks, by the skill's slug. None, or left out, if
    there are too few.
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
    ready: Mapping[int, Share] = field(default_factory=dict, hash=False)

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
    """Return the reports that somebody may read: all of their workspace, or as a lead those of their open cohorts."""
    open_cohorts = cohorts.list_open(session, person.team_id)
    own = tuple(ReportChoice(each.id, each.name) for each in open_cohorts if sees_all or each.lead == person.user_id)
    return (ReportChoice(EVERYONE, None), *own) if sees_all else own


def read_chosen(session: Session, library: Library, person: Person, cohort_id: int, sees_all: bool) -> Report:
    """Return a report of those that somebody may read. NotFound for any other."""
    return read_report(session, library, person.team_id, list_choices(session, person, sees_all), cohort_id)


def read_report(
    session: Session, library: Library, team_id: str, choices: Sequence[ReportChoice], cohort_id: int
) -> Report:
    """Return a report of a workspace that is among what its reader may choose. NotFound for any other."""
    choice = next((each for each in choices if each.cohort_id == cohort_id), None)
    if choice is None:
        raise NotFound
    return _build_report(session, library, team_id, choice.cohort_id, choice.cohort)


def list_reports(session: Session, library: Library, team_id: str) -> tuple[Report, ...]:
    """Return the reports of everyone in a workspace and of its open cohorts."""
    groups = [(EVERYONE, None), *((each.id, each.name) for each in cohorts.list_open(session, team_id))]
    return tuple(_build_report(session, library, team_id, cohort_id, name) for cohort_id, name in groups)


def _build_report(session: Session, library: Library, team_id: str, cohort_id: int, name: str | None) -> Report:
    """Return a group's weeks from the first on of which something can be said."""
    weeks = [_build(row) for row in queries.list_weeks(session, team_id, cohort_id, MAX_WEEKS)]
    while weeks and not weeks[-1].says_something:
        weeks.pop()
    skills = library.get_workspace_curriculum(session, team_id).skills
    return Report(name, tuple(weeks), cohort_id, {skill.slug: skill.name for skill in skills})


def _build(row: WeeklyFigures) -> WeekReport:
    said = (REMEMBERED_LONG, TRIED, *READY.values())
    shares = _read_shares({name: row.shares[name] for name in said if name in row.shares})
    return WeekReport(
        monday=row.monday,
        learning=row.learning,
        practiced=row.practiced,
        wrote=row.wrote,
        first_try=_share(row.first_percent, row.first_low, row.first_high),
        remembered=_share(row.recalled_percent, row.recalled_low, row.recalled_high),
        remembered_long=shares.get(REMEMBERED_LONG),
        tried=shares.get(TRIED),
        skills=_read_shares(row.skills),
        stayed=tuple(Stayed(int(weeks), *counts) for weeks, counts in row.stayed.items()),
        ready={weeks: shares[name] for weeks, name in READY.items() if name in shares},
    )


def _read_shares(written: Mapping[str, Sequence[int]]) -> dict[str, Share]:
    return {name: Share(*numbers) for name, numbers in written.items()}


def _share(percent: int | None, low: int | None, high: int | None) -> Share | None:
    return Share(percent, low, high) if percent is not None and low is not None and high is not None else None
