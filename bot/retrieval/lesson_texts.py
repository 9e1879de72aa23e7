"""The texts of a lesson that are compared by meaning."""

from collections.abc import Iterator
from enum import StrEnum

from bot.domain.lesson import Lesson


class Part(StrEnum):
    """A part of a lesson that has vectors."""

    TIP = "tip"
    SITUATION = "situation"


def texts_of(lesson: Lesson) -> Iterator[tuple[Part, str]]:
    """Yield the texts of a lesson that have vectors."""
    yield Part.TIP, f"{lesson.title}. {lesson.tip}"
    for situation in lesson.situations:
        yield Part.SITUATION, situation
