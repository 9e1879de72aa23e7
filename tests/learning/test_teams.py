"""A team's shared result: whether most practiced, and nothing about any one person."""

from dataclasses import replace

import pytest

from bot.domain.learner import Person
from bot.learning import enrollment, practice, privacy, teams, workspace_lifecycle
from bot.learning.home import read_home
from bot.learning.teams import TeamView
from bot.storage import learners
from bot.storage.tables import TeamWeek
from tests.builders import TEAM
from tests.ward import Ward

WARD = "C0WARD"
MONDAY, SETTLED = "2026-03-02", "2026-03-10 12:00"


def person(number: int) -> Person:
    return Person(TEAM, f"U{number}")


def join(ward: Ward, who: Person, channel: str | None = WARD) -> None:
    wanted = replace(ward.find(who).preferences, team_channel=channel)
    ward.run(enrollment.change_preferences, who, wanted, ward.clock())


def team_of(ward: Ward, members: int) -> list[Person]:
    """Return this many people who took part before the week of `MONDAY` began."""
    ward.clock.set("2026-02-27 08:00")
    people = [person(number) for number in range(members)]
    for who in people:
        ward.enrol(who)
        join(ward, who)
    return people


def answer(ward: Ward, who: Person) -> None:
    ward.run(practice.answer_lesson, ward.library, who, ward.lesson_of(who), "A", ward.clock())


def week(ward: Ward, practising: list[Person], monday: str = MONDAY, settled: str = SETTLED) -> int:
    """Let these people answer once in a week, and then evaluate it."""
    ward.clock.set(f"{monday} 09:00")
    ward.deliver()
    for who in practising:
        answer(ward, who)
    ward.clock.set(settled)
    return ward.run(teams.record_team_weeks, ward.clock())


def view(ward: Ward, who: Person) -> TeamView | None:
    return ward.run(read_home, ward.library, who, ward.clock()).team


@pytest.mark.parametrize(("practising", "said"), [(9, True), (5, True), (4, False), (0, False)])
def test_a_team_of_nine_is_told_whether_most_practiced(ward: Ward, practising: int, said: bool):
    people = team_of(ward, 9)

    assert week(ward, people[:practising]) == 1

    assert view(ward, people[-1]) == TeamView(WARD, said, int(said))


@pytest.mark.parametrize("practising", [0, 4, 8])
def test_a_team_of_eight_is_told_nothing(ward: Ward, practising: int):
    people = team_of(ward, 8)

    week(ward, people[:practising])

    assert view(ward, people[0]) == TeamView(WARD, None, 0)


def test_people_outside_a_team_are_told_nothing_and_do_not_count(ward: Ward):
    people = team_of(ward, 9)
    ward.enrol(person(100))

    week(ward, [*people[:4], person(100)])

    assert view(ward, person(100)) is None
    assert view(ward, people[0]) == TeamView(WARD, False, 0)


def test_consecutive_weeks_make_a_run(ward: Ward):
    people = team_of(ward, 9)
    week(ward, people)
    week(ward, people, "2026-03-09", "2026-03-17 12:00")

    assert view(ward, people[0]) == TeamView(WARD, True, 2)


def test_a_week_is_not_evaluated_before_it_is_over_everywhere(ward: Ward):
    people = team_of(ward, 9)

    assert week(ward, people, settled="2026-03-10 11:59") == 0


def test_a_weeks_result_does_not_change_when_people_leave_or_join(ward: Ward):
    people = team_of(ward, 9)
    week(ward, people[:5])
    join(ward, people[0], None)
    ward.run(privacy.erase_learner, people[1], ward.clock())
    ward.enrol(person(50))
    join(ward, person(50))

    assert ward.run(teams.record_team_weeks, ward.clock()) == 0
    assert view(ward, people[2]) == TeamView(WARD, True, 1)


def test_people_who_join_during_a_week_count_from_the_next(ward: Ward):
    team_of(ward, 8)
    late = person(8)
    ward.enrol(late)
    ward.clock.set("2026-03-03 08:00")
    join(ward, late)

    week(ward, [late], "2026-03-04")

    assert view(ward, late) == TeamView(WARD, None, 0)


def test_a_week_off_does_not_count_against_a_team(ward: Ward):
    people = team_of(ward, 13)
    for who in people[9:]:
        ward.run(enrollment.pause_lessons, who, None, ward.clock())

    week(ward, people[:5])

    assert view(ward, people[0]) == TeamView(WARD, True, 1)


def test_the_same_channel_in_two_organizations_is_two_teams(ward: Ward):
    people = team_of(ward, 9)
    ward.run(workspace_lifecycle.register_workspace, "T2", None, "Elsewhere", "U0ROUNDS", ward.clock())
    other = Person("T2", "U0OTHER")
    ward.enrol(other)
    join(ward, other)

    assert week(ward, people) == 2

    assert view(ward, other) == TeamView(WARD, None, 0)


def test_other_settings_do_not_change_the_team_or_its_start(ward: Ward):
    (who,) = team_of(ward, 1)
    ward.clock.set("2026-03-20 08:00")

    ward.run(enrollment.change_preferences, who, replace(ward.find(who).preferences, weekly_summary=True), ward.clock())

    row = ward.run(learners.find, who)
    assert row is not None
    assert (row.team_channel, str(row.team_since)) == (WARD, "2026-02-27")


def test_nothing_stored_about_a_week_is_about_a_person():
    assert set(TeamWeek.model_fields) == {"organization_id", "channel", "monday", "most_practiced"}
