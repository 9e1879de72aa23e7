"""Announcements: a message from a cohort's lead, or an admin, to its people, once, and once a day at most.

Only people who pressed *Start* and haven't paused get it. Whoever writes it isn't told who that is, and nothing that
they are told depends on it: an announcement counts for its day whether or not anybody got it, and taking it back is
answered by the clock alone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.announcement import (
    MAX_DELAY,
    MAX_WORDS_LENGTH,
    TIME_TO_TAKE_BACK,
    AnnouncementText,
    clean_words,
    find_time,
    may_still_come,
)
from bot.domain.audit import AuditAction
from bot.domain.learner import Person, WorkspaceUser
from bot.domain.schedule import DeliveryKindName
from bot.domain.schedule_kinds import schedule_from_json
from bot.errors import NotFound, Refused
from bot.language import gettext as _
from bot.language import mark
from bot.learning import cohorts, enrollment, planning
from bot.storage import Session, audit_log, due_learners
from bot.storage import announcements as queries
from bot.storage import cohorts as cohort_queries
from bot.storage.due_learners import NewDelivery
from bot.storage.tables import Announcement, Cohort, Learner, SendState

ONE_A_DAY = mark(
    "That cohort already got a message today, or one is on its way. Nothing was sent. You can"
    " send the next one tomorrow."
)
NO_WORDS = mark("Write what you want to tell them.")
TOO_LONG = mark("That's longer than {number:,} characters. Nothing was sent. Please shorten it.")
TOO_LATE = mark("It's too late to take that message back. Nothing was changed.")
GONE = mark("That message was taken back already, or is no longer known. Nothing was changed.")

TAKEN_BACK = "taken_back"
"""Why an announcement wasn't sent."""

KEPT_FOR = timedelta(days=30)
"""How long it is known that a cohort had an announcement on a day. Its words go sooner."""


