"""A trial's interval holds the truth as often as it says, and its size is what the textbooks say."""

import random
from collections.abc import Callable

import pytest

from bot.domain.trial import AskingWay, assign_way
from bot.domain.trial_statistics import (
    ANSWERS_PER_PERSON,
    FINISHING_SHARE,
    INTRACLASS_CORRELATION,
    USUAL_SHARE,
    ArmDifference,
    compare_arms,
    count_people_needed,
    find_detectable_difference,
    size_trial,
    t_quantile,
)

TRIALS = 1_000


def _simulate(
    chance: random.Random, people: int, usual: float, difference: float, icc: float, answers: tuple[int, int]
) -> ArmDifference:
    """Run one trial: `people` are drawn into the arms, and answer some final questions each (fewest and most)."""
    arms: dict[AskingWay, list[float]] = {way: [] for way in AskingWay}
    seed, places = f"{chance.random()}", dict.fromkeys(("new", "growing"), 0)
    for _person in range(people):
        stratum = chance.choice(list(places))
        way = assign_way(seed, stratum, places[stratum])
        places[stratum] += 1
        mean = usual + (difference if way is AskingWay.FIXED else 0)
        strength = 1 / icc - 1  # a beta distribution with this intraclass correlation
        skill = chance.betavariate(mean * strength, (1 - mean) * strength)
        asked = chance.randint(*answers)
        arms[way].append(sum(chance.random() < skill for _answer in range(asked)) / asked)
    return compare_arms(arms[AskingWay.SPACED], arms[AskingWay.FIXED])


def _count(
    is_so: Callable[[ArmDifference], bool],
    people: int,
    usual: float,
    difference: float,
    icc: float,
    answers: tuple[int, int] = (3, 10),
) -> float:
    """Return in which share of simulated trials something is so."""
    chance = random.Random(f"{people} {usual} {difference} {icc}")  # noqa: S311
    found = (_simulate(chance, people, usual, difference, icc, answers) for _trial in range(TRIALS))
    return sum(map(is_so, found)) / TRIALS


@pytest.mark.parametrize(
    ("people", "usual", "difference", "icc"),
    [
        (30, 0.75, 0.1, 0.1),
        (50, 0.75, 0.15, 0.1),
        pytest.param(80, 0.6, 0.05, 0.2, marks=pytest.mark.long),
        pytest.param(30, 0.8, 0.1, 0.3, marks=pytest.mark.long),
        pytest.param(80, 0.85, -0.1, 0.05, marks=pytest.mark.long),
    ],
)
def test_the_interval_holds_the_truth_in_95_of_100_trials(
    people: int, usual: float, difference: float, icc: float
) -> None:
    held = _count(lambda found: found.low <= difference <= found.high, people, usual, difference, icc)

    assert 0.93 <= held <= 0.97


@pytest.mark.parametrize(
    ("people", "usual", "icc"),
    [
        (30, 0.75, 0.1),
        (50, 0.85, 0.1),
        pytest.param(80, 0.6, 0.3, marks=pytest.mark.long),
        pytest.param(40, 0.5, 0.02, marks=pytest.mark.long),
    ],
)
def test_arms_that_are_alike_differ_in_5_of_100_trials(people: int, usual: float, icc: float) -> None:
    differed = _count(lambda found: found.low > 0 or found.high < 0, people, usual, 0.0, icc)

    assert 0.03 <= differed <= 0.07


@pytest.mark.parametrize("points", [pytest.param(10, marks=pytest.mark.long), 15])
def test_a_trial_of_the_size_that_it_needs_finds_the_difference_in_80_of_100_trials(points: int) -> None:
    counted = round(count_people_needed(points) * FINISHING_SHARE / 100)
    planned = (ANSWERS_PER_PERSON, ANSWERS_PER_PERSON)
    found = _count(lambda each: each.low > 0, counted, USUAL_SHARE / 100, points / 100, INTRACLASS_CORRELATION, planned)

    assert 0.75 <= found <= 0.85


@pytest.mark.parametrize(
    ("freedom", "printed"), [(9, 2.2622), (10, 2.2281), (15, 2.1314), (20, 2.0860), (30, 2.0423), (120, 1.9799)]
)
def test_quantiles_are_those_of_printed_tables(freedom: float, printed: float) -> None:
    assert t_quantile(0.975, freedom) == pytest.approx(printed, abs=0.0001)


def test_the_size_is_that_of_fleiss_times_the_design_effect() -> None:
    """For 75 against 85 percent Fleiss's formula gives 250 answers in each arm, so 54 people of 8 answers."""
    assert count_people_needed(10) == 144  # 54 in each arm of the 75 percent who are counted
    assert size_trial(10, 40).people_needed == 144


def test_larger_differences_need_fewer_people() -> None:
    needed = [count_people_needed(points) for points in (5, 10, 15, 20, 25)]

    assert needed == sorted(needed, reverse=True)


@pytest.mark.parametrize("people", [20, 25, 40, 60, 100, 400])
def test_a_detectable_difference_is_the_smallest_that_so_many_people_find(people: int) -> None:
    found = find_detectable_difference(people)

    assert found is not None
    assert count_people_needed(found) <= people < count_people_needed(found - 1)


def test_a_handful_of_people_find_nothing() -> None:
    assert find_detectable_difference(6) is None


def test_arms_in_which_nobody_was_ever_wrong_still_have_an_interval() -> None:
    found = compare_arms([1.0] * 10, [1.0] * 12)

    assert found.difference == 0
    assert found.low < -0.2
    assert found.high > 0.2
