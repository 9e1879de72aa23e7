"""Finds the headings of a sheet, in whatever order its columns stand, and takes the rows below them."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

from bot.content.sheets.cell_values import RawCell, UnusableCell, cell_text, is_empty_cell
from bot.content.sheets.columns import Column, Table
from bot.content.sheets.grid import Cell, Grid, ProblemList, Row

RawRow = tuple[int, Sequence[RawCell]]
"""A row's number (from 1) and its cells from the first column on."""


def read_grid(table: Table, name: str, rows: Iterable[RawRow], problem_list: ProblemList) -> Grid:
    """The sheet called `name` as this table; what is wrong with its headings and its cells goes to `problem_list`."""
    remaining = _with_something(rows)
    top = next(remaining, None)
    if top is None:
        problem_list.add(
            Cell(name, 1, 1), "X104", f"This sheet is empty. Its first row holds the headings: {_all(table)}"
        )
        return Grid(table, name)
    places = _places(table, name, top, problem_list)
    if places is None:
        return Grid(table, name)
    return Grid(table, name, tuple(_rows(table, name, places, remaining, problem_list)))


def normalize_heading(heading: str) -> str:
    """A heading without what people write differently: case, spaces, a colon."""
    return " ".join(heading.replace("_", " ").casefold().split()).replace(" :", ":").rstrip("*: ")


def _all(table: Table) -> str:
    return f"{', '.join(column.heading for column in table.columns)}."


def _with_something(rows: Iterable[RawRow]) -> Iterator[RawRow]:
    return ((number, cells) for number, cells in rows if not all(map(is_empty_cell, cells)))


def _places(table: Table, name: str, top: RawRow, problem_list: ProblemList) -> dict[int, Column] | None:
    """Which column stands where; None if one that is needed is missing."""
    number, cells = top
    known = {normalize_heading(column.heading): column for column in table.columns}
    places: dict[int, Column] = {}
    for index, raw in enumerate(cells, start=1):
        if is_empty_cell(raw):
            continue
        cell = Cell(name, number, index)
        said = str(raw.value or "")
        column = known.get(normalize_heading(said))
        if column is None:
            problem_list.add(cell, "X104", _unknown(said, known))
        elif column in places.values():
            problem_list.add(cell, "X104", f"There are two columns “{column.heading}”. Keep one.")
        else:
            places[index] = column
    missing = [column.heading for column in table.columns if column.required and column not in places.values()]
    if missing:
        which = ", ".join(f"“{heading}”" for heading in missing)
        columns = "column" if len(missing) == 1 else "columns"
        problem_list.add(Cell(name, number, len(cells) + 1), "X104", f"The {columns} {which} should be here. Add them.")
        return None
    return places


def _unknown(said: str, known: dict[str, Column]) -> str:
    close = get_close_matches(normalize_heading(said), known, n=1)
    advice = f"Did you mean “{known[close[0]].heading}”?" if close else "Take the column out."
    return f"“{said.strip()[:60]}” is not a column of this sheet. {advice}"


def _rows(
    table: Table, name: str, places: dict[int, Column], rows: Iterator[RawRow], problem_list: ProblemList
) -> Iterator[Row]:
    elsewhere = max(places) + 1
    for count, (number, cells) in enumerate(rows, start=1):
        if count > table.max_rows:
            most = f"{table.max_rows:,} rows" if table.max_rows > 1 else "one row"
            problem_list.add(
                Cell(name, number, 1), "X103", f"This sheet has at most {most} below its headings. Split it."
            )
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
                problem_list.add(cell, "X104", "This column has no heading. Give it one, or clear the cell.")
            continue
        try:
            texts[places[index]] = cell_text(raw, places[index])
        except UnusableCell as error:
            problem_list.add(cell, "X105", str(error))
    return texts
