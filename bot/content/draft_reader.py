"""Reads every file of a pack into a `PackDraft`, and finds the problems within each file.

A broken field doesn't hide problems in the rest of its lesson: it gets a placeholder, and the rules check the rest.
"""

import copy
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.content.pack_draft import LessonDraft, PackDraft, ProgramDraft, sources_by_key
from bot.content.pack_files import PackFiles
from bot.content.pack_loading import PACK_FILE
from bot.content.schema import (
    SKILL_SLUG_PATTERN,
    BibliographySchema,
    LessonSchema,
    PackSchema,
    ProgramSchema,
    SourceSchema,
)
from bot.content.schema_messages import describe_error
from bot.content.yaml_reader import MAX_PROBLEMS, YamlPath, YamlTree, YamlValue, read_yaml
from bot.errors import PackProblem

LESSON_PATH_PATTERN = re.compile(
    rf"(?P<skill>{SKILL_SLUG_PATTERN})/(?P<number>[0-9]{{2}})-[a-z0-9]+(?:-[a-z0-9]+)*\.yaml"
)
PROGRAMS_FOLDER = "programs"
PROGRAM_PATH_PATTERN = re.compile(rf"{PROGRAMS_FOLDER}/(?P<slug>{SKILL_SLUG_PATTERN})\.yaml")
"""A lesson's file begins with two digits, so a skill may be called programs, too."""


def program_path(slug: str) -> str:
    """Return the path of a program's file."""
    return f"{PROGRAMS_FOLDER}/{slug}.yaml"


_Schema = TypeVar("_Schema", bound=BaseModel)

MAX_SALVAGE_PASSES = 3
"""Most tries to repair a broken lesson: after one, a shortened text may be empty or an invalid key."""

_OPTIONS: list[YamlValue] = [
    {"key": key, "text": "-", "correct": "true" if key == "A" else "false", "explanation": "-"} for key in "ABC"
]
_PLACEHOLDERS: dict[str, YamlValue] = {
    "id": "unread-00", "title": "-", "skill": "unread", "level": "practice", "minutes": "1", "tip": "-", "why": "-",
    "try_today": "-", "words": "-", "situations": ["-"] * 4, "reflection": "-", "evidence": "practice",
    "question": {"scenario": "-", "stem": "-", "options": _OPTIONS}, "sources": ["unread"], "checked_on": "2000-01-01",
}  # fmt: skip


def read_draft(pack_files: PackFiles) -> PackDraft:
    """Return everything readable in `pack_files`, with the problems within each file."""
    problems = list(pack_files.problems)
    pack, pack_tree = _read_one(pack_files, PACK_FILE, PackSchema, problems)
    unread = problems and not pack_files.files  # its pack.yaml may be in what couldn't be read
    if PACK_FILE not in pack_files.files and not unread and not any(each.path == PACK_FILE for each in problems):
        message = "This pack has no pack.yaml at the top. Add one that names the pack and its skills."
        problems.append(PackProblem(PACK_FILE, 1, "P101", message))
    works_path = _works_path(pack_tree)
    works, works_tree = _read_one(pack_files, works_path, BibliographySchema, problems)
    programs = {path for path in pack_files.files if PROGRAM_PATH_PATTERN.fullmatch(path)}
    others = {PACK_FILE, works_path, *programs}
    lessons = _read_lessons(pack_files, others, sources_by_key(works) if works else None, problems)
    read = tuple(program for path in sorted(programs) if (program := _read_program(pack_files, path, problems)))
    files = frozenset(pack_files.files)
    return PackDraft(pack, pack_tree, works, works_tree, works_path, files, lessons, tuple(problems), read)


def _read_program(pack_files: PackFiles, path: str, problems: list[PackProblem]) -> ProgramDraft | None:
    parsed, tree = _read_one(pack_files, path, ProgramSchema, problems)
    return ProgramDraft(path, parsed, tree) if parsed and tree else None


def _read_lessons(
    pack_files: PackFiles, others: Set[str], works: Mapping[str, SourceSchema] | None, problems: list[PackProblem]
) -> tuple[LessonDraft, ...]:
    """Return the lessons. If `works` is None, the bibliography is missing or broken, so nothing follows from it."""
    lessons = []
    for path in sorted(pack_files.files.keys() - others):
        if (lesson := _read_lesson(path, pack_files.files[path], problems)) is None:
            continue
        if works is None:
            lessons.append(replace(lesson, unreadable=lesson.unreadable | {("sources",)}))
        else:
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
        problems += _describe(path, tree, error.errors(), schema)
        return None, tree


def _read_lesson(path: str, content: bytes, problems: list[PackProblem]) -> LessonDraft | None:
    if not LESSON_PATH_PATTERN.fullmatch(path):
        message = "Put a lesson in its skill's folder, with two digits first: `leadership/05-report-back.yaml`."
        problems.append(PackProblem(path, 1, "P201", message))
        return None
    tree, found = read_yaml(path, content)
    problems += found
    if tree is None:
        return None
    try:
        return LessonDraft(path, LessonSchema.model_validate(tree.root), tree)
    except ValidationError as error:
        problems += _describe(path, tree, error.errors(), LessonSchema)
        return _salvage(path, tree, error.errors())


def _works_path(pack_tree: YamlTree | None) -> str:
    """Return the bibliography's path from pack.yaml, even if other fields there are broken."""
    path = pack_tree.root.get("bibliography") if pack_tree and isinstance(pack_tree.root, dict) else None
    return path.strip() if isinstance(path, str) else "bibliography.yaml"


def _salvage(path: str, tree: YamlTree, errors: Sequence[ErrorDetails]) -> LessonDraft | None:
    """Return the lesson without unknown fields, with long texts cut, and with placeholders for other broken fields."""
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
        root |= {name: value for name, value in _PLACEHOLDERS.items() if (name,) in unread}
        try:
            return LessonDraft(path, LessonSchema.model_validate(root), tree, frozenset(unread))
        except ValidationError as again:
            errors = again.errors()
    return None


def _cut(root: dict[str, YamlValue], error: ErrorDetails) -> None:
    """Remove an unknown field, or the end of a text that is too long."""
    *parents, last = cast("list[Any]", error["loc"])
    holder: Any = root
    for part in parents:
        if not isinstance(holder, list) and part not in holder:
            return  # already removed with a broken field
        holder = holder[part]
    if error["type"] == "extra_forbidden":
        del holder[last]
    else:
        holder[last] = holder[last].strip()[: error["ctx"]["max_length"]]


def _describe(path: str, tree: YamlTree, errors: Sequence[ErrorDetails], schema: type[BaseModel]) -> list[PackProblem]:
    return [
        PackProblem(path, tree.line_of(cast(Any, error["loc"])), "S101", describe_error(error, schema))
        for error in errors[:MAX_PROBLEMS]
    ]
