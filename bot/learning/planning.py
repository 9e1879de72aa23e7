"""When a learner's next message is due, and the rows for due messages."""

from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from bot.domain.learner import Cadence, Preferences
from bot.domain.schedule import DeliveryKindName, DueMessage, learning_day_at
from bot.domain.schedule_kinds import schedule_from_json
from bot.learning import timetable
from bot.learning.timetable import Timetable, find_timetable_message
from bot.storage import Session, deliveries
from bot.storage.delivery_queue import QueuedDelivery
from bot.storage.due_learners import DueLearner, NewDelivery
from bot.storage.tables import Delivery, Learner, LearnerState, SendState

MAX_CATCH_UP = timedelta(days=7)
"""How far back rows for missed messages are written after an outage. Older messages get no row and take no time."""


def build_delivery_id(team_id: str, user_id: str, learning_day: date, kind: str) -> UUID:
    """Return a delivery's id. It is the same on every machine and after every restore."""
    return uuid5(NAMESPACE_URL, f"rounds:{team_id}:{user_id}:{learning_day.isoformat()}:{kind}")


def new_delivery(learner: Learner, due: DueMessage) -> Delivery:
    """Return a new row for a learner's due message."""
    return Delivery(
        id=build_delivery_id(learner.team_id, learner.user_id, due.learning_day, due.kind),
        learner_id=learner.id,
        team_id=learner.team_id,
        learning_day=due.learning_day,
        kind=due.kind,
        due_at=due.due_at,
        expires_at=due.expires_at,
        closes_week_from=timetable.find_closed_week(get_preferences(learner), due),
    )


def build_due_deliveries(learner: DueLearner, now: datetime) -> tuple[list[NewDelivery], datetime | None]:
    """Return the rows for everything due since the learner's next due time was set, and the next due time.

    Raises KeyError or ValueError for a time zone or schedule that this machine can't read.
    """
    times = Timetable(learner.state, learner.tz, learner.schedule, learner.cadence, learner.paused_until)
    turn = find_timetable_message(times, max(learner.next_due_at, now - MAX_CATCH_UP))
    new_deliveries: list[NewDelivery] = []
    while turn.message is not None and turn.message.due_at <= now:
        new_deliveries.append(
            _build_new_delivery(learner, turn.message, turn.closes_week_from, late=now >= turn.late_from)
        )
        if turn.next_due_at is None or turn.next_due_at > now:
            return new_deliveries, turn.next_due_at
        turn = find_timetable_message(times, turn.next_due_at)
    return new_deliveries, turn.message.due_at if turn.message else None


def _build_new_delivery(
    learner: DueLearner, due: DueMessage, closes_week_from: date | None, *, late: bool
) -> NewDelivery:
    return NewDelivery(
        id=build_delivery_id(learner.team_id, learner.user_id, due.learning_day, due.kind),
        learner_id=learner.id,
        team_id=learner.team_id,
        learning_day=due.learning_day,
        kind=due.kind,
        due_at=due.due_at,
        expires_at=due.expires_at,
        state=SendState.SKIPPED if late else SendState.DUE,
        reason="late" if late else None,
        closes_week_from=closes_week_from,
    )


def find_upcoming_message(learner: Learner, after: datetime) -> DueMessage | None:
    """Return a learner's next message after an instant, considering pauses, or None if they get none."""
    if learner.state != LearnerState.ACTIVE:
        return None
    return timetable.find_unpaused_message(get_preferences(learner), learner.paused_until, after)


def find_upcoming_lesson(session: Session, learner: Learner, after: datetime) -> DueMessage | None:
    """Return a learner's next lesson after an instant, skipping days that had theirs, or None if they get none."""
    due = find_upcoming_message(learner, after)
    while due is not None and (
        due.kind != DeliveryKindName.LESSON
        or deliveries.find(session, learner.id, due.learning_day, DeliveryKindName.LESSON) is not None
    ):
        due = find_upcoming_message(learner, due.due_at)
    return due


def get_preferences(learner: Learner) -> Preferences:
    """Return what a learner chose."""
    return Preferences(
        tz=learner.tz,
        schedule=schedule_from_json(learner.schedule),
        focus=frozenset(learner.focus_skills),
        cadence=Cadence(learner.cadence),
        follows_zone=learner.follows_zone,
        follows_status=learner.follows_status,
        weekly_summary=learner.weekly_summary,
        team_channel=learner.team_channel,
    )


def get_learning_day(learner: Learner, now: datetime) -> date:
    """Return the learning day that this learner's action at this instant counts for."""
    preferences = get_preferences(learner)
    return learning_day_at(preferences.schedule, preferences.zone, now)


def is_paused(learner: Learner | QueuedDelivery, now: datetime) -> bool:
    """Return whether lessons are paused now."""
    until = learner.paused_until
    today = now.astimezone(ZoneInfo(learner.tz)).date()
    state = learner.state if isinstance(learner, Learner) else learner.learner_state
    return state == LearnerState.PAUSED or (until is not None and until > today)
