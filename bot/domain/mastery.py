"""How far a learner has come with a skill: how much of it they have practised, and how well that is remembered now.

The levels' bounds are ours, and no source's: a word is worth more to a reader than a number that looks exact.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import fmean

from bot.domain.recall import Memory, retrievability

WEAK = 0.7
"""A skill whose questions would be answered rightly less often than this comes oftener."""

FEWEST = 3
"""Questions that must have been answered before a skill is called weak: one wrong answer says little."""


class Level(StrEnum):
    """How far someone has come, in words."""

    NEW = "new"
    GROWING = "growing"
    STEADY = "steady"
    STRONG = "strong"


_BOUNDS = ((Level.STRONG, 0.75, 0.85), (Level.STEADY, 0.4, 0.75))
"""The share of a skill's lessons that must have been practised, and the mean retrievability, from the top down."""


@dataclass(frozen=True, slots=True)
class Mastery:
    """How a learner stands with one skill today.

    `practised`: lessons whose question they have answered, of `lessons`; `recall`: the mean chance (0 to 1) that these
    are still answered rightly, None if there are none. `was`: the level on the day of their last answer, if days
    without one have lowered it since; `away`: how many days those are.
    """

    skill: str
    level: Level
    practised: int
    lessons: int
    recall: float | None
    was: Level | None = None
    away: int = 0

    @property
    def weak(self) -> bool:
        """Whether it should come oftener."""
        return self.recall is not None and self.practised >= FEWEST and self.recall < WEAK


def masteries(
    skills: Mapping[str, Collection[str]], memories: Mapping[str, Memory], today: date
) -> tuple[Mastery, ...]:
    """How a learner stands with each skill.

    `skills`: the lessons (ids) of each skill (slug); `memories`: what they remember, by lesson.
    """
    last = max((memory.reviewed_on for memory in memories.values()), default=today)
    return tuple(
        _mastery(skill, lessons, [memories[each] for each in lessons if each in memories], last, today)
        for skill, lessons in skills.items()
    )


def weak_skills(found: Collection[Mastery]) -> frozenset[str]:
    """The skills (slugs) that should come oftener."""
    return frozenset(each.skill for each in found if each.weak)


def _mastery(skill: str, lessons: Collection[str], known: Sequence[Memory], last: date, today: date) -> Mastery:
    now, then = _level(known, len(lessons), today), _level(known, len(lessons), min(last, today))
    return Mastery(
        skill=skill,
        level=now,
        practised=len(known),
        lessons=len(lessons),
        recall=_recall(known, today),
        was=then if then is not now else None,
        away=(today - last).days if then is not now else 0,
    )


def _level(known: Sequence[Memory], lessons: int, day: date) -> Level:
    recall = _recall(known, day)
    if recall is None:
        return Level.NEW
    share = len(known) / lessons
    return next((level for level, least, well in _BOUNDS if share >= least and recall >= well), Level.GROWING)


def _recall(known: Sequence[Memory], day: date) -> float | None:
    return fmean(retrievability(memory, day) for memory in known) if known else None
