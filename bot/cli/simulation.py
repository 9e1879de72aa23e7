"""What simulated learners still know after months, under Rounds' way of asking and under plainer ones.

How well a learner remembers is FSRS-6's own model, with weights of their own that no policy knows: a policy sees
answers alone. On each working day that a learner is there, a lesson's question is asked, and perhaps a second one.

Policies: Rounds' own (`domain/spaced_repetition.py`, `domain/lesson_selection.py`); a fixed order without recall, where
each question is the next lesson's; recall of any question at random; recall after 12 days, and then every 24. Those
without a clock of their own ask a second question on just the days on which Rounds does, so that all ask as many; the
one with fixed intervals asks what it owes, at most one a day, too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from math import exp
from random import Random
from statistics import fmean

from bot.domain import spaced_repetition
from bot.domain.lesson import Lesson
from bot.domain.lesson_selection import LessonSelector
from bot.domain.mastery import assess_skills, find_weak_skills
from bot.domain.spaced_repetition import FsrsWeights, MemoryState, Rating

START_DATE = date(2026, 1, 5)
"""A Monday."""

MEASURED_DAYS = (90, 365)
"""Days after which it is measured what is remembered."""

FIXED_INTERVAL_DAYS = (12, 24)
"""Days after its lesson on which a question comes back under fixed intervals, and days between times from then on."""

PRIOR_KNOWLEDGE_RANGE = (0.4, 0.8)
"""The chance that a learner answers a question rightly that they meet first: drawn evenly for each learner."""

GUESS_CHANCE = 0.3
"""The chance that somebody who doesn't remember picks the right one of three or four options all the same."""

ATTENDANCE_RANGE = (0.6, 1.0)
"""The share of working days on which a learner is there: drawn evenly for each learner."""

MEMORY_STANDARD_DEVIATION = 0.3
"""By how much (standard deviation of the logarithm) memories hold longer or shorter than the next learner's."""


class Policy(StrEnum):
    """A way to choose the second question of a day; and, without recall, the way to go on."""

    ROUNDS = "Rounds"
    FIXED_ORDER = "fixed order, no recall"
    RANDOM = "random recall"
    FIXED_INTERVALS = "recall after 12, then every 24 days"


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """What a policy came to, on average over learners, after so many days.

    `asked`: questions; `met`: different ones; `share`: how many of these are remembered, 0 to 1.
    """

    policy: Policy
    days: int
    asked: float
    met: float
    share: float

    @property
    def remembered(self) -> float:
        """How many questions are remembered."""
        return self.met * self.share


@dataclass(frozen=True, slots=True)
class SimulatedLearner:
    """A simulated learner: how they remember, and on which days (counted from the first) they are there."""

    weights: FsrsWeights
    prior_knowledge: float
    attended_days: tuple[int, ...]
    seed: int


@dataclass(slots=True)
class _Known:
    """A question that was met: how it is truly remembered, what a policy makes of the answers, and when it comes back.

    `due`: the day (counted) on which fixed intervals bring it back.
    """

    truth: MemoryState
    guessed_at: MemoryState
    due: int


@dataclass(slots=True)
class _Course:
    """A learner on their way through the lessons under one policy."""

    person: SimulatedLearner
    random: Random
    known: dict[str, _Known] = field(default_factory=dict)
    given: list[str] = field(default_factory=list)
    asked: int = 0

    def ask(self, lesson_id: str, day: int) -> None:
        """One question: an answer by what is truly remembered, and what each side makes of it."""
        before, today = self.known.get(lesson_id), START_DATE + timedelta(days=day)
        weights = self.person.weights
        chance = (
            spaced_repetition.compute_retrievability(before.truth, today, weights)
            if before
            else self.person.prior_knowledge
        )
        knows = self.random.random() < chance
        right = knows or (before is not None and self.random.random() < GUESS_CHANCE)
        truth = spaced_repetition.update_memory(
            before.truth if before else None, Rating.of_answer(correct=knows), today, weights
        )
        seen = spaced_repetition.update_memory(
            before.guessed_at if before else None, Rating.of_answer(correct=right), today
        )
        self.known[lesson_id] = _Known(truth, seen, day + FIXED_INTERVAL_DAYS[1 if before else 0])
        self.asked += 1

    def share(self, day: int) -> float:
        """The share of the questions met that is remembered."""
        on = START_DATE + timedelta(days=day)
        return fmean(
            spaced_repetition.compute_retrievability(each.truth, on, self.person.weights)
            for each in self.known.values()
        )


