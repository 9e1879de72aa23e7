"""How far a learner has come with a skill: how much of it they have practiced, and how well they remember it now.

The bounds of the levels are our own choice. A word tells a reader more than a number that looks exact.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import fmean

from bot.domain.spaced_repetition import MemoryState, compute_retrievability

WEAK_BELOW = 0.7
"""A skill comes up more often if the mean chance of answering its questions correctly is less than this."""

MIN_ANSWERS_TO_BE_WEAK = 3
"""How many of a skill's questions must be answered before it can be weak. One wrong answer says little."""


class MasteryLevel(StrEnum):
    """How far a learner has come with a skill, in words."""

    NEW = "new"
    GROWING = "growing"
    STEADY = "steady"
    STRONG = "strong"


_BOUNDS = ((MasteryLevel.STRONG, 0.75, 0.85), (MasteryLevel.STEADY, 0.4, 0.75))
"""For each level, from the top down: the least share of practiced lessons, and the least mean retrievability."""


@dataclass(frozen=True, slots=True)
class SkillMastery:
    """How far a learner has come with one skill today.

    `practiced_lessons`: how many of the `total_lessons` have an answered question. `mean_retrievability`: the mean
    chance (0 to 1) that these are still answered correctly, or None if there are none. `previous_level`: the level on
    the day of the last answer, if days without an answer have lowered it since. `days_without_answer`: how many days
    those are.
    """

    skill: str
    level: MasteryLevel
    practiced_lessons: int
    total_lessons: int
    mean_retrievability: float | None
    previous_level: MasteryLevel | None = None
    days_without_answer: int = 0

    @property
    def is_weak(self) -> bool:
        """Whether this skill should come up more often."""
        return (
            self.mean_retrievability is not None
            and self.practiced_lessons >= MIN_ANSWERS_TO_BE_WEAK
            and self.mean_retrievability < WEAK_BELOW
        )


def assess_skills(
    skills: Mapping[str, Collection[str]], memories: Mapping[str, MemoryState], today: date
) -> tuple[SkillMastery, ...]:
    """Return how far a learner has come with each skill.

    `skills`: lesson ids by skill slug. `memories`: what the learner remembers, by lesson id.
    """
    last = max((memory.last_answered_on for memory in memories.values()), default=today)
    return tuple(
        _mastery(skill, lessons, [memories[each] for each in lessons if each in memories], last, today)
        for skill, lessons in skills.items()
    )


def find_weak_skills(found: Collection[SkillMastery]) -> frozenset[str]:
    """Return the slugs of the skills that should come up more often."""
    return frozenset(each.skill for each in found if each.is_weak)


def _mastery(
    skill: str, lessons: Collection[str], answered: Sequence[MemoryState], last: date, today: date
) -> SkillMastery:
    now, then = _level(answered, len(lessons), today), _level(answered, len(lessons), min(last, today))
    return SkillMastery(
        skill=skill,
        level=now,
        practiced_lessons=len(answered),
        total_lessons=len(lessons),
        mean_retrievability=_mean_retrievability(answered, today),
        previous_level=then if then is not now else None,
        days_without_answer=(today - last).days if then is not now else 0,
    )


def _level(answered: Sequence[MemoryState], lessons: int, day: date) -> MasteryLevel:
    retrievability = _mean_retrievability(answered, day)
    if retrievability is None:
        return MasteryLevel.NEW
    share = len(answered) / lessons
    return next(
        (
            level
            for level, min_share, min_retrievability in _BOUNDS
            if share >= min_share and retrievability >= min_retrievability
        ),
        MasteryLevel.GROWING,
    )


def _mean_retrievability(answered: Sequence[MemoryState], day: date) -> float | None:
    return fmean(compute_retrievability(memory, day) for memory in answered) if answered else None
