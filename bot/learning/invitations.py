"""Invitations: whom an admin can invite, and when an invitation and its reminder come.

Both come at 9:00 AM on a working day where the invited person is.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.content.time_zone_countries import working_days
from bot.domain.formats import find_locale
from bot.domain.learner import Person
from bot.domain.schedule import (
    MAX_LATENESS,
    DeliveryKindName,
    DueMessage,
    Shift,
    find_next_shift,
    find_shift_at,
)
from bot.domain.schedule_kinds import ShiftHours, WeeklySchedule
from bot.learning import enrollment, planning
from bot.learning.enrollment import UNKNOWN_TIME_ZONE
from bot.learning.rescheduling import reschedule
from bot.storage import Session, deliveries, due_learners, erased_people, learners
from bot.storage.due_learners import NewDelivery
from bot.storage.tables import Delivery, Learner, LearnerState, SendState

MORNING = ShiftHours(time(9), time(13))
"""When an invitation may arrive: at 9:00 AM, or a little later if many are sent or something is down."""

MAX_DELAY = timedelta(days=14)
"""How long an invitation is tried again, each working morning, before it is given up."""

REMINDER_AFTER = timedelta(days=7)
"""How long after an invitation its reminder comes."""

CLOCK_CHANGE = timedelta(hours=2)
"""More than clocks ever change by, so that a week later is found at 9:00 AM across a change, too."""


class Guest(NamedTuple):
    """Somebody an admin invites: the user id, and time zone and locale of the Slack profile, None if it has none.

    A cohort file may name a first day of their own (`starts_on`), and a time zone that isn't Slack's: then theirs
    doesn't follow Slack (`follows_zone`).
    """

    user_id: str
    tz: str | None
    locale: str | None = None
    starts_on: date | None = None
    follows_zone: bool = True


def invite_people(
    session: Session,
    inviter: Person,
    guests: Sequence[Guest],
    inviter_tz: str | None,
    starts_on: date | None,
    now: datetime,
) -> None:
    """Plan an invitation for each guest, except for those who know Rounds, declined, or deleted everything.

    It comes on the guest's own first day, or else on `starts_on`, at the earliest: the local date there. Somebody whose
    invitation couldn't be sent can be invited again. Whom this leaves out isn't returned, because an admin could invite
    a single person to find out.
    """
    user_ids = [guest.user_id for guest in guests]
    found = learners.find_many(session, inviter.organization_id, user_ids)
    erased = erased_people.find_erased(session, inviter.organization_id, user_ids)
    earlier = deliveries.list_of_kind(session, [each.id for each in found.values()], DeliveryKindName.INVITATION)
    find_invitation = cache(partial(_find_invitation, inviter_tz=inviter_tz, starts_on=starts_on, now=now))
    new: dict[str, tuple[Guest, DueMessage]] = {}
    for guest in dict.fromkeys(guests):
        if guest.user_id in erased:
            continue
        learner, due = found.get(guest.user_id), find_invitation(guest.tz, guest.starts_on)
        if learner is None:
            new.setdefault(guest.user_id, (guest, due))
        elif _can_be_invited(learner, {row.state for row in earlier[learner.id]}):
            if guest.tz and enrollment.is_zone_unknown(learner):
                with reschedule(session, learner, now):
                    learner.tz = guest.tz
            enrollment.set_locale(learner, guest.locale)
            learner.invited_at = now
            _plan(session, learner, due, earlier[learner.id])
    session.flush()
    _invite_new(session, inviter, list(new.values()), now)


def move_invitations(
    waiting: Sequence[tuple[Delivery, Learner, date | None]], inviter_tz: str | None, starts_on: date, now: datetime
) -> None:
    """Move invitations that wait to be sent to another first day. Each row stays the same, so it is sent once.

    Whoever has a first day of their own, the third of each, keeps it.
    """
    for row, learner, own_first_day in waiting:
        tz = None if enrollment.is_zone_unknown(learner) else learner.tz
        due = _find_invitation(tz, own_first_day, inviter_tz, starts_on, now)
        row.due_at, row.expires_at = due.due_at, due.expires_at


def list_invitation_days(
    guests: Collection[Guest], inviter_tz: str | None, starts_on: date | None, now: datetime
) -> list[date]:
    """Return the local dates on which invitations to these people would come, in order.

    They depend on time zones alone, so they don't show who knows Rounds already.
    """
    kinds = {(guest.tz, guest.starts_on) for guest in guests}
    return sorted({_find_invitation(*kind, inviter_tz, starts_on, now).learning_day for kind in kinds})


def is_morning(tz: str, now: datetime) -> bool:
    """Return whether an invitation may be sent now to somebody in this time zone; True while it is unknown."""
    return tz == UNKNOWN_TIME_ZONE or find_shift_at(_mornings(tz), ZoneInfo(tz), now) is not None


def find_next_morning(tz: str, after: datetime) -> Shift:
    """Return the first working morning in a time zone that starts after an instant."""
    morning = find_next_shift(_mornings(tz), ZoneInfo(tz), after)
    if morning is None:
        raise ValueError(f"no working morning in {tz}")
    return morning


def find_reminder_time(tz: str, invited_at: datetime) -> datetime:
    """Return when to remind somebody who is sent an invitation at `invited_at`: 9:00 AM, a week later at the earliest.

    In an unknown time zone, the time of day stays the same.
    """
    if tz == UNKNOWN_TIME_ZONE:
        return invited_at + REMINDER_AFTER
    today = find_shift_at(_mornings(tz), ZoneInfo(tz), invited_at)
    return find_next_morning(tz, (today.starts_at if today else invited_at) + REMINDER_AFTER - CLOCK_CHANGE).starts_at


def _can_be_invited(learner: Learner, invitations: Collection[str]) -> bool:
    """Return whether somebody we know may be invited, given the states of earlier invitations."""
    if learner.state != LearnerState.NEW or learner.declined_at is not None:
        return False
    never_sent = bool(invitations) and set(invitations) <= {SendState.SKIPPED, SendState.FAILED}
    return learner.invited_at is None or never_sent


def _find_invitation(
    tz: str | None, own_first_day: date | None, inviter_tz: str | None, starts_on: date | None, now: datetime
) -> DueMessage:
    """Return when a guest's invitation is due. If Slack doesn't know where they are, the inviter's zone counts."""
    zone, first_day = tz or inviter_tz or UNKNOWN_TIME_ZONE, own_first_day or starts_on
    begins = datetime.combine(first_day, time.min, ZoneInfo(zone)).astimezone(UTC) if first_day else now
    morning = find_next_morning(zone, max(now, begins))
    delay = MAX_DELAY if tz else MAX_LATENESS
    return DueMessage(DeliveryKindName.INVITATION, morning.learning_day, morning.starts_at, morning.starts_at + delay)


