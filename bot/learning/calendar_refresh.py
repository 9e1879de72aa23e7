"""Reading calendars again each day, and what their learners are told if that fails."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import structlog

from bot.content.roster_reader import MAX_SHIFTS, TIME_KEPT_BEFORE_NOW, ParsedRoster, ShiftTimes
from bot.domain.learner import Person
from bot.domain.schedule import find_next_shift, find_shift_at
from bot.domain.schedule_kinds import AnySchedule, Roster, schedule_to_json
from bot.errors import CalendarUnreachable, KeyFileError, RoundsError
from bot.learning import planning
from bot.learning.rescheduling import reschedule
from bot.storage import Session, calendar_sources
from bot.storage.tables import CalendarSource, Learner, LearnerState

log = structlog.get_logger(__name__)


FETCH_INTERVAL = timedelta(days=1)
"""How often an address is fetched."""


FETCH_SPREAD = timedelta(hours=2)
"""Over how long the fetches of those who began at one time are spread."""


MIN_RETRY_DELAY, MAX_RETRY_DELAY = timedelta(hours=1), timedelta(hours=12)
"""When a fetch that failed is tried again: as long after it as it has failed for, within these."""


NOTICE_RETRY_DELAY = timedelta(hours=4)
"""When it is tried again at the latest while its learner can't be told: in a shift, that is, if they have one."""


DAYTIME_HOURS = range(9, 18)
"""Hours of the day at which those who have no shift soon may be told something."""


class CalendarTrouble(StrEnum):
    """What a learner is told about their calendar, once."""

    UNREADABLE = "unreadable"
    """It can't be fetched or read; the shifts of the last good one still hold."""
    NO_SHIFTS_LEFT = "ended"
    """It has no shift after this one."""


@dataclass(frozen=True, slots=True)
class CalendarNotice:
    """Something that a learner has to be told: `problem` in words, for a calendar that can't be read."""

    learner_id: int
    person: Person
    trouble: CalendarTrouble
    has_address: bool
    problem: RoundsError | None = None


@dataclass(frozen=True, slots=True)
class ClaimedCalendar:
    """A source whose turn it is. `encrypted_address` tells later whether it is still the same; no address: only looked
    at."""

    learner_id: int
    zone: ZoneInfo
    address: str | None = field(repr=False)
    encrypted_address: bytes | None = field(repr=False)


def claim_due_calendars(session: Session, now: datetime, limit: int) -> list[ClaimedCalendar]:
    """Take the sources whose turn it is. Each is put off first, so that no other worker takes it too."""
    claimed = []
    for source, learner in calendar_sources.lock_due_sources(session, now, limit):
        source.next_fetch_at = now + MIN_RETRY_DELAY
        try:
            address = session.cipher.decrypt(source.address) if source.address else None
        except KeyFileError:
            log.error("roster.sealed_with_another_key", learner=learner.id)  # an operator's to mend; others go on
            continue
        claimed.append(ClaimedCalendar(learner.id, ZoneInfo(learner.tz), address, source.address))
    return claimed


def refresh_roster(
    session: Session, claimed: ClaimedCalendar, read: ParsedRoster | None, now: datetime
) -> CalendarNotice | None:
    """What was fetched replaces the learner's shifts; what they have to be told, if it has none left.

    `read`: None if there was nothing to fetch, only to look whether the shifts have ended.
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
        return None
    news = _build_notice(source, row, schedule, CalendarTrouble.NO_SHIFTS_LEFT, None, now)
    if source.notified_at is None:
        source.next_fetch_at = now + NOTICE_RETRY_DELAY
    elif not claimed.address:
        source.next_fetch_at = None
    return news


def record_fetch_failure(
    session: Session, claimed: ClaimedCalendar, problem: RoundsError, now: datetime
) -> CalendarNotice | None:
    """It couldn't be fetched or read: the last good shifts stay, it is tried again later, and they are told once.

    Of what may well work the next time nobody is told before it has failed for an hour.
    """
    found = _lock_unchanged_source(session, claimed)
    if found is None:
        return None
    source, row, schedule = found
    failing_for = max(now - source.last_read_at - FETCH_INTERVAL, timedelta(0))
    passing = isinstance(problem, CalendarUnreachable) and problem.temporary
    news = None
    if not passing or failing_for >= MIN_RETRY_DELAY:
        news = _build_notice(source, row, schedule, CalendarTrouble.UNREADABLE, problem, now)
    source.next_fetch_at = now + min(
        max(failing_for, MIN_RETRY_DELAY), MAX_RETRY_DELAY if source.notified_at else NOTICE_RETRY_DELAY
    )
    return news


def release_calendar_notice(session: Session, learner_id: int, now: datetime) -> None:
    """What they were to be told didn't reach them: they are told the next time."""
    source = calendar_sources.find_source(session, learner_id)
    if source is not None:
        source.notified_at, source.next_fetch_at = None, now + MIN_RETRY_DELAY


def _lock_unchanged_source(session: Session, claimed: ClaimedCalendar) -> tuple[CalendarSource, Learner, Roster] | None:
    """The source as it was claimed; None if they chose another calendar or schedule meanwhile."""
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
    """News for someone who doesn't know yet, and can be told now."""
    if source.notified_at is not None or not _may_be_notified(row, schedule, now):
        return None
    source.notified_at = now
    person = Person(row.team_id, row.user_id, row.enterprise_id)
    return CalendarNotice(row.id, person, trouble, source.address is not None, problem)


def _may_be_notified(row: Learner, schedule: Roster, now: datetime) -> bool:
    """Nothing is sent in a pause, or outside a shift; to those who have none soon, in the daytime."""
    zone = ZoneInfo(row.tz)
    if row.state != LearnerState.ACTIVE or planning.is_paused(row, now):
        return False
    if find_shift_at(schedule, zone, now):
        return True
    upcoming = find_next_shift(schedule, zone, now)
    soon = upcoming is not None and upcoming.starts_at - now < FETCH_INTERVAL
    return not soon and now.astimezone(zone).hour in DAYTIME_HOURS


def join_shifts(before: Roster, read: ParsedRoster, now: datetime, *, whole: bool) -> tuple[ShiftTimes, ...]:
    """The shifts of a calendar, after those of the roster before that end as it begins.

    Of these, if the calendar tells the whole future, only those that have begun: many leave out what is past, but a
    night's answers still count for its evening, and for yesterday's streak. Older ones than `TIME_KEPT_BEFORE_NOW` go.
    """
    begins = read.shifts[0][0] if read.shifts else None
    stay = (
        (start, end)
        for start, end in before.shifts
        if start >= now - TIME_KEPT_BEFORE_NOW and (begins is None or end <= begins) and (start <= now or not whole)
    )
    return (*stay, *read.shifts)[:MAX_SHIFTS]


def list_shifts_ahead(schedule: Roster, now: datetime) -> tuple[ShiftTimes, ...]:
    """The shifts that begin after an instant."""
    return tuple(span for span in schedule.shifts if span[0] > now)


def choose_next_fetch(learner_id: int, now: datetime) -> datetime:
    """A day later, a little earlier for each learner differently: an hour at which all began isn't one each day."""
    return now + FETCH_INTERVAL - timedelta(seconds=learner_id * 617 % int(FETCH_SPREAD.total_seconds()))
