"""Reports for admins and leads: what may be said of a workspace or a cohort, week by week, written once.

A week is written after its last night shift is over everywhere (`domain/team.py`). Joining, leaving, and deleting
change only the weeks that are written from then on. A cohort's week counts those who were in it before the week began,
so that nobody can be put into one cohort after another to see what changes.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.disclosure import Share, count_people, find_share
from bot.domain.team import latest_settled_week
from bot.storage import Session, cohorts, workspaces
from bot.storage import figures as queries
from bot.storage.figures import EVERYONE, Group
from bot.storage.tables import WeeklyFigures

LEARNING_WEEKS = 4
"""The weeks that a share of answers covers, the written one included."""

RECALL_DAYS = 28
"""Days since the answer before, from which an answer to a question that came back counts as remembered."""

WEEKS_SHOWN = 26


@dataclass(frozen=True, slots=True)
class WeekReport:
    """What may be said of one week. Numbers of people are at least so many; 0 is too few to say.

    `first_try`, `remembered`: the share of right answers in four weeks, or None if there are too few.
    """

    monday: date
    learning: int
    practiced: int
    wrote: int
    first_try: Share | None
    remembered: Share | None

    @property
    def says_something(self) -> bool:
        """Whether there were enough people for any figure."""
        return bool(self.learning or self.practiced or self.wrote or self.first_try or self.remembered)


@dataclass(frozen=True, slots=True)
class Report:
    """The written weeks of a cohort, or with None of everyone in a workspace, the newest first."""

    cohort: str | None
    weeks: tuple[WeekReport, ...]


def read_report(session: Session, team_id: str) -> Report:
    """Return the report of everyone in a workspace."""
    return Report(None, _list_weeks(session, team_id, EVERYONE))


def build_cohort_report(session: Session, team_id: str, cohort_id: int, name: str) -> Report:
    """Return the report of a cohort. The caller has checked that its reader may see it."""
    return Report(name, _list_weeks(session, team_id, cohort_id))


def list_reports(session: Session, team_id: str) -> tuple[Report, ...]:
    """Return the reports of everyone in a workspace and of its open cohorts."""
    own = (build_cohort_report(session, team_id, each.id, each.name) for each in cohorts.list_open(session, team_id))
    return (read_report(session, team_id), *own)


def record_weekly_figures(session: Session, now: datetime) -> None:
    """Write the newest week that is over of every workspace and open cohort, unless it was written before."""
    monday = latest_settled_week(now)
    before = datetime.combine(monday, time(), UTC)
    for workspace in workspaces.list_installed(session):
        _record(session, Group(workspace.team_id, EVERYONE, before), workspace.learners_shown, monday)
    for cohort in cohorts.list_all_open(session):
        _record(session, Group(cohort.team_id, cohort.id, before), cohort.started_shown, monday)


def _record(session: Session, group: Group, learning: int, monday: date) -> None:
    """Write a week, unless it was written before. `learning`: how many were last said to have started."""
    if not queries.has_week(session, group, monday):
        session.add(_measure(session, group, learning, monday))


def _measure(session: Session, group: Group, learning: int, monday: date) -> WeeklyFigures:
    sunday = monday + timedelta(days=6)
    since = sunday - timedelta(weeks=LEARNING_WEEKS) + timedelta(days=1)
    learners = queries.count_learners(session, group)
    first, recalls = (
        queries.count_first_answers(session, group, since, sunday),
        queries.count_recalls(session, group, since, sunday, RECALL_DAYS),
    )
    first_try = find_share(first.right, first.answers, first.people)
    remembered = find_share(recalls.right, recalls.answers, recalls.people)
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
    )


def _list_weeks(session: Session, team_id: str, cohort_id: int) -> tuple[WeekReport, ...]:
    """Return a group's weeks from the first on of which something can be said."""
    weeks = [_build(row) for row in queries.list_weeks(session, team_id, cohort_id, WEEKS_SHOWN)]
    while weeks and not weeks[-1].says_something:
        weeks.pop()
    return tuple(weeks)


def _build(row: WeeklyFigures) -> WeekReport:
    return WeekReport(
        monday=row.monday,
        learning=row.learning,
        practiced=row.practiced,
        wrote=row.wrote,
        first_try=_share(row.first_percent, row.first_low, row.first_high),
        remembered=_share(row.recalled_percent, row.recalled_low, row.recalled_high),
    )


def _share(percent: int | None, low: int | None, high: int | None) -> Share | None:
    return Share(percent, low, high) if percent is not None and low is not None and high is not None else None
