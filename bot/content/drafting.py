"""Reads every file of a pack into a `Draft`, and finds what is wrong with each file by itself.

A broken field doesn't hide what is wrong with the rest of its lesson: it gets a stand-in, and the rules go on.
"""

import copy
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.content.draft import Draft, DraftLesson, by_key
from bot.content.intake import PackSource
from bot.content.phrasing import author_sentence
from bot.content.schema import SKILL_SLUG, BibliographyShape, LessonShape, PackShape, SourceShape
from bot.content.sources import PACK_FILE
from bot.content.yaml_tree import MAX_PROBLEMS, Place, Tree, Value, parse
from bot.errors import Problem

LESSON_PATH = re.compile(rf"(?P<skill>{SKILL_SLUG})/(?P<number>[0-9]{{2}})-[a-z0-9]+(?:-[a-z0-9]+)*\.yaml")

_Shape = TypeVar("_Shape", bound=BaseModel)

ROUNDS = 3
"""How often what is left of a broken lesson is looked at: a text that was cut may be no key any more, or nothing."""

_OPTIONS: list[Value] = [
    {"key": key, "text": "-", "correct": "true" if key == "A" else "false", "explanation": "-"} for key in "ABC"
]
_STAND_INS: dict[str, Value] = {
    "id": "unread-00", "title": "-", "skill": "unread", "level": "practice", "minutes": "1", "tip": "-", "why": "-",
    "try_today": "-", "words": "-", "situations": ["-"] * 4, "reflection": "-", "evidence": "practice",
    "question": {"scenario": "-", "stem": "-", "options": _OPTIONS}, "sources": ["unread"], "checked_on": "2000-01-01",
}  # fmt: skip


def read_draft(source: PackSource) -> Draft:
    """All that could be read from `source`, with every problem of single files."""
    problems = list(source.problems)
    pack, pack_tree = _read_one(source, PACK_FILE, PackShape, problems)
    if PACK_FILE not in source.files and not any(problem.path == PACK_FILE for problem in problems):
        message = "There is no pack.yaml at the top of this pack. It names the pack and its skills."
        problems.append(Problem(PACK_FILE, 1, "P101", message))
    works_path = _works_path(pack_tree)
    works, works_tree = _read_one(source, works_path, BibliographyShape, problems)
    lessons = _read_lessons(source, {PACK_FILE, works_path}, by_key(works), problems)
    files = frozenset(source.files)
    return Draft(pack, pack_tree, works, works_tree, works_path, files, lessons, tuple(problems))


def _read_lessons(
    source: PackSource, others: Set[str], works: Mapping[str, SourceShape], problems: list[Problem]
) -> tuple[DraftLesson, ...]:
    lessons = []
    for path in sorted(source.files.keys() - others):
        if lesson := _read_lesson(path, source.files[path], problems):
            cited = tuple(works[key] for key in lesson.shape.sources if key in works)
            lessons.append(replace(lesson, cited=cited))
    return tuple(lessons)


def _read_one(
    source: PackSource, path: str, shape: type[_Shape], problems: list[Problem]
) -> tuple[_Shape | None, Tree | None]:
    if path not in source.files:
        return None, None
    tree, found = parse(path, source.files[path])
    problems += found
    if tree is None:
        return None, None
    try:
        return shape.model_validate(tree.root), tree
    except ValidationError as error:
        problems += _phrased(path, tree, error.errors(), shape)
        return None, tree


def _read_lesson(path: str, content: bytes, problems: list[Problem]) -> DraftLesson | None:
    if not LESSON_PATH.fullmatch(path):
        message = "A lesson lives in its skill's folder, two digits first: `leadership/05-report-back.yaml`."
        problems.append(Problem(path, 1, "P201", message))
        return None
    tree, found = parse(path, content)
    problems += found
    if tree is None:
        return None
    try:
        return DraftLesson(path, LessonShape.model_validate(tree.root), tree)
    except ValidationError as error:
        problems += _phrased(path, tree, error.errors(), LessonShape)
        return _salvaged(path, tree, error.errors())


def _works_path(pack_tree: Tree | None) -> str:
    """What pack.yaml says, even if something else in it is broken."""
    said = pack_tree.root.get("bibliography") if pack_tree and isinstance(pack_tree.root, dict) else None
    return said.strip() if isinstance(said, str) else "bibliography.yaml"


def _salvaged(path: str, tree: Tree, errors: Sequence[ErrorDetails]) -> DraftLesson | None:
    """The lesson without what is too much in it, and with a stand-in for each field that is broken otherwise."""
    if not isinstance(tree.root, dict):
        return None
    root = copy.deepcopy(tree.root)
    unread: set[Place] = set()
    for _ in range(ROUNDS):
        for error in errors:
            if error["type"] in ("extra_forbidden", "string_too_long"):
                _cut(root, error)
                unread.add(error["loc"])
            else:
                name = str(error["loc"][0])
                unread.add((name,))
                root.pop(name, None)
        root |= {name: value for name, value in _STAND_INS.items() if (name,) in unread}
        try:
            return DraftLesson(path, LessonShape.model_validate(root), tree, frozenset(unread))
        except ValidationError as again:
            errors = again.errors()
    return None


def _cut(root: dict[str, Value], error: ErrorDetails) -> None:
    """Take out a field that has no place, or the end of a text that is too long."""
    *parents, last = cast("list[Any]", error["loc"])
    holder: Any = root
    for part in parents:
        if not isinstance(holder, list) and part not in holder:
            return  # it went with a broken field
        holder = holder[part]
    if error["type"] == "extra_forbidden":
        del holder[last]
    else:
        holder[last] = holder[last].strip()[: error["ctx"]["max_length"]]


def _phrased(path: str, tree: Tree, errors: Sequence[ErrorDetails], shape: type[BaseModel]) -> list[Problem]:
    return [
        Problem(path, tree.line(cast(Any, error["loc"])), "S101", author_sentence(error, shape))
        for error in errors[:MAX_PROBLEMS]
    ]
