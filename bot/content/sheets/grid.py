"""Sheets as plain text with the place of every cell, whatever file they came from; and problems named by cell."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.content.sheets.columns import Column, Table
from bot.errors import PackProblem

MAX_PROBLEMS = 200
"""Problems kept for one workbook; more would not help anyone."""


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """A place in a sheet: its name, the row and the column, both from 1."""

    sheet: str
    row: int
    column: int

    @property
    def name(self) -> str:
        """As spreadsheets name it: F12."""
        return f"{column_letters(self.column)}{self.row}"

    def problem(self, code: str, message: str, *, blocking: bool = True) -> PackProblem:
        """Something wrong in this cell."""
        return PackProblem(self.sheet, self.row, code, message, blocking, self.name)


@dataclass(frozen=True, slots=True)
class Row:
    """A row below the headings: the texts of its cells that hold any, by column; the cells of those that could be."""

    texts: dict[Column, str]
    cells: dict[Column, Cell]

    def text(self, column: Column) -> str:
        """What stands in this column; empty if nothing does."""
        return self.texts.get(column, "")


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet as it was read: what stands below its headings, and where the headings are."""

    table: Table
    name: str
    rows: tuple[Row, ...] = ()


@dataclass(slots=True)
class ProblemList:
    """Problems as they are found, at most `MAX_PROBLEMS`, and which cells have one."""

    problems: list[PackProblem] = field(default_factory=list)
    cells: set[Cell] = field(default_factory=set)

    def add(self, cell: Cell, code: str, message: str) -> None:
        """Something wrong in a cell. One problem a cell is enough: the others may follow from it."""
        if cell not in self.cells and len(self.problems) < MAX_PROBLEMS:
            self.problems.append(cell.problem(code, message))
        self.cells.add(cell)

    def add_for_file(self, name: str, code: str, message: str) -> None:
        """Something wrong with the file as a whole."""
        self.problems.append(PackProblem(name, 1, code, message))

    @property
    def is_full(self) -> bool:
        """Whether no more will be noted."""
        return len(self.problems) >= MAX_PROBLEMS


def column_letters(column: int) -> str:
    """The name of a column (from 1): A, Z, AA."""
    name = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def rows_for_table(grids: Sequence[Grid], table: Table) -> Iterator[Row]:
    """The rows of the sheet for this table; none if there is no such sheet."""
    return (row for grid in grids if grid.table is table for row in grid.rows)
