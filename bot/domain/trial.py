"""A trial: a cohort is split at random into two ways of asking, and both are asked alike at the end.

What differs is only when a question is due again. What is counted is the same for everyone: of the questions that
somebody first answered in the trial, and at least `MIN_DISTANCE` before the final questions begin, `FINAL_QUESTIONS`
drawn at random are asked once more, whether or not they are due.

The plan is fixed before the start. Its hash shows later that nothing in it was changed.

Arms are drawn in permuted blocks within strata: Pocock, Clinical Trials: A Practical Approach (1983), chapter 5. The
seed is random and secret, and nobody is ever shown it: with it, whoever knows the order in which people started could
work out who was in which arm. Only its hash is in the plan. Seed and arms are deleted with the end of the trial.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum

WEEKS = (12, 16, 26)
"""How long a trial may last."""

FINAL_PERIOD = timedelta(days=14)
"""The last days of a trial, in which the final questions are asked."""

FINAL_QUESTIONS = 10
"""The most final questions for one person: one on each working day."""

MIN_FINAL_ANSWERS = 3
"""How many final questions somebody must answer to be counted."""

MIN_DISTANCE = timedelta(days=28)
"""How long before the final questions begin a question was first answered, at least, to be one of them."""

ENTRY_PERIOD = timedelta(days=28)
"""How long people can enter a trial, from its first day on."""

FIRST_GAP, LATER_GAPS = timedelta(days=12), timedelta(days=24)
"""The fixed gaps: after the first answer, and after each later one."""


DAYS_LATE = timedelta(days=2)
"""How long after its last day a trial ends: the last night shift is over everywhere by then."""


class TrialEnding(StrEnum):
    """How a trial ended."""

    FINISHED = "finished"
    CANCELED = "canceled"
    CLOSED = "closed"


class AskingWay(StrEnum):
    """When an answered question is due again."""

    SPACED = "spaced"
    FIXED = "fixed"


_WAYS = {
    AskingWay.SPACED: "spaced repetition (FSRS-6): due when the chance of a right answer has fallen to 90 percent",
    AskingWay.FIXED: f"fixed gaps: due {FIRST_GAP.days} days after the first answer, and {LATER_GAPS.days} days after "
    "each later one",
}
_QUESTION = (
    "Do people remember more of what they answered if questions come back after fixed gaps instead of by spaced "
    "repetition?"
)
_OUTCOME = (
    f"the share of final questions answered right, by person. Final questions: up to {FINAL_QUESTIONS}, drawn at "
    f"random from those that the person first answered in the trial, at least {MIN_DISTANCE.days} days before the "
    "final period"
)
_ANALYSIS = (
    "difference of the arms' means of the people's shares (fixed minus spaced), with Welch's 95 percent interval, of "
    f"those with at least {MIN_FINAL_ANSWERS} final answers; rounded to 5 points, the interval outward"
)
BLOCK_SIZES = (4, 6, 8)

_ASSIGNMENT = "at Start, 1:1, in permuted blocks of 4, 6, or 8 within levels of skill at entry"


@dataclass(frozen=True, slots=True)
class TrialPeriod:
    """When a trial takes place. `entry_until`: the last day to enter; `final_from`: final questions begin."""

    starts_on: date
    entry_until: date
    final_from: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Sizing:
    """How many people a trial needs, and why. Shares are in percent, `difference` in percentage points.

    `people_expected`: how many are likely to start. `people_needed`: how many would have to.
    """

    difference: int
    usual_share: int
    power: int
    intraclass_correlation: float
    answers_per_person: int
    finishing_share: int
    people_expected: int
    people_needed: int


@dataclass(frozen=True, slots=True)
class TrialPlan:
    """What is written down before a trial. `cohort`: the code by which people join it."""

    cohort: str
    period: TrialPeriod
    sizing: Sizing
    seed_hash: str

    @property
    def canonical_json(self) -> str:
        """The plan as the text that is hashed: sorted keys, no spaces around separators, ASCII only."""
        plan = {
            "analysis": _ANALYSIS,
            "arms": {way.value: text for way, text in _WAYS.items()},
            "assignment": _ASSIGNMENT,
            "cohort": self.cohort,
            "outcome": _OUTCOME,
            "period": {name: day.isoformat() for name, day in asdict(self.period).items()},
            "question": _QUESTION,
            "seed_sha256": self.seed_hash,
            "size": asdict(self.sizing),
        }
        return json.dumps(plan, sort_keys=True, separators=(",", ":"))


def plan_period(starts_on: date, weeks: int) -> TrialPeriod:
    """Return when a trial of this many weeks takes place."""
    ends_on = starts_on + timedelta(weeks=weeks, days=-1)
    entry_until = starts_on + ENTRY_PERIOD - timedelta(days=1)
    return TrialPeriod(starts_on, entry_until, ends_on - FINAL_PERIOD + timedelta(days=1), ends_on)


def hash_text(text: str) -> str:
    """Return the SHA-256 hash of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def find_fixed_due(last_answered_on: date, recall_count: int) -> date:
    """Return when a question is due with fixed gaps. `recall_count`: how often it was asked again."""
    return last_answered_on + (LATER_GAPS if recall_count else FIRST_GAP)


def assign_way(seed: str, stratum: str, place: int) -> AskingWay:
    """Return the arm of somebody who is the `place`th of their stratum, from 0 on.

    Every block of four, six, or eight has as many of each arm. The size of a block is random, too, so that nobody who
    knows the arms of three can tell another one's.
    """
    block, begin = 0, 0
    while place >= (end := begin + _block_size(seed, stratum, block)):
        block, begin = block + 1, end
    order = sorted(range(end - begin), key=lambda each: _draw(seed, "arm", stratum, block, each))
    return tuple(AskingWay)[order[place - begin] % 2]


def draw_final_questions(seed: str, learner_id: int, lesson_ids: Iterable[str]) -> list[str]:
    """Return the lessons whose questions are somebody's final ones, in the order in which they are asked.

    What is drawn doesn't depend on the arm.
    """
    return sorted(set(lesson_ids), key=lambda each: _draw(seed, "final", learner_id, each))[:FINAL_QUESTIONS]


def _block_size(seed: str, stratum: str, block: int) -> int:
    return BLOCK_SIZES[_draw(seed, "size", stratum, block)[0] % len(BLOCK_SIZES)]


def _draw(seed: str, *what: object) -> bytes:
    """Return random bytes, always the same for the same seed and values."""
    return hmac.digest(seed.encode(), ":".join(map(str, what)).encode(), "sha256")
