"""Which messages a learner's shifts bring and when, given their preferences. Pure functions without a database."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from bot.domain import week
from bot.domain.learner import Cadence, Preferences
from bot.domain.schedule import DeliveryKindName, DueMessage, find_next_message, find_next_shift, learning_day_at
from bot.domain.schedule_kinds import schedule_from_json
from bot.storage.tables import LearnerState

CACHE_SIZE = 1024
"""Cached results. Learners with the same schedule in the same time zone share them."""


class Timetable(NamedTuple):
    """What decides when a learner's messages come. `schedule` is JSON."""

    state: str
    tz: str
    schedule: str
    cadence: str
    paused_until: date | None


@dataclass(frozen=True, slots=True)
class TimetableMessage:
    """A message; when it becomes too late (`late_from`); and when the next one is due (`next_due_at`).

    `closes_week_from`: the first day of the week that it closes, if it closes one.
    """

    message: DueMessage | None
    late_from: datetime
    next_due_at: datetime | None
    closes_week_from: date | None = None


@lru_cache(CACHE_SIZE)
def find_timetable_message(timetable: Timetable, since: datetime) -> TimetableMessage:
    """Return the first message at or after an instant. Raises KeyError or ValueError for unreadable zones and
    schedules.
    """
    if timetable.state != LearnerState.ACTIVE:
        return TimetableMessage(None, since, None)
    schedule = schedule_from_json(json.loads(timetable.schedule))
    preferences = Preferences(timetable.tz, schedule, cadence=Cadence(timetable.cadence))
    first = find_unpaused_message(preferences, timetable.paused_until, since - since.resolution)
    if first is None:
        return TimetableMessage(None, since, None)
    following = find_unpaused_message(preferences, timetable.paused_until, first.due_at)
    return TimetableMessage(
        first,
        _late_from(preferences, first),
        following.due_at if following else None,
        find_closed_week(preferences, first),
    )


def find_unpaused_message(preferences: Preferences, paused_until: date | None, after: datetime) -> DueMessage | None:
    """Return the next message after an instant and outside the pause, or None if there is none."""
    if paused_until is None:
        return find_next_message(preferences.lesson_schedule, preferences.zone, after)
    midnight = datetime.combine(paused_until, datetime.min.time(), tzinfo=preferences.zone)
    # A night shift that began before the first day back stays paused, although its messages are after midnight.
    after = max(after, midnight.astimezone(UTC) - timedelta(microseconds=1))
    due = find_next_message(preferences.lesson_schedule, preferences.zone, after)
    while due is not None and due.learning_day < paused_until:
        due = find_next_message(preferences.lesson_schedule, preferences.zone, due.due_at)
    return due


def find_closed_week(preferences: Preferences, due: DueMessage) -> date | None:
    """Return the first day of the week that a message closes. Only the day end of the week's last day closes one."""
    return week.find_week_closed_by(preferences, due.learning_day) if due.kind == DeliveryKindName.DAY_END else None


def _late_from(preferences: Preferences, first: DueMessage) -> datetime:
    """Return when a message becomes too late: when it expires, or when the next learning day begins."""
    if learning_day_at(preferences.schedule, preferences.zone, first.due_at) > first.learning_day:
        return first.due_at
    next_shift = find_next_shift(preferences.schedule, preferences.zone, first.due_at)
    if next_shift is not None and next_shift.learning_day == first.learning_day:  # a lesson before its own shift
        next_shift = find_next_shift(preferences.schedule, preferences.zone, next_shift.starts_at)
    return min(first.expires_at, next_shift.opens_at) if next_shift else first.expires_at
