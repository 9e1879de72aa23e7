"""How dates and clock times are written for a person: in the language of the work at hand, by their locale's clock.

English dates are in the order of the person's country. Only this module writes dates and times for people. The rules of
each locale and the words of other languages come from CLDR, by way of Babel.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache

from bot.language import ENGLISH, current_language, find_language

DEFAULT_LOCALE = "en-US"
"""How dates and times are written while a person's locale isn't known."""

MAX_LOCALE_LENGTH = 16
"""Characters of a locale's name. Longer ones aren't looked up."""

WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

MONTH_NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,2}")

_SLACKS_OWN = {"es-la": "es-419"}
"""Names that Slack uses and CLDR doesn't: its Spanish of Latin America, where LA isn't Laos."""

_ENGLISH = "en_001"
"""English as it is written anywhere, for territories that have no English of their own in CLDR."""

_CACHE_SIZE = 256


@lru_cache(_CACHE_SIZE)
def find_locale(name: str | None) -> str | None:
    """Return the locale that Slack's name means (`en-US`), as it is stored; None if it is unknown or missing."""
    if not name or len(name) > MAX_LOCALE_LENGTH or not _LOCALE.fullmatch(name):
        return None
    from babel import Locale, UnknownLocaleError  # imported on use, as all that is needed of it is cached

    plain = name.replace("_", "-")
    try:
        return str(Locale.parse(_SLACKS_OWN.get(plain.lower(), plain), sep="-")).replace("_", "-")
    except (UnknownLocaleError, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class Formats:
    """How one person reads dates and times. `locale`: what `find_locale` returned; None if theirs isn't known."""

    locale: str | None = None

    @property
    def territory(self) -> str | None:
        """The country or region of the person's locale (`US`, `419`), or None if it isn't known."""
        return _read_rules(self.locale).territory if self.locale else None

    @property
    def language(self) -> str:
        """The language that Rounds speaks to the person (`de`)."""
        return find_language(self.locale)

    def write_time(self, at: time | datetime) -> str:
        """Write a clock time: 7:05 PM, or 19:05."""
        rules = self._rules
        hour = at.hour if rules.is_24_hours else (at.hour - 1) % 12 + 1
        marker = "" if rules.is_24_hours else f" {rules.day_periods[at.hour >= 12]}"
        return f"{hour:0{rules.hour_digits}}{rules.separator}{at.minute:02}{marker}"

    def write_date(self, day: date) -> str:
        """Write a date in full: December 7, 2026, or 7 December 2026."""
        if current_language() != ENGLISH:
            return self._write_by_pattern(day, "long")
        comma = "," if self._rules.is_month_first else ""
        return f"{self.write_month_day(day)}{comma} {day.year}"

    def write_day(self, day: date, today: date | None = None) -> str:
        """Write a day: Monday, December 7, or Monday 7 December; with its year if that isn't the year of `today`."""
        if today is not None and day.year != today.year:
            return self.write_full_day(day)
        if current_language() != ENGLISH:
            return f"{self.name_weekday(day)}, {self.write_month_day(day)}"  # CLDR's form has the weekday in short
        return self._after_weekday(day, self.write_month_day(day))

    def write_full_day(self, day: date) -> str:
        """Write a day with its year: Monday, December 7, 2026, or Monday 7 December 2026."""
        if current_language() != ENGLISH:
            return self._write_by_pattern(day, "full")
        return self._after_weekday(day, self.write_date(day))

    def write_month_day(self, day: date) -> str:
        """Write a day of the year: December 7, or 7 December."""
        if current_language() != ENGLISH:
            return self._write_by_skeleton(day, "MMMMd")
        month = MONTH_NAMES[day.month - 1]
        return f"{month} {day.day}" if self._rules.is_month_first else f"{day.day} {month}"

    def abbreviate_day(self, day: date) -> str:
        """Write a day of the year in short, as for an axis: Dec 7, or 7 Dec."""
        if current_language() != ENGLISH:
            return self._write_by_skeleton(day, "MMMd")
        month = MONTH_NAMES[day.month - 1][:3]
        return f"{month} {day.day}" if self._rules.is_month_first else f"{day.day} {month}"

    def name_weekday(self, day: date) -> str:
        """Name the weekday: Monday."""
        return name_weekdays()[day.weekday()]

    def abbreviate_weekday(self, day: date) -> str:
        """Name the weekday in short: Mon."""
        if current_language() != ENGLISH:
            return self._write_by_pattern(day, "ccc").rstrip(".")
        return self.name_weekday(day)[:3]

    def _after_weekday(self, day: date, written: str) -> str:
        return f"{self.name_weekday(day)}{',' if self._rules.is_month_first else ''} {written}"

    def _write_by_pattern(self, day: date, pattern: str) -> str:
        from babel.dates import format_date  # imported on use: English needs none of it

        return format_date(day, pattern, locale=self._language_and_territory)

    def _write_by_skeleton(self, day: date, skeleton: str) -> str:
        from babel.dates import format_skeleton  # imported on use, as above

        return format_skeleton(skeleton, datetime.combine(day, time()), locale=self._language_and_territory)

    @property
    def _language_and_territory(self) -> str:
        """The person's locale in Babel's form (`de_AT`) if it is of the language at hand; otherwise the language."""
        language = current_language()
        known = find_locale(self.locale)  # an older Babel, as after a downgrade, may not know it
        return known.replace("-", "_") if known and find_language(known) == language else language

    @property
    def _rules(self) -> "_Rules":
        return _read_rules(self.locale or DEFAULT_LOCALE)


DEFAULT_FORMATS = Formats()
"""For somebody whose locale isn't known."""


def name_weekdays() -> tuple[str, ...]:
    """Name the weekdays from Monday on, in the language of the work at hand."""
    language = current_language()
    return WEEKDAY_NAMES if language == ENGLISH else _read_weekdays(language)


@lru_cache(_CACHE_SIZE)
def _read_weekdays(language: str) -> tuple[str, ...]:
    from babel import Locale  # imported on use, as above

    names = Locale.parse(language).days["stand-alone"]["wide"]
    return tuple(names[number] for number in range(7))


@dataclass(frozen=True, slots=True)
class _Rules:
    """What is customary in a locale. `day_periods`: what stands after a time before noon, and after noon."""

    territory: str | None
    is_month_first: bool
    is_24_hours: bool
    hour_digits: int
    separator: str
    day_periods: tuple[str, str]


@lru_cache(_CACHE_SIZE)
def _read_rules(locale: str) -> _Rules:
    """Return a locale's rules: those of its territory's English or, if CLDR has none, its clock and plain English.

    A locale that an older Babel doesn't know, as after a downgrade, gets the rules of `DEFAULT_LOCALE`.
    """
    from babel import Locale, UnknownLocaleError  # imported on use: few locales are read, once each

    try:
        own = Locale.parse(locale, sep="-")
    except (UnknownLocaleError, ValueError):
        return _read_rules(DEFAULT_LOCALE)
    try:
        # Without a territory, Babel would read another language's name as American English.
        english = own if own.language == "en" else Locale.parse(f"en_{own.territory or '001'}")
        clock = (english if own.territory else own).time_formats["short"].pattern
    except (UnknownLocaleError, ValueError):
        english, clock = Locale.parse(_ENGLISH), own.time_formats["short"].pattern
    order = english.date_formats["long"].pattern
    periods = english.day_periods["format"]["abbreviated"]
    return _Rules(
        territory=own.territory,
        is_month_first=order.index("M") < order.index("d"),
        is_24_hours="H" in clock,
        hour_digits=2 if "HH" in clock or "hh" in clock else 1,
        separator="." if re.search("[Hh][.]m", clock) else ":",
        # Without Canada's dots, as a time may end a sentence.
        day_periods=(periods["am"].replace(".", ""), periods["pm"].replace(".", "")),
    )
