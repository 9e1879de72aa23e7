"""The arithmetic of a trial: how many people it needs, and how far its arms differ.

How many people: two proportions by the normal approximation (Fleiss, Levin, and Paik, Statistical Methods for Rates and
Proportions, 3rd edition, 2003, chapter 4, without continuity correction), times the design effect 1 + (m - 1) r of m
answers by each person (Donner and Klar, Design and Analysis of Cluster Randomization Trials in Health Research, 2000).

The difference: people are the units, not answers, so answers of one person may be alike. The interval is Welch's, with
quantiles of Student's t by the expansion 26.7.5 of Abramowitz and Stegun, Handbook of Mathematical Functions (1964): it
is within 0.0005 from nine degrees of freedom on, and two arms of ten people have at least as many.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist, fmean, variance

from bot.domain.disclosure import CONFIDENCE, wilson_interval
from bot.domain.trial import Sizing

POWER = 80
"""How likely a trial finds the difference that it is planned for, in percent."""

USUAL_SHARE = 75
"""The share of final questions answered right that is expected with the usual way, in percent."""

INTRACLASS_CORRELATION = 0.1
"""How alike the answers of one person are: our assumption. The larger it is, the more people a trial needs."""

ANSWERS_PER_PERSON = 8
"""Final questions that somebody is expected to answer, of ten."""

FINISHING_SHARE = 75
"""How many of those who start are expected to be counted at the end, in percent."""

MAX_DIFFERENCE = 100 - USUAL_SHARE
"""The largest difference that a trial can be planned for: everything answered right."""


@dataclass(frozen=True, slots=True)
class ArmDifference:
    """How far two arms' mean shares differ (0 to 1), and the interval that the truth is in with `CONFIDENCE`."""

    difference: float
    low: float
    high: float


def size_trial(difference: int, people_expected: int) -> Sizing:
    """Return how many people have to start for a trial to find a difference, in percentage points."""
    return Sizing(
        difference=difference,
        usual_share=USUAL_SHARE,
        power=POWER,
        intraclass_correlation=INTRACLASS_CORRELATION,
        answers_per_person=ANSWERS_PER_PERSON,
        finishing_share=FINISHING_SHARE,
        people_expected=people_expected,
        people_needed=count_people_needed(difference),
    )


def count_people_needed(difference: int) -> int:
    """Return how many people have to start, in both arms together, to find a difference in percentage points."""
    one, other = USUAL_SHARE / 100, (USUAL_SHARE + difference) / 100
    mean = (one + other) / 2
    alpha = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2) * sqrt(2 * mean * (1 - mean))
    beta = NormalDist().inv_cdf(POWER / 100) * sqrt(one * (1 - one) + other * (1 - other))
    answers = ((alpha + beta) / (other - one)) ** 2
    design_effect = 1 + (ANSWERS_PER_PERSON - 1) * INTRACLASS_CORRELATION
    counted_per_arm = ceil(answers * design_effect / ANSWERS_PER_PERSON)
    return ceil(2 * counted_per_arm * 100 / FINISHING_SHARE)


def find_detectable_difference(people: int) -> int | None:
    """Return the smallest difference that a trial of this many people finds, or None if it finds none."""
    points = range(1, MAX_DIFFERENCE + 1)
    return next((each for each in points if count_people_needed(each) <= people), None)


def compare_arms(one: Sequence[float], other: Sequence[float]) -> ArmDifference:
    """Return how far the mean of `other` is above that of `one`. Both are shares by person, of at least ten people.

    If all shares of an arm are the same, nothing varies in it, and Welch's interval would be too narrow. Then it is
    Newcombe's, of two proportions, as if each person had given one answer: Statistics in Medicine 1998;17:873-890.
    """
    difference = fmean(other) - fmean(one)
    parts = variance(one) / len(one), variance(other) / len(other)
    if min(parts) <= 0:
        return _compare_proportions(fmean(one), len(one), fmean(other), len(other))
    error = sum(parts)
    freedom = error**2 / (parts[0] ** 2 / (len(one) - 1) + parts[1] ** 2 / (len(other) - 1))
    half = t_quantile(0.5 + CONFIDENCE / 2, freedom) * sqrt(error)
    return ArmDifference(difference, difference - half, difference + half)


def t_quantile(probability: float, freedom: float) -> float:
    """Return a quantile of Student's t with at least nine degrees of freedom."""
    z = NormalDist().inv_cdf(probability)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / freedom**power for power, term in enumerate(terms, 1))


def _compare_proportions(one: float, people: int, other: float, other_people: int) -> ArmDifference:
    low, high = wilson_interval(one * people, people)
    other_low, other_high = wilson_interval(other * other_people, other_people)
    difference = other - one
    return ArmDifference(
        difference,
        difference - sqrt((other - other_low) ** 2 + (high - one) ** 2),
        difference + sqrt((one - low) ** 2 + (other_high - other) ** 2),
    )
