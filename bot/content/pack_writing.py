"""Writes a pack that was loaded back as files, and as a workbook to work on."""

import json
from dataclasses import asdict
from typing import Any

from bot.content.codec import pack_from_json
from bot.content.draft_reader import program_path
from bot.content.pack_files import PackFiles
from bot.content.pack_loading import PACK_FILE
from bot.content.pack_templates import slugify
from bot.content.schema import LessonSchema, ProgramSchema
from bot.content.sheets.exporting import export_rows
from bot.content.sheets.sheet_reader import DEFAULT_BIBLIOGRAPHY_FILE
from bot.content.sheets.sheet_writer import build_workbook
from bot.content.yaml_writer import write_plain_yaml
from bot.domain.lesson import Lesson, Pack
from bot.domain.program import Program
from bot.errors import PackError
from bot.language import ENGLISH

UNKNOWN = "?"
"""Stands for what an earlier version of Rounds didn't keep about a source."""


def pack_to_files(pack: Pack) -> PackFiles:
    """Return the files that this pack could have been read from."""
    works = json.loads(pack.bibliography) if pack.bibliography else _rebuilt_bibliography(pack)
    skills = [{name: value for name, value in asdict(skill).items() if value} for skill in pack.skills]
    language = {} if pack.language == ENGLISH else {"language": pack.language}
    head = {"name": pack.name, "slug": pack.slug, "version": pack.version, **language}
    head["bibliography"] = DEFAULT_BIBLIOGRAPHY_FILE
    files = {
        PACK_FILE: head | {"skills": skills},
        DEFAULT_BIBLIOGRAPHY_FILE: works,
        **{_path(lesson): lesson_fields(lesson) for lesson in pack.lessons},
        **{program_path(program.slug): program_fields(program) for program in pack.programs},
    }
    return PackFiles(pack.slug, {path: write_plain_yaml(fields).encode() for path, fields in files.items()})


def pack_to_workbook(pack: Pack) -> bytes:
    """Return the pack as a workbook, even if it breaks rules that are newer than it.

    What isn't known of a source is left empty. Raises PackError if cells can't hold the pack.
    """
    rows = export_rows(pack_to_files(pack), checked=False)
    known = {table: [[None if cell == UNKNOWN else cell for cell in row] for row in rows[table]] for table in rows}
    return build_workbook(rows if pack.bibliography else known)


def pack_json_to_workbook(content: bytes) -> bytes:
    """Do the same with a pack as JSON, in a process of its own (`parsing_process`).

    If cells can't hold the pack, return the problems as a JSON array of texts.
    """
    try:
        return pack_to_workbook(pack_from_json(json.loads(content)))
    except PackError as error:
        return json.dumps(list(map(str, error.problems))).encode()


def _path(lesson: Lesson) -> str:
    return f"{lesson.skill.slug}/{lesson.id[-2:]}-{slugify(lesson.title, 'lesson')}.yaml"


def lesson_fields(lesson: Lesson) -> dict[str, Any]:
    """Return the fields of a lesson's file, in the order of the shipped lessons."""
    question = {
        "scenario": lesson.question.scenario,
        "stem": lesson.question.stem,
        "options": [asdict(option) for option in lesson.question.options],
    }
    fields = asdict(lesson) | {
        "skill": lesson.skill.slug,
        "question": question,
        "sources": [source.key for source in lesson.sources],
    }
    return {name: fields[name] for name in LessonSchema.model_fields if fields[name]}


def program_fields(program: Program) -> dict[str, Any]:
    """Return the fields of a program's file, in the order of the shipped programs."""
    fields = asdict(program) | {"lessons": list(program.lesson_ids)}
    return {name: fields[name] for name in ProgramSchema.model_fields}


def _rebuilt_bibliography(pack: Pack) -> dict[str, Any]:
    """Return as much of a bibliography as the lessons tell."""
    sources = {source.key: source for lesson in pack.lessons for source in lesson.sources}
    known: list[dict[str, Any]] = [
        {name: value for name, value in asdict(source).items() if value} | {"publication": UNKNOWN, "supports": UNKNOWN}
        for source in sources.values()
    ]
    return {"version": 1, "checked_on": max(lesson.checked_on for lesson in pack.lessons), "sources": known}
