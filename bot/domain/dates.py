"""Dates as people type them after "pause until"."""

import re
from datetime import date, datetime, timedelta

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WHOLE = {day[:length]: day for day in _DAYS for length in (3, 4, 5) if length < len(day)} | {"sept": "sep"}
_ORDINAL = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)\b")
_WITH_YEAR = ("%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y")
_WITHOUT_YEAR = ("%d %B", "%d %b", "%B %d", "%b %d")


def parse_date(text: str, today: date) -> date | None:
    """The date that is meant: `2026-12-07`, `7th December`, `dec 7`, `mon`, `tomorrow`, `next week`; None if unclear.

    A weekday is the next one after today; a date without a year is the next such date.
    """
    plain = _ORDINAL.sub(r"\1", text.lower().replace(",", " ").replace(".", " ").removeprefix("until "))
    words = [_WHOLE.get(word, word) for word in plain.split()]
    said = " ".join(words)
    if said in {"tomorrow", "next week"}:
        return today + timedelta(days=1 if said == "tomorrow" else 7 - today.weekday())
    if words and words[-1] in _DAYS and len(words) <= 2:
        return today + timedelta(days=(_DAYS.index(words[-1]) - today.weekday() - 1) % 7 + 1)
    if day := _first(said, _WITH_YEAR):
        return day
    # A leap year stands in, so that 29 February can be read at all; then the next such date counts.
    for year in range(today.year, today.year + 5):
        day = _first(f"{said} {year}", tuple(f"{form} %Y" for form in _WITHOUT_YEAR))
        if day and day > today:
            return day
    return None


def _first(said: str, forms: tuple[str, ...]) -> date | None:
    for form in forms:
        try:
            return datetime.strptime(said, form).date()  # noqa: DTZ007  (a date, not an instant)
        except ValueError:
            continue
    return None
