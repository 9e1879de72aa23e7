"""Finds the headings of a cohort file, and reads the rows below them.

Headings are recognized in many spellings, and columns with other ones are ignored, because such files are exported from
other programs. Every problem is found at once. No problem quotes a cell: it may have somebody's address.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.content.cohort_file_cells import DateRules, UnusableCell, read_date, read_text
from bot.content.cohort_files import MAX_ROWS_ABOVE
from bot.content.sheets.cell_values import RawCell, is_empty_cell
from bot.content.sheets.dates import find_day_order
from bot.content.sheets.headings import RawRow
from bot.content.sheets.pasted_text import fold_name
from bot.content.sheets.workbooks import MergedRange, PlainSheet
from bot.domain.cohort_file import (
    MAX_PEOPLE,
    CohortFile,
    FileColumn,
    FileProblem,
    FileRow,
    same_person_text,
    sort_problems,
)
from bot.language import gettext as _

_HEADINGS: dict[FileColumn, tuple[str, ...]] = {
    FileColumn.EMAIL: (
        *("email", "emails", "emailaddress", "mail", "mailaddress", "workemail"),
        *("emailadresse", "mailadresse"),
    ),
    FileColumn.USER_ID: (
        *("slackmemberid", "slackid", "slackuserid", "memberid", "userid", "user", "slackuser", "slack", "person"),
        *("emailorslackid", "emailorslackmemberid", "benutzer", "nutzer", "mitgliedsid", "slackmitgliedsid"),
    ),
    FileColumn.TIME_ZONE: ("timezone", "tz", "zone", "ianatimezone", "zeitzone"),
    FileColumn.STARTS_ON: (
        *("startdate", "start", "starts", "startson", "startday", "startingdate", "firstday", "from", "begins"),
        *("startdatum", "beginn", "erstertag", "startam"),
    ),
}
_COLUMNS = {heading: column for column, headings in _HEADINGS.items() for heading in headings}
_NAMING = {FileColumn.EMAIL, FileColumn.USER_ID}

_BESIDE_LETTERS = re.compile(r"[\W_]+")
_IN_PARENTHESES = re.compile(r"\([^()]{0,100}\)")


@dataclass(frozen=True, slots=True)
class _Table:
    """A sheet's headings, the number of their row, and the rows below. `columns`: by number, from 1."""

    heading_row: int
    columns: dict[int, FileColumn]
    rows: Sequence[RawRow]
    merged_ranges: Sequence[MergedRange]

    @property
    def score(self) -> tuple[bool, int]:
        """How much this looks like the sheet that is meant."""
        found = set(self.columns.values())
        return bool(found & _NAMING), len(found)


@dataclass(slots=True)
class _Problems:
    """Collects problems."""

    found: list[FileProblem] = field(default_factory=list)

    def add(self, row: int, column: FileColumn | None, message: str) -> None:
        self.found.append(FileProblem(row, column, message))


def is_heading(text: str) -> bool:
    """Return whether a text is one of the headings that are known."""
    return _find_column(text) is not None


def read_sheets(sheets: Sequence[PlainSheet], today: date) -> CohortFile:
    """Read the sheet whose headings are known best."""
    if not any(sheet.rows for sheet in sheets):
        return _refuse(_("This file is empty. Write one person in each row, below the headings."))
    table = max(map(_find_table, sheets), key=lambda each: each.score)
    if not _NAMING & set(table.columns.values()):
        return _refuse(
            _(
                "I can't find a column “{email}” or “{user_id}”. Write that heading above the addresses or IDs.",
                email=FileColumn.EMAIL.heading,
                user_id=FileColumn.USER_ID.heading,
            )
        )
    if len(table.rows) > MAX_PEOPLE:
        return _refuse(
            _("This file has more than {most:,} rows. Make several cohorts, each with a file.", most=MAX_PEOPLE)
        )
    if not table.rows:
        return _refuse(_("There is nobody below the headings. Write one person in each row."))
    return _read_table(table, today)


