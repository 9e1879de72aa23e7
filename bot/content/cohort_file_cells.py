"""Reads the cells of a cohort file: addresses, Slack member IDs, time zones, and dates. No problem quotes a cell."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from bot.content.sheets.cell_values import RawCell
from bot.content.sheets.dates import possible_dates
from bot.content.sheets.pasted_text import remove_widthless
from bot.content.sheets.workbooks import FORMULA_PROBLEM
from bot.domain.cohort_file import MAX_AHEAD, FileColumn
from bot.domain.learner import find_time_zone
from bot.language import gettext as _
from bot.language import mark

_MAILTO = re.compile(r"^mailto:", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@<>(),;:\"\[\]\\]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,10}[^\W\d_]{2,63}")
_USER_ID = re.compile(r"[UW][A-Z0-9]{2,20}")
_MENTION = re.compile(r"<@([UW][A-Z0-9]{2,20})(?:\|[^<>]{0,100})?>")

_MAX_LENGTH = 320
"""The longest email address, and more than any other text has."""

_FORMULA = mark("This is a formula. Copy the cell, and paste it as a value.")
_BROKEN_FORMULA = mark("This formula has an error. Replace it with text.")
_AMBIGUOUS = mark("This could be one of two dates. Write it as year, month, and day, such as 2026-03-09.")
_NO_DATE = mark("This isn't a date. Write it as year, month, and day, such as 2026-03-09.")


class UnusableCell(Exception):
    """A cell's value can't be used. The message says what to do."""


@dataclass(frozen=True, slots=True)
class DateRules:
    """How dates are read: `today`, and whether the file writes the day before the month; None if it doesn't tell."""

    today: date
    day_first: bool | None


def read_text(cell: RawCell, column: FileColumn) -> str:
    """Return the email address, Slack member ID, or time zone in a cell. Raises UnusableCell."""
    return _READERS[column](_text(cell))


def _text(cell: RawCell) -> str:
    _refuse_formulas(cell)
    return remove_widthless(str(cell.value)).strip()


def _refuse_formulas(cell: RawCell) -> None:
    if cell.problem:
        raise UnusableCell(_(_FORMULA if cell.problem == FORMULA_PROBLEM else _BROKEN_FORMULA))


def _read_name(text: str, advice: str) -> str:
    """Return the email address or user id that a text is, whichever column it is in."""
    if len(text) <= _MAX_LENGTH:
        if mention := _MENTION.fullmatch(text):
            return mention[1]
        if _EMAIL.fullmatch(plain := _MAILTO.sub("", text)):
            return plain.casefold()
        if _USER_ID.fullmatch(text.upper()):
            return text.upper()
    raise UnusableCell(advice)


def _read_email(text: str) -> str:
    return _read_name(text, _("This isn't an email address. Write it like name@example.org."))


def _read_user_id(text: str) -> str:
    return _read_name(
        text,
        _(
            "This isn't a Slack member ID. It should look like U024BE7LH. To find one, open the "
            "person's profile in Slack, press ⋮, and choose “Copy member ID”."
        ),
    )


def _read_zone(text: str) -> str:
    if zone := _find_zone(text[:100]):
        return zone
    raise UnusableCell(_("I don't know this time zone. Write a name such as Europe/London, or clear the cell."))


@lru_cache(1_000)
def _find_zone(text: str) -> str | None:
    return find_time_zone(text)


def read_date(cell: RawCell, rules: DateRules) -> date:
    """Return the day in a cell. Raises UnusableCell."""
    _refuse_formulas(cell)
    day = _date_in(cell, rules.day_first)
    if day < rules.today:
        raise UnusableCell(_("This day has gone by. Choose today or a later day, or clear the cell."))
    if day > rules.today + MAX_AHEAD:
        raise UnusableCell(_("This is more than a year away. Choose an earlier day."))
    return day


def _date_in(cell: RawCell, day_first: bool | None) -> date:
    match cell.value:
        case datetime():
            return cell.value.date()
        case date():
            return cell.value
        case str():
            days = _possible_dates(cell.value)
            if len(days) == 2 and day_first is None:
                raise UnusableCell(_(_AMBIGUOUS))
            if days:
                return days[-1 if day_first else 0]
        case _ if cell.day is not None:
            return cell.day
    raise UnusableCell(_(_NO_DATE))


@lru_cache(1_000)
def _possible_dates(text: str) -> tuple[date, ...]:
    plain = remove_widthless(text).strip()
    try:
        return (date.fromisoformat(plain),)
    except ValueError:
        return possible_dates(plain)


_READERS = {
    FileColumn.EMAIL: _read_email,
    FileColumn.USER_ID: _read_user_id,
    FileColumn.TIME_ZONE: _read_zone,
}
