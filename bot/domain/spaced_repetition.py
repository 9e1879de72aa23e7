"""Spaced repetition: how well a question is remembered, when it is due again, and the order of its options.

The arithmetic is FSRS-6 from the `fsrs` library with its published default weights (Ye, Su, and Cao, "A Stochastic
Shortest Path Algorithm for Optimizing Spaced Repetition Scheduling", KDD 2022; the weights are the library's). Days are
learning days, without minute steps or fuzz, so the same answers give the same days on any machine.

`fsrs` is imported on first use, which keeps the domain quick to import.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import permutations
from typing import TYPE_CHECKING

from bot.domain.lesson import Question

if TYPE_CHECKING:
    from fsrs import Card, Scheduler

FsrsWeights = tuple[float, ...]

TARGET_RETENTION = 0.9
"""A question is due when its retrievability has fallen to this. FSRS defines stability by the same value."""

FORGOTTEN_BELOW = 0.6
"""A question with less retrievability than this counts as forgotten: it waits until nothing else is due."""


class Rating(StrEnum):
    """How an answer went, in FSRS terms. Learners aren't asked whether it was easy, so there is no "easy"."""

    AGAIN = "again"
    HARD = "hard"
    GOOD = "good"

    @classmethod
    def of_answer(cls, *, correct: bool, guessed: bool = False) -> "Rating":
        """Return "again" for a wrong answer, "hard" for a right guess, and "good" for any other right answer."""
        if not correct:
            return cls.AGAIN
        return cls.HARD if guessed else cls.GOOD


@dataclass(frozen=True, slots=True)
class MemoryState:
    """What FSRS knows about a learner's memory of one question.

    `stability`: days until retrievability falls to 0.9. `difficulty`: 1 to 10. `last_answered_on`: the learning day of
    the last answer. `due_on`: the first learning day on which it may be asked again.
    """

    stability: float
    difficulty: float
    last_answered_on: date
    due_on: date


def update_memory(
    memory: MemoryState | None, rating: Rating, day: date, weights: FsrsWeights | None = None
) -> MemoryState:
    """Return the memory after an answer on a learning day. `memory` is None for a first answer.

    `weights`, here and below, are 21 FSRS-6 weights to use instead of the published ones. A day before the last
    answer's (the learner has traveled west) counts as the last answer's day.
    """
    from fsrs import Rating as Fsrs

    rated = {Rating.AGAIN: Fsrs.Again, Rating.HARD: Fsrs.Hard, Rating.GOOD: Fsrs.Good}[rating]
    day = max(day, memory.last_answered_on) if memory else day
    card, _ = _scheduler(weights).review_card(_card(memory), rated, _noon(day))
    if card.stability is None or card.difficulty is None:
        raise AssertionError("FSRS gives every reviewed card a stability and a difficulty.")
    return MemoryState(card.stability, card.difficulty, day, card.due.date())


def compute_retrievability(memory: MemoryState, day: date, weights: FsrsWeights | None = None) -> float:
    """Return the chance (0 to 1) that the learner answers the question correctly on a day."""
    return _scheduler(weights).get_card_retrievability(_card(memory), _noon(max(day, memory.last_answered_on)))


def find_usual_due(memory: MemoryState) -> date:
    """Return when a question is due by its stability alone, as after an answer, whatever `due_on` says."""
    return memory.last_answered_on + timedelta(days=max(1, round(memory.stability)))


def recall_priority(memory: MemoryState, day: date) -> tuple[bool, float]:
    """Return a sort key for the questions that are due on a day; ask the lowest first.

    Questions with a retrievability of at least `FORGOTTEN_BELOW` come first, the least remembered first. The rest
    follow, the best remembered first. More questions are due than the one asked each day, and forgotten ones would take
    every turn from those that can still be saved. In `rounds simulate`, 0.61 of the questions are remembered after a
    year, against 0.59 without this rule.
    """
    retrievability = compute_retrievability(memory, day)
    return (True, -retrievability) if retrievability < FORGOTTEN_BELOW else (False, retrievability)


def is_same_question(one: Question, other: Question) -> bool:
    """Return whether two questions ask the same and so share one memory. Explanations may differ."""
    return _question_key(one) == _question_key(other)


def shuffle_options(letters: Iterable[str], learner_id: int, recall_count: int) -> str:
    """Return a question's option letters in the order in which its recall number `recall_count` shows them.

    The order is never the lesson's and never the same twice in a row, so position gives nothing away. With n options
    there are n! - 1 other orders. For three and four options that is a prime number (5 and 23), so any step visits them
    all.
    """
    own, *others = permutations(sorted(letters))
    chosen = others[(learner_id * 7 + recall_count * 3) % len(others)] if others else own
    return "".join(chosen)


def _question_key(question: Question) -> object:
    options = tuple((option.key, option.text, option.correct) for option in question.options)
    return question.scenario, question.stem, options


def get_published_weights() -> FsrsWeights:
    """Return the default weights of FSRS-6, as the library publishes them."""
    return _scheduler(None).parameters


@lru_cache(16)
def _scheduler(weights: FsrsWeights | None) -> "Scheduler":
    from fsrs import Scheduler
    from fsrs.scheduler import DEFAULT_PARAMETERS

    return Scheduler(weights or DEFAULT_PARAMETERS, TARGET_RETENTION, (), (), enable_fuzzing=False)


def _card(memory: MemoryState | None) -> "Card":
    from fsrs import Card, State

    # Without an id the library waits a millisecond to build one from the time.
    if memory is None:
        return Card(card_id=1)
    return Card(1, State.Review, None, memory.stability, memory.difficulty, last_review=_noon(memory.last_answered_on))


def _noon(day: date) -> datetime:
    """Return noon in UTC. FSRS counts whole days between instants, and noons are always whole days apart."""
    return datetime.combine(day, time(12), UTC)
