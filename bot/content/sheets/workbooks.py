"""Reads an .xlsx workbook into grids. Formulas, errors, and merged cells are problems, each with its cell.

openpyxl's read-only mode ignores merged cells, so `sheet_limits` finds those first. It would also make up all the cells
that a file leaves out, up to whatever row a file names, so we take the rows from its parser.
"""

import contextlib
import io
import itertools
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, TypeAlias

from bot.content.sheets.cell_values import RawCell
from bot.content.sheets.columns import Table
from bot.content.sheets.grid import Cell, Grid, ProblemList
from bot.content.sheets.headings import MAX_ROWS_ABOVE, RawRow, read_grid
from bot.content.sheets.other_writers import rewrite_workbook
from bot.content.sheets.sheet_limits import (
    MAX_COLUMNS,
    MAX_ROW,
    SAVE_AS_ADVICE,
    UnusableSheet,
    WorkbookScan,
    scan_workbook,
)
from bot.content.sheets.sheet_names import find_sheets

_Sheet: TypeAlias = Any  # openpyxl's read-only sheets and cells; its stubs don't cover them
_Cell: TypeAlias = Any
_Book: TypeAlias = Any

_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")

FIRST_DAY, LAST_DAY = 32_000, 80_000
"""Numbers that stand for dates from 1987 to 2119, if days are counted from 1900."""

FORMULA_PROBLEM = "This is a formula. Copy the cell, and paste it as a value."
BROKEN_FORMULA_PROBLEM = "This formula has an error. Replace it with text."
DAMAGED_PROBLEM = f"This workbook is damaged. Open it in your program. {SAVE_AS_ADVICE}"
MERGED_CELLS_PROBLEM = "The cells {} are merged. Unmerge them, and write the text in each."


class MergedRange(NamedTuple):
    """Cells that are merged (A1:B2), and the row and column of the first of them."""

    place: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class PlainSheet:
    """A sheet of any workbook: its rows with a value, and its merged cells."""

    rows: tuple[RawRow, ...]
    merged_ranges: tuple[MergedRange, ...]


def read_workbook(content: bytes, problem_list: ProblemList) -> tuple[Grid, ...]:
    """Return the sheets of a workbook that a pack uses, and skip others. Raises UnusableSheet if it can't be opened."""
    scan = scan_workbook(content)
    with _opened(content, scan) as book:
        sheets = {sheet.title: sheet for sheet in book.worksheets}
        found = find_sheets(tuple(sheets), lambda title: _first_rows(sheets[title]), problem_list)
        return tuple(_grid(table, sheets[title], scan, problem_list) for table, title in found.items())


def read_visible_sheets(content: bytes, most_rows: int) -> tuple[PlainSheet, ...]:
    """Return the sheets of any workbook that aren't hidden, with their first `most_rows` rows that have a value.

    Raises UnusableSheet if it can't be opened.
    """
    scan = scan_workbook(content)
    with _opened(content, scan) as book:
        return tuple(
            PlainSheet(tuple(itertools.islice(_rows(sheet), most_rows)), _merged_ranges(sheet, scan))
            for sheet in book.worksheets
            if sheet.sheet_state == "visible"
        )


@contextlib.contextmanager
def _opened(content: bytes, scan: WorkbookScan) -> Iterator[_Book]:
    """Open a workbook for the length of the block. Whatever openpyxl raises in it becomes UnusableSheet."""
    from openpyxl import load_workbook  # takes 0.2 s to import, and most processes never read a sheet

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and lists that openpyxl ignores
            rewritten = rewrite_workbook(content, strict=scan.is_strict)
            with contextlib.closing(load_workbook(io.BytesIO(rewritten), read_only=True, keep_links=False)) as book:
                yield book
    except (UnusableSheet, MemoryError):
        raise
    except Exception as error:  # openpyxl fails on damaged parts in many ways: KeyError, ParseError, TypeError, …
        raise UnusableSheet("X101", DAMAGED_PROBLEM) from error


def _first_rows(sheet: _Sheet) -> list[Sequence[RawCell]]:
    return [cells for _, cells in itertools.islice(_rows(sheet), MAX_ROWS_ABOVE)]


def _grid(table: Table, sheet: _Sheet, scan: WorkbookScan, problem_list: ProblemList) -> Grid:
    for place, row, column in _merged_ranges(sheet, scan):
        problem_list.add(Cell(sheet.title, row, column), "X107", MERGED_CELLS_PROBLEM.format(place))
    return read_grid(table, sheet.title, _rows(sheet), problem_list)


def _merged_ranges(sheet: _Sheet, scan: WorkbookScan) -> tuple[MergedRange, ...]:
    # Only this private attribute has the name of a read-only sheet's part in the archive.
    places = scan.merged_ranges.get(str(sheet._worksheet_path).lstrip("/"), ())
    return tuple(
        MergedRange(place, int(at[2]), _column(at[1])) for place in places if (at := _PLACE.match(place)) is not None
    )


def _rows(sheet: _Sheet) -> Iterator[RawRow]:
    """Yield the rows with a value in them. Raises UnusableSheet if their numbers can't be right."""
    last = 0
    for number, cells in _parsed_rows(sheet):
        if not last < number <= MAX_ROW:
            raise UnusableSheet("X101", DAMAGED_PROBLEM)
        last = number
        filled = [cell for cell in cells if cell.value is not None and cell.column <= MAX_COLUMNS]
        if filled:
            row = [RawCell(None)] * max(cell.column for cell in filled)
            for cell in filled:
                row[cell.column - 1] = _raw(cell)
            yield number, row


def _parsed_rows(sheet: _Sheet) -> Iterator[tuple[int, list[_Cell]]]:
    """Yield the rows that a sheet's part has, with their numbers. `ReadOnlyWorksheet` does the same for `iter_rows`."""
    from openpyxl.cell.read_only import ReadOnlyCell
    from openpyxl.worksheet._reader import WorkSheetParser

    book = sheet.parent
    with sheet._get_source() as part:
        parser = WorkSheetParser(
            part,
            sheet._shared_strings,
            data_only=book.data_only,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, cells in parser.parse():
            yield number, [ReadOnlyCell(sheet, **cell) for cell in cells if cell["value"] is not None]


def _raw(cell: _Cell) -> RawCell:
    if cell.data_type == "f":
        return RawCell(None, problem=FORMULA_PROBLEM)
    if cell.data_type == "e":
        return RawCell(None, problem=BROKEN_FORMULA_PROBLEM)
    return RawCell(cell.value, str(cell.number_format), day=_day(cell.value, cell.parent.parent.epoch))


def _day(value: object, epoch: datetime) -> date | None:
    """Return the date that a number stands for in this file. Programs write a date as its number of days."""
    from openpyxl.utils.datetime import from_excel

    if isinstance(value, bool) or not isinstance(value, int | float) or not FIRST_DAY <= value <= LAST_DAY:
        return None
    found = from_excel(value, epoch)
    return found.date() if isinstance(found, datetime) else None


def _column(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
