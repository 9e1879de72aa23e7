"""A pack as its authors proof-read it: lesson by lesson, broken ones too, each with what is wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.content.draft import Draft
from bot.content.drafting import LESSON_PATH, read_draft
from bot.content.intake import PackSource
from bot.content.lint import lint
from bot.content.reading import readable_lesson
from bot.domain.lesson import Lesson
from bot.errors import Problem


@dataclass(frozen=True, slots=True)
class Proof:
    """One lesson file: the lesson as far as it could be read (None: not even as YAML), and its problems."""

    path: str
    lesson: Lesson | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Proofs:
    """The lessons of a pack in the order in which they are given, and the problems of its other files."""

    name: str
    lessons: tuple[Proof, ...]
    problems: tuple[Problem, ...]


def proofs(source: PackSource, today: date) -> Proofs:
    """Every lesson of `source` with what lint says of it."""
    draft = read_draft(source)
    problems = lint(source, today)
    read = {each.path: readable_lesson(each, draft) for each in draft.lessons}
    paths = sorted((path for path in draft.files if LESSON_PATH.fullmatch(path)), key=_order(draft))
    lessons = tuple(
        Proof(path, read.get(path), tuple(each for each in problems if each.path == path)) for path in paths
    )
    others = tuple(each for each in problems if each.path not in paths)
    return Proofs(draft.pack.name if draft.pack else "A pack without a name", lessons, others)


def _order(draft: Draft) -> Callable[[str], tuple[int, str]]:
    """The pack's order of skills, then the order of the files."""
    skills = [skill.slug for skill in draft.pack.skills] if draft.pack else []

    def key(path: str) -> tuple[int, str]:
        skill = path.split("/")[0]
        return (skills.index(skill) if skill in skills else len(skills), path)

    return key
