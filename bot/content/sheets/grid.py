"""Holds sheets as plain text with the location of every cell, whatever their file format, and problems by cell."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.content.sheets.columns import Column, Table
from bot.errors import PackProblem

MAX_PROBLEMS = 200
"""Most problems reported for one workbook; more wouldn't help."""


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """A cell's location: the sheet's name, the row, and the column, both from 1.

    Column 0 means the row as a whole, or with a `heading`, where the sheet would have the cell if it had this column.
    """

    sheet: str
    row: int
    column: int
    heading: str = ""

    @property
    def name(self) -> str:
        """The cell's name in a spreadsheet, such as F12. Without a column: "row 12", or "Review by, row 12"."""
        if self.column:
            return f"{column_letters(self.column)}{self.row}"
        return f"{self.heading}, row {self.row}" if self.heading else f"row {self.row}"

    def problem(self, code: str, message: str, *, blocking: bool = True) -> PackProblem:
        """Build a problem at this cell."""
        return PackProblem(self.sheet, self.row, code, message, blocking, self.name)


@dataclass(frozen=True, slots=True)
class Row:
    """A row below the headings: the texts of its filled cells, and the locations of all its cells, by column."""

    texts: dict[Column, str]
    cells: dict[Column, Cell]

    def text(self, column: Column) -> str:
        """Return the text in this column, or an empty string."""
        return self.texts.get(column, "")


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet as it was read: its table, its name in the file, and its rows below the headings."""

    table: Table
    name: str
    rows: tuple[Row, ...] = ()


@dataclass(slots=True)
class ProblemList:
    """Collects problems, at most `MAX_PROBLEMS`, and the cells that have one.

    `is_fatal`: a sheet or column is missing, or there are too many rows. Whatever else is found would follow from that.
    """

    problems: list[PackProblem] = field(default_factory=list)
    cells: set[Cell] = field(default_factory=set)
    is_fatal: bool = False

    def add(self, cell: Cell, code: str, message: str) -> None:
        """Add a problem with a cell, unless the cell has one already: others may follow from the first."""
        if cell not in self.cells and len(self.problems) < MAX_PROBLEMS:
            self.problems.append(cell.problem(code, message))
        self.cells.add(cell)

    def add_fatal(self, cell: Cell, code: str, message: str) -> None:
        """Add a problem that makes everything else look wrong."""
        self.add(cell, code, message)
        self.is_fatal = True

    def add_for_file(self, name: str, code: str, message: str) -> None:
        """Add a problem with the whole file."""
        self.problems.append(PackProblem(name, 1, code, message))

    @property
    def is_full(self) -> bool:
        """Whether it takes no more problems."""
        return len(self.problems) >= MAX_PROBLEMS


def column_letters(column: int) -> str:
    """Return the letters of a column (from 1): A, Z, AA."""
    name = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def rows_for_table(grids: Sequence[Grid], table: Table) -> Iterator[Row]:
    """Return the rows of this table's sheet; none if there is no such sheet."""
    return (row for grid in grids if grid.table is table for row in grid.rows)
