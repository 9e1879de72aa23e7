"""What first answers tell of a question: hardly anybody right, nearly all, or no better those who know the rest."""

from statistics import correlation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lesson_health import (
    AnswerSums,
    HealthProblem,
    LessonHealth,
    assess_health,
    find_discrimination,
)

Answers = list[tuple[bool, float]]
"""For each person: right here, and the share right elsewhere."""


def sums_of(answers: Answers) -> AnswerSums:
    right = sum(here for here, _ in answers)
    return AnswerSums(
        len(answers), right, len(answers), right,
        sum(rest for _, rest in answers), sum(rest * rest for _, rest in answers),
        sum(rest for here, rest in answers if here),
    )  # fmt: skip


def assessed(answers: Answers) -> LessonHealth:
    health = assess_health(sums_of(answers), {"B": 3, "C": 1})
    assert health is not None
    return health


def test_nothing_is_said_of_nine_answers() -> None:
    assert assess_health(sums_of([(True, 0.5)] * 9), {}) is None


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ([(number < 2, number / 10) for number in range(10)], HealthProblem.TOO_HARD),
        ([(True, number / 10) for number in range(20)], HealthProblem.TOO_EASY),
        ([(number < 10, number / 20) for number in range(20)], HealthProblem.TELLS_NOTHING),
        ([(number >= 10, number / 20) for number in range(20)], None),
    ],
)
def test_each_problem_shows(answers: Answers, problem: HealthProblem | None) -> None:
    assert assessed(answers).problem == problem


def test_the_wrong_option_that_draws_most_is_named() -> None:
    health = assessed([(number >= 4, 0.5) for number in range(20)])

    assert (health.wrong_letter, health.wrong_share) == ("B", 0.15)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 20).map(lambda share: share / 20)), min_size=10, max_size=60))
def test_discrimination_is_the_correlation_with_the_rest(answers: Answers) -> None:
    found = find_discrimination(sums_of(answers))

    here, rest = [float(each) for each, _ in answers], [share for _, share in answers]
    if len(set(here)) == 1 or len(set(rest)) == 1:
        assert found is None
    elif found is not None:
        assert found == pytest.approx(correlation(here, rest), abs=1e-6)
