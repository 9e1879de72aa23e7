"""Reads a learner's shifts from an iCalendar file: every entry with a start and an end is a shift.

It stores only starts and ends, and no problem quotes an entry (see `calendar_lines`). Before any real work starts, it
limits bytes, entries, repetitions, and the kinds of repetition it accepts (see `recurrence_rules`).

A calendar also holds what is no shift, and entries that can't be read. Neither refuses it: the former is counted, the
latter are named, and everything else is used.
"""

import codecs
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.content.calendar_entries import read_entries
from bot.content.calendar_lines import is_calendar, split_file
from bot.content.calendar_series import CalendarEntry
from bot.content.calendar_times import FIRST_YEAR, LAST_YEAR
from bot.content.series_expansion import expand
from bot.content.shift_times import ShiftTimes, is_too_long, separate, to_instant
from bot.errors import RosterError, RosterProblem
from bot.language import gettext as _
from bot.language import mark

MAX_CALENDAR_BYTES = 2 * 2**20
"""Largest calendar, in bytes."""

MAX_ENTRIES = 2_000
"""Most entries in the period we store, and most dates they list: five a day. Reading that many takes half a second."""

MAX_OCCURRENCES_PER_YEAR = 3_000
"""Most occurrences per year of all repeating entries together: expanding one costs as much as reading an entry."""

MAX_REPEATING_ENTRIES = 50
"""Most repeating entries: each is expanded from its first date."""

MAX_SHIFTS = 1_000
"""Most shifts stored, earliest first: more than two a day."""

TIME_KEPT_BEFORE_NOW = timedelta(days=14)
"""How far back we store shifts: what a learner does after a shift still counts for that shift's day."""

TIME_KEPT_AFTER_NOW = timedelta(days=400)
"""How far ahead we store shifts: farther than the search for the next message looks."""

# Translators: follows an entry's day: "Friday, March 6, 2026: the file ends …"
CUT_OFF = mark("the file ends in the middle of this entry. Export it again.")
CONTRADICTORY = mark("its dates contradict each other. Enter it again.")
TOO_FEW_READABLE = mark("I can read fewer than half of the entries from today on, so I used none.")

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ParsedRoster:
    """The shifts in a calendar, in order, with no overlaps, and what isn't among them.

    `skipped_all_day_entries` counts whole days. `skipped_other_entries` counts what is longer than a shift may be, has
    no length, or is marked as free. `left_out` names the entries from today on that can't be read.

    `canceled_shifts` are the times that the calendar cancels. `covers_from` is the start of its earliest single entry
    in that time: what isn't in the calendar after that was taken back, while many calendars leave out the past.
    """

    shifts: tuple[ShiftTimes, ...]
    skipped_all_day_entries: int = 0
    skipped_other_entries: int = 0
    left_out: tuple[RosterProblem, ...] = ()
    canceled_shifts: tuple[ShiftTimes, ...] = ()
    covers_from: datetime | None = None

    def upcoming_shifts(self, now: datetime) -> tuple[ShiftTimes, ...]:
        """Return the shifts that start after `now`."""
        return tuple(span for span in self.shifts if span[0] > now)


def read_roster(content: bytes, zone: ZoneInfo, now: datetime) -> ParsedRoster:
    """Return the shifts from `TIME_KEPT_BEFORE_NOW` before `now` until `TIME_KEPT_AFTER_NOW` after it.

    Times without a time zone are in the calendar's own, or in `zone`, the learner's. Raises RosterError if the file is
    no whole calendar, is too large, or has fewer readable entries than others from today on.
    """
    begin, end = now - TIME_KEPT_BEFORE_NOW, now + TIME_KEPT_AFTER_NOW
    first, today, last = (each.astimezone(zone).date() for each in (begin, now, end))
    file = split_file(_text(content))
    entries = read_entries(file, zone, first - _DAY, last + _DAY)
    if file.is_cut_off:
        raise RosterError([RosterProblem(entries[-1].day, _(CUT_OFF))])
    relevant = [entry for entry in entries if _matters(entry, first, last, today)]
    timed = [entry for entry in relevant if not entry.is_all_day or entry.replaces is not None]
    _refuse_too_many(timed)
    bad = [entry for entry in timed if entry.problems and not entry.is_canceled]
    working, others = _separate_work(timed, zone)
    known = set(working)
    changes = [entry.as_cancellation() for entry in timed if entry.replaces is not None and entry not in known]
    found = expand([*working, *changes], begin, end)
    for entry in found.contradictory:
        entry.problems.append(_(CONTRADICTORY))
    bad += [entry for entry in found.contradictory if entry.ends_by >= today]
    left_out = _name(bad)
    readable = [each for each in working if not (each.problems or each.is_canceled) and each.ends_by >= today]
    if len(readable) < len(bad):
        raise RosterError([*([RosterProblem(None, _(TOO_FEW_READABLE))] if readable else []), *left_out])
    shifts = separate((span for span in found.shifts if not is_too_long(*span, zone)), zone)
    days = sum(entry.is_all_day and not entry.is_canceled for entry in relevant)
    return ParsedRoster(
        shifts=tuple(shifts[:MAX_SHIFTS]),
        skipped_all_day_entries=days,
        skipped_other_entries=sum(not entry.is_all_day and not entry.is_canceled for entry in others),
        left_out=left_out,
        canceled_shifts=tuple(sorted(found.canceled - found.shifts)),
        covers_from=min((at for at in map(to_instant, _single_starts(timed)) if at >= begin), default=None),
    )


