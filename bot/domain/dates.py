"""Parses the dates that people type after "pause until"."""

import contextlib
import re
from datetime import date, datetime, timedelta

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FULL_NAMES = {day[:length]: day for day in _DAYS for length in (3, 4, 5) if length < len(day)} | {"sept": "sep"}
_GERMAN = {
    **dict(zip(("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"), _DAYS, strict=True)),
    "sonnabend": "saturday",
    "januar": "january",
    "jänner": "january",
    "februar": "february",
    "märz": "march",
    "mai": "may",
    "juni": "june",
    "juli": "july",
    "oktober": "october",
    "okt": "oct",
    "dezember": "december",
    "dez": "dec",
    "morgen": "tomorrow",
    "nächste": "next",
    "nächsten": "next",
    "woche": "week",
}
"""What German words mean here, apart from those that are written alike. They are understood whoever types them."""

_UNTIL = re.compile(r"^(?:until|till|bis)(?: zum)? ")
_ORDINAL = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)\b")
_IN_NUMBERS = re.compile(r"(?P<first>\d{1,2})(?P<mark>[/.])(?P<second>\d{1,2})(?:(?P=mark)(?P<year>\d{2}(?:\d{2})?)?)?")

MONTHS = 12

_WITH_YEAR = ("%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y")
_WITHOUT_YEAR = ("%d %B", "%d %b", "%B %d", "%b %d")


def parse_date(text: str, today: date, *, month_first: bool = True) -> date | None:
    """Return the date that the text means, or None if it is unclear.

    Understands `2026-12-07`, `December 7`, `7th December`, `dec 7`, `mon`, `tomorrow`, `next week`, `12/25`, and the
    same in German. A weekday means the next one after today; a date without a year means the next such date.
    `month_first`: how to read two numbers that could both be a month.
    """
    if numbers := _IN_NUMBERS.fullmatch(_UNTIL.sub("", text.lower(), 1).strip()):
        first, second, year = (int(numbers[part] or 0) for part in ("first", "second", "year"))
        is_month_first = second > MONTHS or (month_first and first <= MONTHS and numbers["mark"] == "/")
        parts = (first, second) if is_month_first else (second, first)
        return _find_day(year + 2000 if 0 < year < 100 else year, *parts, today)
    plain = _ORDINAL.sub(r"\1", _UNTIL.sub("", text.lower().replace(",", " ").replace(".", " "), 1))
    words = [_FULL_NAMES.get(word) or _GERMAN.get(word, word) for word in plain.split()]
    phrase = " ".join(words)
    if phrase in {"tomorrow", "next week"}:
        return today + timedelta(days=1 if phrase == "tomorrow" else 7 - today.weekday())
    if words and words[-1] in _DAYS and len(words) <= 2:
        return today + timedelta(days=(_DAYS.index(words[-1]) - today.weekday() - 1) % 7 + 1)
    if day := _parse_with_formats(phrase, _WITH_YEAR):
        return day
    # strptime needs a year, and February 29 needs a leap year: try this year and the next four.
    for year in range(today.year, today.year + 5):
        day = _parse_with_formats(f"{phrase} {year}", tuple(f"{date_format} %Y" for date_format in _WITHOUT_YEAR))
        if day and day > today:
            return day
    return None


def _find_day(year: int, month: int, day: int, today: date) -> date | None:
    """Return this date; without a year (0) the next one after today. None if there is none."""
    for each in [year] if year else range(today.year, today.year + 5):
        with contextlib.suppress(ValueError):
            found = date(each, month, day)
            if year or found > today:
                return found
    return None


def _parse_with_formats(phrase: str, formats: tuple[str, ...]) -> date | None:
    for date_format in formats:
        try:
            return datetime.strptime(phrase, date_format).date()  # noqa: DTZ007  (a date, not an instant)
        except ValueError:
            continue
    return None
