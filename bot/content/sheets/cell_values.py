"""Turns the value of one cell into text, or says why the value can't be used."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from bot.content.sheets.columns import CellType, Column
from bot.content.sheets.pasted_text import remove_bullets, remove_unseen, remove_widthless
from bot.content.yaml_reader import CONTROL_CHARACTERS

RawValue: TypeAlias = "str | int | float | bool | date | datetime | time | timedelta | None"

_PLAIN_NUMBER = re.compile(r"General|@|0|#,##0|#0")
# Word's line break within a paragraph, \v, arrives in its escaped form.
_LINE_END = re.compile(r"(?:_x000D_)?\r\n|_x000D_\n|\r|\v|_x000B_")
_PARTS_OF_CHOICE = re.compile(r"[\s_-]+")
_LEFT_BY_PROGRAM = re.compile(
    r"#[^\W\d_a-z][^\Wa-z]*(?:/0)?[!?]|#N/A|#NV|#{4,}|TRUE|FALSE|WAHR|FALSCH|VRAI|FAUX|VERDADERO|FALSO",
)
"""What spreadsheet programs write as text where a formula failed, a column was too narrow, or a word was a truth value,
in English, German, French, and Spanish."""

_RETYPE = "The spreadsheet program turned this into {}. Format the cell as Text, and retype it."
_TEXTS = (CellType.TEXT, CellType.CITED, CellType.NAME, CellType.LINES, CellType.KEYS)


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell as its file has it. `number_format` is the cell's format in Excel; `problem` says why it has no value.

    `day`: the date that a number stands for if the cell should hold a date. How programs count days is up to the file.
    """

    value: RawValue
    number_format: str = "General"
    problem: str | None = None
    day: date | None = None


class UnusableCell(Exception):
    """A cell's value can't be used. The message says what to do."""


def is_empty_cell(raw: RawCell) -> bool:
    """Return whether a cell has nothing in it that anybody can see."""
    return raw.problem is None and (
        raw.value is None or (isinstance(raw.value, str) and not remove_widthless(raw.value).strip())
    )


def cell_text(raw: RawCell, column: Column) -> str:
    """Return the cell's value as text for this column, with dates as 2026-11-23, and choices as the column writes them.

    Raises UnusableCell if the spreadsheet program turned the text into another kind of value.
    """
    if raw.problem:
        raise UnusableCell(raw.problem)
    match raw.value:
        case None:
            return ""
        case str():
            return _text(raw.value, column)
        case bool():
            if column.cell_type in _TEXTS and not column.choices:
                raise UnusableCell(_RETYPE.format("TRUE or FALSE"))
            return "TRUE" if raw.value else "FALSE"
        case int() | float():
            return _number(raw.value, raw, column)
        case datetime() | date() if column.cell_type is CellType.DATE:
            return _day(raw.value)
        case _:
            raise UnusableCell(_RETYPE.format("a date or time"))


def _text(text: str, column: Column) -> str:
    lines = _LINE_END.sub("\n", text)
    plain = (remove_unseen if column.cell_type is CellType.CITED else remove_widthless)(lines).strip()
    if CONTROL_CHARACTERS.search(plain):
        raise UnusableCell("This cell has an invisible character, perhaps from pasting. Retype the cell.")
    if column.choices:
        return _choice(plain, column.choices)
    if column.cell_type in _TEXTS and _LEFT_BY_PROGRAM.fullmatch(plain):
        message = (
            f"The spreadsheet program left {plain} here instead of your text. Format the cell as Text, and retype it."
        )
        raise UnusableCell(message)
    match column.cell_type:
        case CellType.NAME | CellType.KEYS:
            return plain.lower()
        case CellType.TEXT:
            return remove_bullets(plain)
        case _:
            return plain


def _choice(text: str, choices: tuple[str, ...]) -> str:
    """Return the choice that the text means in any case, or the text itself."""
    folded = _folded(text)
    return next((choice for choice in choices if _folded(choice) == folded), text)


def _folded(text: str) -> str:
    return _PARTS_OF_CHOICE.sub("", text.casefold())


def _number(number: float, raw: RawCell, column: Column) -> str:
    if column.cell_type is CellType.DATE:
        if raw.day is None:
            raise UnusableCell("This is a number, not a date. Write a date, such as 2026-11-23.")
        return _day(raw.day)
    whole = abs(number) < 10**15 and float(number).is_integer()
    if whole and (column.cell_type is CellType.WHOLE_NUMBER or _PLAIN_NUMBER.fullmatch(raw.number_format)):
        return str(int(number))
    if column.cell_type is CellType.WHOLE_NUMBER:
        return f"{number:g}"  # the schema reports it
    raise UnusableCell(_RETYPE.format("a number"))


def _day(day: date) -> str:
    return (day.date() if isinstance(day, datetime) else day).isoformat()
