"""Runs a pack's checks on a spreadsheet, and reports the problems by cell."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.content.checked_pack import CheckedPack
from bot.content.draft_reader import LESSON_PATH_PATTERN, PROGRAM_PATH_PATTERN
from bot.content.lint import check_pack
from bot.content.other_packs import OtherPack
from bot.content.pack_files import PackFiles
from bot.content.schema_messages import field_label
from bot.content.sheets.columns import LESSONS_TABLE, PACK_TABLE, PROGRAMS_TABLE, SKILLS_TABLE, SOURCES_TABLE
from bot.content.sheets.grid import Cell
from bot.content.sheets.sheet_reader import SheetPack
from bot.content.yaml_reader import YamlPath, YamlTree, read_yaml
from bot.errors import PackProblem

_A_LESSON = re.compile(LESSON_PATH_PATTERN.pattern.replace("(?P<skill>", "(?:").replace("(?P<number>", "(?:"))

_NO_LESSONS, _NO_PACK = "P103", "P101"
_MISSING_FIELDS = {"L701": ("notice",), "L702": ("review_by",)}
"""Rules about missing fields, which have no line, and the field that is missing."""

_SHEET_WORDS = {
    "Its skills are listed in pack.yaml.": "Its skills are on the Skills sheet.",
    "is not in the bibliography. Add it there": "is not on the Sources sheet. Add it there",
    "a skill's slug from pack.yaml": "a skill's short name from the Skills sheet",
}


def check_sheet(
    sheet: SheetPack,
    today: date,
    existing: PackFiles | None = None,
    *,
    release: bool = False,
    others: Sequence[OtherPack] = (),
) -> CheckedPack:
    """Return every problem in a spreadsheet, alone or together with a folder's `existing` files.

    `release` and `others` are those of `lint.check_pack`.
    """
    if not sheet.files:
        return CheckedPack(None, tuple(_in_order(sheet.problems)))
    files = existing.files if existing else {}
    pack_files = PackFiles(sheet.name, {**files, **sheet.files}, existing.problems if existing else ())
    checked = check_pack(pack_files, today, release=release, others=others)
    found = locate_in_cells(checked.problems, sheet)
    if sheet.problems:
        found = (problem for problem in found if problem.code != _NO_LESSONS)  # the broken rows may be its lessons
    problems = tuple(_in_order({*sheet.problems, *found}))
    blocked = any(problem.blocking for problem in problems)
    return CheckedPack(None if blocked else checked.pack, problems, checked.slug)


def check_lessons_alone(sheet: SheetPack, today: date) -> CheckedPack:
    """Return the problems in lessons without their pack: whatever doesn't depend on its skills and sources."""
    found = (problem for problem in check_sheet(sheet, today).problems if problem.code != _NO_PACK)
    return CheckedPack(None, tuple(found))


def locate_in_cells(problems: tuple[PackProblem, ...], sheet: SheetPack) -> Iterator[PackProblem]:
    """Yield the problems, with a cell for each one in the sheet's files. Skips cells that already have a problem."""
    places: dict[str, Mapping[int, YamlPath]] = {}
    for problem in problems:
        if problem.path not in sheet.cells:
            yield replace(problem, message=_in_words(problem.message, sheet))
            continue
        if problem.path not in places:
            tree, _ = read_yaml(problem.path, sheet.files[problem.path])
            places[problem.path] = _innermost(tree)
        place = _place(problem, places[problem.path])
        cell = _nearest(place, sheet.cells[problem.path])
        if cell not in sheet.broken_cells:
            message = _in_words(_with_heading(problem, place), sheet)
            yield cell.problem(problem.code, message, blocking=problem.blocking)


def _innermost(tree: YamlTree | None) -> Mapping[int, YamlPath]:
    """Return the path of the innermost value on each line."""
    found: dict[int, YamlPath] = {}
    for place, line in (tree.lines if tree else {}).items():
        if len(place) > len(found.get(line, ())):
            found[line] = place
    return found


def _place(problem: PackProblem, places: Mapping[int, YamlPath]) -> YamlPath:
    """Return the path of the innermost value on the problem's line."""
    if (place := _MISSING_FIELDS.get(problem.code, ())) and problem.line == 1:
        return place
    return places.get(problem.line, ())


def _with_heading(problem: PackProblem, place: YamlPath) -> str:
    """Return a problem's message, with its column's heading instead of the field's name in the file."""
    label = f"{field_label(place)} "
    table, column_path = LESSONS_TABLE, place
    if PROGRAM_PATH_PATTERN.fullmatch(problem.path):
        table, column_path = PROGRAMS_TABLE, place[:1]
    elif not LESSON_PATH_PATTERN.fullmatch(problem.path):
        item = {"skills": SKILLS_TABLE, "sources": SOURCES_TABLE}.get(str(place[0])) if len(place) > 2 else None
        table, column_path = (item, place[2:]) if item else (PACK_TABLE, place)
    headings = (column.heading for column in table.columns if column.place == column_path)
    if problem.message.startswith(label) and (heading := next(headings, None)):
        return f"{heading} {problem.message.removeprefix(label)}"
    return problem.message


def _nearest(place: YamlPath, cells: Mapping[YamlPath, Cell]) -> Cell:
    while place not in cells:
        place = place[:-1]
    return cells[place]


def _in_words(message: str, sheet: SheetPack) -> str:
    """Return a message that names sheets and cells instead of files."""
    if sheet.includes_pack:
        for files, sheets in _SHEET_WORDS.items():
            message = message.replace(files, sheets)
    return _A_LESSON.sub(lambda match: _named(match[0], sheet), message)


def _named(path: str, sheet: SheetPack) -> str:
    cells = sheet.cells.get(path)
    return f"{cells[()].sheet}!{cells[()].name}" if cells else path


def _in_order(problems: Iterable[PackProblem]) -> list[PackProblem]:
    """Sort by sheet, row, and column: A to Z, then AA."""
    return sorted(problems, key=lambda each: (each.path, each.line, len(each.cell), each.cell, each.code))
