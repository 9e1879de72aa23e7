"""A learner's roster: showing it, saving it from a calendar, and changing its message times."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlsplit

from bot.content.roster_reader import ParsedRoster
from bot.domain.formats import DEFAULT_FORMATS, Formats
from bot.domain.learner import Person
from bot.domain.message_times import with_clock_times_of
from bot.domain.schedule import MessageTiming
from bot.domain.schedule_kinds import Roster
from bot.errors import NotFound, RosterError, RosterProblem
from bot.language import gettext as _
from bot.language import mark
from bot.learning import enrollment, planning
from bot.learning.calendar_refresh import choose_next_fetch, join_shifts, list_shifts_ahead
from bot.learning.enrollment import LearnerView
from bot.storage import Session, calendar_sources
from bot.storage.tables import CalendarSource

NO_SHIFTS = mark(
    "Entries that last all day or over 24 hours, have no end, or are marked as free don't count as shifts."
)
"""What else a calendar holds."""


@dataclass(frozen=True, slots=True)
class SavedRoster:
    """A saved roster: the number of shifts ahead, the local date of the last one, and the entries that are no shifts.

    `shifts_from_previous`: how many of the shifts ahead are from the previous roster, which ends where this one begins.
    `other_entries`: those that are too long or too short for a shift, or marked as free. `left_out`: the entries that
    can't be read.
    """

    learner: LearnerView
    shifts_ahead: int
    last_day: date
    all_day_entries: int
    shifts_from_previous: int = 0
    other_entries: int = 0
    left_out: tuple[RosterProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterView:
    """A learner's current roster: its message times and its calendar's host. The rest of the address stays secret.

    `is_address_unreadable`: it has an address, but the key that encrypted it is lost. `formats`: how the learner reads
    dates.
    """

    timing: MessageTiming
    shifts_ahead: int = 0
    last_day: date | None = None
    today: date | None = None
    calendar_host: str | None = None
    is_from_file: bool = False
    is_address_unreadable: bool = False
    formats: Formats = DEFAULT_FORMATS


def read_roster(session: Session, person: Person, now: datetime) -> RosterView:
    """Return this person's current roster, for changing it."""
    row = enrollment.get_learner(session, person)
    preferences = planning.get_preferences(row)
    if not isinstance(preferences.schedule, Roster):
        return RosterView(with_clock_times_of(MessageTiming(), preferences.schedule), formats=Formats(row.locale))
    source = calendar_sources.find_source(session, row.id)
    ahead = list_shifts_ahead(preferences.schedule, now)
    address = session.cipher.try_decrypt(source.address) if source and source.address else None
    return RosterView(
        timing=preferences.schedule.timing,
        shifts_ahead=len(ahead),
        last_day=ahead[-1][0].astimezone(preferences.zone).date() if ahead else None,
        today=now.astimezone(preferences.zone).date(),
        calendar_host=get_host(address) if address else None,
        is_from_file=source is not None and source.address is None,
        is_address_unreadable=bool(source and source.address) and address is None,
        formats=Formats(row.locale),
    )


def save_roster(
    session: Session,
    person: Person,
    read: ParsedRoster,
    timing: MessageTiming | None,
    address: str | None,
    now: datetime,
) -> SavedRoster:
    """Make these shifts the learner's schedule. Raises RosterError without changing anything if none of them is ahead.

    `timing`: None keeps that of the previous roster. `address`: where to fetch the calendar each day, or None for a
    file.
    """
    row = enrollment.get_learner(session, person)
    preferences = planning.get_preferences(row)
    new = read.upcoming_shifts(now)
    source = calendar_sources.find_source(session, row.id)
    timing_before = with_clock_times_of(MessageTiming(), preferences.schedule)
    before = preferences.schedule if isinstance(preferences.schedule, Roster) else Roster((), timing_before)
    # Next month's file adds to this month's. A calendar with an address, old or new, covers the whole future.
    by_files = source is not None and not source.address and not address
    schedule = Roster(join_shifts(before, read, now, whole=not by_files), timing or before.timing)
    ahead = list_shifts_ahead(schedule, now)
    cancels = by_files and not set(read.canceled_shifts).isdisjoint(list_shifts_ahead(before, now))
    if not new and not (cancels and ahead):
        raise RosterError([RosterProblem(None, _explain_no_shifts(read, cancels=cancels))])
    view = enrollment.change_preferences(session, person, replace(preferences, schedule=schedule), now)
    if source is not None and source.address:
        session.delete_words_for_good()
    source = source or CalendarSource(learner_id=row.id, last_read_at=now)
    source.address = session.cipher.encrypt(address) if address else None
    source.last_read_at, source.notified_at = now, None
    source.left_out_notified_at = now if read.left_out else None  # the result names them
    source.next_fetch_at = choose_next_fetch(row.id, now) if address else ahead[-1][0]
    session.add(source)
    until = ahead[-1][0].astimezone(preferences.zone).date()
    return SavedRoster(
        view,
        shifts_ahead=len(ahead),
        last_day=until,
        all_day_entries=read.skipped_all_day_entries,
        shifts_from_previous=len(ahead) - len(new),
        other_entries=read.skipped_other_entries,
        left_out=read.left_out,
    )


def _explain_no_shifts(read: ParsedRoster, *, cancels: bool) -> str:
    if cancels:
        return _(
            "This file cancels all your upcoming shifts. To get no lessons for a while, pause them; for other shifts, "
            "send me the new roster."
        )
    told = _("There are no shifts in this calendar from now on. Choose a calendar with upcoming shifts.")
    if read.skipped_all_day_entries or read.skipped_other_entries:
        told += f" {_(NO_SHIFTS)}"
    return told


def change_roster_timing(session: Session, person: Person, timing: MessageTiming, now: datetime) -> LearnerView:
    """Change the message times of the learner's shifts. Raises NotFound if they have no roster."""
    preferences = planning.get_preferences(enrollment.get_learner(session, person))
    if not isinstance(preferences.schedule, Roster):
        raise NotFound(_("You have no roster yet. Nothing was changed. Add a calendar first."))
    schedule = replace(preferences.schedule, timing=timing)
    return enrollment.change_preferences(session, person, replace(preferences, schedule=schedule), now)


def get_host(address: str) -> str:
    """Return the host of an address, the only part that is ever shown."""
    return urlsplit(address).hostname or ""
