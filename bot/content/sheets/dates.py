"""Reads dates as people type them and programs write them: 23.11.2026, 11/23/2026, 23-Nov-26.

Whether 03/04/2026 is in March or in April depends on the country. The other dates of the same file may tell; if they
don't, the author is asked.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.content.sheets.columns import CellType, Column
from bot.content.sheets.grid import Grid, ProblemList, Row
from bot.content.sheets.pasted_text import remove_widthless

MAX_LENGTH = 40
"""The longest dates have a weekday and a time."""

_YEAR_FIRST = re.compile(r"[0-9]{4}(?:\D|[0-9]{4}(?:\D|$))")
_DOTS = re.compile(r"[0-9]{1,2}\.\s?[0-9]{1,2}\.")
_NUMBERS = re.compile(r"([0-9]{1,2})\s?[/.-]\s?([0-9]{1,2})\s?[/.-]\s?(?:[0-9]{4}|[0-9]{2})")
_SHORT_WITH_HYPHENS = re.compile(r"[0-9]{1,2}-[0-9]{1,2}-[0-9]{1,2}")
"""Could be a year, month, and day, or a day, month, and year."""
_DEFAULTS = (datetime(2001, 1, 1), datetime(2002, 2, 2))  # noqa: DTZ001  (dates, not instants)
"""A part that a text doesn't have is filled in from these. The results then differ."""


def read_dates(grids: Sequence[Grid], problem_list: ProblemList) -> tuple[Grid, ...]:
    """Return the grids with their dates as 2026-11-23. Text that is no date stays, and the schema reports it.

    Adds a problem for each date that could be two days.
    """
    day_first = find_day_order(text for grid in grids for row in grid.rows for _, text in _unusual_dates(row))
    return tuple(
        replace(grid, rows=tuple(_read_row(row, day_first, problem_list) for row in grid.rows)) for grid in grids
    )


def possible_dates(text: str) -> tuple[date, ...]:
    """Return the dates that a text may mean: none, one, or first the one with the month first, then the other."""
    from dateutil import parser  # imported on use: most dates are in the usual form

    plain = " ".join(remove_widthless(text).split())
    if len(plain) > MAX_LENGTH or _SHORT_WITH_HYPHENS.fullmatch(plain):
        return ()
    orders = (False,) if _YEAR_FIRST.match(plain) else (True,) if _DOTS.match(plain) else (False, True)
    found: dict[date, None] = {}
    for day_first in orders:
        try:
            days = {
                parser.parse(plain, dayfirst=day_first, default=default, ignoretz=True).date() for default in _DEFAULTS
            }
        except (ValueError, OverflowError):  # what the parser raises for text that is no date
            continue
        if len(days) == 1:
            found[days.pop()] = None
    return tuple(found)


def _unusual_dates(row: Row) -> Iterator[tuple[Column, str]]:
    """Yield the texts in columns of dates that aren't in the usual form yet."""
    for column, text in row.texts.items():
        if column.cell_type is CellType.DATE and text and not _is_usual(text):
            yield column, text


def _is_usual(text: str) -> bool:
    try:
        return len(text) == 10 and date.fromisoformat(text) is not None
    except ValueError:
        return False


def find_day_order(texts: Iterable[str]) -> bool | None:
    """Return whether the day comes before the month. None if the texts don't tell, or contradict each other."""
    found = set()
    for text in texts:
        if (numbers := _NUMBERS.fullmatch(remove_widthless(text).strip())) and not _DOTS.match(text):
            first, second = int(numbers[1]), int(numbers[2])
            found |= {first > 12} if (first > 12) != (second > 12) else set()
    return found.pop() if len(found) == 1 else None


def _read_row(row: Row, day_first: bool | None, problem_list: ProblemList) -> Row:
    read: dict[Column, str] = {}
    for column, text in _unusual_dates(row):
        days = possible_dates(text)
        if len(days) == 2 and day_first is None:
            message = f"{text} may be {_in_words(days[0])} or {_in_words(days[1])}. Write the date like 2026-11-23."
            problem_list.add(row.cells[column], "X105", message)
        elif days:
            read[column] = days[-1 if day_first else 0].isoformat()
    return replace(row, texts=row.texts | read) if read else row


def _in_words(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
