"""Streaks: working learning days in a row with an answer or a reflection, and what saves a streak on a missed day.

The rules use only a learner's days, so the same days always give the same result:

- A day off neither extends nor breaks a streak. Today can't break it before it is over.
- Every tenth day of a streak earns a freeze, up to `MAX_FREEZES`.
- A missed day uses a freeze automatically. The streak survives, and the day doesn't extend it.
- Without a freeze, a missed day breaks the streak. A broken streak therefore never leaves freezes behind.
- A repaired day keeps the streak without extending it and uses no freeze. The answer that repairs it counts for the
  learning day on which it is given; no answer counts twice.
- Only the latest break can be repaired, because all days after it must hold.
- A milestone is reached once: when the longest streak reaches it. A later streak doesn't reach it again.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.weeks import find_monday

WEEKS_SHOWN = 4

DAYS_PER_FREEZE = 10
"""Days of a streak that earn a freeze."""

MAX_FREEZES = 2
"""The most freezes that a learner can have at once."""

MILESTONES = (5, 10, 30, 100)
"""Lengths of a streak that are worth a sentence, shortest first."""

SHIFTS_OPEN_FOR_REPAIR = 2
"""A missed day can be repaired until the end of this many shifts after it."""


@dataclass(frozen=True, slots=True)
class StreakDays:
    """A learner's days, in any order.

    `lesson_days`: learning days on which a lesson reached the learner. `practice_days`: working learning days with an
    answer or a reflection. Days on which nothing could be sent are in neither, so they never break a streak.
    `repaired_days`: missed days that the learner repaired. `bonus_days`: days off with an answer or a reflection.
    """

    lesson_days: Collection[date] = ()
    practice_days: Collection[date] = ()
    repaired_days: Collection[date] = ()
    bonus_days: Collection[date] = ()


@dataclass(frozen=True, slots=True)
class MissedDay:
    """The missed day that broke a streak, and the length of the streak if that day were repaired."""

    day: date
    restored_streak: int


@dataclass(frozen=True, slots=True)
class Streak:
    """The current and longest streak in working days. `counted_today`: whether today is included.

    `freezes`: how many are available. `freeze_earned_today`: whether today earned one. `frozen_days`: the missed days
    that a freeze covered. `repairable_miss`: the break that can be repaired, if the learner's shifts still allow it
    (`learning/streaks.py`). `milestone_today`: the milestone that today's practice reached, for the first time.
    """

    current: int
    longest: int
    counted_today: bool
    freezes: int = 0
    freeze_earned_today: bool = False
    frozen_days: frozenset[date] = frozenset()
    repairable_miss: MissedDay | None = None
    milestone_today: int | None = None


@dataclass(frozen=True, slots=True)
class UsedFreeze:
    """A freeze covered `missed_day`. `streak` and `freezes_left` are as of `today`."""

    missed_day: date
    today: date
    streak: int
    freezes_left: int


class DayMark(StrEnum):
    """What one day looks like to a learner, who reads it in the words of `slack/blocks/streak.py`."""

    PRACTICED = "done"
    BONUS = "bonus"
    FROZEN = "freeze"
    REPAIRED = "made up"
    MISSED = "missed"
    OFF = "off"
    TODAY = "today"


@dataclass(frozen=True, slots=True)
class MarkedDay:
    """One day of the last four weeks."""

    day: date
    mark: DayMark


def compute_streak(history: StreakDays, today: date) -> Streak:
    """Return the streak on `today`."""
    counted, broken_on = _count(history, today)
    if broken_on is None:
        return counted
    repaired_streak, _ = _count(replace(history, repaired_days={*history.repaired_days, broken_on}), today)
    if repaired_streak.current <= counted.current:
        return counted  # there was no streak before that day
    return replace(counted, repairable_miss=MissedDay(broken_on, repaired_streak.current))


def find_milestone(longest_before: int, longest_now: int) -> int | None:
    """Return the milestone reached when the longest streak grew from one length to another: the highest, or None."""
    return max((each for each in MILESTONES if longest_before < each <= longest_now), default=None)


def find_used_freeze(history: StreakDays, today: date) -> UsedFreeze | None:
    """Return the freeze that covered the last lesson day before `today`, or None if none did."""
    last = max((day for day in history.lesson_days if day < today), default=today)
    found = compute_streak(history, today)
    return UsedFreeze(last, today, found.current, found.freezes) if last in found.frozen_days else None


def count_shifts_left_for_repair(history: StreakDays, missed: date, today: date) -> int:
    """Return in how many shifts, including today's, a missed day can still be repaired; 0 or less means none.

    As for the streak, a past shift counts only if its lesson was sent. A pause or an outage costs the learner nothing.
    """
    return SHIFTS_OPEN_FOR_REPAIR - sum(missed < day < today for day in history.lesson_days)


def mark_last_four_weeks(history: StreakDays, today: date) -> tuple[MarkedDay, ...]:
    """Return the days of this week up to today and of the three weeks before, oldest first. Weeks begin on Monday."""
    first = find_monday(today) - timedelta(weeks=WEEKS_SHOWN - 1)
    days = [first + timedelta(days=offset) for offset in range((today - first).days + 1)]
    frozen = compute_streak(history, today).frozen_days
    return tuple(MarkedDay(day, _mark(day, history, frozen, today)) for day in days)


def _count(history: StreakDays, today: date) -> tuple[Streak, date | None]:
    """Return the streak and the last day that broke one, without looking for a repair."""
    practiced, repaired = set(history.practice_days), set(history.repaired_days)
    run = longest = freezes = 0
    earned_today, milestone, frozen, broken_on = False, None, set(), None
    for day in sorted(practiced | set(history.lesson_days)):
        if day in practiced:
            run += 1
            if day == today:
                milestone = find_milestone(longest, run)
            longest = max(longest, run)
            if run % DAYS_PER_FREEZE == 0 and freezes < MAX_FREEZES:
                freezes += 1
                earned_today = day == today
        elif day in repaired or day >= today:
            continue
        elif freezes:
            freezes -= 1
            frozen.add(day)
        else:
            run, broken_on = 0, day
    counted = Streak(
        run, longest, today in practiced, freezes, earned_today, frozenset(frozen), milestone_today=milestone
    )
    return counted, broken_on


def _mark(day: date, history: StreakDays, frozen: Collection[date], today: date) -> DayMark:
    if day in history.practice_days:
        return DayMark.PRACTICED
    if day in history.repaired_days:
        return DayMark.REPAIRED
    if day in frozen:
        return DayMark.FROZEN
    if day in history.bonus_days:
        return DayMark.BONUS
    if day == today:
        return DayMark.TODAY
    return DayMark.MISSED if day in history.lesson_days else DayMark.OFF
