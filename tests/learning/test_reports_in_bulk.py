"""The two years that `make bench ARGS=report` writes in bulk are what the weekly job would have left."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import delete, select

from bot.domain.cohort import CohortDraft
from bot.domain.learner import Person
from bot.learning import cohorts, weekly_figures, workspace_overview
from bot.learning.library import Library
from bot.storage import Session, Store
from bot.storage import cohorts as cohort_queries
from bot.storage.tables import WeeklyFigures
from bot.storage.tables.base import get_table
from tests.bench import crowd, two_years

TEAM, PEOPLE, MONDAY = "T0", 40, date(2026, 3, 2)
NOW = datetime(2026, 3, 10, 13, tzinfo=UTC)
BEGAN = NOW - timedelta(weeks=40)


def put_in(session: Session, cohort_id: int) -> None:
    cohort = cohort_queries.find(session, TEAM, cohort_id)
    assert cohort is not None
    cohort_queries.put_in(session, cohort, [f"U{number}" for number in range(PEOPLE // 2)], BEGAN, may_move=False)


def write_week(store: Store, library: Library, now: datetime) -> None:
    """What the housekeeping does once a week."""
    store.run(cohorts.record_weekly_counts, now)
    store.run(workspace_overview.record_weekly_counts, now)
    store.run(weekly_figures.record_weekly_figures, library, now)


def read_weeks(session: Session) -> list[dict[str, object]]:
    """All that is written of the weeks. Of skills only whether any is shown: which of them can be differs by chance."""
    figures = get_table(WeeklyFigures)
    ordered = select(figures).order_by(figures.c.cohort_id, figures.c.monday)
    return [dict(row) | {"skills": bool(row["skills"])} for row in session.connection().execute(ordered).mappings()]


def test_copied_weeks_are_those_that_the_weekly_job_writes(store: Store) -> None:
    library = Library()
    crowd.open_hospital(store, 1, NOW)
    crowd.enrol(store, PEOPLE, 1, NOW, lambda _number: {"created_at": BEGAN, "started_at": BEGAN})
    cohort = store.run(
        cohorts.start_cohort, library, Person(TEAM, "U0ADMIN"), CohortDraft("Nurses", BEGAN.date()), BEGAN
    )
    store.run(put_in, cohort.id)
    store.run(two_years.write_years, TEAM, MONDAY, 16)
    write_week(store, library, NOW)
    store.run(two_years.copy_week, MONDAY, 2)
    copied = store.read(read_weeks).result()

    store.run(lambda session: session.connection().execute(delete(WeeklyFigures)) and None)
    for weeks in (1, 0):
        write_week(store, library, NOW - timedelta(weeks=weeks))

    assert copied == store.read(read_weeks).result()
    assert len(copied) == 2 * 3, "two workspaces and a cohort"
