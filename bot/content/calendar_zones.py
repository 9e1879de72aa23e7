"""Finds the time zones that a calendar names: by IANA's names, by Windows' (CLDR's table), or by the file's own rules.

The file's rules (VTIMEZONE) are a last resort, because IANA's are kept up to date. They are reduced to those that
programs write before a library evaluates them, since one rule with FREQ=SECONDLY would take forever.
"""

import re
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from io import BytesIO
from operator import attrgetter
from zoneinfo import ZoneInfo, available_timezones

from bot.content.calendar_lines import Line, ZoneDefinition
from bot.content.calendar_times import FIRST_YEAR, read_offset, read_time
from bot.content.recurrence_rules import clean_rule, find_rule_problem, last_date, with_end_in_utc
from bot.domain.learner import find_time_zone, is_time_zone

MAX_OWN_ZONES = 10
"""Most zones of one file that follow its own rules. Working one out takes up to a tenth of a second."""

MAX_OBSERVANCES = 12
"""Most standard and daylight times of one zone, those that are in force the latest."""

OWN_RULES = "own rules"
"""The key of a zone by a calendar's own rules."""

MAX_NAMED_DATES = 100
"""Most dates on which a listed standard or daylight time begins."""

_OFFSET = r"([+-]\d{1,2}(?:[:.]?\d\d)?)"
_WITH_OFFSET = re.compile(rf"(?:\((?:utc|gmt)\s*{_OFFSET}?\)|(?:utc|gmt)?\s*{_OFFSET})\s*(.*)", re.ASCII)
_SEPARATORS = re.compile(r"\s*(?:[,/&]|\band\b)\s*")
_IN_PARENTHESES = re.compile(r"\s*\([^)]*\)")
_TIME_OF_DAY = re.compile(r";BY(?:HOUR|MINUTE|SECOND)=[^;]*", re.IGNORECASE)
_LIMIT = re.compile(r";(?:UNTIL|COUNT)=|;INTERVAL=(?!0*1(?:;|$))", re.IGNORECASE)
_DATE = re.compile(r"0?[1-9]|[12]\d|3[01]", re.ASCII)
_END_OF_TABLE = 2038
_UTC_NAMES = frozenset({"z", "coordinated universal time"})
_WEEK = 7


class ZoneFinder:
    """Finds zones by name for one file, each once."""

    def __init__(self, definitions: Iterable[ZoneDefinition]) -> None:
        self._definitions = {_plain(each.name): each for each in definitions}
        self._found: dict[str, tzinfo | None] = {}
        self._own_zones = 0

    def find(self, name: str) -> tzinfo | None:
        """Return the zone of this name, in any case and with or without quotes, or None if nothing defines it."""
        plain = _plain(name)
        if plain not in self._found:
            self._found[plain] = self._find(plain)
        return self._found[plain]

    def _find(self, plain: str) -> tzinfo | None:
        definition = self._definitions.get(plain)
        known = find_iana_name(plain) or _windows_zones().get(plain)
        if known is None and definition is not None:
            known = find_iana_name(_plain(definition.location or ""))
        if known is not None:
            return ZoneInfo(known)
        if definition is not None and self._own_zones < MAX_OWN_ZONES:
            self._own_zones += 1
            return create_zone(definition) or _guess(plain)
        return _guess(plain)


def find_iana_name(name: str) -> str | None:
    """Return an IANA name in its own spelling, or None. Vendors may put an address before it (`/example.org/…`)."""
    parts = name.strip("/").split("/")
    ends = ("/".join(parts[-length:]) for length in range(min(3, len(parts)), 0, -1))
    return next((_iana_names()[end] for end in ends if end in _iana_names()), None)


def create_zone(definition: ZoneDefinition) -> ZoneInfo | None:
    """Return a zone that follows a definition's own rules, or None if they can't be read.

    A library works out when clocks change. The result is a table like those of IANA's zones, since the library's own
    zones look through their rules for every single time.
    """
    # Imported on use, as in `series_expansion`.
    from icalendar import Timezone

    read = [_Observance.read(*each) for each in definition.observances]
    observances = sorted(filter(None, read), key=attrgetter("latest"))[-MAX_OBSERVANCES:]
    if not observances or None in read:
        return None
    lines = [line for each in observances for line in each.lines]
    try:
        zone = Timezone.from_ical("\r\n".join(["BEGIN:VTIMEZONE", "TZID:own", *lines, "END:VTIMEZONE", ""]))
        times, kinds = zone.get_transitions() if isinstance(zone, Timezone) else ([], [])
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return None  # the library's message may quote the file
    before = min(observances, key=attrgetter("begins")).offset_before
    return _zone_of_changes(before, ((at, offset) for at, (offset, *_) in zip(times, kinds, strict=True)))


