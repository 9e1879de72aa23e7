"""Finds the headings of a sheet, in any order, and reads the rows below them."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

from bot.content.sheets.cell_values import RawCell, UnusableCell, cell_text, is_empty_cell
from bot.content.sheets.columns import Column, Table
from bot.content.sheets.grid import Cell, Grid, ProblemList, Row

RawRow = tuple[int, Sequence[RawCell]]
"""A row's number (from 1) and its cells, starting at the first column."""


def read_grid(table: Table, name: str, rows: Iterable[RawRow], problem_list: ProblemList) -> Grid:
    """Read the sheet called `name` as this table. Adds problems with its headings and cells to `problem_list`."""
    remaining = _with_something(rows)
    top = next(remaining, None)
    if top is None:
        headings = ", ".join(column.heading for column in table.columns)
        problem_list.add(Cell(name, 1, 1), "X104", f"This sheet is empty. Add these headings in row 1: {headings}.")
        return Grid(table, name)
    places = _places(table, name, top, problem_list)
    if places is None:
        return Grid(table, name)
    return Grid(table, name, tuple(_rows(table, name, places, remaining, problem_list)))


def normalize_heading(heading: str) -> str:
    """Return a heading without what people write differently: case, spaces, and a final colon or asterisk."""
    return " ".join(heading.replace("_", " ").casefold().split()).replace(" :", ":").rstrip("*: ")


def _with_something(rows: Iterable[RawRow]) -> Iterator[RawRow]:
    return ((number, cells) for number, cells in rows if not all(map(is_empty_cell, cells)))


def _places(table: Table, name: str, top: RawRow, problem_list: ProblemList) -> dict[int, Column] | None:
    """Return the columns by their number in the sheet, or None if a required one is missing."""
    number, cells = top
    known = {normalize_heading(column.heading): column for column in table.columns}
    places: dict[int, Column] = {}
    for index, raw in enumerate(cells, start=1):
        if is_empty_cell(raw):
            continue
        cell = Cell(name, number, index)
        heading = str(raw.value or "")
        column = known.get(normalize_heading(heading))
        if column is None:
            problem_list.add(cell, "X104", _unknown(heading, known))
        elif column in places.values():
            problem_list.add(cell, "X104", f"There are two columns “{column.heading}”. Remove one.")
        else:
            places[index] = column
    missing = [column.heading for column in table.columns if column.required and column not in places.values()]
    if missing:
        which = ", ".join(f"“{heading}”" for heading in missing)
        one = len(missing) == 1
        message = f"Column {which} is missing. Add it." if one else f"Columns {which} are missing. Add them."
        problem_list.add(Cell(name, number, len(cells) + 1), "X104", message)
        return None
    return places


def _unknown(heading: str, known: dict[str, Column]) -> str:
    close = get_close_matches(normalize_heading(heading), known, n=1)
    advice = f"Did you mean “{known[close[0]].heading}”?" if close else "Remove it."
    return f"“{heading.strip()[:60]}” isn't a column of this sheet. {advice}"


def _rows(
    table: Table, name: str, places: dict[int, Column], rows: Iterator[RawRow], problem_list: ProblemList
) -> Iterator[Row]:
    elsewhere = max(places) + 1
    for count, (number, cells) in enumerate(rows, start=1):
        if count > table.max_rows:
            limit = f"{table.max_rows:,} rows" if table.max_rows > 1 else "one row"
            message = f"The limit for this sheet is {limit} below its headings. Remove this row and those below it."
            problem_list.add(Cell(name, number, 1), "X103", message)
            return
        if problem_list.is_full:
            return
        at = {column: Cell(name, number, index) for index, column in places.items()}
        missing = (column for column in table.columns if column not in at)
        yield Row(
            _texts(name, number, cells, places, problem_list), at | {c: Cell(name, number, elsewhere) for c in missing}
        )


def _texts(
    name: str, number: int, cells: Sequence[RawCell], places: dict[int, Column], problem_list: ProblemList
) -> dict[Column, str]:
    texts: dict[Column, str] = {}
    for index, raw in enumerate(cells, start=1):
        cell = Cell(name, number, index)
        if index not in places:
            if not is_empty_cell(raw):
                problem_list.add(cell, "X104", "This column has no heading. Add one, or clear the cell.")
            continue
        try:
            texts[places[index]] = cell_text(raw, places[index])
        except UnusableCell as error:
            problem_list.add(cell, "X105", str(error))
    return texts
