"""Simulated learners: the same seed gives the same numbers, and recall helps."""

import json

import pytest
from typer.testing import CliRunner

from bot.cli.main import app
from bot.cli.simulation import Policy, PolicyRetention, simulate
from tests.domain.builders import lesson

SKILLS = ("finance", "change", "conflict", "quality", "strategy")
LESSONS = [lesson(f"{skill}-{number:02}", skill) for skill in SKILLS for number in range(26)]


@pytest.fixture(scope="module")
def outcomes() -> dict[tuple[Policy, int], PolicyRetention]:
    """Return the results of ten learners over a hundred days."""
    return {(each.policy, each.days): each for each in simulate(LESSONS, 10, 100)}


def test_each_policy_is_measured_on_each_day(outcomes: dict[tuple[Policy, int], PolicyRetention]) -> None:
    assert set(outcomes) == {(policy, days) for policy in Policy for days in (90, 100)}
    assert all(0 < each.share < 1 for each in outcomes.values())
    assert all(each.remembered <= each.met <= len(LESSONS) for each in outcomes.values())


def test_policies_without_their_own_timing_ask_as_often_as_rounds(
    outcomes: dict[tuple[Policy, int], PolicyRetention],
) -> None:
    ours = outcomes[Policy.ROUNDS, 90]

    assert outcomes[Policy.FIXED_ORDER, 90].asked == ours.asked
    assert outcomes[Policy.RANDOM, 90].asked == ours.asked
    assert outcomes[Policy.FIXED_INTERVALS, 90].asked <= ours.asked * 1.05


def test_recall_leaves_more_remembered_than_a_fixed_order_without_it(
    outcomes: dict[tuple[Policy, int], PolicyRetention],
) -> None:
    assert outcomes[Policy.ROUNDS, 90].share > 1.1 * outcomes[Policy.FIXED_ORDER, 90].share


def test_the_same_seed_gives_the_same_numbers_and_another_gives_others() -> None:
    assert simulate(LESSONS, 3, 30, seed=4) == simulate(LESSONS, 3, 30, seed=4)
    assert simulate(LESSONS, 3, 30, seed=4) != simulate(LESSONS, 3, 30, seed=5)


def test_the_command_prints_a_line_of_json_for_each_policy() -> None:
    done = CliRunner().invoke(app, ["simulate", "--learners", "1", "--days", "10", "--json"])

    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["policy"] for each in lines] == [str(policy) for policy in Policy]
    assert set(lines[0]) == {"policy", "days", "asked", "met", "share", "remembered"}


def test_the_command_prints_a_table() -> None:
    done = CliRunner().invoke(app, ["simulate", "--learners", "1", "--days", "10"])

    assert "fixed order, no recall" in done.stdout
    assert "remembered" in done.stdout


def test_too_many_learners_are_refused() -> None:
    assert CliRunner().invoke(app, ["simulate", "--learners", "1000000"]).exit_code == 2
