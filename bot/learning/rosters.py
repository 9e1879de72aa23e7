"""Shifts from a calendar: kept, brought up to date each day, and what its learner is told if that can't be done."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import structlog

from bot.content.roster import BACK, MOST_SHIFTS, ReadRoster, Span
from bot.domain.learner import Person
from bot.domain.schedule import Timing, next_shift, shift_at
from bot.domain.shifts import AnySchedule, Roster, schedule_to_json
from bot.errors import CalendarUnreachable, KeyFileError, NotFound, RosterError, RosterProblem, RoundsError
from bot.learning import enrolment, planning
from bot.learning.enrolment import LearnerView
from bot.learning.rescheduling import reschedule
from bot.storage import Session, rosters
from bot.storage.tables import Learner, LearnerState, RosterSource

log = structlog.get_logger(__name__)

DAILY = timedelta(days=1)
"""How often an address is fetched."""

SPREAD = timedelta(hours=2)
"""Over how long the fetches of those who began at one time are spread."""

SOONEST, AT_MOST = timedelta(hours=1), timedelta(hours=12)
"""When a fetch that failed is tried again: as long after it as it has failed for, within these."""

UNTOLD = timedelta(hours=4)
"""When it is tried again at the latest while its learner can't be told: in a shift, that is, if they have one."""

DAYTIME = range(9, 18)
"""Hours of the day at which those who have no shift soon may be told something."""


class Trouble(StrEnum):
    """What a learner is told about their calendar, once."""

    UNREADABLE = "unreadable"
    """It can't be fetched or read; the shifts of the last good one still hold."""
    ENDED = "ended"
    """It has no shift after this one."""


@dataclass(frozen=True, slots=True)
class News:
    """Something that a learner has to be told: `problem` in words, for a calendar that can't be read."""

    learner_id: int
    person: Person
    trouble: Trouble
    by_address: bool
    problem: RoundsError | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A roster as it was kept: how many shifts are ahead, the local date of the last, all-day entries left out.

    `from_before`: how many of those ahead are the roster's before it, which ends as this one begins.
    """

    learner: LearnerView
    ahead: int
    until: date
    all_day: int
    from_before: int = 0


@dataclass(frozen=True, slots=True)
class RosterView:
    """What a learner has now: timing, and the calendar's host (the rest of its address stays a secret)."""

    timing: Timing
    ahead: int = 0
    until: date | None = None
    today: date | None = None
    host: str | None = None
    by_file: bool = False


@dataclass(frozen=True, slots=True)
class Claimed:
    """A source whose turn it is. `sealed` tells later whether it is still the same; no address: only looked at."""

    learner_id: int
    zone: ZoneInfo
    address: str | None = field(repr=False)
    sealed: bytes | None = field(repr=False)


def show(session: Session, person: Person, now: datetime) -> RosterView:
    """What this person's roster is now, for those who want another."""
    row = enrolment.known(session, person)
    preferences = planning.preferences_of(row)
    if not isinstance(preferences.schedule, Roster):
        return RosterView(Timing())
    source = rosters.find(session, row.id)
    ahead = _ahead(preferences.schedule, now)
    return RosterView(
        timing=preferences.schedule.timing,
        ahead=len(ahead),
        until=ahead[-1][0].astimezone(preferences.zone).date() if ahead else None,
        today=now.astimezone(preferences.zone).date(),
        host=host_of(session.cipher.open(source.address)) if source and source.address else None,
        by_file=source is not None and source.address is None,
    )


def keep(
    session: Session, person: Person, read: ReadRoster, timing: Timing | None, address: str | None, now: datetime
) -> Kept:
    """These shifts are the learner's schedule from now on. RosterError if none of them is ahead: nothing is changed.

    `timing`: None keeps that of the roster before. `address`: where the calendar is fetched from again each day; None
    for a file.
    """
    row = enrolment.known(session, person)
    preferences = planning.preferences_of(row)
    new = read.ahead(now)
    if not new:
        said = "There are no shifts in this calendar from now on. Choose one that has a start and an end for each."
        raise RosterError([RosterProblem(None, said)])
    source = rosters.find(session, row.id)
    before = preferences.schedule if isinstance(preferences.schedule, Roster) else Roster(())
    # Next month's file doesn't undo this month's. An address, before or now, is the whole truth about what is ahead.
    by_files = source is not None and not source.address and not address
    schedule = Roster(_joined(before, read, now, whole=not by_files), timing or before.timing)
    view = enrolment.change(session, person, replace(preferences, schedule=schedule), now)
    ahead = _ahead(schedule, now)
    source = source or RosterSource(learner_id=row.id, read_at=now)
    source.address = session.cipher.seal(address) if address else None
    source.read_at, source.told_at = now, None
    source.fetch_at = _next_day(row.id, now) if address else ahead[-1][0]
    session.add(source)
    until = ahead[-1][0].astimezone(preferences.zone).date()
    return Kept(view, len(ahead), until, read.all_day, len(ahead) - len(new))


def retime(session: Session, person: Person, timing: Timing, now: datetime) -> LearnerView:
    """The same shifts with other times for their messages. NotFound if the learner has no roster."""
    preferences = planning.preferences_of(enrolment.known(session, person))
    if not isinstance(preferences.schedule, Roster):
        raise NotFound("You have no roster yet. Nothing was changed. Give me a calendar first.")
    schedule = replace(preferences.schedule, timing=timing)
    return enrolment.change(session, person, replace(preferences, schedule=schedule), now)


