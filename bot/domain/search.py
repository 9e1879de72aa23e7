"""Stand-in until the real index lands."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.lesson import Lesson


@dataclass(frozen=True, slots=True)
class Match:
    """A lesson that fits, and how well."""

    lesson: Lesson
    score: float


class LessonIndex:
    """Counts shared words."""

    def __init__(self, lessons: Sequence[Lesson]) -> None:
        self._words = [(lesson, _words(" ".join((lesson.title, lesson.tip, *lesson.situations)))) for lesson in lessons]

    def search(self, text: str, limit: int = 3) -> list[Match]:
        """The lessons that share the most words."""
        asked = _words(text)
        scored = [Match(lesson, len(asked & words)) for lesson, words in self._words if len(asked & words) >= 2]
        return sorted(scored, key=lambda match: -match.score)[:limit]


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"[a-z]+", text.lower()) if len(word) > 4}
