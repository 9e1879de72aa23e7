"""Recall: how well an answered question is remembered, when it is asked again, and in which order of its options.

The arithmetic is FSRS-6's, by the `fsrs` library with its published default weights (Ye, Su and Cao, "A Stochastic
Shortest Path Algorithm for Optimizing Spaced Repetition Scheduling", KDD 2022; the weights are the library's). Days are
learning days: there are no steps of minutes, and no fuzz, so that the same answers give the same days on any machine.

`fsrs` is imported when something is first reviewed, which keeps the domain light to import.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import lru_cache
from itertools import permutations
from typing import TYPE_CHECKING

from bot.domain.lesson import Question

if TYPE_CHECKING:
    from fsrs import Card, Scheduler

FsrsWeights = tuple[float, ...]

TARGET_RETENTION = 0.9
"""A question is due on the day on which its retrievability has fallen to this; FSRS' stability is in these terms."""

FORGOTTEN_BELOW = 0.6
"""Below this retrievability a question is as good as forgotten: it waits until nothing else is due."""


class Rating(StrEnum):
    """How an answer went, in FSRS' words. There is no "easy": nobody is asked for it."""

    AGAIN = "again"
    HARD = "hard"
    GOOD = "good"

    @classmethod
    def of_answer(cls, *, correct: bool, guessed: bool = False) -> "Rating":
        """Wrong: again. Right: good, or hard if its learner says that they guessed."""
        if not correct:
            return cls.AGAIN
        return cls.HARD if guessed else cls.GOOD


@dataclass(frozen=True, slots=True)
class MemoryState:
    """What FSRS knows of one learner's memory of one question.

    `stability`: days after which retrievability has fallen to 0.9; `difficulty`: 1 to 10; `last_answered_on`: the
    learning day of the last answer; `due_on`: the first one on which it may be asked again.
    """

    stability: float
    difficulty: float
    last_answered_on: date
    due_on: date


def update_memory(
    memory: MemoryState | None, rating: Rating, day: date, weights: FsrsWeights | None = None
) -> MemoryState:
    """The memory after an answer on a learning day; None: it is the first answer.

    `weights`, here and below: FSRS-6's 21 of them, where it isn't the published ones. A day before that of the last
    answer (its learner has travelled west) counts as that day.
    """
    from fsrs import Rating as Fsrs

    rated = {Rating.AGAIN: Fsrs.Again, Rating.HARD: Fsrs.Hard, Rating.GOOD: Fsrs.Good}[rating]
    day = max(day, memory.last_answered_on) if memory else day
    card, _ = _scheduler(weights).review_card(_card(memory), rated, _noon(day))
    if card.stability is None or card.difficulty is None:
        raise AssertionError("FSRS gives every reviewed card its stability and difficulty.")
    return MemoryState(card.stability, card.difficulty, day, card.due.date())


def compute_retrievability(memory: MemoryState, day: date, weights: FsrsWeights | None = None) -> float:
    """The chance (0 to 1) that the question is still answered rightly on a day."""
    return _scheduler(weights).get_card_retrievability(_card(memory), _noon(max(day, memory.last_answered_on)))


def recall_priority(memory: MemoryState, day: date) -> tuple[bool, float]:
    """Sorts what is due on a day: what is asked first comes first.

    The least remembered first, as long as more than `FORGOTTEN_BELOW` is left of it; the rest after that, the best
    remembered first. At one question a day there is more due than asked, and what is forgotten already would take every
    turn from what can still be kept. By `rounds simulate`, 0.61 of the questions are remembered after a year, against
    0.59.
    """
    left = compute_retrievability(memory, day)
    return (True, -left) if left < FORGOTTEN_BELOW else (False, left)


def is_same_question(one: Question, other: Question) -> bool:
    """Whether two questions ask the same: what is remembered of one holds for the other. Explanations may differ."""
    return _asked(one) == _asked(other)


def shuffle_options(letters: Iterable[str], learner_id: int, recall_count: int) -> str:
    """The letters of a question's options in the order in which they are shown, the `recall_count`-th time it is
    recalled.

    Never the order of the lesson, and never twice running the same: a place is no answer. With n options there are
    n! - 1 other orders, which is a prime number for three and for four (5 and 23), so that any step visits them all.
    """
    own, *others = permutations(sorted(letters))
    chosen = others[(learner_id * 7 + recall_count * 3) % len(others)] if others else own
    return "".join(chosen)


def _asked(question: Question) -> object:
    options = tuple((option.key, option.text, option.correct) for option in question.options)
    return question.scenario, question.stem, options


def get_published_weights() -> FsrsWeights:
    """FSRS-6's default weights, as the library publishes them."""
    return _scheduler(None).parameters


@lru_cache(16)
def _scheduler(weights: FsrsWeights | None) -> "Scheduler":
    from fsrs import Scheduler
    from fsrs.scheduler import DEFAULT_PARAMETERS

    return Scheduler(weights or DEFAULT_PARAMETERS, TARGET_RETENTION, (), (), enable_fuzzing=False)


def _card(memory: MemoryState | None) -> "Card":
    from fsrs import Card, State

    # Without a number of our own the library waits a millisecond, to make one of the time.
    if memory is None:
        return Card(card_id=1)
    return Card(1, State.Review, None, memory.stability, memory.difficulty, last_review=_noon(memory.last_answered_on))


def _noon(day: date) -> datetime:
    """FSRS counts in whole days between instants: noons are always whole days apart."""
    return datetime.combine(day, time(12), UTC)
