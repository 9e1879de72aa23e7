"""Reads and writes lessons as CSV, with commas, semicolons, or tabs, in UTF-8 or UTF-16.

Spreadsheet programs treat text that starts with `=`, `+`, `-`, or `@` as a formula, so we write such text with an
apostrophe before it, and remove the apostrophe when we read it.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from bot.content.sheets.cell_values import RawCell
from bot.content.sheets.columns import LESSONS_TABLE
from bot.content.sheets.grid import Grid, ProblemList
from bot.content.sheets.headings import RawRow, normalize_heading, read_grid
from bot.content.sheets.sheet_limits import SAVE_AS_ADVICE, UnusableSheet

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_TITLES = frozenset(normalize_heading(column.heading) for column in LESSONS_TABLE.columns)

_SAVE_AS_UTF8 = (
    "This file isn't UTF-8 text, so letters such as é would be garbled. In Excel, choose Save As, then "
    "“CSV UTF-8 (Comma delimited)”, and use that file."
)


def read_csv(name: str, content: bytes, problem_list: ProblemList) -> Grid:
    """Return the lessons in a CSV file. Raises UnusableSheet if it isn't text, or a quotation mark is never closed."""
    text = _decode(content)
    declared = _SEPARATOR_LINE.match(text)
    if declared:
        text = text[declared.end() :]
    separator = declared[1] if declared else _guess_separator(text)
    first = 2 if declared else 1
    return read_grid(LESSONS_TABLE, name, _rows(text, separator, first), problem_list)


def write_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Return the rows as CSV that Excel opens correctly: UTF-8 with a byte order mark, commas, and escaped formulas."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([[_guard(value) for value in row] for row in rows])
    return codecs.BOM_UTF8 + text.getvalue().encode()


def _guard(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _unguard(text: str) -> str:
    return text[1:] if _GUARDED.match(text) else text


def _decode(content: bytes) -> str:
    if content.startswith(b"PK\x03\x04"):
        raise UnusableSheet("X102", "This is an Excel workbook, despite its name. Rename it to end in .xlsx.")
    mark, encoding = next(((mark, each) for mark, each in _MARKS if content.startswith(mark)), (b"", "utf-8"))
    try:
        text = content[len(mark) :].decode(encoding)
    except UnicodeDecodeError:
        raise UnusableSheet("X108", _SAVE_AS_UTF8) from None
    if "\0" in text:
        raise UnusableSheet("X108", f"This file isn't readable text. {SAVE_AS_ADVICE}")
    return text


def _guess_separator(text: str) -> str:
    """Return the comma, semicolon, or tab that splits the first row into the most known headings; by default, comma."""

    def known(separator: str) -> int:
        try:
            top = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
        except csv.Error:
            return 0
        return sum(normalize_heading(heading) in _TITLES for heading in top)

    return max((",", ";", "\t"), key=known)


def _rows(text: str, separator: str, first: int) -> Iterator[RawRow]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = first
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error:
            message = f"Row {number} can't be read: a quotation mark is never closed, or never opened. Fix it."
            raise UnusableSheet("X101", message) from None
        yield number, [RawCell(_unguard(value)) for value in row]
        number += 1
