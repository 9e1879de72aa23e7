"""Which messages a person's shifts bring and when, by what they chose: values in, values out, no database."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from bot.domain import week
from bot.domain.learner import Cadence, Preferences
from bot.domain.schedule import DeliveryKind, DueMessage, find_next_message, find_next_shift, learning_day_at
from bot.domain.schedule_kinds import schedule_from_json
from bot.storage.tables import LearnerState

CACHE_SIZE = 1024
"""Times worked out and kept: people with the same schedule in the same zone have the same."""


class Timetable(NamedTuple):
    """What decides when a learner's messages come; `schedule` is JSON."""

    state: str
    tz: str
    schedule: str
    cadence: str
    paused_until: date | None


@dataclass(frozen=True, slots=True)
class TimetableMessage:
    """A message that is due; `late_from`: too late from then on; `next_due_at`: when the one after it is due.

    `closes_week_from`: the first day of the week that it closes, if it does.
    """

    message: DueMessage | None
    late_from: datetime
    next_due_at: datetime | None
    closes_week_from: date | None = None


@lru_cache(CACHE_SIZE)
def find_timetable_message(timetable: Timetable, since: datetime) -> TimetableMessage:
    """The first message at or after an instant. KeyError or ValueError: a zone or schedule that can't be read here."""
    if timetable.state != LearnerState.ACTIVE:
        return TimetableMessage(None, since, None)
    schedule = schedule_from_json(json.loads(timetable.schedule))
    preferences = Preferences(timetable.tz, schedule, cadence=Cadence(timetable.cadence))
    first = find_unpaused_message(preferences, timetable.paused_until, since - since.resolution)
    if first is None:
        return TimetableMessage(None, since, None)
    then = find_unpaused_message(preferences, timetable.paused_until, first.due_at)
    return TimetableMessage(
        first, _late_from(preferences, first), then.due_at if then else None, find_closed_week(preferences, first)
    )


def find_unpaused_message(preferences: Preferences, paused_until: date | None, after: datetime) -> DueMessage | None:
    """The next message after an instant of someone who gets messages; None if there is none."""
    if paused_until is None:
        return find_next_message(preferences.lesson_schedule, preferences.zone, after)
    midnight = datetime.combine(paused_until, datetime.min.time(), tzinfo=preferences.zone)
    # A night shift that began before the first day back stays paused: its messages are past midnight.
    after = max(after, midnight.astimezone(UTC) - timedelta(microseconds=1))
    due = find_next_message(preferences.lesson_schedule, preferences.zone, after)
    while due is not None and due.learning_day < paused_until:
        due = find_next_message(preferences.lesson_schedule, preferences.zone, due.due_at)
    return due


def find_closed_week(preferences: Preferences, due: DueMessage) -> date | None:
    """The first day of the week that a message closes: its last day's end does, and nothing else."""
    return week.find_week_closed_by(preferences, due.learning_day) if due.kind == DeliveryKind.DAY_END else None


def _late_from(preferences: Preferences, first: DueMessage) -> datetime:
    """From when on a message is too late: past its time, or in the next learning day."""
    if learning_day_at(preferences.schedule, preferences.zone, first.due_at) > first.learning_day:
        return first.due_at
    following = find_next_shift(preferences.schedule, preferences.zone, first.due_at)
    return min(first.expires_at, following.starts_at) if following else first.expires_at
