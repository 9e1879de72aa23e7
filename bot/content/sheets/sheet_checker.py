"""Runs the checks of a pack over a spreadsheet, and names what they find by its cells."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from bot.content.draft_reader import LESSON_PATH_PATTERN
from bot.content.lint import CheckedPack, check_pack
from bot.content.pack_files import PackFiles
from bot.content.sheets.grid import Cell
from bot.content.sheets.sheet_reader import SheetPack
from bot.content.yaml_reader import YamlPath, YamlTree, read_yaml
from bot.errors import PackProblem

_A_LESSON = re.compile(LESSON_PATH_PATTERN.pattern.replace("(?P<skill>", "(?:").replace("(?P<number>", "(?:"))

_NO_LESSONS = "P103"
_ABOUT = {"L701": ("notice",), "L702": ("review_by",)}
"""What is missing has no line of its own: the column that it belongs into."""

_IN_WORDS = {
    "Its skills are listed in pack.yaml.": "Its skills are on the sheet Skills.",
    "is not in the bibliography. Add it there": "is not on the sheet Sources. Add it there",
}


def check_sheet(sheet: SheetPack, today: date, existing: PackFiles | None = None) -> CheckedPack:
    """Everything that is wrong with a spreadsheet, by itself or together with the `existing` files of a folder."""
    if not sheet.files:
        return CheckedPack(None, tuple(_in_order(sheet.problems)))
    others = existing.files if existing else {}
    pack_files = PackFiles(sheet.name, {**others, **sheet.files}, existing.problems if existing else ())
    checked = check_pack(pack_files, today)
    found = locate_in_cells(checked.problems, sheet)
    if sheet.problems:
        found = (problem for problem in found if problem.code != _NO_LESSONS)  # its lessons may be those with problems
    problems = tuple(_in_order({*sheet.problems, *found}))
    blocked = any(problem.blocking for problem in problems)
    return CheckedPack(None if blocked else checked.pack, problems)


def locate_in_cells(problems: tuple[PackProblem, ...], sheet: SheetPack) -> Iterator[PackProblem]:
    """The same problems, with the cell of each that a file of the sheet has; nothing more of broken cells."""
    trees: dict[str, YamlTree | None] = {}
    for problem in problems:
        if problem.path not in sheet.cells:
            yield replace(problem, message=_in_words(problem.message, sheet))
            continue
        if problem.path not in trees:
            trees[problem.path], _ = read_yaml(problem.path, sheet.files[problem.path])
        cell = _cell(problem, trees[problem.path], sheet.cells[problem.path])
        if cell not in sheet.broken_cells:
            yield cell.problem(problem.code, _in_words(problem.message, sheet), blocking=problem.blocking)


def _cell(problem: PackProblem, tree: YamlTree | None, cells: Mapping[YamlPath, Cell]) -> Cell:
    """The cell of the innermost value on the problem's line."""
    if (place := _ABOUT.get(problem.code, ())) and problem.line == 1:
        return cells[place]
    lines = tree.lines if tree else {}
    places = [place for place, line in lines.items() if line == problem.line]
    return _nearest(max(places, key=len, default=()), cells)


def _nearest(place: YamlPath, cells: Mapping[YamlPath, Cell]) -> Cell:
    while place not in cells:
        place = place[:-1]
    return cells[place]


def _in_words(message: str, sheet: SheetPack) -> str:
    """A message that speaks of sheets and cells, where it spoke of files."""
    if sheet.includes_pack:
        for files, sheets in _IN_WORDS.items():
            message = message.replace(files, sheets)
    return _A_LESSON.sub(lambda match: _named(match[0], sheet), message)


def _named(path: str, sheet: SheetPack) -> str:
    cells = sheet.cells.get(path)
    return f"{cells[()].sheet}!{cells[()].name}" if cells else path


def _in_order(problems: Iterable[PackProblem]) -> list[PackProblem]:
    """By sheet, row and column: A to Z, then AA."""
    return sorted(problems, key=lambda each: (each.path, each.line, len(each.cell), each.cell, each.code))
