"""Lets the best lessons of a skill lift the others: a lesson is likelier to fit if others of its skill do."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.domain.lesson import Lesson

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

BEST_LESSONS = 4
"""How many of a skill's best lessons are averaged."""


class SkillGroups:
    """Which lessons belong to the same skill. There is at least one lesson."""

    def __init__(self, lessons: Sequence[Lesson]) -> None:
        import numpy as np

        self.slugs = list(dict.fromkeys(lesson.skill.slug for lesson in lessons))
        self.skill_of = np.array([self.slugs.index(lesson.skill.slug) for lesson in lessons])
        """The place in `slugs` of each lesson's skill, shape (lessons,)."""
        self._lessons_of = [np.flatnonzero(self.skill_of == skill) for skill in range(len(self.slugs))]

    def blend(self, scores: "Floats", share: float) -> "Floats":
        """Return scores of which this share comes from the best lessons of the same skill, shape (lessons,)."""
        import numpy as np

        means = np.array([np.sort(scores[places])[-BEST_LESSONS:].mean() for places in self._lessons_of])
        blended: Floats = (1 - share) * scores + share * means[self.skill_of]
        return blended
