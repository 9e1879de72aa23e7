"""When a learner's next message is due, and the rows that due messages become."""

from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from bot.domain.learner import Cadence, Preferences
from bot.domain.schedule import Due, Kind, learning_day_at
from bot.domain.shifts import schedule_from_json
from bot.learning import timetable
from bot.learning.timetable import Timetable, next_turn
from bot.storage import Session, deliveries
from bot.storage.due import DueLearner, Owed
from bot.storage.queue import Waiting
from bot.storage.tables import Delivery, Learner, LearnerState, SendState

CATCH_UP = timedelta(days=7)
"""How far back missed messages are written down after an outage. Older ones leave no row, and cost no time."""


def delivery_id(team_id: str, user_id: str, learning_day: date, kind: str) -> UUID:
    """The name of a delivery, the same on every machine and after every restore."""
    return uuid5(NAMESPACE_URL, f"rounds:{team_id}:{user_id}:{learning_day.isoformat()}:{kind}")


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
        week_from=timetable.week_closed(preferences_of(row), due),
    )


def rows_due(learner: DueLearner, now: datetime) -> tuple[list[Owed], datetime | None]:
    """The rows that a learner's shifts have brought since their next time was set, and when the next is due.

    KeyError or ValueError: a zone or schedule that this machine can't read.
    """
    times = Timetable(learner.state, learner.tz, learner.schedule, learner.cadence, learner.paused_until)
    turn = next_turn(times, max(learner.next_due_at, now - CATCH_UP))
    owed: list[Owed] = []
    while turn.due is not None and turn.due.at <= now:
        owed.append(_owed(learner, turn.due, turn.week_from, late=now >= turn.late_from))
        if turn.then is None or turn.then > now:
            return owed, turn.then
        turn = next_turn(times, turn.then)
    return owed, turn.due.at if turn.due else None


def _owed(learner: DueLearner, owed: Due, week_from: date | None, *, late: bool) -> Owed:
    return Owed(
        id=delivery_id(learner.team_id, learner.user_id, owed.learning_day, owed.kind),
        learner_id=learner.id,
        team_id=learner.team_id,
        learning_day=owed.learning_day,
        kind=owed.kind,
        due_at=owed.at,
        expires_at=owed.expires_at,
        state=SendState.SKIPPED if late else SendState.DUE,
        reason="late" if late else None,
        week_from=week_from,
    )


def upcoming(row: Learner, after: datetime) -> Due | None:
    """The next message a learner gets after an instant, pauses considered; None while they get none."""
    if row.state != LearnerState.ACTIVE:
        return None
    return timetable.upcoming(preferences_of(row), row.paused_until, after)


def upcoming_lesson(session: Session, row: Learner, after: datetime) -> Due | None:
    """The next lesson a learner gets after an instant, days that had theirs left out; None while they get none."""
    due = upcoming(row, after)
    while due is not None and (
        due.kind != Kind.LESSON or deliveries.find(session, row.id, due.learning_day, Kind.LESSON) is not None
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