@dataclass(frozen=True, slots=True)
class _Observance:
    """A standard or daylight time: as lines that are safe to evaluate, and when it is in force first and last."""

    lines: list[str]
    begins: datetime
    latest: date
    offset_before: timedelta

    @classmethod
    def read(cls, kind: str, lines: Sequence[Line]) -> "_Observance | None":
        """Return the observance in these lines, or None if it can't be read."""
        values = {line.name: line.value for line in reversed(lines)}
        start = read_time(values.get("DTSTART", ""))
        before, offset = (read_offset(values.get(name, "")) for name in ("TZOFFSETFROM", "TZOFFSETTO"))
        if start is None or before is None or offset is None:
            return None
        begins = start.replace(tzinfo=None) if isinstance(start, datetime) else datetime.combine(start, time())
        named = sorted(set(_named_dates(lines)))[-MAX_NAMED_DATES:]
        times = [f"RDATE:{at:%Y%m%dT%H%M%S}" for at in named]
        latest = max([begins, *named]).date()
        if "RRULE" in values:
            rule = _safe_rule(values["RRULE"])
            if rule is None:
                return None
            begins = _late_start(rule, begins)
            times, latest = [f"RRULE:{rule}"], last_date(rule) or date.max
        start_line = f"DTSTART:{begins.year:04}{begins:%m%dT%H%M%S}"
        offsets = (f"TZOFFSETFROM:{_offset_text(before)}", f"TZOFFSETTO:{_offset_text(offset)}")
        return cls([f"BEGIN:{kind}", start_line, *offsets, *times, f"END:{kind}"], begins, latest, before)


def _zone_of_changes(before: timedelta, changes: Iterable[tuple[datetime, timedelta]]) -> ZoneInfo:
    """Return a zone by the times (UTC) at which its offset changes, as the first version of TZif (RFC 9636) has it."""
    offsets, times, kinds = [before], [], []
    for at, offset in changes:
        if at.year < FIRST_YEAR:
            offsets = [offset]
        elif at.year < _END_OF_TABLE:
            if offset not in offsets:
                offsets.append(offset)
            times.append(int(at.replace(tzinfo=UTC).timestamp()))
            kinds.append(offsets.index(offset))
    name = b"own\0"
    counts = (0, 0, 0, len(times), len(offsets), len(name))
    table = b"".join(struct.pack(">lbb", int(offset.total_seconds()), 0, 0) for offset in offsets)
    header = b"TZif\0" + bytes(15) + struct.pack(">6l", *counts)
    return ZoneInfo.from_file(
        BytesIO(header + struct.pack(f">{len(times)}l", *times) + bytes(kinds) + table + name), key=OWN_RULES
    )


def _safe_rule(rule: str) -> str | None:
    """Return a yearly rule without its time of day, which the start has; None if it isn't safe to evaluate."""
    plain = with_end_in_utc(_TIME_OF_DAY.sub("", f";{clean_rule(rule)}").lstrip(";"), UTC)
    parts = dict(part.partition("=")[::2] for part in plain.split(";"))
    dates, weekdays = parts.get("BYMONTHDAY", ""), parts.get("BYDAY", "")
    listed = dates.split(",")
    if weekdays and len(set(listed)) >= _WEEK and all(map(_DATE.fullmatch, listed)):
        # "The Sunday of March 25 to 31": a week of dates always has one.
        dates = ""
    is_once_a_year = "," not in dates + weekdays and ("BYMONTH" in parts or not dates + weekdays)
    checked = plain if dates else re.sub(r";BYMONTHDAY=[^;]*", "", f";{plain}").lstrip(";")
    return plain if parts.get("FREQ") == "YEARLY" and is_once_a_year and not find_rule_problem(checked) else None


def _late_start(rule: str, begins: datetime) -> datetime:
    """Return a later start for a rule from long ago: Exchange lets them start in 1601."""
    is_plain = not _LIMIT.search(f";{rule}") and begins.year < FIRST_YEAR and (begins.month, begins.day) != (2, 29)
    return begins.replace(year=FIRST_YEAR) if is_plain else begins


def _named_dates(lines: Iterable[Line]) -> Iterator[datetime]:
    for line in lines:
        if line.name == "RDATE":
            for value in line.value.split(","):
                at = read_time(value.partition("/")[0])
                if isinstance(at, datetime):
                    yield at.replace(tzinfo=None)


def _offset_text(offset: timedelta) -> str:
    seconds = int(offset.total_seconds())
    return f"{'-' if seconds < 0 else '+'}{abs(seconds) // 3600:02}{abs(seconds) % 3600 // 60:02}"


def _guess(plain: str) -> tzinfo | None:
    """Return the zone that a name describes, such as "(utc+01:00) amsterdam, berlin", "w. europe", or "gmt+1"."""
    if plain in _UTC_NAMES:
        return UTC
    found = _WITH_OFFSET.fullmatch(plain)
    offset = read_offset(found[1] or found[2] or "+0") if found else None
    places = found[3] if found else plain
    if not places:
        return timezone(offset) if offset is not None else None
    if places in _UTC_NAMES:
        return UTC
    usual = _IN_PARENTHESES.sub("", places).removesuffix(" daylight time").removesuffix(" time")
    parts = [part for part in _SEPARATORS.split(places) if part]
    for part in (usual, *parts):
        if windows := _windows_zones().get(f"{part} standard time"):
            return ZoneInfo(windows)
    if offset is None:
        return None  # one word alone may be a city's name by chance
    zones = (ZoneInfo(name) for part in parts if (name := find_time_zone(part)))
    return next((zone for zone in zones if _standard_offset(zone) == offset), None)


def _standard_offset(zone: ZoneInfo) -> timedelta:
    """Return the smaller of a zone's offsets in a year, the one that Windows names zones by."""
    return min(datetime(2026, month, 1, tzinfo=zone).utcoffset() or timedelta() for month in (1, 7))


def _plain(name: str) -> str:
    return name.replace("\\", "").strip().strip('"').strip().casefold()


@cache
def _iana_names() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones() if is_time_zone(name)}


@cache
def _windows_zones() -> dict[str, str]:
    """Return CLDR's table of Windows names, as far as this machine knows the zones."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    return {windows.casefold(): name for windows, name in WINDOWS_TO_OLSON.items() if is_time_zone(name)}