def claim_due(session: Session, now: datetime, limit: int) -> list[Claimed]:
    """Take the sources whose turn it is. Each is put off first, so that no other worker takes it too."""
    claimed = []
    for source, learner in rosters.due(session, now, limit):
        source.fetch_at = now + SOONEST
        try:
            address = session.cipher.open(source.address) if source.address else None
        except KeyFileError:
            log.error("roster.sealed_with_another_key", learner=learner.id)  # an operator's to mend; others go on
            continue
        claimed.append(Claimed(learner.id, ZoneInfo(learner.tz), address, source.address))
    return claimed


def refresh(session: Session, claimed: Claimed, read: ReadRoster | None, now: datetime) -> News | None:
    """What was fetched replaces the learner's shifts; what they have to be told, if it has none left.

    `read`: None if there was nothing to fetch, only to look whether the shifts have ended.
    """
    found = _still_theirs(session, claimed)
    if found is None:
        return None
    source, row, schedule = found
    if read is not None:
        schedule = Roster(_joined(schedule, read, now, whole=True), schedule.timing)
        with reschedule(session, row, now):
            row.schedule = schedule_to_json(schedule)
        source.read_at, source.fetch_at = now, _next_day(row.id, now)
    ahead = _ahead(schedule, now)
    if ahead:
        source.told_at = None
        source.fetch_at = source.fetch_at if claimed.address else ahead[-1][0]
        return None
    news = _tell(source, row, schedule, Trouble.ENDED, None, now)
    if source.told_at is None:
        source.fetch_at = now + UNTOLD
    elif not claimed.address:
        source.fetch_at = None
    return news


def failed(session: Session, claimed: Claimed, problem: RoundsError, now: datetime) -> News | None:
    """It couldn't be fetched or read: the last good shifts stay, it is tried again later, and they are told once.

    Of what may well work the next time nobody is told before it has failed for an hour.
    """
    found = _still_theirs(session, claimed)
    if found is None:
        return None
    source, row, schedule = found
    failing_for = max(now - source.read_at - DAILY, timedelta(0))
    passing = isinstance(problem, CalendarUnreachable) and problem.passing
    news = None
    if not passing or failing_for >= SOONEST:
        news = _tell(source, row, schedule, Trouble.UNREADABLE, problem, now)
    source.fetch_at = now + min(max(failing_for, SOONEST), AT_MOST if source.told_at else UNTOLD)
    return news


def untold(session: Session, learner_id: int, now: datetime) -> None:
    """What they were to be told didn't reach them: they are told the next time."""
    source = rosters.find(session, learner_id)
    if source is not None:
        source.told_at, source.fetch_at = None, now + SOONEST


def host_of(address: str) -> str:
    """All that is ever shown of an address."""
    return urlsplit(address).hostname or ""


def _still_theirs(session: Session, claimed: Claimed) -> tuple[RosterSource, Learner, Roster] | None:
    """The source as it was claimed; None if they chose another calendar or schedule meanwhile."""
    found = rosters.locked(session, claimed.learner_id)
    if found is None or found[0].address != claimed.sealed:
        return None
    schedule: AnySchedule = planning.preferences_of(found[1]).schedule
    return (*found, schedule) if isinstance(schedule, Roster) else None


def _tell(
    source: RosterSource, row: Learner, schedule: Roster, trouble: Trouble, problem: RoundsError | None, now: datetime
) -> News | None:
    """News for someone who doesn't know yet, and can be told now."""
    if source.told_at is not None or not _may_be_told(row, schedule, now):
        return None
    source.told_at = now
    person = Person(row.team_id, row.user_id, row.enterprise_id)
    return News(row.id, person, trouble, source.address is not None, problem)


def _may_be_told(row: Learner, schedule: Roster, now: datetime) -> bool:
    """Nothing is sent in a pause, or outside a shift; to those who have none soon, in the daytime."""
    zone = ZoneInfo(row.tz)
    if row.state != LearnerState.ACTIVE or planning.is_paused(row, now):
        return False
    if shift_at(schedule, zone, now):
        return True
    upcoming = next_shift(schedule, zone, now)
    soon = upcoming is not None and upcoming.starts_at - now < DAILY
    return not soon and now.astimezone(zone).hour in DAYTIME


def _joined(before: Roster, read: ReadRoster, now: datetime, *, whole: bool) -> tuple[Span, ...]:
    """The shifts of a calendar, after those of the roster before that end as it begins.

    Of these, if the calendar tells the whole future, only those that have begun: many leave out what is past, but a
    night's answers still count for its evening, and for yesterday's streak. Older ones than `BACK` go.
    """
    begins = read.shifts[0][0] if read.shifts else None
    stay = (
        (start, end)
        for start, end in before.shifts
        if start >= now - BACK and (begins is None or end <= begins) and (start <= now or not whole)
    )
    return (*stay, *read.shifts)[:MOST_SHIFTS]


def _ahead(schedule: Roster, now: datetime) -> tuple[Span, ...]:
    """The shifts that begin after an instant."""
    return tuple(span for span in schedule.shifts if span[0] > now)


def _next_day(learner_id: int, now: datetime) -> datetime:
    """A day later, a little earlier for each learner differently: an hour at which all began isn't one each day."""
    return now + DAILY - timedelta(seconds=learner_id * 617 % int(SPREAD.total_seconds()))
