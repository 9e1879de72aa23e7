"""Reads the entries of an iCalendar file: when they are, how they repeat, and what is wrong with them.

Programs write the same thing in many ways. This module decides what each of them means. The library that expands
repetitions gets only plain values: times with a zone, and exceptions at the very times that they are about.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

from bot.content.calendar_lines import ALL_DAY_FLAGS, MAX_LINES_PER_ENTRY, Line, RawCalendar, RawEntry, RawFile
from bot.content.calendar_series import CalendarEntry, place_in_series, relate_entries
from bot.content.calendar_times import (
    FIRST_YEAR,
    LAST_YEAR,
    Time,
    covers_whole_days,
    find_date,
    read_duration,
    read_time,
)
from bot.content.calendar_zones import ZoneFinder
from bot.content.recurrence_rules import (
    clean_rule,
    find_rule_problem,
    last_date,
    max_occurrences_per_year,
    with_end_in_utc,
)
from bot.language import gettext as _
from bot.language import mark

# Translators: these follow an entry's day: "Friday, March 6, 2026: I don't know …"
UNKNOWN_ZONE = mark("I don't know its time zone. In the calendar's settings, choose a place, such as Europe/London.")
UNREADABLE_TIME = mark("I can't read one of its times. Enter it again.")
UNREADABLE_DURATION = mark("I can't read its duration. Enter it again.")
TWO_STARTS = mark("it has two starts or two ends. Enter it again.")
NO_START = mark("it has no start. Add one, or delete the entry.")
NO_END_TIME = mark("it has a start time but no end time. Enter the hours of the shift.")
ENDS_TOO_SOON = mark("it ends before its start. Enter the hours of the shift.")
TOO_OLD = mark("it repeats since before 1970. Enter it again, from a later day on.")
TOO_MANY_LINES = mark("it has too many lines. Enter each shift separately.")
NO_END = mark("it has no end of its own in the file. Enter it again.")

_TZID = re.compile(r';TZID=("[^"]*"|[^;]*)', re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_CANCELED = frozenset({"CANCELLED", "CANCELED"})
_FREE = frozenset({"FREE", "OOF"})
"""Microsoft's words for time that is free or out of the office."""


def read_entries(file: RawFile, zone: ZoneInfo, first: date, last: date) -> list[CalendarEntry]:
    """Return the entries of a file, in order. `zone`: the learner's; times are in it if nothing names another.

    Dates that series add or exclude outside `first` to `last` are left out.
    """
    zones = ZoneFinder(file.zones)
    ids: dict[str, int] = {}
    entries = [
        _EntryReader(raw, calendar, zones, zone, (first, last), ids).read()
        for calendar in file.calendars
        for raw in calendar.entries
    ]
    relate_entries(entries)
    return entries


