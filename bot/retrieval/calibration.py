"""How sure a search is: the probability that any lesson answers, and that the best one fits.

All three are logistic regressions on situations and unanswerable texts that the encoder hasn't learned from (`python -m
training.calibrate`, which prints the coefficients below, and the reliability diagram in docs/coaching.md). Whether a
lesson fits was said by two readers of 200 situations, who saw three lessons in random order. By words alone, the least
share was chosen on the training situations.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import exp

LEAST_ANSWERABLE = 0.4
"""Below this probability that any lesson answers, none is given."""

LEAST_SURE = 0.5
"""The least probability of fitting with which one lesson is given in full, without a question."""

LEAST_TOGETHER = 0.6
"""The least probability that one of the two best fits, for a question between these two."""

LEAST_WORD_SHARE = 0.25
"""The least share with which one lesson is given in full, by words alone. Of the training situations above it, the
first lesson is one that their writer named in 8 of 10."""


class Confidence(StrEnum):
    """How sure a search is."""

    SURE = "sure"
    BETWEEN_TWO = "between_two"
    UNSURE = "unsure"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SearchFeatures:
    """What is known of a search by meaning.

    `best` and `second`: the share of the best and of the second lesson, all lessons' shares adding up to 1.
    `nearness`: the best meaning score, at most 3.5. `answerable`: the encoder's logit that a lesson answers.
    """

    best: float
    second: float
    nearness: float
    answerable: float


ANSWERABLE = (1.09, 6.32, -13.14)
"""Coefficients of the logit and the nearness, and the constant."""

BEST_FITS = (1.01, 2.7, -6.22)
"""Coefficients of the best lesson's share and the nearness, and the constant."""

ONE_OF_TWO_FITS = (-0.51, 3.66, -6.28)
"""Coefficients of both lessons' share and the nearness, and the constant."""


def rate_confidence(features: SearchFeatures) -> Confidence:
    """Return how sure a search by meaning is."""
    if _logistic(ANSWERABLE, features.answerable, features.nearness) < LEAST_ANSWERABLE:
        return Confidence.NONE
    if _logistic(BEST_FITS, features.best, features.nearness) >= LEAST_SURE:
        return Confidence.SURE
    if _logistic(ONE_OF_TWO_FITS, features.best + features.second, features.nearness) >= LEAST_TOGETHER:
        return Confidence.BETWEEN_TWO
    return Confidence.UNSURE


def rate_words(best_share: float) -> Confidence:
    """Return how sure a search by words alone is, given the best lesson's share."""
    return Confidence.SURE if best_share >= LEAST_WORD_SHARE else Confidence.UNSURE


def _logistic(coefficients: tuple[float, float, float], first: float, second: float) -> float:
    one, two, constant = coefficients
    return 1 / (1 + exp(-(one * first + two * second + constant)))
