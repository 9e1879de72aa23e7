"""Whether a lesson's question does its work, as far as people's first answers tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

MIN_ANSWERS = 10
"""First answers, each by another person, before anything is said of a lesson."""

TOO_HARD, TOO_EASY, LEAST_DISCRIMINATION = 0.3, 0.95, 0.1


class HealthProblem(StrEnum):
    """What may be wrong with a question."""

    TOO_HARD = "too_hard"
    TOO_EASY = "too_easy"
    TELLS_NOTHING = "tells_nothing"
    """Those who know the other lessons better do no better here: perhaps two options are right, or the key is wrong."""


@dataclass(frozen=True, slots=True)
class AnswerSums:
    """What a database adds up of a question's first answers.

    `rest` is the share of their other questions that a person answered right, 0 to 1, of those who answered any;
    `compared` of the answers are by such people, and `compared_right` of these are right. The other sums are of these.
    """

    answers: int
    right: int
    compared: int
    compared_right: int
    rest: float
    rest_squared: float
    rest_of_right: float


@dataclass(frozen=True, slots=True)
class LessonHealth:
    """How a question is answered: the share right, 0 to 1, and the letter and share of the wrong option chosen most.

    `discrimination`: how far those who are right here are right elsewhere, -1 to 1; None if that can't be said.
    """

    answers: int
    right: float
    wrong_letter: str | None
    wrong_share: float
    discrimination: float | None

    @property
    def problem(self) -> HealthProblem | None:
        """What may be wrong, the worst first; None if nothing shows."""
        if self.right < TOO_HARD:
            return HealthProblem.TOO_HARD
        if self.discrimination is not None and self.discrimination < LEAST_DISCRIMINATION:
            return HealthProblem.TELLS_NOTHING
        return HealthProblem.TOO_EASY if self.right > TOO_EASY else None


def assess_health(sums: AnswerSums, wrong_choices: Mapping[str, int]) -> LessonHealth | None:
    """Return how a question does; None while it has too few answers.

    `wrong_choices`: how often each wrong option (letter) was chosen.
    """
    if sums.answers < MIN_ANSWERS:
        return None
    letter = max(sorted(wrong_choices), key=lambda each: wrong_choices[each], default=None)
    return LessonHealth(
        answers=sums.answers,
        right=sums.right / sums.answers,
        wrong_letter=letter,
        wrong_share=wrong_choices[letter] / sums.answers if letter else 0.0,
        discrimination=find_discrimination(sums),
    )


def find_discrimination(sums: AnswerSums) -> float | None:
    """Return the corrected point-biserial correlation of a question with the rest of the questions.

    Pearson's correlation of right (1) or wrong (0) here with the share of other questions answered right (for example
    Crocker and Algina, Introduction to Classical and Modern Test Theory, 1986, chapter 14). None if fewer than
    `MIN_ANSWERS` can be compared, or all are right, or wrong, or alike elsewhere.
    """
    count, right = sums.compared, sums.compared_right
    spread_here = count * right - right * right
    spread_there = count * sums.rest_squared - sums.rest * sums.rest
    if count < MIN_ANSWERS or spread_here <= 0 or spread_there <= 1e-9:
        return None
    return (count * sums.rest_of_right - right * sums.rest) / sqrt(spread_here * spread_there)
