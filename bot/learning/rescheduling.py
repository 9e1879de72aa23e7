"""The one way to change what decides when a learner's messages come."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.content.roster_reader import TIME_KEPT_BEFORE_NOW
from bot.domain.learner import Preferences
from bot.domain.schedule import DeliveryKindName, find_shift_at, is_day_off, learning_day_at
from bot.domain.schedule_kinds import Roster, schedule_from_json
from bot.learning import planning
from bot.storage import Session, deliveries, streak_days, workspaces
from bot.storage import due_learners as due_rows
from bot.storage.due_learners import DueLearner
from bot.storage.tables import Learner, SendState


@contextmanager
def reschedule(session: Session, learner: Learner, now: datetime) -> Iterator[None]:
    """Change a learner's state, pause, zone, schedule, or cadence inside this block.

    Before the block, rows are written for what is due by the old times. After it, lessons postponed to a time when
    nothing may be sent move to the next shift, and the next message is planned. Lessons of shifts that are no longer in
    the schedule break no streak. If the learner's workspace has left, no rows are written, because they don't catch up
    on what they missed.

    Don't nest blocks: the inner one would write rows by half-changed times.
    """
    if not workspaces.has_left(session, learner.team_id):
        _add_due_deliveries(session, learner, now)
    tz, schedule = learner.tz, learner.schedule
    yield
    before = _read_times(tz, schedule)
    if before is not None and learner.schedule != schedule:
        _excuse_days_taken_back(session, learner, before, now)
    _move_postponed_copies(session, learner, before, now)
    _plan_next_message(learner, now)


def _add_due_deliveries(session: Session, learner: Learner, now: datetime) -> None:
    """Write the rows that have become due since the learner's next due time was set, late ones as skipped.

    An existing row stays as it is: the learner changed the time or the zone, or requested the lesson early.
    """
    if learner.next_due_at is None or learner.next_due_at > now:
        return
    values = {name: getattr(learner, name) for name in DueLearner._fields}
    rows, _ = planning.build_due_deliveries(DueLearner(**{**values, "schedule": json.dumps(learner.schedule)}), now)
    due_rows.insert_deliveries(session, rows)


def _read_times(tz: str, schedule: dict[str, Any]) -> Preferences | None:
    """Return the times from before, or None if they are unreadable, which may be why they are replaced."""
    try:
        ZoneInfo(tz)
        return Preferences(tz, schedule_from_json(schedule))
    except (KeyError, TypeError, ValueError):
        return None


def _excuse_days_taken_back(session: Session, learner: Learner, before: Preferences, now: datetime) -> None:
    """Let the lessons of shifts that were in the schedule before and are gone break no streak.

    A new state of a calendar tells of past shifts, too. Whoever chooses other hours can't undo the days before today.
    """
    old, new = before.schedule, schedule_from_json(learner.schedule)
    today = learning_day_at(old, before.zone, now)
    first = today - TIME_KEPT_BEFORE_NOW if isinstance(old, Roster) and isinstance(new, Roster) else today
    gone = {shift.learning_day for shift in old.shifts_between(first, today, before.zone)}
    gone -= {shift.learning_day for shift in new.shifts_between(first, today, ZoneInfo(learner.tz))}
    streak_days.excuse_days(session, learner.id, gone)


def _move_postponed_copies(session: Session, learner: Learner, before: Preferences | None, now: datetime) -> None:
    """Move lessons that are postponed to a time when nothing may be sent to the next lesson's time.

    This is needed when a pause begins, or when the times or the zone change. One that a learner postponed on a day off
    keeps its time while that is still a day off.
    """
    preferences = planning.get_preferences(learner)
    for copy in deliveries.lock_planned_copies(session, learner.id):
        at = max(copy.due_at, now)
        shift = find_shift_at(preferences.schedule, preferences.zone, at)
        if not planning.is_paused(learner, now):
            if shift is not None and shift.learning_day == copy.learning_day:
                copy.expires_at = shift.ends_at
                continue
            if all(each and is_day_off(each.schedule, each.zone, at) for each in (before, preferences)):
                continue
        copy.state, copy.reason = SendState.SKIPPED, "carried"
        lesson = deliveries.find(session, learner.id, copy.learning_day, DeliveryKindName.LESSON)
        if lesson is not None:
            lesson.carried_over = True


def _plan_next_message(learner: Learner, now: datetime) -> None:
    """Set when the tick looks at this learner next."""
    due = planning.find_upcoming_message(learner, now)
    learner.next_due_at = due.due_at if due else None
