"""Which messages a person's shifts bring and when, by what they chose: values in, values out, no database."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from bot.domain import week
from bot.domain.learner import Cadence, Preferences
from bot.domain.schedule import Due, Kind, learning_day_at, next_delivery, next_shift
from bot.domain.shifts import schedule_from_json
from bot.storage.tables import LearnerState

REMEMBERED = 1024
"""Times worked out and kept: people with the same schedule in the same zone have the same."""


class Timetable(NamedTuple):
    """What decides when a learner's messages come; `schedule` is JSON."""

    state: str
    tz: str
    schedule: str
    cadence: str
    paused_until: date | None


@dataclass(frozen=True, slots=True)
class Turn:
    """A message that is due; `late_from`: too late from then on; `then`: when the one after it is due.

    `week_from`: the first day of the week that it closes, if it does.
    """

    due: Due | None
    late_from: datetime
    then: datetime | None
    week_from: date | None = None


@lru_cache(REMEMBERED)
def next_turn(timetable: Timetable, since: datetime) -> Turn:
    """The first message at or after an instant. KeyError or ValueError: a zone or schedule that can't be read here."""
    if timetable.state != LearnerState.ACTIVE:
        return Turn(None, since, None)
    schedule = schedule_from_json(json.loads(timetable.schedule))
    preferences = Preferences(timetable.tz, schedule, cadence=Cadence(timetable.cadence))
    first = upcoming(preferences, timetable.paused_until, since - since.resolution)
    if first is None:
        return Turn(None, since, None)
    then = upcoming(preferences, timetable.paused_until, first.at)
    return Turn(first, _late_from(preferences, first), then.at if then else None, week_closed(preferences, first))


def upcoming(preferences: Preferences, paused_until: date | None, after: datetime) -> Due | None:
    """The next message after an instant of someone who gets messages; None if there is none."""
    if paused_until is None:
        return next_delivery(preferences.teaching, preferences.zone, after)
    midnight = datetime.combine(paused_until, datetime.min.time(), tzinfo=preferences.zone)
    # A night shift that began before the first day back stays paused: its messages are past midnight.
    after = max(after, midnight.astimezone(UTC) - timedelta(microseconds=1))
    due = next_delivery(preferences.teaching, preferences.zone, after)
    while due is not None and due.learning_day < paused_until:
        due = next_delivery(preferences.teaching, preferences.zone, due.at)
    return due


def week_closed(preferences: Preferences, due: Due) -> date | None:
    """The first day of the week that a message closes: its last day's end does, and nothing else."""
    return week.closes(preferences, due.learning_day) if due.kind == Kind.DAY_END else None


def _late_from(preferences: Preferences, first: Due) -> datetime:
    """From when on a message is too late: past its time, or in the next learning day."""
    if learning_day_at(preferences.schedule, preferences.zone, first.at) > first.learning_day:
        return first.at
    following = next_shift(preferences.schedule, preferences.zone, first.at)
    return min(first.expires_at, following.starts_at) if following else first.expires_at