def simulate(
    lessons: Sequence[Lesson], learners: int, days: int, seed: int = 1, measured_days: Sequence[int] = MEASURED_DAYS
) -> list[SimulationResult]:
    """Let so many learners live for so many days under each policy; the same numbers for the same `seed`.

    What is remembered after each of the days `measured_days` that lies within `days`, and after `days`.
    """
    selection = LessonSelector(lessons)
    marks = sorted({mark for mark in measured_days if mark < days} | {days})
    found: dict[tuple[Policy, int], list[tuple[int, int, float]]] = {}
    for number in range(learners):
        person = _person(seed * 1_000_003 + number, days)
        second: set[int] = set()
        for policy in Policy:
            course = _Course(person, Random(person.seed))  # noqa: S311 - a model, and no secret
            _live(course, policy, lessons, selection, second, marks, found)
    return [
        SimulationResult(policy, mark, *(fmean(each) for each in zip(*found[policy, mark], strict=True)))
        for mark in marks
        for policy in Policy
    ]


def _live(
    course: _Course,
    policy: Policy,
    lessons: Sequence[Lesson],
    selection: LessonSelector,
    second: set[int],
    marks: Sequence[int],
    found: dict[tuple[Policy, int], list[tuple[int, int, float]]],
) -> None:
    """The learner's days under one policy. `second`: the days on which Rounds asks twice; it writes them down."""
    left = list(marks)
    for day in [*course.person.attended_days, marks[-1] + 1]:
        while left and day > left[0]:
            mark = left.pop(0)
            found.setdefault((policy, mark), []).append((course.asked, len(course.known), course.share(mark)))
        if not left:
            return
        _give(course, policy, lessons, selection, day)
        if policy is Policy.ROUNDS:
            again = _next_due(course, day)
            if again is not None:
                second.add(day)
        else:
            again = _again(course, policy, day, twice=day in second)
        if again is not None:
            course.ask(again, day)
        elif policy is Policy.FIXED_ORDER and day in second:
            _give(course, policy, lessons, selection, day)


def _give(course: _Course, policy: Policy, lessons: Sequence[Lesson], selection: LessonSelector, day: int) -> None:
    """The lesson of the day, and its question."""
    if policy is Policy.ROUNDS:
        chosen = _chosen(course, selection, lessons, day)
    else:
        chosen = lessons[len(course.given) % len(lessons)]
    course.given.append(chosen.id)
    course.ask(chosen.id, day)


def _chosen(course: _Course, selection: LessonSelector, lessons: Sequence[Lesson], day: int) -> Lesson:
    today = START_DATE + timedelta(days=day)
    memories = {lesson_id: each.guessed_at for lesson_id, each in course.known.items()}
    skills: dict[str, list[str]] = {}
    for lesson in lessons:
        skills.setdefault(lesson.skill.slug, []).append(lesson.id)
    weak = find_weak_skills(assess_skills(skills, memories, today))
    forgotten = sorted(memories, key=lambda each: spaced_repetition.compute_retrievability(memories[each], today))
    chosen = selection.choose_next(
        course.given, frozenset(), weak, forgotten if selection.has_seen_all(course.given) else ()
    )
    if chosen is None:
        raise ValueError("There are no lessons to simulate with.")
    return chosen


def _next_due(course: _Course, day: int) -> str | None:
    """Rounds' recall, of what is due."""
    today = START_DATE + timedelta(days=day)
    due = [lesson_id for lesson_id, each in course.known.items() if each.guessed_at.due_on <= today]
    return min(
        due, key=lambda each: spaced_repetition.recall_priority(course.known[each].guessed_at, today), default=None
    )


def _again(course: _Course, policy: Policy, day: int, *, twice: bool) -> str | None:
    """The other policies' recall."""
    before = [lesson_id for lesson_id in course.known if lesson_id != course.given[-1]]
    if policy is Policy.RANDOM and twice and before:
        return course.random.choice(before)
    if policy is Policy.FIXED_INTERVALS:
        return min((each for each in before if course.known[each].due <= day), key=_due_day(course), default=None)
    return None


def _due_day(course: _Course) -> Callable[[str], int]:
    return lambda lesson_id: course.known[lesson_id].due


def _person(seed: int, days: int) -> SimulatedLearner:
    random = Random(seed)  # noqa: S311 - a model, and no secret
    weights = list(spaced_repetition.get_published_weights())
    longer = exp(random.gauss(0, MEMORY_STANDARD_DEVIATION))
    for place in range(4):  # the stability after a first answer, by rating
        weights[place] = min(100.0, weights[place] * longer)
    weights[8] = min(
        4.5, max(0.0, weights[8] + random.gauss(0, MEMORY_STANDARD_DEVIATION))
    )  # how much a right answer adds to it
    attends = random.uniform(*ATTENDANCE_RANGE)
    there = tuple(
        day for day in range(days + 1) if (START_DATE + timedelta(days=day)).weekday() < 5 and random.random() < attends
    )
    return SimulatedLearner(tuple(weights), random.uniform(*PRIOR_KNOWLEDGE_RANGE), there, random.randrange(2**32))
