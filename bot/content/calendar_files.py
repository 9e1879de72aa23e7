"""Reads calendars without holding up anything else: large ones in a process of their own (`parsing_process`)."""

import asyncio
import json
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.content.parsing_process import ParsingLimits, ParsingStopped, parse_in_process
from bot.content.roster_reader import ParsedRoster, read_roster
from bot.content.shift_times import ShiftTimes
from bot.errors import RosterError, RosterProblem
from bot.language import gettext as _
from bot.language import mark

SMALL_CALENDAR_BYTES = 64 * 1024
"""Largest calendar that a thread reads. Starting a process takes half a second, far longer than reading most calendars,
and the worst that this size can hold (50 shifts that repeat since 1970) takes less than two."""

STOPPED = mark("Reading this calendar took too long, so I stopped. Export fewer months, or only your shifts.")


async def parse_roster(
    content: bytes, zone: ZoneInfo, now: datetime, limits: ParsingLimits | None = None
) -> ParsedRoster:
    """Read a calendar as `read_roster` does. Raises RosterError."""
    if len(content) <= SMALL_CALENDAR_BYTES:
        return await asyncio.to_thread(read_roster, content, zone, now)
    try:
        parsed = await parse_in_process(roster_to_json, content, limits=limits, zone=zone.key, now=now.isoformat())
    except ParsingStopped:
        raise RosterError([RosterProblem(None, _(STOPPED))]) from None
    found = json.loads(parsed)
    if found["problems"]:
        raise RosterError(_problems(found["problems"]))
    covers_from = found["covers_from"]
    return ParsedRoster(
        shifts=_times(found["shifts"]),
        skipped_all_day_entries=found["all_day"],
        skipped_other_entries=found["others"],
        left_out=_problems(found["left_out"]),
        canceled_shifts=_times(found["canceled"]),
        covers_from=datetime.fromisoformat(covers_from) if covers_from else None,
    )


def roster_to_json(content: bytes, *, zone: str, now: str) -> bytes:
    """Return what `ParsedRoster` holds, or the calendar's problems. This is what the process runs."""
    found, problems = ParsedRoster(()), []
    try:
        found = read_roster(content, ZoneInfo(zone), datetime.fromisoformat(now))
    except RosterError as error:
        problems = _problems_to_json(error.problems)
    parsed = {
        "shifts": _times_to_json(found.shifts),
        "all_day": found.skipped_all_day_entries,
        "others": found.skipped_other_entries,
        "left_out": _problems_to_json(found.left_out),
        "canceled": _times_to_json(found.canceled_shifts),
        "covers_from": found.covers_from.isoformat() if found.covers_from else None,
        "problems": problems,
    }
    return json.dumps(parsed, ensure_ascii=False).encode(errors="replace")


def _times_to_json(times: Iterable[ShiftTimes]) -> list[tuple[str, str]]:
    return [(start.isoformat(), end.isoformat()) for start, end in times]


def _times(pairs: Iterable[tuple[str, str]]) -> tuple[ShiftTimes, ...]:
    return tuple((datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in pairs)


def _problems_to_json(problems: Iterable[RosterProblem]) -> list[tuple[str | None, str]]:
    return [(each.day.isoformat() if each.day else None, each.message) for each in problems]


def _problems(pairs: Iterable[tuple[str | None, str]]) -> tuple[RosterProblem, ...]:
    return tuple(RosterProblem(date.fromisoformat(day) if day else None, message) for day, message in pairs)