def _plan(session: Session, learner: Learner, due: DueMessage, earlier: Sequence[Delivery]) -> None:
    """Write the row, or make an earlier one of that day, which couldn't be sent, due again."""
    of_day = next((row for row in earlier if row.learning_day == due.learning_day), None)
    row = of_day or planning.new_delivery(learner, due)
    row.state, row.reason, row.not_before = SendState.DUE, None, None
    row.due_at, row.expires_at = due.due_at, due.expires_at
    session.add(row)


def _invite_new(session: Session, inviter: Person, invited: Sequence[tuple[Guest, DueMessage]], now: datetime) -> None:
    """Register people we hadn't met, and plan their invitations: a few statements, however many they are."""
    people = [Person(inviter.team_id, guest.user_id, inviter.enterprise_id) for guest, _due in invited]
    learners.insert_many(
        session,
        [
            {
                **enrollment.new_learner_values(person, guest.tz, now),
                "locale": find_locale(guest.locale),
                "follows_zone": guest.follows_zone,
                "invited_at": now,
            }
            for person, (guest, _due) in zip(people, invited, strict=True)
        ],
    )
    ids = learners.find_ids(session, inviter.organization_id, [person.user_id for person in people])
    rows = [
        NewDelivery(
            id=planning.build_delivery_id(inviter.team_id, guest.user_id, due.learning_day, due.kind),
            learner_id=ids[guest.user_id],
            team_id=inviter.team_id,
            learning_day=due.learning_day,
            kind=due.kind,
            due_at=due.due_at,
            expires_at=due.expires_at,
            state=SendState.DUE,
            reason=None,
        )
        for guest, due in invited
    ]
    due_learners.insert_deliveries(session, rows)


def _mornings(tz: str) -> WeeklySchedule:
    return WeeklySchedule(dict.fromkeys(sorted(working_days(tz)), MORNING))
