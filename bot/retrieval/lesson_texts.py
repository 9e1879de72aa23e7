"""The texts of a lesson that are compared by meaning: its tip, and the situations that managers would type."""

from bot.domain.lesson import Lesson


def tip_text(lesson: Lesson) -> str:
    """Return what a lesson says to do, with its title."""
    return f"{lesson.title}. {lesson.tip}"


def texts_of(lesson: Lesson) -> tuple[str, ...]:
    """Return the texts of a lesson that have vectors."""
    return (tip_text(lesson), *lesson.situations)
