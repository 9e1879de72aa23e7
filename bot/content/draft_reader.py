"""Reads every file of a pack into a `PackDraft`, and finds what is wrong with each file by itself.

A broken field doesn't hide what is wrong with the rest of its lesson: it gets a stand-in, and the rules go on.
"""

import copy
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.content.pack_draft import LessonDraft, PackDraft, sources_by_key
from bot.content.pack_files import PackFiles
from bot.content.pack_loading import PACK_FILE
from bot.content.schema import SKILL_SLUG_PATTERN, BibliographySchema, LessonSchema, PackSchema, SourceSchema
from bot.content.schema_messages import describe_error
from bot.content.yaml_reader import MAX_PROBLEMS, YamlPath, YamlTree, YamlValue, read_yaml
from bot.errors import PackProblem

LESSON_PATH_PATTERN = re.compile(
    rf"(?P<skill>{SKILL_SLUG_PATTERN})/(?P<number>[0-9]{{2}})-[a-z0-9]+(?:-[a-z0-9]+)*\.yaml"
)

_Schema = TypeVar("_Schema", bound=BaseModel)

MAX_SALVAGE_PASSES = 3
"""How often what is left of a broken lesson is looked at: a text that was cut may be no key any more, or nothing."""

_OPTIONS: list[YamlValue] = [
    {"key": key, "text": "-", "correct": "true" if key == "A" else "false", "explanation": "-"} for key in "ABC"
]
_STAND_INS: dict[str, YamlValue] = {
    "id": "unread-00", "title": "-", "skill": "unread", "level": "practice", "minutes": "1", "tip": "-", "why": "-",
    "try_today": "-", "words": "-", "situations": ["-"] * 4, "reflection": "-", "evidence": "practice",
    "question": {"scenario": "-", "stem": "-", "options": _OPTIONS}, "sources": ["unread"], "checked_on": "2000-01-01",
}  # fmt: skip


def read_draft(pack_files: PackFiles) -> PackDraft:
    """All that could be read from `pack_files`, with every problem of single files."""
    problems = list(pack_files.problems)
    pack, pack_tree = _read_one(pack_files, PACK_FILE, PackSchema, problems)
    if PACK_FILE not in pack_files.files and not any(problem.path == PACK_FILE for problem in problems):
        message = "There is no pack.yaml at the top of this pack. It names the pack and its skills."
        problems.append(PackProblem(PACK_FILE, 1, "P101", message))
    works_path = _works_path(pack_tree)
    works, works_tree = _read_one(pack_files, works_path, BibliographySchema, problems)
    lessons = _read_lessons(pack_files, {PACK_FILE, works_path}, sources_by_key(works), problems)
    files = frozenset(pack_files.files)
    return PackDraft(pack, pack_tree, works, works_tree, works_path, files, lessons, tuple(problems))


def _read_lessons(
    pack_files: PackFiles, others: Set[str], works: Mapping[str, SourceSchema], problems: list[PackProblem]
) -> tuple[LessonDraft, ...]:
    lessons = []
    for path in sorted(pack_files.files.keys() - others):
        if lesson := _read_lesson(path, pack_files.files[path], problems):
            cited = tuple(works[key] for key in lesson.parsed.sources if key in works)
            lessons.append(replace(lesson, cited_sources=cited))
    return tuple(lessons)


def _read_one(
    pack_files: PackFiles, path: str, schema: type[_Schema], problems: list[PackProblem]
) -> tuple[_Schema | None, YamlTree | None]:
    if path not in pack_files.files:
        return None, None
    tree, found = read_yaml(path, pack_files.files[path])
    problems += found
    if tree is None:
        return None, None
    try:
        return schema.model_validate(tree.root), tree
    except ValidationError as error:
        problems += _phrased(path, tree, error.errors(), schema)
        return None, tree


def _read_lesson(path: str, content: bytes, problems: list[PackProblem]) -> LessonDraft | None:
    if not LESSON_PATH_PATTERN.fullmatch(path):
        message = "A lesson lives in its skill's folder, two digits first: `leadership/05-report-back.yaml`."
        problems.append(PackProblem(path, 1, "P201", message))
        return None
    tree, found = read_yaml(path, content)
    problems += found
    if tree is None:
        return None
    try:
        return LessonDraft(path, LessonSchema.model_validate(tree.root), tree)
    except ValidationError as error:
        problems += _phrased(path, tree, error.errors(), LessonSchema)
        return _salvaged(path, tree, error.errors())


def _works_path(pack_tree: YamlTree | None) -> str:
    """What pack.yaml says, even if something else in it is broken."""
    said = pack_tree.root.get("bibliography") if pack_tree and isinstance(pack_tree.root, dict) else None
    return said.strip() if isinstance(said, str) else "bibliography.yaml"


def _salvaged(path: str, tree: YamlTree, errors: Sequence[ErrorDetails]) -> LessonDraft | None:
    """The lesson without what is too much in it, and with a stand-in for each field that is broken otherwise."""
    if not isinstance(tree.root, dict):
        return None
    root = copy.deepcopy(tree.root)
    unread: set[YamlPath] = set()
    for _ in range(MAX_SALVAGE_PASSES):
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
            return LessonDraft(path, LessonSchema.model_validate(root), tree, frozenset(unread))
        except ValidationError as again:
            errors = again.errors()
    return None


def _cut(root: dict[str, YamlValue], error: ErrorDetails) -> None:
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


def _phrased(path: str, tree: YamlTree, errors: Sequence[ErrorDetails], schema: type[BaseModel]) -> list[PackProblem]:
    return [
        PackProblem(path, tree.line_of(cast(Any, error["loc"])), "S101", describe_error(error, schema))
        for error in errors[:MAX_PROBLEMS]
    ]
