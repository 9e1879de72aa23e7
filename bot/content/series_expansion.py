"""Works out the single dates of a calendar's entries with a library, apart for those that it can't work out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.content.calendar_series import CalendarEntry
from bot.content.shift_times import ShiftTimes, to_instant

_LIBRARY_ERRORS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What the libraries raise for contradictory dates. Their messages may quote the file, so we drop them."""


@dataclass(slots=True)
class Occurrences:
    """The times of shifts, the times that are canceled, and one entry for each series that contradicts itself."""

    shifts: set[ShiftTimes] = field(default_factory=set)
    canceled: set[ShiftTimes] = field(default_factory=set)
    contradictory: list[CalendarEntry] = field(default_factory=list)


def expand(entries: Sequence[CalendarEntry], begin: datetime, end: datetime) -> Occurrences:
    """Return the occurrences of entries without problems between two instants."""
    found = Occurrences()
    try:
        _add_occurrences(found, entries, begin, end)
    except _LIBRARY_ERRORS:
        found = Occurrences()
        series: dict[str, list[CalendarEntry]] = {}
        for entry in entries:
            series.setdefault(entry.uid, []).append(entry)
        for each in series.values():
            try:
                _add_occurrences(found, each, begin, end)
            except _LIBRARY_ERRORS:
                found.contradictory.append(next((one for one in each if not one.is_canceled), each[0]))
    return found


def _add_occurrences(found: Occurrences, entries: Sequence[CalendarEntry], begin: datetime, end: datetime) -> None:
    """Add the occurrences of these entries, all or none."""
    # Imported on use: they take 10 MB and a third of a second, and most learners have no roster.
    import recurring_ical_events
    from icalendar import Calendar

    calendar = Calendar()
    calendar.subcomponents = [_to_event(entry) for entry in entries]
    spans = [(_span(each), "STATUS" in each) for each in recurring_ical_events.of(calendar).between(begin, end)]
    found.shifts |= {span for span, canceled in spans if span and not canceled}
    found.canceled |= {span for span, canceled in spans if span and canceled}


def _to_event(entry: CalendarEntry) -> Any:  # noqa: ANN401  (icalendar's own type, which is imported on use)
    from icalendar import Event
    from icalendar.prop import vRecur

    event = Event()
    event.add("UID", entry.uid)
    event.add("SEQUENCE", entry.sequence)
    event.add("DTSTART", entry.start)
    if entry.end is not None:
        event.add("DTEND", entry.end)
    for rule in entry.rules:
        event.add("RRULE", vRecur.from_ical(rule))
    for name, times in (("RDATE", entry.added), ("EXDATE", entry.excluded)):
        if times:
            event.add(name, times)
    if entry.replaces is not None:
        later = {"RANGE": "THISANDFUTURE"} if entry.replaces_all_later else {}
        event.add("RECURRENCE-ID", entry.replaces, parameters=later)
    if entry.is_canceled:
        event.add("STATUS", "CANCELLED")
    return event


def _span(event: Any) -> ShiftTimes | None:  # noqa: ANN401  (icalendar's own type)
    """Return the start and end of an occurrence, or None if it is about whole days or takes no time."""
    start, end = event["DTSTART"].dt, event["DTEND"].dt
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return None
    span = to_instant(start), to_instant(end)
    return span if span[0] < span[1] else None
