"""When a learner's next message is due, and the rows that due messages become."""

from datetime import UTC, date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from bot.domain import week
from bot.domain.learner import Cadence, Preferences
from bot.domain.schedule import Due, Kind, learning_day_at, next_delivery, shift_at
from bot.domain.shifts import schedule_from_json
from bot.storage import Session, deliveries
from bot.storage.queue import Waiting
from bot.storage.tables import Delivery, Learner, LearnerState, SendState

CATCH_UP = timedelta(days=7)
"""How far back missed messages are written down after an outage. Older ones leave no row, and cost no time."""


def delivery_id(team_id: str, user_id: str, learning_day: date, kind: Kind) -> UUID:
    """The name of a delivery, the same on every machine and after every restore."""
    return uuid5(NAMESPACE_URL, f"rounds:{team_id}:{user_id}:{learning_day.isoformat()}:{kind.value}")


def owe(row: Learner, due: Due) -> Delivery:
    """The delivery row for what is due to a learner."""
    return Delivery(
        id=delivery_id(row.team_id, row.user_id, due.learning_day, due.kind),
        learner_id=row.id,
        team_id=row.team_id,
        learning_day=due.learning_day,
        kind=due.kind,
        due_at=due.at,
        expires_at=due.expires_at,
        week_from=week_closed(preferences_of(row), due),
    )


def week_closed(preferences: Preferences, due: Due) -> date | None:
    """The first day of the week that a message closes: its last day's end does, and nothing else."""
    return week.closes(preferences, due.learning_day) if due.kind is Kind.DAY_END else None


def owe_due(session: Session, row: Learner, now: datetime) -> None:
    """Write the rows that have come due since the learner's next time was set; late ones as skipped."""
    if row.next_due_at is None:
        return
    for due in _missed(row, max(row.next_due_at, now - CATCH_UP), now):
        if deliveries.find(session, row.id, due.learning_day, due.kind) is not None:
            continue  # already owed: they moved the time, the zone, or asked for it early
        delivery = owe(row, due)
        if _too_late(row, due, now):
            delivery.state, delivery.reason = SendState.SKIPPED, "late"
        session.add(delivery)


def carry_copies(session: Session, row: Learner, now: datetime) -> None:
    """A lesson that was put off to a time at which nothing may be sent any more waits for the next lesson's time.

    For when a pause begins, or the times or the zone have changed.
    """
    preferences = preferences_of(row)
    for copy in deliveries.planned_copies(session, row.id):
        shift = shift_at(preferences.schedule, preferences.zone, max(copy.due_at, now))
        if shift is not None and shift.learning_day == copy.learning_day and not is_paused(row, now):
            copy.expires_at = shift.ends_at
            continue
        copy.state, copy.reason = SendState.SKIPPED, "carried"
        lesson = deliveries.find(session, row.id, copy.learning_day, Kind.LESSON)
        if lesson is not None:
            lesson.carried = True


def plan(row: Learner, now: datetime) -> None:
    """Set when the tick looks at this learner next."""
    due = upcoming(row, now)
    row.next_due_at = due.at if due else None


def upcoming(row: Learner, after: datetime) -> Due | None:
    """The next message a learner gets after an instant, pauses considered; None while they get none."""
    if row.state != LearnerState.ACTIVE:
        return None
    return upcoming_by(preferences_of(row), row.paused_until, after)


def upcoming_by(preferences: Preferences, paused_until: date | None, after: datetime) -> Due | None:
    """The next message after an instant of someone who gets messages, by what they chose; None if there is none."""
    if paused_until is None:
        return next_delivery(preferences.teaching, preferences.zone, after)
    midnight = datetime.combine(paused_until, datetime.min.time(), tzinfo=preferences.zone)
    # A night shift that began before the first day back stays paused: its messages are past midnight.
    after = max(after, midnight.astimezone(UTC) - timedelta(microseconds=1))
    due = next_delivery(preferences.teaching, preferences.zone, after)
    while due is not None and due.learning_day < paused_until:
        due = next_delivery(preferences.teaching, preferences.zone, due.at)
    return due


def upcoming_lesson(session: Session, row: Learner, after: datetime) -> Due | None:
    """The next lesson a learner gets after an instant, days that had theirs left out; None while they get none."""
    due = upcoming(row, after)
    while due is not None and (
        due.kind is not Kind.LESSON or deliveries.find(session, row.id, due.learning_day, Kind.LESSON) is not None
    ):
        due = upcoming(row, due.at)
    return due


def preferences_of(row: Learner) -> Preferences:
    """What a learner chose."""
    return Preferences(
        tz=row.tz,
        schedule=schedule_from_json(row.schedule),
        focus=frozenset(row.focus),
        cadence=Cadence(row.cadence),
        follows_zone=row.follows_zone,
        follows_status=row.follows_status,
        weekly_summary=row.weekly_summary,
        team=row.team_channel,
    )


def learning_day(row: Learner, now: datetime) -> date:
    """The learning day that something this learner does now counts for."""
    preferences = preferences_of(row)
    return learning_day_at(preferences.schedule, preferences.zone, now)


def is_paused(row: Learner | Waiting, now: datetime) -> bool:
    """Whether lessons wait now."""
    until = row.paused_until
    today = now.astimezone(ZoneInfo(row.tz)).date()
    return row.state == LearnerState.PAUSED or (until is not None and until > today)


def _missed(row: Learner, since: datetime, now: datetime) -> list[Due]:
    """What has come due from one instant to another, both included."""
    preferences = preferences_of(row)
    found: list[Due] = []
    due = upcoming(row, since - since.resolution)
    while due is not None and due.at <= now:
        found.append(due)
        due = next_delivery(preferences.teaching, preferences.zone, due.at)
    return found


def _too_late(row: Learner, due: Due, now: datetime) -> bool:
    """Past its time, or the lesson of a learning day that is over: today's is sent late, yesterday's never."""
    return now >= due.expires_at or due.learning_day < learning_day(row, now)
