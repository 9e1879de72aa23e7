"""How far a learner has come with a skill: how much of it they have practised, and how well that is remembered now.

The levels' bounds are ours, and no source's: a word is worth more to a reader than a number that looks exact.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import fmean

from bot.domain.spaced_repetition import MemoryState, compute_retrievability

WEAK_BELOW = 0.7
"""A skill whose questions would be answered rightly less often than this comes oftener."""

MIN_ANSWERS_TO_BE_WEAK = 3
"""Questions that must have been answered before a skill is called weak: one wrong answer says little."""


class MasteryLevel(StrEnum):
    """How far someone has come, in words."""

    NEW = "new"
    GROWING = "growing"
    STEADY = "steady"
    STRONG = "strong"


_BOUNDS = ((MasteryLevel.STRONG, 0.75, 0.85), (MasteryLevel.STEADY, 0.4, 0.75))
"""The share of a skill's lessons that must have been practised, and the mean retrievability, from the top down."""


@dataclass(frozen=True, slots=True)
class SkillMastery:
    """How a learner stands with one skill today.

    `practiced_lessons`: lessons whose question they have answered, of `total_lessons`; `mean_retrievability`: the mean
    chance (0 to 1) that these are still answered rightly, None if there are none. `previous_level`: the level on the
    day of their last answer, if days without one have lowered it since; `days_without_answer`: how many days those are.
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
        """Whether it should come oftener."""
        return (
            self.mean_retrievability is not None
            and self.practiced_lessons >= MIN_ANSWERS_TO_BE_WEAK
            and self.mean_retrievability < WEAK_BELOW
        )


def assess_skills(
    skills: Mapping[str, Collection[str]], memories: Mapping[str, MemoryState], today: date
) -> tuple[SkillMastery, ...]:
    """How a learner stands with each skill.

    `skills`: the lessons (ids) of each skill (slug); `memories`: what they remember, by lesson.
    """
    last = max((memory.last_answered_on for memory in memories.values()), default=today)
    return tuple(
        _mastery(skill, lessons, [memories[each] for each in lessons if each in memories], last, today)
        for skill, lessons in skills.items()
    )


def find_weak_skills(found: Collection[SkillMastery]) -> frozenset[str]:
    """The skills (slugs) that should come oftener."""
    return frozenset(each.skill for each in found if each.is_weak)


def _mastery(
    skill: str, lessons: Collection[str], known: Sequence[MemoryState], last: date, today: date
) -> SkillMastery:
    now, then = _level(known, len(lessons), today), _level(known, len(lessons), min(last, today))
    return SkillMastery(
        skill=skill,
        level=now,
        practiced_lessons=len(known),
        total_lessons=len(lessons),
        mean_retrievability=_recall(known, today),
        previous_level=then if then is not now else None,
        days_without_answer=(today - last).days if then is not now else 0,
    )


def _level(known: Sequence[MemoryState], lessons: int, day: date) -> MasteryLevel:
    recall = _recall(known, day)
    if recall is None:
        return MasteryLevel.NEW
    share = len(known) / lessons
    return next((level for level, least, well in _BOUNDS if share >= least and recall >= well), MasteryLevel.GROWING)


def _recall(known: Sequence[MemoryState], day: date) -> float | None:
    return fmean(compute_retrievability(memory, day) for memory in known) if known else None
