"""The figures of a cohort for its lead, who asked for them: on the first Monday of a month, at 9:00 AM where they are.

They are sent at most once: what was sent is recorded before (decision 12). They aren't deliveries, because leads may
not be learners, and may lead several cohorts.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.formats import DEFAULT_FORMATS, Formats
from bot.domain.learner import Person
from bot.learning import cohorts, enrollment, reports
from bot.learning.library import Library
from bot.learning.reports import Report
from bot.storage import Session, learners
from bot.storage import cohorts as queries
from bot.storage.tables import Cohort, LearnerState

HOURS = range(9, 17)
"""Local hours in which figures are sent: at 9:00, or later on the same day if something is down."""

DAYS_LATE = 4
"""Days after the first Monday on which they are still sent, to leads who have had some before."""

WEEKS_SHOWN = 5
"""The newest weeks, which cover a month."""


@dataclass(frozen=True, slots=True)
class MonthlyFigures:
    """What to send to a lead. `sent_before`: the Monday for which they got figures before, if they did."""

    person: Person
    cohort_id: int
    name: str
    report: Report
    sent_before: date | None
    formats: Formats = DEFAULT_FORMATS


def set_wish(session: Session, person: Person, cohort_id: int, is_wanted: bool) -> str:
    """Send a cohort's lead its figures each month, or no longer. Return the cohort's name. NotFound for others."""
    cohort = cohorts.get_open(session, person, cohort_id, is_admin=False, locked=True)
    cohort.sends_figures = is_wanted
    return cohort.name


def claim_monthly_figures(session: Session, library: Library, now: datetime) -> tuple[MonthlyFigures, ...]:
    """Return the figures to send now. They count as sent until `release_monthly_figures` is called.

    While there is nothing to say of a cohort, its lead is told so once.
    """
    claimed = []
    for cohort, workspace in queries.list_wanting_figures(session):
        person = Person(cohort.team_id, str(cohort.lead), workspace.enterprise_id)
        monday = _find_monday(session, cohort, person, now)
        if monday is None or cohort.figures_sent_on == monday:
            continue
        figures = _build(session, library, cohort, person)
        cohort.figures_sent_on = monday
        if figures.report.weeks or figures.sent_before is None:
            claimed.append(figures)
    return tuple(claimed)


def release_monthly_figures(session: Session, figures: MonthlyFigures) -> None:
    """Record that figures certainly didn't arrive, so that they are sent in the next hour."""
    cohort = queries.find(session, figures.person.team_id, figures.cohort_id)
    if cohort is not None:
        cohort.figures_sent_on = figures.sent_before


def _build(session: Session, library: Library, cohort: Cohort, person: Person) -> MonthlyFigures:
    report = reports.read_chosen(session, library, person, cohort.id, sees_all=False)
    return MonthlyFigures(
        person=person,
        cohort_id=cohort.id,
        name=cohort.name,
        report=replace(report, weeks=report.weeks[:WEEKS_SHOWN]),
        sent_before=cohort.figures_sent_on,
        formats=enrollment.read_formats(session, person),
    )


def _find_monday(session: Session, cohort: Cohort, person: Person, now: datetime) -> date | None:
    """Return the Monday for which a lead is sent figures now, or None if it isn't the time."""
    known = learners.find_id_state_and_zone(session, person)
    if known is not None and known[1] == LearnerState.LEFT:
        return None
    local = now.astimezone(enrollment.read_zone(session, person))
    first = local.date().replace(day=1)
    monday = first + timedelta(days=-first.weekday() % 7)
    days_late = (local.date() - monday).days
    most = 0 if cohort.figures_sent_on is None else DAYS_LATE
    return monday if 0 <= days_late <= most and local.hour in HOURS else None
