"""Refreshes rosters from their calendars each day, and decides what to tell learners if that fails."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import structlog

from bot.content.roster_reader import MAX_SHIFTS, TIME_KEPT_BEFORE_NOW, ParsedRoster
from bot.content.shift_times import ShiftTimes
from bot.domain.formats import DEFAULT_FORMATS, Formats
from bot.domain.learner import Person
from bot.domain.schedule import find_next_shift, find_shift_at
from bot.domain.schedule_kinds import AnySchedule, Roster, schedule_to_json
from bot.errors import CalendarUnreachable, RosterError, RoundsError
from bot.language import ENGLISH
from bot.learning import planning
from bot.learning.rescheduling import reschedule
from bot.storage import Session, calendar_sources
from bot.storage.tables import CalendarSource, Learner, LearnerState

log = structlog.get_logger(__name__)


FETCH_INTERVAL = timedelta(days=1)
"""How often an address is fetched."""


FETCH_SPREAD = timedelta(hours=2)
"""The period over which fetches of learners who started at the same time are spread."""


MIN_RETRY_DELAY, MAX_RETRY_DELAY = timedelta(hours=1), timedelta(hours=12)
"""A failed fetch is retried after as long as it has been failing, within these limits."""


NOTICE_RETRY_DELAY = timedelta(hours=4)
"""The latest retry while the learner can't be notified, so that one falls into a shift if they have one."""


DAYTIME_HOURS = range(9, 18)
"""Hours of the day in which learners without a shift soon may be notified."""


class CalendarTrouble(StrEnum):
    """What a learner is told about their calendar, once."""

    UNREADABLE = "unreadable"
    """It can't be fetched or read. The shifts from the last good fetch stay valid."""
    PARTLY_READ = "partly_read"
    """Some of its entries from today on can't be read. The others are used."""
    NO_SHIFTS_LEFT = "ended"
    """It has no more shifts."""


@dataclass(frozen=True, slots=True)
class CalendarNotice:
    """Something to tell a learner. `problem` explains why a calendar, or some of it, can't be read.

    `formats`: how the learner reads dates.
    """

    learner_id: int
    person: Person
    trouble: CalendarTrouble
    has_address: bool
    problem: RoundsError | None = None
    formats: Formats = DEFAULT_FORMATS


@dataclass(frozen=True, slots=True)
class ClaimedCalendar:
    """A source that is due, to be fetched if it has an address and otherwise only checked.

    `encrypted_address` shows later whether the learner has changed the address. `language` is the learner's.
    """

    learner_id: int
    zone: ZoneInfo
    address: str | None = field(repr=False)
    encrypted_address: bytes | None = field(repr=False)
    language: str = ENGLISH


def claim_due_calendars(session: Session, now: datetime, limit: int) -> list[ClaimedCalendar]:
    """Claim the sources that are due. Each is rescheduled first, so that no other worker claims it."""
    claimed, unreadable = [], 0
    for source, learner in calendar_sources.lock_due_sources(session, now, limit):
        source.next_fetch_at = now + MIN_RETRY_DELAY
        address = session.cipher.try_decrypt(source.address) if source.address else None
        if source.address and address is None:
            unreadable += 1
            continue
        language = Formats(learner.locale).language
        claimed.append(ClaimedCalendar(learner.id, ZoneInfo(learner.tz), address, source.address, language))
    if unreadable:  # for an operator to fix; others continue
        log.error("rosters.encrypted_with_another_key", calendars=unreadable)
    return claimed


def refresh_roster(
    session: Session, claimed: ClaimedCalendar, read: ParsedRoster | None, now: datetime
) -> CalendarNotice | None:
    """Replace the learner's shifts with the fetched ones. Returns a notice if they have no shifts left.

    `read`: None if there was nothing to fetch, and this only checks whether the shifts have ended.
    """
    found = _lock_unchanged_source(session, claimed)
    if found is None:
        return None
    source, row, schedule = found
    if read is not None:
        schedule = Roster(join_shifts(schedule, read, now, whole=True), schedule.timing)
        with reschedule(session, row, now):
            row.schedule = schedule_to_json(schedule)
        source.last_read_at, source.next_fetch_at = now, choose_next_fetch(row.id, now)
    ahead = list_shifts_ahead(schedule, now)
    if ahead:
        source.notified_at = None
        source.next_fetch_at = source.next_fetch_at if claimed.address else ahead[-1][0]
        return _tell_left_out(source, row, schedule, read, now) if read is not None else None
    notice = _build_notice(source, row, schedule, CalendarTrouble.NO_SHIFTS_LEFT, None, now)
    if source.notified_at is None:
        source.next_fetch_at = now + NOTICE_RETRY_DELAY
    elif not claimed.address:
        source.next_fetch_at = None
    return notice


def _tell_left_out(
    source: CalendarSource, row: Learner, schedule: Roster, read: ParsedRoster, now: datetime
) -> CalendarNotice | None:
    """Return a notice about entries that can't be read, once until all can be."""
    if not read.left_out:
        source.left_out_notified_at = None
    if not read.left_out or source.left_out_notified_at is not None:
        return None
    if not _may_be_notified(row, schedule, now):
        source.next_fetch_at = now + NOTICE_RETRY_DELAY
        return None
    source.left_out_notified_at = now
    return _notice(source, row, CalendarTrouble.PARTLY_READ, RosterError(read.left_out))


