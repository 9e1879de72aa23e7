"""A learner's roster: shown, saved from a calendar, and its timing changed."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlsplit

from bot.content.roster_reader import ParsedRoster
from bot.domain.learner import Person
from bot.domain.schedule import MessageTiming
from bot.domain.schedule_kinds import Roster
from bot.errors import NotFound, RosterError, RosterProblem
from bot.learning import enrollment, planning
from bot.learning.calendar_refresh import choose_next_fetch, join_shifts, list_shifts_ahead
from bot.learning.enrollment import LearnerView
from bot.storage import Session, calendar_sources
from bot.storage.tables import CalendarSource


@dataclass(frozen=True, slots=True)
class SavedRoster:
    """A roster as it was kept: how many shifts are ahead, the local date of the last, all-day entries left out.

    `shifts_from_previous`: how many of those ahead are the roster's before it, which ends as this one begins.
    """

    learner: LearnerView
    shifts_ahead: int
    last_day: date
    all_day_entries: int
    shifts_from_previous: int = 0


@dataclass(frozen=True, slots=True)
class RosterView:
    """What a learner has now: timing, and the calendar's host (the rest of its address stays a secret)."""

    timing: MessageTiming
    shifts_ahead: int = 0
    last_day: date | None = None
    today: date | None = None
    calendar_host: str | None = None
    is_from_file: bool = False


def read_roster(session: Session, person: Person, now: datetime) -> RosterView:
    """What this person's roster is now, for those who want another."""
    row = enrollment.get_learner(session, person)
    preferences = planning.get_preferences(row)
    if not isinstance(preferences.schedule, Roster):
        return RosterView(MessageTiming())
    source = calendar_sources.find_source(session, row.id)
    ahead = list_shifts_ahead(preferences.schedule, now)
    return RosterView(
        timing=preferences.schedule.timing,
        shifts_ahead=len(ahead),
        last_day=ahead[-1][0].astimezone(preferences.zone).date() if ahead else None,
        today=now.astimezone(preferences.zone).date(),
        calendar_host=get_host(session.cipher.decrypt(source.address)) if source and source.address else None,
        is_from_file=source is not None and source.address is None,
    )


def save_roster(
    session: Session,
    person: Person,
    read: ParsedRoster,
    timing: MessageTiming | None,
    address: str | None,
    now: datetime,
) -> SavedRoster:
    """These shifts are the learner's schedule from now on. RosterError if none of them is ahead: nothing is changed.

    `timing`: None keeps that of the roster before. `address`: where the calendar is fetched from again each day; None
    for a file.
    """
    row = enrollment.get_learner(session, person)
    preferences = planning.get_preferences(row)
    new = read.upcoming_shifts(now)
    if not new:
        said = "There are no shifts in this calendar from now on. Choose one that has a start and an end for each."
        raise RosterError([RosterProblem(None, said)])
    source = calendar_sources.find_source(session, row.id)
    before = preferences.schedule if isinstance(preferences.schedule, Roster) else Roster(())
    # Next month's file doesn't undo this month's. An address, before or now, is the whole truth about what is ahead.
    by_files = source is not None and not source.address and not address
    schedule = Roster(join_shifts(before, read, now, whole=not by_files), timing or before.timing)
    view = enrollment.change_preferences(session, person, replace(preferences, schedule=schedule), now)
    ahead = list_shifts_ahead(schedule, now)
    source = source or CalendarSource(learner_id=row.id, last_read_at=now)
    source.address = session.cipher.encrypt(address) if address else None
    source.last_read_at, source.notified_at = now, None
    source.next_fetch_at = choose_next_fetch(row.id, now) if address else ahead[-1][0]
    session.add(source)
    until = ahead[-1][0].astimezone(preferences.zone).date()
    return SavedRoster(view, len(ahead), until, read.skipped_all_day_entries, len(ahead) - len(new))


def change_roster_timing(session: Session, person: Person, timing: MessageTiming, now: datetime) -> LearnerView:
    """The same shifts with other times for their messages. NotFound if the learner has no roster."""
    preferences = planning.get_preferences(enrollment.get_learner(session, person))
    if not isinstance(preferences.schedule, Roster):
        raise NotFound("You have no roster yet. Nothing was changed. Give me a calendar first.")
    schedule = replace(preferences.schedule, timing=timing)
    return enrollment.change_preferences(session, person, replace(preferences, schedule=schedule), now)


def get_host(address: str) -> str:
    """All that is ever shown of an address."""
    return urlsplit(address).hostname or ""
