"""Leads get the figures each month if they wish: on the first Monday at 9:00 AM where they are, once."""

from datetime import date, timedelta

import pytest

from bot.domain.cohort import CohortDraft, CohortEdit
from bot.domain.learner import Person
from bot.errors import NotFound
from bot.learning import cohort_changes, cohorts, deactivation, monthly_figures, privacy, workspace_lifecycle
from bot.learning.cohorts import CohortView
from bot.learning.monthly_figures import MonthlyFigures
from bot.storage import Session
from bot.storage.tables import WeeklyFigures
from tests.builders import TEAM
from tests.learning.test_cohorts import ADMIN, LEAD, start
from tests.ward import Ward

BOSTON_LEAD = Person(TEAM, "U0BOSTON")


@pytest.fixture
def ward(ward: Ward) -> Ward:
    """A ward in February, with a lead in London."""
    ward.clock.set("2026-02-10 10:00")
    ward.meet(LEAD)
    return ward


def begin(ward: Ward, lead: Person = LEAD, name: str = "Spring managers") -> CohortView:
    """A cohort whose lead wants the figures."""
    cohort = start(ward, CohortDraft(name, date(2026, 2, 16), lead=lead.user_id))
    ward.run(monthly_figures.set_wish, lead, cohort.id, True)
    return cohort


def write_weeks(ward: Ward, cohort: CohortView, *mondays: date) -> None:
    def write(session: Session) -> None:
        for monday in mondays:
            session.add(
                WeeklyFigures(team_id=TEAM, cohort_id=cohort.id, monday=monday, learning=15, practiced=10, wrote=5)
            )

    ward.run(write)


def claim(ward: Ward, at: str) -> list[MonthlyFigures]:
    ward.clock.set(at)
    return list(ward.run(monthly_figures.claim_monthly_figures, ward.library, ward.clock()))


def times(ward: Ward, first: str, hours: int) -> list[str]:
    """The hours, from one on, at which somebody is sent figures."""
    ward.clock.set(first)
    found = []
    for _ in range(hours):
        found += [
            f"{ward.clock():%m-%d %H}"
            for _each in ward.run(monthly_figures.claim_monthly_figures, ward.library, ward.clock())
        ]
        ward.clock.advance(hours=1)
    return found


def test_they_come_on_the_first_monday_of_each_month_at_nine(ward: Ward) -> None:
    cohort = begin(ward)
    write_weeks(ward, cohort, date(2026, 2, 16))

    assert times(ward, "2026-02-10 10:00", 24 * 75) == ["03-02 09", "04-06 08"], "summer time in April"


def test_they_come_at_nine_where_the_lead_is(ward: Ward) -> None:
    ward.meet(BOSTON_LEAD, tz="America/New_York")
    write_weeks(ward, begin(ward, BOSTON_LEAD), date(2026, 2, 16))

    assert times(ward, "2026-03-01 00:00", 72) == ["03-02 14"]


def test_they_are_what_the_report_shows_of_the_last_weeks(ward: Ward) -> None:
    cohort = begin(ward)
    mondays = [date(2026, 1, 5) + timedelta(weeks=week) for week in range(8)]
    write_weeks(ward, cohort, *mondays)

    [figures] = claim(ward, "2026-03-02 09:00")

    assert (figures.person, figures.name) == (LEAD, "Spring managers")
    assert [each.monday for each in figures.report.weeks] == mondays[:-6:-1]


def test_that_there_is_nothing_to_say_is_said_once(ward: Ward) -> None:
    cohort = begin(ward)

    [figures] = claim(ward, "2026-03-02 09:00")
    assert figures.report.weeks == ()
    assert claim(ward, "2026-04-06 09:00") == []
    write_weeks(ward, cohort, date(2026, 4, 6))
    [figures] = claim(ward, "2026-05-04 09:00")
    assert len(figures.report.weeks) == 1


def test_what_is_down_on_monday_comes_later_in_working_hours_and_only_that_week(ward: Ward) -> None:
    write_weeks(ward, begin(ward), date(2026, 2, 16))
    assert len(claim(ward, "2026-03-02 16:00")) == 1

    assert claim(ward, "2026-04-06 17:00") == []
    assert claim(ward, "2026-04-07 08:59") == []
    assert len(claim(ward, "2026-04-07 09:00")) == 1
    assert claim(ward, "2026-05-09 10:00") == []


def test_whoever_asks_for_them_later_in_the_week_waits_for_the_next_month(ward: Ward) -> None:
    ward.clock.set("2026-03-03 10:00")
    write_weeks(ward, begin(ward), date(2026, 2, 16))

    assert times(ward, "2026-03-03 10:00", 24 * 20) == []


def test_what_surely_didnt_arrive_comes_an_hour_later(ward: Ward) -> None:
    begin(ward)
    [figures] = claim(ward, "2026-03-02 09:00")

    ward.run(monthly_figures.release_monthly_figures, figures)

    assert claim(ward, "2026-03-02 10:00") == [figures]
    assert claim(ward, "2026-03-02 11:00") == []


def test_each_cohort_of_a_lead_has_its_own(ward: Ward) -> None:
    begin(ward)
    begin(ward, name="Fall managers")

    assert {each.name for each in claim(ward, "2026-03-02 09:00")} == {"Spring managers", "Fall managers"}


def test_only_the_lead_switches_them_and_switching_them_off_ends_them(ward: Ward) -> None:
    cohort = begin(ward)
    for person in (ADMIN, Person("T0OTHER", LEAD.user_id)):
        with pytest.raises(NotFound):
            ward.run(monthly_figures.set_wish, person, cohort.id, True)

    assert ward.run(monthly_figures.set_wish, LEAD, cohort.id, False) == "Spring managers"

    assert claim(ward, "2026-03-02 09:00") == []


def test_another_lead_gets_none_until_they_ask(ward: Ward) -> None:
    cohort = begin(ward)
    ward.meet(BOSTON_LEAD, tz="Europe/London")
    shown = CohortDraft("Spring managers", date(2026, 2, 16), lead=LEAD.user_id)
    edit = CohortEdit(shown, CohortDraft("Spring managers", date(2026, 2, 16), lead=BOSTON_LEAD.user_id))
    ward.run(cohort_changes.change_cohort, ward.library, ADMIN, cohort.id, edit, True, ward.clock())

    assert claim(ward, "2026-03-02 09:00") == []
    ward.run(monthly_figures.set_wish, BOSTON_LEAD, cohort.id, True)
    assert [each.person for each in claim(ward, "2026-03-02 09:00")] == [BOSTON_LEAD]


@pytest.mark.parametrize("end", ["closed", "erased", "deactivated", "removed"])
def test_nobody_is_sent_figures_after_the_end(ward: Ward, end: str) -> None:
    cohort = begin(ward)
    if end == "closed":
        ward.run(cohorts.close_cohort, ADMIN, cohort.id, True, ward.clock())
    elif end == "erased":
        ward.run(privacy.erase_learner, LEAD, ward.clock())
    elif end == "deactivated":
        ward.run(deactivation.deactivate_learner, ward.find(LEAD).id, ward.clock())
    else:
        ward.run(workspace_lifecycle.mark_workspace_left, TEAM, ward.clock())

    assert claim(ward, "2026-03-02 09:00") == []
