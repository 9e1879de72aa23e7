"""What may be said of many people without telling on one of them. Numbers about people go through this module.

Rules: at least five people on each side of a number; counts in fives, rounded down; shares only of twenty answers by
ten people or more of fifteen, in steps of five percent, never 0 or 100, with the interval that the truth is likely in.
What is said of a week is stored once and never changes, so that nobody who joins, leaves, or deletes everything changes
what was said before. Of a cohort, only those are counted who were in it before the week began, and whom nobody moved
there. Whoever is counted is counted in one group: in a cohort, or with those of a workspace who are in none. What is
said of everyone is added up from what may be said of each group, so that no two numbers differ by one person. How ready
people feel is asked of each once: what was counted of it is carried from week to week, and only added to
(`learning/ready_shares.py`). Of a trial, one difference between its arms is said, once.

The people on the other side are those whom a reader knows to be there: everyone in a group, whether they have started
or not. Were they those who have started, a number would tell how many these are.

How a question is answered (`domain/lesson_health.py`) follows the same rules, once for the same people: the share right
is said only if five were right and five were wrong, and otherwise that it was fewer than five.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, floor, sqrt
from statistics import NormalDist
from typing import Self

from bot.domain.team import MIN_PEOPLE_COUNTED

MIN_ANSWERS = 20
"""Answers that a share needs."""

CONFIDENCE = 0.95
"""How sure the interval around a share is."""

PERCENT_STEP = 5

MIN_PEOPLE_OF_SHARE = 2 * MIN_PEOPLE_COUNTED
"""People who gave the answers of a share: with half of them, the other half is still five."""

MIN_GROUP = 2 * MIN_PEOPLE_COUNTED
"""The smallest cohort that has figures of its own. Whoever is in a smaller one is counted with those in none."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share in percent, 5 to 95, and the interval that the true one is in with `CONFIDENCE`; in steps of five."""

    percent: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Answered:
    """The answers of a group: how many, how many of them right, by how many people, and how many (`of`) are in it."""

    right: int
    answers: int
    people: int
    of: int

    @property
    def share(self) -> Share | None:
        """The share of right answers, if it may be said."""
        return find_share(self.right, self.answers, self.people, self.of)

    def __add__(self, other: Self) -> Self:
        return type(self)(
            self.right + other.right, self.answers + other.answers, self.people + other.people, self.of + other.of
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """How far two arms of a trial differ, in percentage points, and its interval; in steps of five, outward.

    `people`: how many at least were counted in both arms together, a multiple of five.
    """

    points: int
    low: int
    high: int
    people: int


NO_ANSWERS = Answered(0, 0, 0, 0)


def count_whole_shares(answers: int, of: int, each: int, counted: int) -> int:
    """Return how many of these further answers count where everybody gives a few (`each`), and only for some days.

    Whoever knows when people are asked would see in next week's share what one more has answered. So answers count in
    the order in which they are given, and twenty at a time: with two from each, the next share is of ten people more.
    `counted` did before, and count forever, whether their people are still in the group or not: what they said would
    show if the share changed when they go. Never do so many count that fewer than five of the group (`of`) may have
    given none, if all who gave some were still in it: how many there are could be told from when the share changes.
    """
    most = max(0, min(answers, each * (of - MIN_PEOPLE_COUNTED) - counted))
    return most - most % MIN_ANSWERS


def count_people(counted: int, of: int | None) -> int:
    """Return how many people to say there are at least: a multiple of five; 0 if there are too few on either side.

    `counted` of these many people (`of`), at least five of whom may always be among the others. None: nobody knows how
    many others there are.
    """
    most = counted if of is None else min(counted, of - MIN_PEOPLE_COUNTED)
    return max(0, most - most % MIN_PEOPLE_COUNTED)


def settle_people(counted: int, of: int | None, shown: int, counted_before: int) -> tuple[int, int]:
    """Return how many people to say there are now, and the count that it comes from.

    Both stay as they were until the count differs by five, so no one person changes them.
    """
    if abs(counted - counted_before) < MIN_PEOPLE_COUNTED:
        return shown, counted_before
    return count_people(counted, of), counted


def add_up_answers(rest: Answered, cohorts: Iterable[Answered]) -> Answered:
    """Return the answers that everyone's share is of: those of all cohorts that may have figures, and the rest's.

    Those of the rest are left out unless they have a share of their own, for the rest may be one person.
    """
    return sum(cohorts, rest if rest.share else NO_ANSWERS)


def settle_rest(counted: int, of: int, counted_before: int) -> tuple[int, int]:
    """Return how many people in no cohort to say have started, and the count that it comes from (`settle_people`).

    The count is lowered until at least five of them (`of`) may be among the others.
    """
    most = max(0, min(counted, of - MIN_PEOPLE_COUNTED))
    return settle_people(most, None, count_people(counted_before, None), counted_before)


def settle_people_of_lesson(counted: int, able: int, known: int, shown: int, counted_before: int) -> tuple[int, int]:
    """Return how many people to say did something with a lesson, and the count that it comes from (`settle_people`).

    `able` are those who could have done it, such as those who got the lesson. At least five of them may not have done
    it, and five more of those whom a reader knows (`known`) may not have been able to.
    """
    return settle_people(counted, min(able, known - MIN_PEOPLE_COUNTED), shown, counted_before)


def find_split_percent(one: int, people: int) -> int | None:
    """Return the share of people on one side, 5 to 95 percent in steps of five; None if five aren't on each side."""
    if min(one, people - one) < MIN_PEOPLE_COUNTED:
        return None
    return _round_percent(one, people)


def find_share(right: int, answers: int, people: int, of: int) -> Share | None:
    """Return the share of right answers; None if there are too few answers, or too few people gave them.

    None, too, unless at least five people more are in the group (`of`): otherwise, that there is a share would tell
    that all have answered.
    """
    if answers < MIN_ANSWERS or people < MIN_PEOPLE_OF_SHARE or of < MIN_PEOPLE_OF_SHARE + MIN_PEOPLE_COUNTED:
        return None
    return round_share(right, answers)


def round_share(right: int, answers: int) -> Share:
    """Return a share and its interval as they may be said, of enough answers by enough people."""
    low, high = wilson_interval(right, answers)
    return Share(
        _round_percent(right, answers),
        PERCENT_STEP * floor(100 * low / PERCENT_STEP),
        PERCENT_STEP * ceil(100 * high / PERCENT_STEP),
    )


def _round_percent(part: int, whole: int) -> int:
    return min(max(PERCENT_STEP * round(100 * part / whole / PERCENT_STEP), PERCENT_STEP), 100 - PERCENT_STEP)


def may_compare_arms(people: int, other_people: int, of: int) -> bool:
    """Return whether the difference of two arms may be said: of ten people or more in each.

    At least five people more must be in the group (`of`): otherwise, that there is a result would tell that everybody
    has answered.
    """
    enough = min(people, other_people) >= MIN_PEOPLE_OF_SHARE
    return enough and of >= people + other_people + MIN_PEOPLE_COUNTED


def round_difference(difference: float, low: float, high: float, people: int, of: int) -> Difference:
    """Return a difference of shares (-1 to 1) and its interval as they may be said, of people in a group (`of`)."""
    return Difference(
        PERCENT_STEP * round(100 * difference / PERCENT_STEP),
        max(-100, PERCENT_STEP * floor(100 * low / PERCENT_STEP)),
        min(100, PERCENT_STEP * ceil(100 * high / PERCENT_STEP)),
        count_people(people, of),
    )


def find_part_shares(parts: Mapping[str, Answered]) -> dict[str, Share]:
    """Return the shares of the parts that a whole divides into, such as skills, without those of too few.

    What is left out is many answers of many people, or nothing. Otherwise the smallest share is left out, too, so that
    the rest can't be worked out from the whole.
    """
    shares = {name: share for name, each in parts.items() if (share := each.share) is not None}
    hidden = [each for name, each in parts.items() if name not in shares and each.answers]
    enough = sum(each.answers for each in hidden) >= MIN_ANSWERS and any(
        each.people >= MIN_PEOPLE_OF_SHARE for each in hidden
    )
    if hidden and shares and not enough:
        del shares[min(shares, key=lambda name: parts[name].answers)]
    return shares


def wilson_interval(right: float, answers: int) -> tuple[float, float]:
    """Return the interval that the true share is in with `CONFIDENCE`, from 0 to 1, given some answers, at least one.

    Wilson's score interval (1927), which holds for few answers and for shares near 0 and 1, too: Brown, Cai, and
    DasGupta, Statistical Science 2001;16(2):101-133.
    """
    z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
    share = right / answers
    middle = (share + z * z / (2 * answers)) / (1 + z * z / answers)
    half = z / (1 + z * z / answers) * sqrt(share * (1 - share) / answers + z * z / (4 * answers * answers))
    return max(0.0, middle - half), min(1.0, middle + half)
