"""Calendars for tests, written line by line as programs write them."""


def event(*lines: str) -> str:
    """One entry; without a UID, as some programs forget it."""
    return "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"])


def shift(start: str, end: str, *lines: str, tz: str | None = None) -> str:
    """An entry from one time to another (`20260303T070000`), in a zone if one is given."""
    zone = f";TZID={tz}" if tz else ""
    return event(f"DTSTART{zone}:{start}", f"DTEND{zone}:{end}", *lines)


def calendar(*events: str) -> bytes:
    """The calendar of these entries."""
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Rota//EN", *events, "END:VCALENDAR", ""]).encode()
