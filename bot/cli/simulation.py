"""Simulates what learners still know after months, with Rounds and with simpler policies.

Memory follows FSRS-6's own model. Each simulated learner has their own weights, which no policy knows: a policy sees
only answers. On each working day that a learner attends, the day's lesson asks a question, and there may be a second
one.

Policies: Rounds' own (`domain/spaced_repetition.py`, `domain/lesson_selection.py`); a fixed order without recall, where
each question is the next lesson's; recall of a random question; recall after 12 days and then every 24. Policies
without their own timing ask a second question exactly on the days on which Rounds does, so all ask equally many. The
policy with fixed intervals asks what is due, also at most one a day.
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
"""Measure what is remembered after this many days."""

FIXED_INTERVAL_DAYS = (12, 24)
"""With fixed intervals: days from a lesson to its first recall, and between later recalls."""

PRIOR_KNOWLEDGE_RANGE = (0.4, 0.8)
"""A learner's chance of answering a question they haven't met; drawn uniformly for each learner."""

GUESS_CHANCE = 0.3
"""The chance of picking the right one of three or four options without remembering it."""

ATTENDANCE_RANGE = (0.6, 1.0)
"""The share of working days that a learner attends; drawn uniformly for each learner."""

MEMORY_STANDARD_DEVIATION = 0.3
"""How much memory varies among learners (standard deviation of the logarithm)."""


class Policy(StrEnum):
    """A way to choose the second question of a day and, without recall, the next lesson."""

    ROUNDS = "Rounds"
    FIXED_ORDER = "fixed order, no recall"
    RANDOM = "random recall"
    FIXED_INTERVALS = "recall after 12, then every 24 days"


@dataclass(frozen=True, slots=True)
class PolicyRetention:
    """The result of a policy after some days, averaged over learners.

    `asked`: questions asked; `met`: different questions; `share`: the share of these that is remembered, 0 to 1.
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
    """A simulated learner: how they remember, and which days they attend (counted from the first)."""

    weights: FsrsWeights
    prior_knowledge: float
    attended_days: tuple[int, ...]
    seed: int


@dataclass(slots=True)
class _MetQuestion:
    """A question that a learner has met.

    `true_memory`: how it is really remembered; `estimated_memory`: what a policy infers from answers; `due`: the day
    (counted from the first) on which fixed intervals ask it again.
    """

    true_memory: MemoryState
    estimated_memory: MemoryState
    due: int


@dataclass(slots=True)
class _Course:
    """A learner's progress through the lessons under one policy."""

    learner: SimulatedLearner
    random: Random
    met_questions: dict[str, _MetQuestion] = field(default_factory=dict)
    sent_lesson_ids: list[str] = field(default_factory=list)
    asked: int = 0

    def ask(self, lesson_id: str, day: int) -> None:
        """Ask a question: draw an answer from the true memory, and update both memories."""
        before, today = self.met_questions.get(lesson_id), START_DATE + timedelta(days=day)
        weights = self.learner.weights
        chance = (
            spaced_repetition.compute_retrievability(before.true_memory, today, weights)
            if before
            else self.learner.prior_knowledge
        )
        knows = self.random.random() < chance
        right = knows or (before is not None and self.random.random() < GUESS_CHANCE)
        true_memory = spaced_repetition.update_memory(
            before.true_memory if before else None, Rating.of_answer(correct=knows), today, weights
        )
        seen = spaced_repetition.update_memory(
            before.estimated_memory if before else None, Rating.of_answer(correct=right), today
        )
        self.met_questions[lesson_id] = _MetQuestion(true_memory, seen, day + FIXED_INTERVAL_DAYS[1 if before else 0])
        self.asked += 1

    def share(self, day: int) -> float:
        """Return the share of the met questions that is remembered."""
        on = START_DATE + timedelta(days=day)
        return fmean(
            spaced_repetition.compute_retrievability(each.true_memory, on, self.learner.weights)
            for each in self.met_questions.values()
        )


def simulate(
    lessons: Sequence[Lesson], learners: int, days: int, seed: int = 1, measured_days: Sequence[int] = MEASURED_DAYS
) -> list[PolicyRetention]:
    """Simulate this many learners for this many days under each policy. The same `seed` gives the same numbers.

    Returns the results after each of `measured_days` that is less than `days`, and after `days`.
    """
    selection = LessonSelector(lessons)
    marks = sorted({mark for mark in measured_days if mark < days} | {days})
    totals: dict[tuple[Policy, int], list[tuple[int, int, float]]] = {}
    for number in range(learners):
        learner = _draw_learner(seed * 1_000_003 + number, days)
        second_question_days: set[int] = set()
        for policy in Policy:
            course = _Course(learner, Random(learner.seed))  # noqa: S311 - a model, and no secret
            _simulate_days(course, policy, lessons, selection, second_question_days, marks, totals)
    return [
        PolicyRetention(policy, mark, *(fmean(each) for each in zip(*totals[policy, mark], strict=True)))
        for mark in marks
        for policy in Policy
    ]