def _refuse(told: str) -> CohortFile:
    return CohortFile(problems=(FileProblem(0, None, told),))


def _find_table(sheet: PlainSheet) -> _Table:
    """Return the table below the row, of the first ones, that has the most headings."""
    tables = [
        _Table(number, _find_columns(cells), sheet.rows[index + 1 :], sheet.merged_ranges)
        for index, (number, cells) in enumerate(sheet.rows[:MAX_ROWS_ABOVE])
    ]
    return max(tables, key=lambda each: each.score, default=_Table(1, {}, (), ()))


def _find_columns(cells: Sequence[RawCell]) -> dict[int, FileColumn]:
    found = ((index, _find_column(str(cell.value or ""))) for index, cell in enumerate(cells, start=1))
    return {index: column for index, column in found if column is not None}


def _find_column(heading: str) -> FileColumn | None:
    """Return the column of a heading: `E-mail`, `Slack ID`, `Time zone (IANA)`, and others."""
    plain = _IN_PARENTHESES.sub("", fold_name(heading[:200]))
    return _COLUMNS.get(_BESIDE_LETTERS.sub("", plain))


def _read_table(table: _Table, today: date) -> CohortFile:
    problems = _Problems()
    seen: set[FileColumn] = set()
    for column in table.columns.values():
        if column in seen:
            told = _("There are two columns “{heading}”. Remove one.", heading=column.heading)
            problems.add(table.heading_row, column, told)
        seen.add(column)
    for merged in table.merged_ranges:
        if merged.row > table.heading_row and merged.column in table.columns:
            told = _("The cells {cells} are merged. Unmerge them, and fill in each.", cells=merged.place)
            problems.add(merged.row, table.columns[merged.column], told)
    numbers = {column: index for index, column in table.columns.items()}
    day_first = find_day_order(
        str(cell.value)
        for _number, cells in table.rows
        if (cell := _cell_at(cells, numbers.get(FileColumn.STARTS_ON))) is not None and isinstance(cell.value, str)
    )
    rows: list[FileRow] = []
    first: dict[str, int] = {}
    for number, cells in table.rows:
        if row := _read_row(number, cells, numbers, DateRules(today, day_first), problems):
            name = row.user_id or row.email
            if (other := first.setdefault(name, number)) != number:
                problems.add(number, row.named_in, same_person_text(other))
            else:
                rows.append(row)
    return CohortFile(tuple(rows), sort_problems(problems.found))


def _read_row(
    number: int, cells: Sequence[RawCell], numbers: dict[FileColumn, int], rules: DateRules, problems: _Problems
) -> FileRow | None:
    """Return whom a row names, or None if nobody. A row whose other cells have problems is returned, too."""
    if all(map(is_empty_cell, cells)):
        return None
    found: dict[FileColumn, str] = {}
    starts_on: date | None = None
    is_bad = False
    for column, index in numbers.items():
        cell = _cell_at(cells, index)
        if cell is None or is_empty_cell(cell):
            continue
        try:
            if column is FileColumn.STARTS_ON:
                starts_on = read_date(cell, rules)
            else:
                found[column] = read_text(cell, column)
        except UnusableCell as problem:
            problems.add(number, column, str(problem))
            is_bad = is_bad or column in _NAMING
    email, user_id = found.get(FileColumn.EMAIL, ""), found.get(FileColumn.USER_ID, "")
    named_in = FileColumn.USER_ID if user_id else FileColumn.EMAIL
    if "@" in user_id:  # a column for either may have both
        email, user_id = user_id, ""
    elif email and "@" not in email:
        named_in, email, user_id = FileColumn.EMAIL, "", user_id or email
    if not email and not user_id:
        if not is_bad:
            problems.add(number, None, _("This row names nobody. Write an email address or a Slack member ID in it."))
        return None
    return FileRow(number, named_in, email, user_id, found.get(FileColumn.TIME_ZONE), starts_on)


def _cell_at(cells: Sequence[RawCell], index: int | None) -> RawCell | None:
    return cells[index - 1] if index is not None and index <= len(cells) else None