@dataclass(frozen=True, slots=True)
class AnnouncementView:
    """An announcement as whoever sent it is told. `is_new`: False if it had been sent before, by a double press."""

    id: int
    cohort: str
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What taking an announcement back did. `in_time`: nobody got it, so another one can be sent on the same day."""

    cohort: str
    in_time: bool


def check_announcing(session: Session, person: Person, cohort_id: int, is_admin: bool, now: datetime) -> str:
    """Return the name of an open cohort to its lead or an admin. Refused if it had an announcement today.

    NotFound for anybody else, and if there is no such cohort.
    """
    cohort = cohorts.get_open(session, person, cohort_id, is_admin=is_admin)
    if _find_todays(session, person, cohort, now) is not None:
        raise Refused(_(ONE_A_DAY))
    return cohort.name


def announce(
    session: Session, person: Person, cohort_id: int, typed: str, is_admin: bool, now: datetime
) -> AnnouncementView:
    """Send words to everyone in a cohort who has started and hasn't paused: one delivery each, in their shift.

    Nobody gets it before `TIME_TO_TAKE_BACK` is over. Refused without words, with too many, and if the cohort had an
    announcement today; the same one again, as by a double press, changes nothing. NotFound as for `check_announcing`.
    """
    words = clean_words(typed)
    if not words:
        raise Refused(_(NO_WORDS))
    if len(words) > MAX_WORDS_LENGTH:
        raise Refused(_(TOO_LONG, number=MAX_WORDS_LENGTH))
    cohort = cohorts.get_open(session, person, cohort_id, is_admin=is_admin, locked=True)
    todays = _find_todays(session, person, cohort, now)
    if todays is not None:
        # Later the words may be gone, as nobody waits for them, which must not show.
        is_new = now < todays.at + TIME_TO_TAKE_BACK
        if is_new and todays.by == person.user_id and todays.words == words:
            return AnnouncementView(todays.id, cohort.name, is_new=False)
        raise Refused(_(ONE_A_DAY))
    row = Announcement(
        team_id=cohort.team_id,
        cohort_id=cohort.id,
        by=person.user_id,
        day=enrollment.read_today(session, person, now),
        at=now,
        words=words,
    )
    queries.add(session, row)
    planned = (_plan(each, row.day, now) for each in queries.list_started_members(session, cohort))
    due_learners.insert_deliveries(session, [each for each in planned if each is not None])
    _record(session, person, cohort, AuditAction.COHORT_ANNOUNCED, now)
    return AnnouncementView(row.id, cohort.name)


def take_back(session: Session, person: Person, announcement_id: int, is_admin: bool, now: datetime) -> TakenBack:
    """Take an announcement back: whoever hasn't got it doesn't get it. For who wrote it, the lead, and admins.

    Refused once nobody can be waiting for it anymore. NotFound if it was taken back, or isn't theirs.
    """
    row = queries.lock(session, person.team_id, announcement_id)
    cohort = cohort_queries.find(session, person.team_id, row.cohort_id) if row is not None else None
    if row is None or cohort is None or row.taken_back_at is not None:
        raise NotFound(_(GONE))
    if not (is_admin or person.user_id in {row.by, cohort.lead}):
        raise NotFound(_(GONE))
    if not may_still_come(row.at, now):
        raise Refused(_(TOO_LATE))
    session.delete_words_for_good()
    in_time = now < row.at + TIME_TO_TAKE_BACK
    if in_time:
        queries.delete_unsent(session, cohort, row)
    else:
        row.words, row.taken_back_at = None, now
        queries.skip_due(session, cohort, TAKEN_BACK, row.day)
    _record(session, person, cohort, AuditAction.COHORT_ANNOUNCEMENT_TAKEN_BACK, now)
    return TakenBack(cohort.name, in_time)


def find_texts(
    session: Session, users: Collection[WorkspaceUser]
) -> dict[tuple[WorkspaceUser, date], AnnouncementText]:
    """Return what each of these users may get as an announcement, by day.

    That is one to the cohort that they are in now, and were in when it was written, unless it was taken back.
    """
    return {
        key: AnnouncementText(row.by, cohort.name, row.words)
        for key, (row, cohort) in queries.find_for_members(session, users).items()
        if row.words is not None
    }


def forget_words(session: Session, now: datetime) -> None:
    """Delete the words of announcements that nobody waits for anymore, and what is older than `KEPT_FOR`."""
    for row, cohort in queries.list_with_words(session):
        is_new = now < row.at + TIME_TO_TAKE_BACK
        if not is_new and not (may_still_come(row.at, now) and queries.is_waiting(session, row, cohort)):
            session.delete_words_for_good()
            row.words = None
    queries.delete_before(session, now - KEPT_FOR)


def _find_todays(session: Session, person: Person, cohort: Cohort, now: datetime) -> Announcement | None:
    """Find the cohort's announcement of today, where this person is."""
    newest = queries.find_newest(session, cohort.id)
    if newest is None:
        return None
    zone, today = enrollment.read_zone(session, person), enrollment.read_today(session, person, now)
    return newest if newest.day >= today or newest.at.astimezone(zone).date() >= today else None


def _plan(learner: Learner, day: date, now: datetime) -> NewDelivery | None:
    """Build the row of one receiver. None for whoever has paused, or has no shift soon, or none that can be read."""
    try:
        if planning.is_paused(learner, now):
            return None
        due_at = find_time(schedule_from_json(learner.schedule), ZoneInfo(learner.tz), now)
    except (KeyError, TypeError, ValueError):  # must not keep others from getting it
        return None
    if due_at is None:
        return None
    return NewDelivery(
        id=planning.build_delivery_id(learner.team_id, learner.user_id, day, DeliveryKindName.ANNOUNCEMENT),
        learner_id=learner.id,
        team_id=learner.team_id,
        learning_day=day,
        kind=DeliveryKindName.ANNOUNCEMENT,
        due_at=due_at,
        expires_at=due_at + MAX_DELAY,
        state=SendState.DUE,
        reason=None,
    )


def _record(session: Session, person: Person, cohort: Cohort, action: AuditAction, now: datetime) -> None:
    audit_log.record(session, cohort.team_id, person.user_id, action, now, subject=cohort.name)