class _EntryReader:
    """Reads one entry."""

    def __init__(
        self,
        raw: RawEntry,
        calendar: RawCalendar,
        zones: ZoneFinder,
        zone: ZoneInfo,
        period: tuple[date, date],
        ids: dict[str, int],
    ) -> None:
        self._raw = raw
        self._zones = zones
        self._floating: tzinfo = (zones.find(calendar.zone_name) if calendar.zone_name else None) or zone
        self._learners = zone
        self._period = period
        self._ids = ids
        self._entry = CalendarEntry(raw.number, clock=self._floating, is_canceled=calendar.cancels)

    def read(self) -> CalendarEntry:
        entry = self._entry
        if self._raw.line_count > MAX_LINES_PER_ENTRY:
            self._problem(TOO_MANY_LINES)
        if not self._raw.has_end:
            self._problem(NO_END)
        self._read_marks()
        self._read_span()
        self._read_repetition()
        self._read_replaced()
        return entry

    def _lines(self, *names: str) -> Iterator[Line]:
        return (line for line in self._raw.lines if line.name in names)

    def _first(self, name: str) -> str:
        return next((line.value.upper() for line in self._lines(name)), "")

    def _problem(self, problem: str) -> None:
        """Add a marked problem, translated, once."""
        told = _(problem)
        if told not in self._entry.problems:
            self._entry.problems.append(told)

    def _read_marks(self) -> None:
        entry = self._entry
        uid = next((line.value for line in self._lines("UID")), "")
        entry.uid = str(self._ids.setdefault(uid, len(self._ids) + 1)) if uid else ""  # a UID may contain a name
        numbers = (line.value for line in self._lines("SEQUENCE"))
        entry.sequence = next((int(number) for number in numbers if _NUMBER.fullmatch(number)), 0)
        entry.is_canceled = entry.is_canceled or self._first("STATUS") in _CANCELED
        entry.is_free = self._first("TRANSP") == "TRANSPARENT" or self._first("X-MICROSOFT-CDO-BUSYSTATUS") in _FREE

    def _read_span(self) -> None:
        entry = self._entry
        starts = self._single("DTSTART", self._zone_of_end())
        if not starts:
            entry.day = next(filter(None, (find_date(line.value) for line in self._lines("DTSTART", "DTEND"))), None)
            entry.latest_day = entry.day
            self._problem(UNREADABLE_TIME if any(self._lines("DTSTART")) else NO_START)
            return
        start = entry.start = starts[0]
        entry.day = entry.latest_day = _day(start)
        if not isinstance(start, datetime):
            return
        if start.tzname() != "UTC":
            entry.clock = start.tzinfo or entry.clock
        ends = self._single("DTEND", start.tzinfo)
        if len(starts) > 1 or len(ends) > 1:
            self._problem(TWO_STARTS)
        end = ends[0] if ends else self._end_by_duration(start)
        if end is not None:
            entry.latest_day = max(entry.day, _day(end))
        if any(line.value.upper() in {"TRUE", "1"} for line in self._lines(*ALL_DAY_FLAGS)):
            entry.start = entry.day
        elif isinstance(end, datetime):
            self._set_end(start, end)
        elif end is not None and start.time() == time():
            entry.start = entry.day
        elif end is not None:
            self._problem(NO_END_TIME)

    def _single(self, name: str, beside: tzinfo | None) -> list[Time]:
        """Return the different values of a property that should have one. `beside`: the zone if it names none."""
        found = (self._time(line, beside) for line in self._lines(name))
        return list(dict.fromkeys(each for each in found if each is not None))

    def _zone_of_end(self) -> tzinfo | None:
        name = next(filter(None, (_zone_name(line) for line in self._lines("DTEND"))), None)
        return self._zones.find(name) if name else None

    def _end_by_duration(self, start: datetime) -> datetime | None:
        found = [read_duration(line.value) for line in self._lines("DURATION")]
        if len(set(found)) > 1:
            self._problem(TWO_STARTS)
        if None in found:
            self._problem(UNREADABLE_DURATION)
        duration = found[0] if found else None
        try:
            return start + duration if duration is not None else None
        except OverflowError:
            self._problem(UNREADABLE_DURATION)
            return None

    def _set_end(self, start: datetime, end: datetime) -> None:
        entry = self._entry
        clocks = [start.tzinfo or self._floating, self._floating, self._learners]
        years = sorted((start.year, end.year))
        may_be_converted = years[0] > date.min.year and years[1] < date.max.year
        if may_be_converted and covers_whole_days(start, end, clocks):
            entry.start = entry.day
        elif start.year < FIRST_YEAR:
            if any(self._lines("RRULE", "RDATE")):
                self._problem(TOO_OLD)
        elif end.year > LAST_YEAR:
            if start.year <= LAST_YEAR:
                self._problem(UNREADABLE_TIME)
        elif end < start:
            self._problem(ENDS_TOO_SOON)
        else:
            entry.end = end.astimezone(start.tzinfo)  # so that a series keeps its hours over a clock change

    def _read_repetition(self) -> None:
        entry, start = self._entry, self._entry.start
        for rule in (clean_rule(line.value) for line in self._lines("RRULE")):
            entry.repeat_ends.append(last_date(rule, entry.day))
            if problem := find_rule_problem(rule):
                self._problem(problem)
                continue
            entry.occurrences_per_year += max_occurrences_per_year(rule)
            entry.rules.append(with_end_in_utc(rule, entry.clock) if isinstance(start, datetime) else rule)
        for line in self._lines("RDATE", "EXDATE"):
            self._read_list(line)

    def _read_list(self, line: Line) -> None:
        entry, start = self._entry, self._entry.start
        values = line.value.split(",", MAX_LINES_PER_ENTRY)
        if len(values) > MAX_LINES_PER_ENTRY:
            self._problem(TOO_MANY_LINES)
        for value in values[:MAX_LINES_PER_ENTRY]:
            # An added date may have an end of its own (`start/end`). We ignore it: all occurrences last equally long.
            stamp = value.partition("/")[0].strip()
            if not stamp:
                continue
            at = self._time(replace(line, value=stamp), start.tzinfo if isinstance(start, datetime) else None)
            if at is None or not isinstance(start, datetime):
                continue
            day = _day(at)
            if line.name == "RDATE":
                entry.repeat_ends.append(day)
            if self._period[0] <= day <= self._period[1]:
                entry.listed_dates += 1
                times = entry.added if line.name == "RDATE" else entry.excluded
                times.append(place_in_series(at, start, entry.clock))

    def _read_replaced(self) -> None:
        replaced = next(self._lines("RECURRENCE-ID"), None)
        if replaced is None:
            return
        naive = read_time(replaced.value, only_date=_is_date(replaced))
        known = _zone_name(replaced) or not isinstance(naive, datetime)
        self._entry.replaces = self._time(replaced, None) if known else naive  # the series tells its zone
        self._entry.replaces_all_later = "RANGE=THISANDFUTURE" in replaced.parameters.upper()

    def _time(self, line: Line, beside: tzinfo | None) -> Time | None:
        """Return a line's date or aware time, or None with a problem. `beside`: the zone if the line names none."""
        at = read_time(line.value, only_date=_is_date(line))
        if at is None:
            self._problem(UNREADABLE_TIME)
            return None
        if not isinstance(at, datetime) or at.tzinfo is not None:
            return at
        name = _zone_name(line)
        zone = self._zones.find(name) if name else beside or self._floating
        if zone is None:
            self._problem(UNKNOWN_ZONE)
        # Without its zone, a time still tells on which day the entry is.
        return at.replace(tzinfo=zone or self._floating)


def _zone_name(line: Line) -> str | None:
    found = _TZID.search(line.parameters)
    return found[1] if found else None


def _is_date(line: Line) -> bool:
    return "VALUE=DATE" in line.parameters.upper().split(";")


def _day(at: Time) -> date:
    return at.date() if isinstance(at, datetime) else at
