"""Reads a cohort file: who is to be in a cohort, from when on, and in which time zone. A CSV file or a workbook.

It is parsed in a process of its own. What its cells mean is in `cohort_file_rows`.
"""

import json
from dataclasses import astuple
from datetime import date
from itertools import islice

from bot.content.parsing_process import ParsingLimits, ParsingStopped, StopReason, parse_in_process
from bot.domain.cohort_file import MAX_PEOPLE, CohortFile, FileColumn, FileProblem, FileRow
from bot.language import gettext as _
from bot.language import mark

MAX_FILE_BYTES = 10 * 2**20
"""Largest file, in bytes: 5,000 people take about 300 KB."""

MAX_ROWS_ABOVE = 10
"""Among how many rows the headings are looked for: people write a title or a note above them."""

TEMPLATE_NAME = "roster.csv"

_MOST_ROWS = MAX_PEOPLE + MAX_ROWS_ABOVE + 1
"""Rows that are read: those in which headings are looked for, the people, and one that is too many."""

_WORKBOOK_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
"""How a zip file begins, and the old Excel format, whatever their names."""

_UNUSABLE = {
    "X101": mark("This file is damaged. Open it in your spreadsheet program, save it again, and upload that file."),
    "X102": mark(
        "I can't read this kind of file. Save it as Excel Workbook (.xlsx) without macros or a password, or as CSV."
    ),
    "X103": mark("This file is too large. Keep one sheet with up to {most:,} people, and remove everything else."),
    "X108": mark(
        "This file isn't UTF-8 text. In Excel, choose Save As, then “CSV UTF-8 (Comma delimited)” or “Excel Workbook”."
    ),
}
"""What to say of a file that isn't read at all, by the code of `UnusableSheet`."""

_STOPPED = {
    StopReason.TIME: mark("Reading this file took too long, so I stopped. Copy the people into a new file."),
    StopReason.MEMORY: mark("Reading this file took too much memory, so I stopped. Copy the people into a new file."),
    StopReason.OUTPUT: _UNUSABLE["X103"],
    StopReason.CRASH: mark("Reading this file failed. Copy the people into a new file."),
}


def is_cohort_file(name: str) -> bool:
    """Return whether a file's name is that of a file that can be read."""
    return name.lower().endswith((".csv", ".xlsx"))


async def read_cohort_file(content: bytes, today: date, limits: ParsingLimits | None = None) -> CohortFile:
    """Read a file, in a process of its own. `today`: nobody may start before it."""
    try:
        found = json.loads(await parse_in_process(cohort_file_to_json, content, limits=limits, today=today.isoformat()))
    except ParsingStopped as stopped:
        return _refuse(_(_STOPPED[stopped.reason], most=MAX_PEOPLE))
    return CohortFile(
        tuple(
            FileRow(number, FileColumn(named_in), email, user_id, tz, date.fromisoformat(day) if day else None)
            for number, named_in, email, user_id, tz, day in found["rows"]
        ),
        tuple(
            FileProblem(row, FileColumn(column) if column else None, told) for row, column, told in found["problems"]
        ),
    )


def cohort_file_to_json(content: bytes, *, today: str) -> bytes:
    """Return what a file has, as JSON. This is what the process runs."""
    file = parse_cohort_file(content, date.fromisoformat(today))
    found = {"rows": [astuple(each) for each in file.rows], "problems": [astuple(each) for each in file.problems]}
    return json.dumps(found, default=date.isoformat, ensure_ascii=False).encode(errors="replace")


def parse_cohort_file(content: bytes, today: date) -> CohortFile:
    """Do the same in this process."""
    # Imported on use: the process that asks doesn't need them.
    from bot.content.cohort_file_rows import is_heading, read_sheets
    from bot.content.sheets.csv_files import OpenQuote, read_csv_rows
    from bot.content.sheets.sheet_limits import UnusableSheet
    from bot.content.sheets.workbooks import PlainSheet, read_visible_sheets

    if len(content) > MAX_FILE_BYTES:
        return _refuse(_(_UNUSABLE["X103"], most=MAX_PEOPLE))
    try:
        if content.startswith(_WORKBOOK_MARKS):
            sheets = read_visible_sheets(content, _MOST_ROWS)
        else:
            sheets = (PlainSheet(tuple(islice(read_csv_rows(content, is_heading), _MOST_ROWS)), ()),)
        return read_sheets(sheets, today)
    except UnusableSheet as error:
        return _refuse(_(_UNUSABLE[error.code], most=MAX_PEOPLE))
    except OpenQuote as error:
        told = _("A quotation mark opens a cell here and is never closed. Remove it, or close it.")
        return CohortFile(problems=(FileProblem(error.row, None, told),))


def write_template() -> bytes:
    """Return a file with the headings alone, which Excel opens correctly."""
    from bot.content.sheets.csv_files import write_csv

    return write_csv([[column.heading for column in FileColumn]])


def _refuse(told: str) -> CohortFile:
    return CohortFile(problems=(FileProblem(0, None, told),))