def _text(content: bytes) -> str:
    if len(content) > MAX_CALENDAR_BYTES:
        raise _refusal(_("This calendar is larger than 2 MB. Export fewer months, or only shifts."))
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    text = content.decode(encoding, errors="replace")
    if not is_calendar(text):
        raise _refusal(_("This isn't a calendar. Export your shifts as an iCalendar file. Its name ends in .ics."))
    return text


def _matters(entry: CalendarEntry, first: date, last: date, today: date) -> bool:
    """Return whether an entry may overlap the period we store. If it can't be read, only the time ahead matters."""
    since = today if entry.problems else first - _DAY
    begins, ends = entry.day or date.min, entry.ends_by
    if entry.replaces is not None:
        replaced = entry.replaces.date() if isinstance(entry.replaces, datetime) else entry.replaces
        begins = min(entry.day or replaced, replaced)
        ends = date.max if entry.replaces_all_later else max(entry.latest_day or replaced, replaced)
    return begins <= last + _DAY and ends >= since


def _separate_work(
    timed: Sequence[CalendarEntry], zone: ZoneInfo
) -> tuple[Sequence[CalendarEntry], Sequence[CalendarEntry]]:
    """Return the entries that are shifts, and those that are not, without those that have problems."""
    working = [entry for entry in timed if not entry.problems and _may_be_shift(entry, zone)]
    if not all(entry.is_free or entry.is_canceled for entry in working):  # some programs mark each shift as free
        working = [entry for entry in working if not entry.is_free]
    known = set(working)
    return working, [entry for entry in timed if not entry.problems and entry not in known]


def _may_be_shift(entry: CalendarEntry, zone: ZoneInfo) -> bool:
    if not isinstance(entry.start, datetime) or entry.end is None or entry.end <= entry.start:
        return False
    return not is_too_long(entry.start, entry.end, zone)


def _single_starts(entries: Iterable[CalendarEntry]) -> Iterator[datetime]:
    for entry in entries:
        start = entry.start
        is_single = not entry.repeat_ends and entry.replaces is None
        if is_single and isinstance(start, datetime) and FIRST_YEAR <= start.year <= LAST_YEAR:
            yield start


def _name(bad: Iterable[CalendarEntry]) -> tuple[RosterProblem, ...]:
    """Return each problem once, by date, starting with entries without one."""
    problems = [
        RosterProblem(
            entry.day,
            # Translators: {problem} is such as "it has no start. Add one, or delete the entry."
            each if entry.day else _("Entry {number} in the file: {problem}", number=entry.number, problem=each),
        )
        for entry in bad
        for each in entry.problems
    ]
    return tuple(sorted(dict.fromkeys(problems), key=lambda each: (each.day or date.min, each.message)))


def _refuse_too_many(timed: Sequence[CalendarEntry]) -> None:
    """Raise RosterError if expanding these entries would take too long."""
    counts = (
        (
            len(timed),
            MAX_ENTRIES,
            mark(
                "This calendar has {count:,} entries with a start and an end. I can read up to {most:,}. Export only "
                "your shifts."
            ),
        ),
        (
            sum(1 for entry in timed if entry.repeat_ends),
            MAX_REPEATING_ENTRIES,
            mark(
                "This calendar has {count:,} entries that repeat. I can read up to {most:,}. Export only your shifts."
            ),
        ),
        (
            sum(entry.occurrences_per_year for entry in timed),
            MAX_OCCURRENCES_PER_YEAR,
            mark(
                "This calendar has entries that repeat up to {count:,} times a year. I can read up to {most:,}. "
                "Export only your shifts."
            ),
        ),
        (
            sum(entry.listed_dates for entry in timed),
            MAX_ENTRIES,
            mark(
                "This calendar lists {count:,} dates of repeated entries. I can read up to {most:,}. Export only your "
                "shifts."
            ),
        ),
    )
    problems = [_(told, count=count, most=most) for count, most, told in counts if count > most]
    if problems:
        raise _refusal(*problems)


def _refusal(*problems: str) -> RosterError:
    return RosterError([RosterProblem(None, each) for each in sorted(problems)])
