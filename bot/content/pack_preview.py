"""Builds the preview that authors proofread: every lesson, even a broken one, with its problems."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.content.draft_reader import LESSON_PATH_PATTERN, read_draft
from bot.content.opened_packs import OpenedPack
from bot.content.pack_draft import PackDraft
from bot.content.pack_reader import build_preview_lesson
from bot.content.sheets.grid import Cell
from bot.domain.lesson import Lesson
from bot.errors import PackProblem


@dataclass(frozen=True, slots=True)
class LessonPreview:
    """One lesson: its readable parts (None if its file isn't even YAML), and its problems.

    `path` is its file in the pack, or its row in a spreadsheet.
    """

    path: str
    lesson: Lesson | None
    problems: tuple[PackProblem, ...]


@dataclass(frozen=True, slots=True)
class PackPreview:
    """A pack's lessons in teaching order, and the problems elsewhere in it. `is_readable`: its file can be read."""

    name: str
    lessons: tuple[LessonPreview, ...]
    problems: tuple[PackProblem, ...]
    is_readable: bool = True


def preview_pack(opened: OpenedPack, today: date) -> PackPreview:
    """Return every lesson of a pack with the problems that lint finds in it."""
    draft = read_draft(opened.source)
    problems = opened.check(today).problems
    read = {each.path: build_preview_lesson(each, draft) for each in draft.lessons}
    paths = sorted((path for path in draft.files if LESSON_PATH_PATTERN.fullmatch(path)), key=_order(draft))
    lessons = []
    others = list(problems)
    for path in paths:
        row = _row_of(path, opened)
        found = tuple(
            each for each in problems if ((each.path, each.line) == (row.sheet, row.row) if row else each.path == path)
        )
        others = [each for each in others if each not in found]
        lessons.append(LessonPreview(f"{row.sheet}, row {row.row}" if row else path, read.get(path), found))
    name = draft.pack.name if draft.pack else "A pack without a name"
    return PackPreview(name, tuple(lessons), tuple(others), opened.sheet is None or bool(opened.sheet.files))


def _row_of(path: str, opened: OpenedPack) -> Cell | None:
    """Return a cell in the lesson's row, or None if the lesson has a file of its own."""
    return opened.sheet.cells[path][()] if opened.sheet and path in opened.sheet.cells else None


def _order(draft: PackDraft) -> Callable[[str], tuple[int, str]]:
    """Return a sort key: first the pack's order of skills, then file order."""
    skills = [skill.slug for skill in draft.pack.skills] if draft.pack else []

    def key(path: str) -> tuple[int, str]:
        skill = path.split("/")[0]
        return (skills.index(skill) if skill in skills else len(skills), path)

    return key
