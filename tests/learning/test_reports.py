"""Reports: written once a week, only of enough people, and never of one of them."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from bot.domain.cohort import CohortDraft
from bot.domain.disclosure import Share
from bot.domain.learner import Person
from bot.errors import NotFound
from bot.learning import cohorts, privacy, reports, weekly_figures, workspace_overview
from bot.learning.invitations import Guest
from bot.learning.reports import Report, ReportChoice, Stayed, WeekReport
from bot.storage import Session, learners
from bot.storage.figures import EVERYONE
from bot.storage.tables import (
    Answer,
    Delivery,
    PracticeDay,
    RecallAnswer,
    SendState,
    StepReport,
    WeeklyFigures,
)
from tests.builders import TEAM
from tests.ward import Ward

ADMIN = Person(TEAM, "U0ADMIN")
MONDAY = date(2026, 3, 2)
PEOPLE = [Person(TEAM, f"U0CROWD{number:02}") for number in range(14)]


@pytest.fixture
def ward(ward: Ward) -> Ward:
    """Fourteen people who have started, on the Sunday before the week."""
    ward.clock.set("2026-03-01 12:00")
    for person in PEOPLE:
        ward.enrol(person)
    return ward


def practice(session: Session, person: Person, day: date, right: bool, recalled: bool | None = None) -> None:
    """What a day of practice leaves behind: an answer, and an answer to a question that came back after a month."""
    learner = learners.find(session, person)
    assert learner is not None
    at = learner.created_at
    session.add(PracticeDay(learner_id=learner.id, learning_day=day, had_shift=True, first_practiced_at=at))
    row = Delivery(
        id=uuid4(),
        learner_id=learner.id, team_id=TEAM, learning_day=day, kind="lesson", due_at=at, expires_at=at,
        state=SendState.SENT, revision_id=1,
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.add(
        Answer(
            delivery_id=row.id, learner_id=learner.id, revision_id=1, choice="A", correct=right, learning_day=day, at=at
        )
    )
    if recalled is not None:
        session.add(
            RecallAnswer(
                learner_id=learner.id, learning_day=day, revision_id=1, option_order="ABCD", choice="A",
                correct=recalled, days_since_answer=30, at=at,
            )
        )  # fmt: skip


def a_week_of_practice(ward: Ward, people: list[Person], monday: date = MONDAY) -> None:
    """Each of them practices on four days; three answers in four are right, and all that came back are."""
    for place, person in enumerate(people):
        for day in range(4):
            right = (place + day) % 4 != 0
            ward.run(practice, person, monday + timedelta(days=day), right, True)


def write(ward: Ward, when: str) -> None:
    """What the housekeeping does."""
    ward.clock.set(when)
    ward.run(cohorts.record_weekly_counts, ward.clock())
    ward.run(workspace_overview.record_weekly_counts, ward.clock())
    ward.run(weekly_figures.record_weekly_figures, ward.library, ward.clock())


def report(ward: Ward) -> Report:
    return ward.run(reports.read_chosen, ward.library, ADMIN, EVERYONE, True)


def test_a_week_says_how_many_practiced_and_how_much_they_knew(ward: Ward) -> None:
    for number in range(2):
        ward.meet(Person(TEAM, f"U0LOOKED{number}"))
    a_week_of_practice(ward, PEOPLE[:11])

    write(ward, "2026-03-10 13:00")

    right = Share(75, 60, 90)
    week = WeekReport(MONDAY, 10, 10, 0, right, Share(95, 90, 100), skills={"finance": right})
    assert report(ward).weeks == (week,)


def test_a_week_is_written_once_and_stays_as_it_is(ward: Ward) -> None:
    a_week_of_practice(ward, PEOPLE[:8])
    write(ward, "2026-03-10 13:00")
    before = report(ward)

    a_week_of_practice(ward, PEOPLE[8:])
    for person in PEOPLE[:4]:
        ward.run(privacy.erase_learner, person, ward.clock())
    write(ward, "2026-03-11 13:00")

    assert report(ward) == before


def test_a_week_isnt_written_before_it_is_over_everywhere(ward: Ward) -> None:
    a_week_of_practice(ward, PEOPLE)

    write(ward, "2026-03-09 12:00")

    assert MONDAY not in [week.monday for week in report(ward).weeks]
    assert ward.run(lambda session: session.get(WeeklyFigures, (TEAM, 0, MONDAY))) is None


def test_nothing_is_said_while_few_have_or_few_havent(ward: Ward) -> None:
    a_week_of_practice(ward, PEOPLE[:4])
    write(ward, "2026-03-10 13:00")
    (week,) = report(ward).weeks

    assert (week.practiced, week.first_try, week.remembered) == (0, None, None)


def test_of_everybody_at_least_five_may_not_have(ward: Ward) -> None:
    a_week_of_practice(ward, PEOPLE)
    write(ward, "2026-03-10 13:00")
    (week,) = report(ward).weeks

    assert week.practiced == 5


def test_a_cohort_has_a_report_of_its_own(ward: Ward) -> None:
    cohort = ward.run(cohorts.start_cohort, ward.library, ADMIN, CohortDraft("Spring", MONDAY), ward.clock())
    guests = [Guest(person.user_id, "Europe/London") for person in PEOPLE[:11]]
    ward.run(cohorts.add_people, ADMIN, cohort.id, guests, None, True, ward.clock())
    a_week_of_practice(ward, PEOPLE[:6])
    write(ward, "2026-03-10 13:00")

    own = ward.run(reports.read_chosen, ward.library, ADMIN, cohort.id, True)
    everyones, listed = ward.run(reports.list_reports, ward.library, TEAM)

    assert [(week.monday, week.learning, week.practiced) for week in own.weeks] == [(MONDAY, 5, 5)]
    assert listed == own
    assert everyones.cohort is None


def test_old_weeks_of_which_nothing_can_be_said_are_left_out(ward: Ward) -> None:
    for person in PEOPLE[4:]:
        ward.run(privacy.erase_learner, person, ward.clock())
    write(ward, "2026-03-10 13:00")

    assert report(ward).weeks == ()


def tried(session: Session, person: Person, day: date, tried: bool, long_ago: bool) -> None:
    """Whether they say they tried the step of that day's lesson, and a question that came back after 30 or 100 days."""
    learner = learners.find(session, person)
    assert learner is not None
    at = learner.created_at
    row = Delivery(
        id=uuid4(), learner_id=learner.id, team_id=TEAM, learning_day=day, kind="lesson", due_at=at, expires_at=at,
        state=SendState.SENT, revision_id=1,
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.add(StepReport(delivery_id=row.id, learner_id=learner.id, tried=tried, at=at))
    session.add(
        RecallAnswer(
            learner_id=learner.id, learning_day=day, revision_id=1, option_order="ABCD", choice="A", correct=tried,
            days_since_answer=100 if long_ago else 30, at=at,
        )
    )  # fmt: skip


def test_steps_tried_and_what_is_remembered_after_three_months_are_shares_of_enough_people(ward: Ward) -> None:
    ward.meet(Person(TEAM, "U0LOOKED"))
    for person in PEOPLE[:10]:
        for day in range(3):
            ward.run(tried, person, MONDAY + timedelta(days=day), day > 0, long_ago=day < 2)

    write(ward, "2026-03-10 13:00")

    (week,) = report(ward).weeks
    assert (week.tried, week.remembered, week.remembered_long) == (
        Share(65, 45, 85), Share(65, 45, 85), Share(50, 25, 75)
    )  # fmt: skip


def test_of_those_who_started_long_enough_ago_it_is_said_how_many_are_still_there(ward: Ward) -> None:
    for number in range(2):
        ward.meet(Person(TEAM, f"U0LOOKED{number}"))
    later = MONDAY + timedelta(weeks=5)
    a_week_of_practice(ward, PEOPLE[:8], later - timedelta(weeks=2))
    write(ward, "2026-03-10 13:00")
    write(ward, "2026-04-14 13:00")

    newest, *_others = report(ward).weeks

    assert newest.stayed == (Stayed(4, 10, 5),)


def test_nobody_reads_the_report_of_a_cohort_that_they_dont_lead(ward: Ward) -> None:
    lead, other = PEOPLE[0], PEOPLE[1]
    draft = CohortDraft("Spring", MONDAY, lead=lead.user_id)
    cohort = ward.run(cohorts.start_cohort, ward.library, ADMIN, draft, ward.clock())

    assert ward.run(reports.list_choices, lead, False) == (ReportChoice(cohort.id, "Spring"),)
    assert ward.run(reports.list_choices, other, False) == ()
    for person, chosen in ((other, cohort.id), (lead, EVERYONE), (Person("T0OTHER", "U0ADMIN"), cohort.id)):
        with pytest.raises(NotFound):
            ward.run(reports.read_chosen, ward.library, person, chosen, False)
    with pytest.raises(NotFound):
        ward.run(reports.read_chosen, ward.library, Person("T0OTHER", "U0ADMIN"), cohort.id, True)
