"""Admins see counts of at least five people."""

import pytest

from bot.domain.learner import Person
from bot.learning import privacy, workspace_lifecycle, workspace_overview
from tests.builders import TEAM
from tests.ward import Ward


def enrol(ward: Ward, people: int, team_id: str = TEAM) -> None:
    for number in range(people):
        ward.enrol(Person(team_id, f"U{number}"))


@pytest.mark.parametrize(("people", "shown"), [(0, None), (4, None), (5, 5), (6, 6)])
def test_fewer_than_five_people_are_not_counted(ward: Ward, people: int, shown: int | None) -> None:
    enrol(ward, people)

    assert ward.run(workspace_overview.read_overview, TEAM).learners == shown


def test_people_who_have_not_started_do_not_count(ward: Ward) -> None:
    enrol(ward, 5)
    ward.meet(Person(TEAM, "U0CURIOUS"))

    assert ward.run(workspace_overview.read_overview, TEAM).learners == 5


def test_people_of_other_workspaces_do_not_count(ward: Ward) -> None:
    ward.run(workspace_lifecycle.register_workspace, "T2", None, "Elsewhere", "U0ROUNDS", ward.clock())
    enrol(ward, 5)
    enrol(ward, 7, "T2")

    assert ward.run(workspace_overview.read_overview, TEAM).learners == 5


def test_the_count_is_hidden_when_the_fifth_person_leaves(ward: Ward) -> None:
    enrol(ward, 5)

    ward.run(privacy.erase_learner, Person(TEAM, "U0"))

    assert ward.run(workspace_overview.read_overview, TEAM).learners is None