def record_fetch_failure(
    session: Session, claimed: ClaimedCalendar, problem: RoundsError, now: datetime
) -> CalendarNotice | None:
    """Record that a calendar couldn't be fetched or read. Returns a notice if the learner should be told.

    Keeps the last good shifts and schedules a retry. The learner is told once. Failures that may pass by themselves
    cause no notice until they have lasted an hour.
    """
    found = _lock_unchanged_source(session, claimed)
    if found is None:
        return None
    source, row, schedule = found
    failing_for = max(now - source.last_read_at - FETCH_INTERVAL, timedelta(0))
    temporary = isinstance(problem, CalendarUnreachable) and problem.temporary
    notice = None
    if not temporary or failing_for >= MIN_RETRY_DELAY:
        notice = _build_notice(source, row, schedule, CalendarTrouble.UNREADABLE, problem, now)
    source.next_fetch_at = now + min(
        max(failing_for, MIN_RETRY_DELAY), MAX_RETRY_DELAY if source.notified_at else NOTICE_RETRY_DELAY
    )
    return notice


def release_calendar_notice(session: Session, learner_id: int, now: datetime) -> None:
    """Record that a notice didn't reach the learner, so that they are notified next time."""
    source = calendar_sources.find_source(session, learner_id)
    if source is not None:
        source.notified_at = source.left_out_notified_at = None
        source.next_fetch_at = now + MIN_RETRY_DELAY


def _lock_unchanged_source(session: Session, claimed: ClaimedCalendar) -> tuple[CalendarSource, Learner, Roster] | None:
    """Return the source as it was claimed, or None if the learner chose a different calendar or schedule since."""
    found = calendar_sources.lock_source(session, claimed.learner_id)
    if found is None or found[0].address != claimed.encrypted_address:
        return None
    schedule: AnySchedule = planning.get_preferences(found[1]).schedule
    return (*found, schedule) if isinstance(schedule, Roster) else None


def _build_notice(
    source: CalendarSource,
    row: Learner,
    schedule: Roster,
    trouble: CalendarTrouble,
    problem: RoundsError | None,
    now: datetime,
) -> CalendarNotice | None:
    """Return a notice if the learner hasn't been told yet and may be notified now."""
    if source.notified_at is not None or not _may_be_notified(row, schedule, now):
        return None
    source.notified_at = now
    return _notice(source, row, trouble, problem)


def _notice(
    source: CalendarSource, row: Learner, trouble: CalendarTrouble, problem: RoundsError | None
) -> CalendarNotice:
    person = Person(row.team_id, row.user_id, row.enterprise_id)
    return CalendarNotice(row.id, person, trouble, source.address is not None, problem, Formats(row.locale))


def _may_be_notified(row: Learner, schedule: Roster, now: datetime) -> bool:
    """Return whether a learner may be notified: in a shift or, if none starts soon, in the daytime; not in a pause."""
    zone = ZoneInfo(row.tz)
    if row.state != LearnerState.ACTIVE or planning.is_paused(row, now):
        return False
    if find_shift_at(schedule, zone, now):
        return True
    upcoming = find_next_shift(schedule, zone, now)
    soon = upcoming is not None and upcoming.starts_at - now < FETCH_INTERVAL
    return not soon and now.astimezone(zone).hour in DAYTIME_HOURS


def join_shifts(before: Roster, read: ParsedRoster, now: datetime, *, whole: bool) -> tuple[ShiftTimes, ...]:
    """Return the calendar's shifts, preceded by those shifts of the old roster that end before they begin.

    If the calendar covers the whole future (`whole`), only old shifts that have started are kept. Many calendars omit
    the past, but answers in a night shift still count for its evening, and for yesterday's streak. A calendar with
    earlier entries doesn't omit it: what isn't in it was taken back. Shifts that the calendar cancels, and those older
    than `TIME_KEPT_BEFORE_NOW`, are dropped.
    """
    begins = read.shifts[0][0] if read.shifts else None
    canceled = set(read.canceled_shifts)

    def is_kept(start: datetime, end: datetime) -> bool:
        if start < now - TIME_KEPT_BEFORE_NOW or (start, end) in canceled or (begins is not None and end > begins):
            return False
        return (read.covers_from is None or start < read.covers_from) if start <= now else not whole

    return (*(span for span in before.shifts if is_kept(*span)), *read.shifts)[:MAX_SHIFTS]


def list_shifts_ahead(schedule: Roster, now: datetime) -> tuple[ShiftTimes, ...]:
    """Return the shifts that begin after an instant."""
    return tuple(span for span in schedule.shifts if span[0] > now)


def choose_next_fetch(learner_id: int, now: datetime) -> datetime:
    """Return a time one day later, minus a different amount for each learner.

    Learners who all started at the same hour are therefore not fetched at the same hour each day.
    """
    return now + FETCH_INTERVAL - timedelta(seconds=learner_id * 617 % int(FETCH_SPREAD.total_seconds()))
