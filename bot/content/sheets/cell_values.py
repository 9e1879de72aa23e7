"""Turns the value of one cell into text, or says why the value can't be used."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from bot.content.sheets.columns import CellType, Column
from bot.content.yaml_reader import CONTROL_CHARACTERS

RawValue: TypeAlias = "str | int | float | bool | date | datetime | time | timedelta | None"

_PLAIN_NUMBER = re.compile(r"General|@|0|#,##0|#0")
_LINE_END = re.compile(r"(?:_x000D_)?\r\n|_x000D_\n|\r")
_RETYPE = "The spreadsheet program turned this into a {}. Format the cell as Text, and retype it."


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell as its file has it. `number_format` is the cell's format in Excel; `problem` says why it has no value."""

    value: RawValue
    number_format: str = "General"
    problem: str | None = None


class UnusableCell(Exception):
    """A cell's value can't be used. The message says what to do."""


def is_empty_cell(raw: RawCell) -> bool:
    """Return whether a cell has nothing but spaces in it."""
    return raw.problem is None and (raw.value is None or (isinstance(raw.value, str) and not raw.value.strip()))


def cell_text(raw: RawCell, column: Column) -> str:
    """Return the cell's value as text for this column, with dates as 2026-11-23.

    Raises UnusableCell if the spreadsheet program turned the text into another kind of value.
    """
    if raw.problem:
        raise UnusableCell(raw.problem)
    match raw.value:
        case None:
            return ""
        case str():
            return _plain(raw.value)
        case bool():
            return "TRUE" if raw.value else "FALSE"
        case int() | float():
            return _number(raw.value, raw, column)
        case datetime() | date() if column.cell_type is CellType.DATE:
            return _day(raw.value)
        case _:
            raise UnusableCell(_RETYPE.format("date or time"))


def _plain(text: str) -> str:
    plain = _LINE_END.sub("\n", text).strip()
    if CONTROL_CHARACTERS.search(plain):
        raise UnusableCell("This cell has an invisible character, perhaps from pasting. Retype the cell.")
    return plain


def _number(number: float, raw: RawCell, column: Column) -> str:
    if column.cell_type is CellType.DATE:
        raise UnusableCell("This is a number, not a date. Write a date, such as 2026-11-23.")
    whole = float(number).is_integer() and abs(number) < 10**15
    if whole and (column.cell_type is CellType.WHOLE_NUMBER or _PLAIN_NUMBER.fullmatch(raw.number_format)):
        return str(int(number))
    if column.cell_type is CellType.WHOLE_NUMBER:
        return f"{number:g}"  # the schema reports it
    raise UnusableCell(_RETYPE.format("number"))


def _day(day: date) -> str:
    return (day.date() if isinstance(day, datetime) else day).isoformat()
