"""Reads and writes lessons as CSV, in every form that Excel and its kin give it: commas, semicolons or tabs, UTF-8 or
UTF-16. A spreadsheet takes a text that begins with `=`, `+`, `-` or `@` for a formula, so such a text gets an
apostrophe before it, and loses it again when it is read.
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
_SAYS_SEPARATOR = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_TITLES = frozenset(normalize_heading(column.heading) for column in LESSONS_TABLE.columns)

_SAVE_AS_UTF8 = (
    "This file isn't UTF-8 text, so letters such as é would come out wrong. In Excel choose Save As, "
    "“CSV UTF-8 (Comma delimited)”, and use that file."
)


def read_csv(name: str, content: bytes, problem_list: ProblemList) -> Grid:
    """The lessons in a CSV file. UnusableSheet if it is no text, or its quotation marks don't close."""
    text = _decoded(content)
    said = _SAYS_SEPARATOR.match(text)
    if said:
        text = text[said.end() :]
    separator = said[1] if said else _separator(text)
    first = 2 if said else 1
    return read_grid(LESSONS_TABLE, name, _rows(text, separator, first), problem_list)


def write_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """These rows as CSV that Excel opens as it should: UTF-8 with its mark, commas, formulas guarded."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([[_guard(value) for value in row] for row in rows])
    return codecs.BOM_UTF8 + text.getvalue().encode()


def _guard(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _unguard(text: str) -> str:
    return text[1:] if _GUARDED.match(text) else text


def _decoded(content: bytes) -> str:
    if content.startswith(b"PK\x03\x04"):
        raise UnusableSheet("X102", "This is a workbook that is called .csv. Give it the name it had, ending in .xlsx.")
    mark, encoding = next(((mark, each) for mark, each in _MARKS if content.startswith(mark)), (b"", "utf-8"))
    try:
        text = content[len(mark) :].decode(encoding)
    except UnicodeDecodeError:
        raise UnusableSheet("X108", _SAVE_AS_UTF8) from None
    if "\0" in text:
        raise UnusableSheet("X108", f"This isn't text that can be read. {SAVE_AS_ADVICE}")
    return text


def _separator(text: str) -> str:
    """The one of comma, semicolon and tab that gives the first row the most of our headings; comma if none does."""

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
            raise UnusableSheet(
                "X101", f"Row {number} can't be read: a quotation mark isn't closed, or stands alone."
            ) from None
        yield number, [RawCell(_unguard(value)) for value in row]
        number += 1
