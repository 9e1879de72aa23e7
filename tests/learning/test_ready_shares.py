"""How many feel ready: twenty answers at a time, counted once, and never less when people go."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.cohort import CohortDraft
from bot.domain.disclosure import Share
from bot.domain.learner import Person
from bot.domain.self_rating import RatingQuestion
from bot.learning import cohorts, deactivation, privacy, reports, weekly_figures, workspace_overview
from bot.learning.invitations import Guest
from bot.learning.reports import WeekReport
from bot.storage import Session, learners
from bot.storage.figures import EVERYONE
from bot.storage.tables import SelfRating, WeeklyFigures
from tests.builders import TEAM
from tests.ward import Ward

ADMIN = Person(TEAM, "U0ADMIN")
MONDAY = date(2026, 3, 2)
PEOPLE = [Person(TEAM, f"U0CROWD{number:02}") for number in range(25)]


@pytest.fixture
def ward(ward: Ward) -> Ward:
    """The Sunday before the week."""
    ward.clock.set("2026-03-01 12:00")
    return ward


def enrol(ward: Ward, count: int) -> list[Person]:
    for person in PEOPLE[:count]:
        ward.enrol(person)
    return PEOPLE[:count]


def start_cohort(ward: Ward, people: list[Person], name: str = "Spring") -> int:
    cohort = ward.run(cohorts.start_cohort, ward.library, ADMIN, CohortDraft(name, MONDAY), ward.clock())
    add(ward, cohort.id, people)
    return cohort.id


def add(ward: Ward, cohort_id: int, people: list[Person]) -> None:
    guests = [Guest(person.user_id, "Europe/London") for person in people]
    ward.run(cohorts.add_people, ADMIN, cohort_id, guests, None, True, ward.clock())


def say_how_ready(
    ward: Ward, people: list[Person], value: int, day: date = MONDAY, *, weeks: int = 0, questions: int = 2
) -> None:
    """What people answer who are asked how ready they feel."""

    def say(session: Session) -> None:
        for person in people:
            learner = learners.find(session, person)
            assert learner is not None
            for question in list(RatingQuestion)[:questions]:
                session.add(
                    SelfRating(
                        learner_id=learner.id, weeks=weeks, question=question, value=value, learning_day=day,
                        at=datetime.combine(day, time(18), UTC),
                    )
                )  # fmt: skip

    ward.run(say)


def write(ward: Ward, week: int = 0) -> None:
    """What the housekeeping does on the day when a week is settled."""
    ward.clock.set(f"{MONDAY + timedelta(weeks=week, days=8)} 13:00")
    ward.run(workspace_overview.record_weekly_counts, ward.clock())
    ward.run(weekly_figures.record_weekly_figures, ward.library, ward.clock())


def shares(ward: Ward, cohort_id: int = EVERYONE, week: int = 0) -> dict[str, list[int]]:
    """What a week says, without what is carried on."""
    key = (TEAM, cohort_id, MONDAY + timedelta(weeks=week))
    row = ward.run(lambda session: session.get_one(WeeklyFigures, key))
    return {name: numbers for name, numbers in row.shares.items() if name.startswith("ready")}


def test_how_ready_people_feel_is_a_share_for_each_time(ward: Ward) -> None:
    for place, person in enumerate(enrol(ward, 15)[:10]):
        say_how_ready(ward, [person], 1 + place % 5)
        say_how_ready(ward, [person], 3 + place % 3, weeks=4)
        say_how_ready(ward, [person], 5, weeks=12, questions=1)

    write(ward)

    assert shares(ward) == {"ready_0": [40, 20, 65], "ready_4": [60, 35, 80]}


def test_one_more_answer_changes_nothing_and_twenty_more_do(ward: Ward) -> None:
    people = enrol(ward, 25)
    say_how_ready(ward, people[:10], 1)
    write(ward)
    for week, some in ((1, people[10:11]), (2, people[11:19]), (3, people[19:20])):
        say_how_ready(ward, some, 5, MONDAY + timedelta(weeks=week))
        write(ward, week)

    said = [shares(ward, week=week)["ready_0"] for week in range(4)]
    assert said == [[5, 0, 20], [5, 0, 20], [5, 0, 20], [50, 35, 65]]


def test_who_deletes_everything_before_a_week_is_written_isnt_counted(ward: Ward) -> None:
    say_how_ready(ward, enrol(ward, 16)[:10], 5)
    ward.run(privacy.erase_learner, PEOPLE[0], ward.clock())

    write(ward)

    assert shares(ward) == {}


@pytest.mark.parametrize("size", [15, 16])
@pytest.mark.parametrize("how", ["moved", "joined another", "deleted", "deactivated", "all deleted", "closed"])
def test_no_share_that_was_said_changes_when_people_go(ward: Ward, size: int, how: str) -> None:
    people = enrol(ward, size)
    spring, summer = start_cohort(ward, people), start_cohort(ward, [], "Summer")
    say_how_ready(ward, people[:3], 5)
    say_how_ready(ward, people[3:11], 1)
    write(ward)
    said = shares(ward, spring)

    if how == "moved":
        add(ward, summer, people[:1])
    elif how == "joined another":
        code = ward.run(lambda session: cohorts.get_open(session, ADMIN, summer, is_admin=True).code)
        ward.run(cohorts.join, ward.library, people[0], code, ward.clock())
    elif how == "deactivated":
        ward.run(lambda session: deactivation.deactivate_learner(session, find_id(session, people[0]), ward.clock()))
    elif how == "closed":
        ward.run(cohorts.close_cohort, ADMIN, spring, True, ward.clock())
    else:
        for person in people if how == "all deleted" else people[:1]:
            ward.run(privacy.erase_learner, person, ward.clock())
    for week in (1, 2):
        write(ward, week)

    assert said == {"ready_0": [30, 10, 55]}
    assert [shares(ward, week=week) for week in range(3)] == [said] * 3
    if how != "closed":
        assert [shares(ward, spring, week) for week in range(3)] == [said] * 3


def find_id(session: Session, person: Person) -> int:
    learner = learners.find(session, person)
    assert learner is not None
    return learner.id


def test_nobody_is_counted_among_those_in_no_cohort_and_again_in_one(ward: Ward) -> None:
    people = enrol(ward, 20)
    say_how_ready(ward, people[:10], 5)
    write(ward)
    spring = start_cohort(ward, people)
    say_how_ready(ward, people[10:], 1, MONDAY + timedelta(weeks=2))
    for week in (1, 2):
        write(ward, week)

    assert shares(ward, spring, 2) == {}
    assert [shares(ward, week=week) for week in range(3)] == [{"ready_0": [95, 80, 100]}] * 3


def test_who_was_in_a_cohort_isnt_counted_with_those_in_none(ward: Ward) -> None:
    people = enrol(ward, 25)
    spring = start_cohort(ward, people[:15])
    say_how_ready(ward, people[:5], 5)
    write(ward)
    ward.run(cohorts.close_cohort, ADMIN, spring, True, ward.clock())
    say_how_ready(ward, people[5:], 5, MONDAY + timedelta(weeks=1))
    write(ward, 1)

    assert shares(ward, week=1) == {}


def test_everyones_share_is_added_up_from_the_cohorts_and_the_rest(ward: Ward) -> None:
    start_cohort(ward, [Person(TEAM, f"U0SPRING{number:02}") for number in range(15)])
    spring = [Person(TEAM, f"U0SPRING{number:02}") for number in range(10)]
    for person in spring:
        ward.enrol(person)
    say_how_ready(ward, spring, 5)
    say_how_ready(ward, enrol(ward, 15)[:10], 1)

    write(ward)

    assert shares(ward) == {"ready_0": [50, 35, 65]}


def test_a_report_shows_the_share_and_nothing_that_is_carried_on(ward: Ward) -> None:
    say_how_ready(ward, enrol(ward, 15)[:10], 5)
    write(ward)

    row = ward.run(lambda session: session.get_one(WeeklyFigures, (TEAM, EVERYONE, MONDAY)))
    assert row.shares == {"ready_0": [95, 80, 100], "counted_0": [20, 20, MONDAY.toordinal()]}
    (week,) = ward.run(reports.read_chosen, ward.library, ADMIN, EVERYONE, True).weeks
    assert week == WeekReport(MONDAY, 10, 0, 0, None, None, ready={0: Share(95, 80, 100)})