def _simulate_days(
    course: _Course,
    policy: Policy,
    lessons: Sequence[Lesson],
    selection: LessonSelector,
    second_question_days: set[int],
    marks: Sequence[int],
    totals: dict[tuple[Policy, int], list[tuple[int, int, float]]],
) -> None:
    """Simulate a learner's days under one policy. Rounds adds the days on which it asks twice to the set."""
    left = list(marks)
    for day in [*course.learner.attended_days, marks[-1] + 1]:
        while left and day > left[0]:
            mark = left.pop(0)
            totals.setdefault((policy, mark), []).append((course.asked, len(course.met_questions), course.share(mark)))
        if not left:
            return
        _send_lesson(course, policy, lessons, selection, day)
        if policy is Policy.ROUNDS:
            again = _next_due(course, day)
            if again is not None:
                second_question_days.add(day)
        else:
            again = _choose_other_recall(course, policy, day, twice=day in second_question_days)
        if again is not None:
            course.ask(again, day)
        elif policy is Policy.FIXED_ORDER and day in second_question_days:
            _send_lesson(course, policy, lessons, selection, day)


def _send_lesson(
    course: _Course, policy: Policy, lessons: Sequence[Lesson], selection: LessonSelector, day: int
) -> None:
    """Send the day's lesson and ask its question."""
    if policy is Policy.ROUNDS:
        chosen = _choose_lesson(course, selection, lessons, day)
    else:
        chosen = lessons[len(course.sent_lesson_ids) % len(lessons)]
    course.sent_lesson_ids.append(chosen.id)
    course.ask(chosen.id, day)


def _choose_lesson(course: _Course, selection: LessonSelector, lessons: Sequence[Lesson], day: int) -> Lesson:
    today = START_DATE + timedelta(days=day)
    memories = {lesson_id: each.estimated_memory for lesson_id, each in course.met_questions.items()}
    skills: dict[str, list[str]] = {}
    for lesson in lessons:
        skills.setdefault(lesson.skill.slug, []).append(lesson.id)
    weak = find_weak_skills(assess_skills(skills, memories, today))
    forgotten = sorted(memories, key=lambda each: spaced_repetition.compute_retrievability(memories[each], today))
    chosen = selection.choose_next(
        course.sent_lesson_ids, frozenset(), weak, forgotten if selection.has_seen_all(course.sent_lesson_ids) else ()
    )
    if chosen is None:
        raise ValueError("There are no lessons to simulate with.")
    return chosen


def _next_due(course: _Course, day: int) -> str | None:
    """Return the question that Rounds would recall, or None."""
    today = START_DATE + timedelta(days=day)
    due = [lesson_id for lesson_id, each in course.met_questions.items() if each.estimated_memory.due_on <= today]
    return min(
        due,
        key=lambda each: spaced_repetition.recall_priority(course.met_questions[each].estimated_memory, today),
        default=None,
    )


def _choose_other_recall(course: _Course, policy: Policy, day: int, *, twice: bool) -> str | None:
    """Return the question that the other policies recall, or None."""
    before = [lesson_id for lesson_id in course.met_questions if lesson_id != course.sent_lesson_ids[-1]]
    if policy is Policy.RANDOM and twice and before:
        return course.random.choice(before)
    if policy is Policy.FIXED_INTERVALS:
        return min(
            (each for each in before if course.met_questions[each].due <= day), key=_due_day(course), default=None
        )
    return None


def _due_day(course: _Course) -> Callable[[str], int]:
    return lambda lesson_id: course.met_questions[lesson_id].due


def _draw_learner(seed: int, days: int) -> SimulatedLearner:
    random = Random(seed)  # noqa: S311 - a model, and no secret
    weights = list(spaced_repetition.get_published_weights())
    longer = exp(random.gauss(0, MEMORY_STANDARD_DEVIATION))
    for place in range(4):  # the stability after a first answer, by rating
        weights[place] = min(100.0, weights[place] * longer)
    weights[8] = min(
        4.5, max(0.0, weights[8] + random.gauss(0, MEMORY_STANDARD_DEVIATION))
    )  # how much a right answer adds to it
    attends = random.uniform(*ATTENDANCE_RANGE)
    attended_days = tuple(
        day for day in range(days + 1) if (START_DATE + timedelta(days=day)).weekday() < 5 and random.random() < attends
    )
    return SimulatedLearner(
        tuple(weights), random.uniform(*PRIOR_KNOWLEDGE_RANGE), attended_days, random.randrange(2**32)
    )
