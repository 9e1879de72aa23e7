"""The shipped pack, read once in each process that runs tests. Nobody can change it: it's made of frozen values."""

from functools import cache

from bot.content.pack_loading import load_folder
from bot.content.pack_reader import read_pack
from bot.content.pack_templates import shipped_pack_folder
from bot.domain.lesson import Lesson, Option, Pack


@cache
def shipped_pack() -> Pack:
    """The pack that comes with Rounds."""
    read = read_pack(load_folder(shipped_pack_folder()))
    assert read.pack is not None, read.problems
    return read.pack


def shipped_lesson(lesson_id: str) -> Lesson:
    """The lesson with this id in the pack that comes with Rounds."""
    return next(lesson for lesson in shipped_pack().lessons if lesson.id == lesson_id)


def right_and_wrong(lesson: Lesson) -> tuple[Option, Option]:
    """The right option of a lesson, and the first wrong one."""
    return lesson.question.correct_option, next(option for option in lesson.question.options if not option.correct)
