"""Finds the headings of a sheet, in any order, and reads the rows below them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import chain, islice

from bot.content.sheets.cell_values import RawCell, UnusableCell, cell_text, is_empty_cell
from bot.content.sheets.columns import COMMENT_HEADINGS, Column, Table
from bot.content.sheets.grid import Cell, Grid, ProblemList, Row
from bot.content.sheets.pasted_text import fold_name

RawRow = tuple[int, Sequence[RawCell]]
"""A row's number (from 1) and its cells, starting at the first column."""

MAX_ROWS_ABOVE = 10
"""Among how many rows the headings are looked for: people write a title or a note above them."""

_COLON = re.compile(r"\s*:\s*")


@dataclass(frozen=True, slots=True)
class _Headings:
    """Where the headings are: the row, the column for each number, and the numbers of columns that aren't read.

    These are comments, and columns that already have a problem.
    """

    row: int
    columns: dict[int, Column] = field(default_factory=dict)
    skipped: set[int] = field(default_factory=set)


def read_grid(table: Table, name: str, rows: Iterable[RawRow], problem_list: ProblemList) -> Grid:
    """Read the sheet called `name` as this table. Adds problems with its headings and cells to `problem_list`."""
    filled = _with_something(rows)
    top = list(islice(filled, MAX_ROWS_ABOVE))
    if not top:
        message = f"This sheet is empty. Add these headings in row 1: {_listed(table.columns)}."
        problem_list.add_fatal(Cell(name, 1, 1), "X104", message)
        return Grid(table, name)
    index = max(range(len(top)), key=lambda index: count_headings(table, top[index][1]))
    headings = _read_headings(table, name, top[index], problem_list)
    if headings is None:
        return Grid(table, name)
    below = chain(top[index + 1 :], filled)
    return Grid(table, name, tuple(_rows(table, name, headings, below, problem_list)))


def normalize_heading(heading: str) -> str:
    """Return a heading without what people write differently: case, spaces, and a final colon or asterisk."""
    return _COLON.sub(": ", fold_name(heading.replace("_", " "))).rstrip("*: ")


def count_headings(table: Table, cells: Sequence[RawCell]) -> int:
    """Return how many of a table's headings are in a row."""
    known = {normalize_heading(column.heading) for column in table.columns}
    return len(known & {normalize_heading(str(cell.value or "")) for cell in cells})


def _with_something(rows: Iterable[RawRow]) -> Iterator[RawRow]:
    return ((number, cells) for number, cells in rows if not all(map(is_empty_cell, cells)))


def _read_headings(table: Table, name: str, top: RawRow, problem_list: ProblemList) -> _Headings | None:
    """Return the headings, or None if a required one is missing."""
    number, cells = top
    known = {normalize_heading(column.heading): column for column in table.columns}
    headings = _Headings(number)
    wrong: list[tuple[Cell, str]] = []
    for index, raw in enumerate(cells, start=1):
        if is_empty_cell(raw):
            continue
        cell = Cell(name, number, index)
        heading = str(raw.value or "")
        folded = normalize_heading(heading)
        if folded in COMMENT_HEADINGS:
            headings.skipped.add(index)
        elif (column := known.get(folded)) is None:
            wrong.append((cell, _unknown(heading, known)))
        elif column in headings.columns.values():
            wrong.append((cell, f"There are two columns “{column.heading}”. Remove one."))
        else:
            headings.columns[index] = column
    if not headings.columns:
        message = f"None of these headings is known. This sheet's headings are: {_listed(table.columns)}."
        problem_list.add_fatal(Cell(name, number, 0), "X104", message)
        return None
    for cell, message in wrong:
        problem_list.add(cell, "X104", message)
        headings.skipped.add(cell.column)
    found = headings.columns.values()
    if missing := [column for column in table.columns if column.required and column not in found]:
        listed = ", ".join(f"“{column.heading}”" for column in missing)
        one = len(missing) == 1
        message = f"Column {listed} is missing. Add it." if one else f"Columns {listed} are missing. Add them."
        problem_list.add_fatal(Cell(name, number, 0), "X104", message)
        return None
    return headings


def _listed(columns: Iterable[Column]) -> str:
    return ", ".join(column.heading for column in columns)


def _unknown(heading: str, known: dict[str, Column]) -> str:
    close = get_close_matches(normalize_heading(heading), known, n=1)
    advice = f"Did you mean “{known[close[0]].heading}”?" if close else "Remove it, or call it Comment."
    return f"“{heading.strip()[:60]}” isn't a column of this sheet. {advice}"


def _rows(
    table: Table, name: str, headings: _Headings, rows: Iterator[RawRow], problem_list: ProblemList
) -> Iterator[Row]:
    missing = [column for column in table.columns if column not in headings.columns.values()]
    count = 0
    for number, cells in rows:
        if problem_list.is_full:
            return
        texts = _texts(name, number, cells, headings, problem_list)
        here = {column: Cell(name, number, index) for index, column in headings.columns.items()}
        if not texts and not problem_list.cells.intersection(here.values()):
            continue  # only a comment, or something beside the columns
        count += 1
        if count > table.max_rows:
            limit = f"{table.max_rows:,} rows" if table.max_rows > 1 else "one row"
            message = f"The limit for this sheet is {limit} below its headings. Remove this row and those below it."
            problem_list.add_fatal(Cell(name, number, 1), "X103", message)
            return
        yield Row(texts, here | {column: Cell(name, number, 0, column.heading) for column in missing})


def _texts(
    name: str, number: int, cells: Sequence[RawCell], headings: _Headings, problem_list: ProblemList
) -> dict[Column, str]:
    """Return the texts of a row's filled cells by column."""
    texts: dict[Column, str] = {}
    for index, raw in enumerate(cells, start=1):
        if is_empty_cell(raw) or index in headings.skipped:
            continue
        cell = Cell(name, number, index)
        column = headings.columns.get(index)
        if column is None:
            message = "This column has no heading. Call it Comment, or clear its cells."
            problem_list.add(cell, "X104", message)
            headings.skipped.add(index)
            continue
        try:
            texts[column] = cell_text(raw, column)
        except UnusableCell as error:
            problem_list.add(cell, "X105", str(error))
    return texts
