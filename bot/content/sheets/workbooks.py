"""Reads an .xlsx workbook into grids. Formulas, errors and merged cells are problems, each with its cell.

openpyxl's read-only mode goes through a sheet row by row, and knows nothing of merged cells: `sheet_limits` has found
them.
"""

import io
import re
import warnings
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, TypeAlias

from bot.content.sheets.cell_values import RawCell
from bot.content.sheets.columns import (
    HOW_TO_SHEET,
    LESSONS_TABLE,
    PACK_TABLE,
    SKILLS_TABLE,
    SOURCES_TABLE,
    TABLES,
    Table,
)
from bot.content.sheets.grid import Cell, Grid, ProblemList
from bot.content.sheets.headings import RawRow, read_grid
from bot.content.sheets.sheet_limits import SAVE_AS_ADVICE, UnusableSheet, WorkbookScan, scan_workbook

_Sheet: TypeAlias = Any  # openpyxl's read-only sheets and cells; its stubs leave out what differs from the usual ones
_Cell: TypeAlias = Any

_MOST_COLUMNS = 64
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")

FORMULA_PROBLEM = "This is a formula. Copy the cell, and paste it back as a value."
BROKEN_FORMULA_PROBLEM = "This formula failed here. Type the text itself."
MERGED_CELLS_PROBLEM = "Cells are merged here: {}. Unmerge them, and write the text into each."


def read_workbook(content: bytes, problem_list: ProblemList) -> tuple[Grid, ...]:
    """The sheets of a workbook that a pack knows; other sheets are passed over. UnusableSheet if it can't be opened."""
    looked = scan_workbook(content)
    try:
        return _read(content, looked, problem_list)
    except UnusableSheet:
        raise
    except Exception as error:  # whatever a damaged part makes of openpyxl's code: KeyError, ParseError, TypeError, …
        what = type(error.__cause__ or error).__name__
        message = f"This workbook is damaged ({what}). Open it in your program. {SAVE_AS_ADVICE}"
        raise UnusableSheet("X101", message) from error


def _read(content: bytes, looked: WorkbookScan, problem_list: ProblemList) -> tuple[Grid, ...]:
    from openpyxl import load_workbook  # takes 0.2 s to import, and most processes never read a sheet

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and lists that openpyxl leaves out
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        try:
            sheets = {_normal(sheet.title): sheet for sheet in book.worksheets}
            found = {table: sheets[_normal(table.name)] for table in TABLES if _normal(table.name) in sheets}
            _note_missing(found, [sheet.title for sheet in book.worksheets], problem_list)
            return tuple(_grid(table, sheet, looked, problem_list) for table, sheet in found.items())
        finally:
            book.close()


def _normal(title: str) -> str:
    return title.strip().casefold()


def _note_missing(found: dict[Table, _Sheet], titles: list[str], problem_list: ProblemList) -> None:
    """Lessons are always needed; the three others come together, or not at all."""
    with_pack = any(table in found for table in (PACK_TABLE, SKILLS_TABLE, SOURCES_TABLE))
    needed = (LESSONS_TABLE, PACK_TABLE, SKILLS_TABLE, SOURCES_TABLE) if with_pack else (LESSONS_TABLE,)
    others = [title for title in titles if _normal(title) not in {_normal(table.name) for table in (*found, *TABLES)}]
    for table in needed:
        if table not in found:
            candidates = [title for title in others if _normal(title) != _normal(HOW_TO_SHEET)]
            close = get_close_matches(table.name, candidates, n=1)
            advice = f"Rename “{close[0]}”." if close else "Add it, with its headings in the first row."
            problem_list.add(Cell(table.name, 1, 1), "X104", f"There is no sheet “{table.name}”. {advice}")


def _grid(table: Table, sheet: _Sheet, looked: WorkbookScan, problem_list: ProblemList) -> Grid:
    # openpyxl tells a read-only sheet's part in the archive by no other name.
    for place in looked.merged_ranges.get(str(sheet._worksheet_path).lstrip("/"), ()):
        if at := _PLACE.match(place):
            problem_list.add(Cell(sheet.title, int(at[2]), _column(at[1])), "X107", MERGED_CELLS_PROBLEM.format(place))
    sheet.reset_dimensions()  # what it says of its own size is not believed
    return read_grid(table, sheet.title, _rows(sheet), problem_list)


def _rows(sheet: _Sheet) -> Iterator[RawRow]:
    for number, row in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS), start=1):
        yield number, [_raw(cell) for cell in row]


def _raw(cell: _Cell) -> RawCell:
    if cell.value is None:
        return RawCell(None)
    if cell.data_type == "f":
        return RawCell(None, problem=FORMULA_PROBLEM)
    if cell.data_type == "e":
        return RawCell(None, problem=BROKEN_FORMULA_PROBLEM)
    return RawCell(cell.value, str(cell.number_format))


def _column(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
