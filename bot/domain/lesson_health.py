"""Whether a lesson's question does its work, as far as people's first answers tell, and without telling on anybody.

What is said follows the rules of `domain/disclosure.py`. An attacker may know everybody, know who has answered, and
hear from three people what they chose. Why they are still certain of nobody's answer:

- A block is assessed once (`is_block_complete`): people none of whom was counted before. So no two numbers of a
  question can be subtracted from each other. When a block is complete depends on how many have answered, never on what.
- The share right is said if five or more were right and five or more were wrong. Without the three who tell, two or
  more are left on each side: any of the others may be on either.
- Fewer than five were right, or wrong: how many isn't said. With three who tell, there may be a fourth, or no other.
- A wrong option is named if five or more chose it, and five or more didn't. Again two or more are left on each side.
- What is flagged is decided by what may be said. Only the share and the correlation with the other questions are exact,
  and they stay the same when two people change places.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from bot.domain.disclosure import count_people, find_split_percent
from bot.domain.team import MIN_PEOPLE_COUNTED

MIN_PEOPLE = 3 * MIN_PEOPLE_COUNTED
"""People who have answered, before anything is said of a question: fewer than five right are then too few of them."""

MIN_KNOWN = MIN_PEOPLE + MIN_PEOPLE_COUNTED
"""People in a workspace, before anything is said of its questions."""

TOO_HARD, TOO_EASY, LEAST_DISCRIMINATION = 0.3, 0.95, 0.1


class HealthProblem(StrEnum):
    """What may be wrong with a lesson or its question."""

    TOO_HARD = "too_hard"
    TOO_EASY = "too_easy"
    TELLS_NOTHING = "tells_nothing"
    """Those who know the other lessons better do no better here: perhaps two options are right, or the key is wrong."""
    NOT_USEFUL = "not_useful"


class Few(StrEnum):
    """Of whom there were fewer than five: those who were right, or those who were wrong."""

    RIGHT = "right"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class AnswerSums:
    """What a database adds up of a question's first answers, each by another person.

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
    """What may be said of how a question is answered, by so many `people` at least.

    `percent`: the share right, in steps of five; None if there were too `few` on one side. `wrong_letter`: the wrong
    option chosen most, by `chose` people at least, if it may be named. People are counted in fives.
    """

    people: int
    percent: int | None
    few: Few | None
    wrong_letter: str | None
    chose: int
    problem: HealthProblem | None


def is_block_complete(people: int, counted_before: int, others: int) -> bool:
    """Return whether these people, who answered since the last block, are enough to be assessed.

    They are if they are as many as all who were `counted_before`. `others`: people known, except for those.
    """
    return count_people(people, others) >= MIN_PEOPLE and people >= counted_before


def assess_health(sums: AnswerSums, wrong_choices: Mapping[str, int], others: int) -> LessonHealth:
    """Return what may be said of a complete block.

    `wrong_choices`: how often each wrong option (letter) was chosen. `others`: people known, except for those who were
    counted before.
    """
    people = count_people(sums.answers, others)
    wrong = sums.answers - sums.right
    letter = max(sorted(wrong_choices), key=lambda each: wrong_choices[each], default=None)
    chose = count_people(wrong_choices[letter], people) if letter else 0
    few = Few.RIGHT if sums.right < MIN_PEOPLE_COUNTED else Few.WRONG if wrong < MIN_PEOPLE_COUNTED else None
    return LessonHealth(
        people=people,
        percent=find_split_percent(sums.right, sums.answers),
        few=few,
        wrong_letter=letter if chose else None,
        chose=chose,
        problem=_find_problem(sums, people, few),
    )


def _find_problem(sums: AnswerSums, people: int, few: Few | None) -> HealthProblem | None:
    """Return what may be wrong with a question, the worst first; None if nothing shows."""
    if few is Few.RIGHT:
        return HealthProblem.TOO_HARD
    if few is Few.WRONG:
        most_wrong = MIN_PEOPLE_COUNTED - 1
        return HealthProblem.TOO_EASY if (people - most_wrong) / people > TOO_EASY else None
    share = sums.right / sums.answers
    if share < TOO_HARD:
        return HealthProblem.TOO_HARD
    discrimination = find_discrimination(sums)
    if discrimination is not None and discrimination < LEAST_DISCRIMINATION:
        return HealthProblem.TELLS_NOTHING
    return HealthProblem.TOO_EASY if share > TOO_EASY else None


def find_discrimination(sums: AnswerSums) -> float | None:
    """Return the corrected point-biserial correlation of a question with the rest of the questions. Never shown.

    Pearson's correlation of right (1) or wrong (0) here with the share of other questions answered right (for example
    Crocker and Algina, Introduction to Classical and Modern Test Theory, 1986, chapter 14). None if fewer than five of
    those who can be compared were right, or wrong, or all are alike elsewhere.
    """
    count, right = sums.compared, sums.compared_right
    spread_here = count * right - right * right
    spread_there = count * sums.rest_squared - sums.rest * sums.rest
    if min(right, count - right) < MIN_PEOPLE_COUNTED or spread_there <= 1e-9:
        return None
    return (count * sums.rest_of_right - right * sums.rest) / sqrt(spread_here * spread_there)
