"""Reads and writes lessons as CSV, with commas, semicolons, or tabs, in UTF-8 or UTF-16.

Spreadsheet programs treat text that starts with `=`, `+`, `-`, or `@` as a formula, some of them also in full width
or after characters that nobody sees. So we write such text with an apostrophe before it, and remove the apostrophe when
we read it.
"""

import codecs
import csv
import io
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence

from bot.content.sheets.cell_values import RawCell
from bot.content.sheets.columns import LESSONS_TABLE
from bot.content.sheets.grid import Cell, Grid, ProblemList
from bot.content.sheets.headings import RawRow, normalize_heading, read_grid
from bot.content.sheets.sheet_limits import MAX_COLUMNS, SAVE_AS_ADVICE, UnusableSheet

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
_FORMULA_SIGNS = frozenset("=+-@\N{MINUS SIGN}")
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
"""Unicode's categories of spaces, and of characters that control others and have no width."""
_TITLES = frozenset(normalize_heading(column.heading) for column in LESSONS_TABLE.columns)

OPEN_QUOTE_PROBLEM = (
    "A quotation mark opens this cell and doesn't close it, so the rest can't be read. Remove it, or close it."
)
_SAVE_AS_UTF8 = (
    "This file isn't UTF-8 text, so letters such as é would be garbled. In Excel, choose Save As, then "
    "“CSV UTF-8 (Comma delimited)”, and use that file."
)


def read_csv(name: str, content: bytes, problem_list: ProblemList) -> Grid:
    """Return the lessons in a CSV file. Raises UnusableSheet if it isn't text.

    A quotation mark that is never closed is a problem at the cell that it opens, and nothing is read.
    """
    rows = read_csv_rows(content, lambda heading: normalize_heading(heading) in _TITLES)
    try:
        return read_grid(LESSONS_TABLE, name, rows, problem_list)
    except OpenQuote as error:
        problem_list.problems.clear()  # rows that the quotation mark joined may have them
        problem_list.cells.clear()
        problem_list.add_fatal(Cell(name, error.row, error.column), "X101", OPEN_QUOTE_PROBLEM)
        return Grid(LESSONS_TABLE, name)


def read_csv_rows(content: bytes, is_heading: Callable[[str], bool]) -> Iterator[RawRow]:
    """Return the rows of a CSV file that aren't empty, one by one. Raises UnusableSheet if it isn't text.

    `is_heading` knows the headings, which tell commas from semicolons and tabs. Raises OpenQuote when it gets there.
    """
    text = _decode(content)
    declared = _SEPARATOR_LINE.match(text)
    if declared:
        text = text[declared.end() :]
    separator = declared[1] if declared else _guess_separator(text, is_heading)
    return _rows(text, separator, 2 if declared else 1)


def write_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Return the rows as CSV that Excel opens correctly: UTF-8 with a byte order mark, commas, and escaped formulas."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([[_guard(value) for value in row] for row in rows])
    return codecs.BOM_UTF8 + text.getvalue().encode()


def _guard(text: str) -> str:
    return f"'{text}" if _may_be_formula(text) else text


def _unguard(text: str) -> str:
    return text[1:] if text.startswith("'") and _may_be_formula(text) else text


def _may_be_formula(text: str) -> bool:
    """Return whether a program may run this text as a formula. Apostrophes before it don't count."""
    bare = text.lstrip("'")
    first = next((each for each in bare if unicodedata.category(each) not in _UNSEEN_CATEGORIES), "")
    # NFKC turns full-width and small signs into the usual ones.
    return bare[:1] in {"\t", "\r"} or unicodedata.normalize("NFKC", first) in _FORMULA_SIGNS


def _decode(content: bytes) -> str:
    if content.startswith(b"PK\x03\x04"):
        raise UnusableSheet("X102", "This is an Excel workbook, despite its name. Rename it to end in .xlsx.")
    mark, encoding = next(((mark, each) for mark, each in _MARKS if content.startswith(mark)), (b"", "utf-8"))
    try:
        text = content[len(mark) :].decode(encoding).lstrip("\ufeff")  # some programs write the mark twice
    except UnicodeDecodeError:
        raise UnusableSheet("X108", _SAVE_AS_UTF8) from None
    if "\0" in text:
        raise UnusableSheet("X108", f"This file isn't readable text. {SAVE_AS_ADVICE}")
    return text


def _guess_separator(text: str, is_heading: Callable[[str], bool]) -> str:
    """Return the comma, semicolon, or tab that splits the first row into the most known headings; by default, comma."""

    def known(separator: str) -> int:
        try:
            top = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
        except csv.Error:
            return 0
        return sum(map(is_heading, top[:MAX_COLUMNS]))

    return max((",", ";", "\t"), key=known)


def _rows(text: str, separator: str, first: int) -> Iterator[RawRow]:
    """Yield the rows that aren't empty. Raises OpenQuote."""
    lines = io.StringIO(text, newline="")
    rows = csv.reader(lines, delimiter=separator, strict=True)
    for number in itertools.count(first):
        start = rows.line_num
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error:
            raise OpenQuote(number, _find_open_quote(text, start, separator)) from None
        if any(row):
            yield number, [RawCell(_unguard(value)) for value in row[:MAX_COLUMNS]]


class OpenQuote(Exception):
    """A quotation mark opens this cell and doesn't close it."""

    def __init__(self, row: int, column: int) -> None:
        self.row = row
        self.column = column
        super().__init__()


def _find_open_quote(text: str, lines: int, separator: str) -> int:
    """Return the column of the cell, in the row after so many lines, whose quotation mark isn't closed."""
    row = "".join(itertools.islice(io.StringIO(text, newline=""), lines, None))
    end = re.escape(separator)
    cell = re.compile(rf'(?:"(?:[^"]++|"")*+"|(?!")[^{end}\r\n]*+){end}')
    column, place = 1, 0
    while found := cell.match(row, place):
        column, place = column + 1, found.end()
    return column
