"""Reads an .xlsx workbook into grids. Formulas, errors, and merged cells are problems, each with its cell.

openpyxl's read-only mode reads a sheet row by row and ignores merged cells, so `sheet_limits` finds those first.
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

_Sheet: TypeAlias = Any  # openpyxl's read-only sheets and cells; its stubs don't cover them
_Cell: TypeAlias = Any

_MAX_COLUMNS = 64
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")

FORMULA_PROBLEM = "This is a formula. Copy the cell, and paste it as a value."
BROKEN_FORMULA_PROBLEM = "This formula has an error. Replace it with text."
MERGED_CELLS_PROBLEM = "The cells {} are merged. Unmerge them, and write the text in each."


def read_workbook(content: bytes, problem_list: ProblemList) -> tuple[Grid, ...]:
    """Return the sheets of a workbook that a pack uses, and skip others. Raises UnusableSheet if it can't be opened."""
    scan = scan_workbook(content)
    try:
        return _read(content, scan, problem_list)
    except UnusableSheet:
        raise
    except Exception as error:  # openpyxl fails on damaged parts in many ways: KeyError, ParseError, TypeError, …
        message = f"This workbook is damaged. Open it in your program. {SAVE_AS_ADVICE}"
        raise UnusableSheet("X101", message) from error


def _read(content: bytes, scan: WorkbookScan, problem_list: ProblemList) -> tuple[Grid, ...]:
    from openpyxl import load_workbook  # takes 0.2 s to import, and most processes never read a sheet

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and lists that openpyxl ignores
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        try:
            sheets = {_normal(sheet.title): sheet for sheet in book.worksheets}
            found = {table: sheets[_normal(table.name)] for table in TABLES if _normal(table.name) in sheets}
            _report_missing(found, [sheet.title for sheet in book.worksheets], problem_list)
            return tuple(_grid(table, sheet, scan, problem_list) for table, sheet in found.items())
        finally:
            book.close()


def _normal(title: str) -> str:
    return title.strip().casefold()


def _report_missing(found: dict[Table, _Sheet], titles: list[str], problem_list: ProblemList) -> None:
    """Report missing sheets: Lessons is always required, and the other three only together."""
    with_pack = any(table in found for table in (PACK_TABLE, SKILLS_TABLE, SOURCES_TABLE))
    needed = (LESSONS_TABLE, PACK_TABLE, SKILLS_TABLE, SOURCES_TABLE) if with_pack else (LESSONS_TABLE,)
    others = [title for title in titles if _normal(title) not in {_normal(table.name) for table in (*found, *TABLES)}]
    for table in needed:
        if table not in found:
            candidates = [title for title in others if _normal(title) != _normal(HOW_TO_SHEET)]
            close = get_close_matches(table.name, candidates, n=1)
            advice = f"Rename “{close[0]}”." if close else "Add it, with its headings in row 1."
            problem_list.add(Cell(table.name, 1, 1), "X104", f"Sheet “{table.name}” is missing. {advice}")


def _grid(table: Table, sheet: _Sheet, scan: WorkbookScan, problem_list: ProblemList) -> Grid:
    # Only this private attribute has the name of a read-only sheet's part in the archive.
    for place in scan.merged_ranges.get(str(sheet._worksheet_path).lstrip("/"), ()):
        if at := _PLACE.match(place):
            problem_list.add(Cell(sheet.title, int(at[2]), _column(at[1])), "X107", MERGED_CELLS_PROBLEM.format(place))
    sheet.reset_dimensions()  # the size that a sheet claims may be wrong
    return read_grid(table, sheet.title, _rows(sheet), problem_list)


def _rows(sheet: _Sheet) -> Iterator[RawRow]:
    for number, row in enumerate(sheet.iter_rows(max_col=_MAX_COLUMNS), start=1):
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
