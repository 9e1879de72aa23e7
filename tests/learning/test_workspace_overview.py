"""What admins are told of how many learn tells nothing about anyone."""

from datetime import date

import pytest

from bot.domain.learner import Person
from bot.learning import privacy, workspace_lifecycle, workspace_overview
from bot.learning.workspace_overview import WorkspaceOverview
from tests.builders import TEAM
from tests.ward import Ward


@pytest.fixture
def ward(ward: Ward) -> Ward:
    """Five people have looked at Rounds, and not started."""
    for number in range(5):
        ward.meet(Person(TEAM, f"U0LOOKED{number}"))
    return ward


def enrol(ward: Ward, people: int, team_id: str = TEAM, first: int = 0) -> None:
    for number in range(first, first + people):
        ward.enrol(Person(team_id, f"U{number}"))


def erase(ward: Ward, number: int) -> None:
    ward.run(privacy.erase_learner, Person(TEAM, f"U{number}"), ward.clock())


def shown_on(ward: Ward, day: str) -> int:
    """Return how many admins are told of, after that day's count."""
    ward.clock.set(f"{day} 12:00")
    ward.run(workspace_overview.record_weekly_counts, ward.clock())
    return ward.run(workspace_overview.read_overview, TEAM).learners


def test_fewer_than_five_people_are_not_counted(ward: Ward) -> None:
    enrol(ward, 4)

    assert shown_on(ward, "2026-03-02") == 0


def test_people_are_counted_to_the_next_lower_five(ward: Ward) -> None:
    enrol(ward, 9)

    assert shown_on(ward, "2026-03-04") == 5
    assert ward.run(workspace_overview.read_overview, TEAM) == WorkspaceOverview(5, date(2026, 3, 2))


def test_of_everybody_here_at_least_five_may_not_have_started(ward: Ward) -> None:
    for number in range(5):
        ward.run(privacy.erase_learner, Person(TEAM, f"U0LOOKED{number}"), ward.clock())
    enrol(ward, 10)

    assert shown_on(ward, "2026-03-02") == 5


def test_nothing_is_shown_before_the_first_count(ward: Ward) -> None:
    enrol(ward, 9)

    assert ward.run(workspace_overview.read_overview, TEAM) == WorkspaceOverview(0, None)


def test_people_who_have_not_started_do_not_count(ward: Ward) -> None:
    enrol(ward, 4)
    ward.meet(Person(TEAM, "U0CURIOUS"))

    assert shown_on(ward, "2026-03-02") == 0


def test_people_of_other_workspaces_do_not_count(ward: Ward) -> None:
    ward.run(workspace_lifecycle.register_workspace, "T2", None, "Elsewhere", "U0ROUNDS", ward.clock())
    enrol(ward, 5)
    enrol(ward, 17, "T2")

    assert shown_on(ward, "2026-03-02") == 5


def test_within_a_week_the_number_stays_whoever_comes_or_goes(ward: Ward) -> None:
    enrol(ward, 10)
    assert shown_on(ward, "2026-03-02") == 10

    for number in range(8):
        erase(ward, number)

    assert shown_on(ward, "2026-03-08") == 10
    assert shown_on(ward, "2026-03-09") == 0


def test_the_number_changes_only_when_five_or_more_have_come_or_gone(ward: Ward) -> None:
    enrol(ward, 10)
    assert shown_on(ward, "2026-03-02") == 10

    erase(ward, 0)
    assert shown_on(ward, "2026-03-09") == 10, "one left: nobody sees it"
    for number in range(1, 4):
        erase(ward, number)
    assert shown_on(ward, "2026-03-16") == 10, "four left"
    erase(ward, 4)
    assert shown_on(ward, "2026-03-23") == 5, "five left"
    enrol(ward, 4, first=20)
    assert shown_on(ward, "2026-03-30") == 5, "four joined"
