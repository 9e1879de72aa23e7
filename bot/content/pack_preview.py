"""Builds the preview that authors proofread: every lesson, even a broken one, with its problems."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.content.draft_reader import LESSON_PATH_PATTERN, read_draft
from bot.content.lint import lint_pack
from bot.content.pack_draft import PackDraft
from bot.content.pack_files import PackFiles
from bot.content.pack_reader import build_preview_lesson
from bot.domain.lesson import Lesson
from bot.errors import PackProblem


@dataclass(frozen=True, slots=True)
class LessonPreview:
    """One lesson file: its readable parts as a lesson (None if the file isn't even YAML), and its problems."""

    path: str
    lesson: Lesson | None
    problems: tuple[PackProblem, ...]


@dataclass(frozen=True, slots=True)
class PackPreview:
    """A pack's lessons in teaching order, and the problems of its other files."""

    name: str
    lessons: tuple[LessonPreview, ...]
    problems: tuple[PackProblem, ...]


def preview_pack(pack_files: PackFiles, today: date) -> PackPreview:
    """Return every lesson in `pack_files` with the problems that lint finds in it."""
    draft = read_draft(pack_files)
    problems = lint_pack(pack_files, today)
    read = {each.path: build_preview_lesson(each, draft) for each in draft.lessons}
    paths = sorted((path for path in draft.files if LESSON_PATH_PATTERN.fullmatch(path)), key=_order(draft))
    lessons = tuple(
        LessonPreview(path, read.get(path), tuple(each for each in problems if each.path == path)) for path in paths
    )
    others = tuple(each for each in problems if each.path not in paths)
    return PackPreview(draft.pack.name if draft.pack else "A pack without a name", lessons, others)


def _order(draft: PackDraft) -> Callable[[str], tuple[int, str]]:
    """Return a sort key: first the pack's order of skills, then file order."""
    skills = [skill.slug for skill in draft.pack.skills] if draft.pack else []

    def key(path: str) -> tuple[int, str]:
        skill = path.split("/")[0]
        return (skills.index(skill) if skill in skills else len(skills), path)

    return key
