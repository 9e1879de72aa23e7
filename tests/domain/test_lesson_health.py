"""What first answers tell of a question: hardly anybody right, nearly all, or no better those who know the rest.

And what that tells of anybody who answered: nothing, to whoever knows everybody and hears from three people.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations_with_replacement, product
from statistics import correlation

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.domain.lesson_health import (
    MIN_PEOPLE,
    AnswerSums,
    Few,
    HealthProblem,
    LessonHealth,
    assess_health,
    find_discrimination,
    is_block_complete,
)

Answers = list[tuple[bool, float]]
"""For each person: right here, and the share right elsewhere."""

OTHERS = 500
LETTERS, RIGHT = "ABCD", "B"


def sums_of(answers: Answers) -> AnswerSums:
    right = sum(here for here, _ in answers)
    return AnswerSums(
        len(answers), right, len(answers), right,
        sum(rest for _, rest in answers), sum(rest * rest for _, rest in answers),
        sum(rest for here, rest in answers if here),
    )  # fmt: skip


def assessed(answers: Answers) -> LessonHealth:
    return assess_health(sums_of(answers), {"B": 3, "C": 1}, OTHERS)


@pytest.mark.parametrize(
    ("people", "counted_before", "others", "complete"),
    [(14, 0, 500, False), (15, 0, 500, True), (15, 0, 19, False), (15, 15, 20, True), (29, 30, 500, False)],
)
def test_a_block_is_fifteen_people_of_twenty_and_as_many_as_before(
    people: int, counted_before: int, others: int, complete: bool
) -> None:
    assert is_block_complete(people, counted_before, others) == complete


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ([(number < 4, number / 15) for number in range(15)], HealthProblem.TOO_HARD),
        ([(number < 5, number / 20) for number in range(20)], HealthProblem.TOO_HARD),
        ([(number >= 4, number / 85) for number in range(85)], HealthProblem.TOO_EASY),
        ([(number >= 4, number / 84) for number in range(84)], None),
        ([(number >= 5, number / 105) for number in range(105)], HealthProblem.TOO_EASY),
        ([(number < 10, number / 20) for number in range(20)], HealthProblem.TELLS_NOTHING),
        ([(number >= 10, number / 20) for number in range(20)], None),
    ],
)
def test_each_problem_shows(answers: Answers, problem: HealthProblem | None) -> None:
    shown = assessed(answers).problem

    assert shown == problem


def test_a_share_is_said_in_steps_of_five_and_only_with_five_on_each_side() -> None:
    said = [assessed([(number < right, 0.5) for number in range(20)]) for right in (4, 5, 13, 15, 16)]

    assert [(each.people, each.percent, each.few) for each in said] == [
        (20, None, Few.RIGHT), (20, 25, None), (20, 65, None), (20, 75, None), (20, None, Few.WRONG)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("chose", "said"), [({"A": 4}, (None, 0)), ({"A": 4, "C": 7}, ("C", 5)), ({"A": 20}, ("A", 15))]
)
def test_the_wrong_option_that_draws_most_is_named_if_five_chose_it_and_five_did_not(
    chose: Mapping[str, int], said: tuple[str | None, int]
) -> None:
    health = assess_health(sums_of([(False, 0.5)] * 20), chose, OTHERS)

    assert (health.wrong_letter, health.chose) == said


def say_of(counts: Mapping[str, int], others: int) -> LessonHealth | None:
    """What is said of a block, given how many chose each option."""
    right, people = counts.get(RIGHT, 0), sum(counts.values())
    if not is_block_complete(people, 0, others):
        return None
    alike = AnswerSums(people, right, people, right, people / 2, people / 4, right / 2)
    return assess_health(alike, {each: counts[each] for each in counts if each != RIGHT and counts[each]}, others)


STEPS = sorted(product(range(-6, 7), repeat=3), key=lambda each: sum(map(abs, each)))
"""How other worlds differ in how many chose A, B, and C; the nearest first. D makes up for it."""


def other_worlds(counts: Mapping[str, int], told: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """Other ways in which the same people may have chosen, of whom some told what they chose."""
    for step in STEPS:
        changes = (*step, -sum(step))
        world = {letter: counts[letter] + change for letter, change in zip(LETTERS, changes, strict=True)}
        if all(world[letter] >= told.get(letter, 0) for letter in LETTERS):
            yield world


def find_possible(counts: Mapping[str, int], told: Mapping[str, int], others: int) -> set[bool]:
    """Whether somebody who doesn't tell may have been right, and may have been wrong, for all that is said."""
    shown = say_of(counts, others)
    possible: set[bool] = set()
    for world in other_worlds(counts, told):
        open_to = {letter == RIGHT for letter in LETTERS if world[letter] > told.get(letter, 0)}
        if not open_to <= possible and say_of(world, others) == shown:
            possible |= open_to
        if len(possible) == 2:
            break
    return possible


def few_of(letters: str, most: int) -> st.SearchStrategy[dict[str, int]]:
    return st.fixed_dictionaries({letter: st.integers(0, most if letter in letters else 30) for letter in LETTERS})


@given(
    few_of("ABCD", 8) | few_of("B", 6) | few_of("ACD", 2) | few_of("ACD", 2).map(lambda each: {**each, "B": 85}),
    st.integers(0, 20),
)
@example({"A": 5, "B": 2, "C": 4, "D": 4}, 5)
@example({"A": 6, "B": 4, "C": 5, "D": 0}, 5)
@example({"A": 15, "B": 0, "C": 0, "D": 0}, 5)
@example({"A": 10, "B": 5, "C": 0, "D": 0}, 5)
@example({"A": 3, "B": 82, "C": 0, "D": 0}, 5)
@example({"A": 4, "B": 85, "C": 0, "D": 0}, 5)
def test_nobodys_answer_is_certain_even_if_three_tell_theirs(counts: dict[str, int], more: int) -> None:
    """Whoever reads it knows exactly who has answered. Anybody who doesn't tell may have been right, or wrong."""
    people = sum(counts.values())
    assume(people >= MIN_PEOPLE)

    for those in combinations_with_replacement(LETTERS, 3):
        told = Counter(those)
        if all(told[letter] <= counts[letter] for letter in told):
            assert find_possible(counts, told, people + more) == {True, False}, (counts, told)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 400))
def test_that_somebody_has_answered_is_not_certain_either(people: int, counted_before: int, known: int) -> None:
    """At least five whom a reader knows are in no number that was said of the question."""
    others = known - counted_before
    if is_block_complete(people, counted_before, others):
        health = assess_health(sums_of([(True, 0.5)] * people), {}, others)
        assert MIN_PEOPLE <= health.people <= others - 5


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 20).map(lambda share: share / 20)), min_size=10, max_size=60))
def test_discrimination_is_the_correlation_with_the_rest(answers: Answers) -> None:
    found = find_discrimination(sums_of(answers))

    here, rest = [float(each) for each, _ in answers], [share for _, share in answers]
    if min(sum(here), len(here) - sum(here)) < 5 or len(set(rest)) == 1:
        assert found is None
    elif found is not None:
        assert found == pytest.approx(correlation(here, rest), abs=1e-6)
