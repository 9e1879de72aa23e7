"""Builds the rows of a spreadsheet from a pack."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from pydantic import BaseModel

from bot.content.draft_reader import read_draft
from bot.content.pack_draft import LessonDraft, PackDraft, ProgramDraft
from bot.content.pack_files import PackFiles
from bot.content.pack_reader import find_blocking_problems
from bot.content.sheets.columns import (
    CORRECT_OPTION_PATH,
    LESSON_NUMBER_PATH,
    LESSONS_TABLE,
    PACK_TABLE,
    PROGRAMS_TABLE,
    SKILL_PATH,
    SKILLS_TABLE,
    SOURCES_TABLE,
    Column,
    Table,
)
from bot.content.yaml_reader import CONTROL_CHARACTERS, YamlPath
from bot.errors import PackError, PackProblem

CellValue = str | int | date | None
Rows = Sequence[Sequence[CellValue]]


def export_rows(pack_files: PackFiles, *, checked: bool = True) -> Mapping[Table, Rows]:
    """Return the rows of each sheet. Raises PackError if the pack can't be read, or cells can't hold its text.

    If it should be `checked`, also raises PackError if the pack couldn't be loaded.
    """
    draft = read_draft(pack_files)
    if problems := [*(find_blocking_problems(draft) if checked else draft.problems), *_unwritable(draft)]:
        raise PackError(problems)
    if draft.pack is None or draft.bibliography is None:
        raise AssertionError("a pack without problems has both files")
    top = {"checked_on": draft.bibliography.checked_on, "version of sources": draft.bibliography.version}
    order = {skill.slug: place for place, skill in enumerate(draft.pack.skills)}
    lessons = sorted(draft.lessons, key=lambda lesson: (order[lesson.parsed.skill], lesson.parsed.id))
    return {
        LESSONS_TABLE: [[_of_lesson(lesson, column) for column in LESSONS_TABLE.columns] for lesson in lessons],
        PROGRAMS_TABLE: _listed(PROGRAMS_TABLE, [program.parsed for program in draft.programs]),
        SKILLS_TABLE: _listed(SKILLS_TABLE, draft.pack.skills),
        SOURCES_TABLE: _listed(SOURCES_TABLE, draft.bibliography.sources),
        PACK_TABLE: [
            [
                _cell(top.get(str(column.place[0]), getattr(draft.pack, str(column.place[0]), None)))
                for column in PACK_TABLE.columns
            ]
        ],
    }


def _listed(table: Table, items: Sequence[BaseModel]) -> Rows:
    return [[_cell(getattr(item, str(column.place[0]))) for column in table.columns] for item in items]


def _of_lesson(lesson: LessonDraft, column: Column) -> CellValue:
    parsed = lesson.parsed
    match column.place:
        case place if place == SKILL_PATH:
            return parsed.skill
        case place if place == LESSON_NUMBER_PATH:
            return int(parsed.id[-2:])
        case place if place == CORRECT_OPTION_PATH:
            return lesson.correct_option.key if lesson.correct_option else None
        case ("question", "options", int(number), str(half)):
            options = parsed.question.options
            return str(getattr(options[number], half)) if number < len(options) else None
        case ("pushback", int(number), str(half)):
            return str(getattr(parsed.pushback[number], half)) if number < len(parsed.pushback) else None
        case ("question", str(name)):
            return str(getattr(parsed.question, name))
        case place:
            return _cell(getattr(parsed, str(place[0])))


def _cell(value: object) -> CellValue:
    """Return a value for one cell. A list becomes one item per line."""
    if value is None or isinstance(value, (str, int, date)):
        return value
    if isinstance(value, list):
        return "\n".join(value)
    raise AssertionError(f"no column is for a {type(value).__name__}")


def _unwritable(draft: PackDraft) -> Iterator[PackProblem]:
    """Yield what cells can't hold but a pack may: control characters."""
    drafts: Sequence[LessonDraft | ProgramDraft] = (*draft.lessons, *draft.programs)
    for each in drafts:
        for place, text in each.all_texts():
            if CONTROL_CHARACTERS.search(text):
                yield _no_cell(each.path, each.line_of(*place))
    if draft.pack and draft.pack_tree:
        for texts, tree, path in (
            (_texts((), draft.pack.model_dump()), draft.pack_tree, "pack.yaml"),
            (
                _texts((), draft.bibliography.model_dump() if draft.bibliography else {}),
                draft.bibliography_tree,
                draft.bibliography_path,
            ),
        ):
            for place, text in texts:
                if CONTROL_CHARACTERS.search(text):
                    yield _no_cell(path, tree.line_of(place) if tree else 1)


def _texts(place: YamlPath, value: object) -> Iterator[tuple[YamlPath, str]]:
    if isinstance(value, str):
        yield place, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        yield from _texts((*place, key), each)


def _no_cell(path: str, line: int) -> PackProblem:
    message = "A cell can't hold this text, because it has an invisible character. Remove it."
    return PackProblem(path, line, "X111", message)
