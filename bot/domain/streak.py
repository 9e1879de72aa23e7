"""Streaks: working learning days in a row with an answer or a reflection, and what keeps one through a missed day.

The rules, all decided from a learner's days alone, so that every look at the same days finds the same:

- A day off neither adds nor breaks. Today breaks nothing before it is over.
- Every tenth day of a running streak earns a freeze, unless `MAX_FREEZES` are held.
- A missed day uses up a freeze by itself. It keeps the streak and adds nothing to it.
- Without a freeze a missed day breaks the streak. So none is ever left over from a streak that broke.
- A missed day that was made up afterwards keeps the streak and adds nothing to it: the answer that made it up counts
  for the learning day it was given in, and no answer counts twice. It uses up no freeze.
- Only the latest break can be made up, for only then do all the days after it hold.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

WEEKS_SHOWN = 4

DAYS_PER_FREEZE = 10
"""Days of a streak that earn a freeze."""

MAX_FREEZES = 2
"""Freezes held at once."""

SHIFTS_OPEN_FOR_REPAIR = 2
"""Shifts after a missed day until whose end it can be made up."""


@dataclass(frozen=True, slots=True)
class StreakDays:
    """A learner's days, in any order.

    `lesson_days`: learning days on which a lesson reached them; `practice_days`: working learning days with an answer
    or a reflection (days on which nothing could be sent are in neither, and so never break a streak); `repaired_days`:
    missed days that they made up.
    """

    lesson_days: Collection[date] = ()
    practice_days: Collection[date] = ()
    repaired_days: Collection[date] = ()


@dataclass(frozen=True, slots=True)
class MissedDay:
    """The missed day that broke a streak, and the streak there would be if it were made up."""

    day: date
    restored_streak: int


@dataclass(frozen=True, slots=True)
class Streak:
    """Working days in a row, now and at best; `counted_today` says whether today is among them.

    `freezes`: how many are ready, `freeze_earned_today` whether today earned one, `frozen_days` the missed days that
    one covered; `repairable_miss`: the break that can be made up, if the learner's shifts still allow it
    (`learning/streaks.py`).
    """

    current: int
    longest: int
    counted_today: bool
    freezes: int = 0
    freeze_earned_today: bool = False
    frozen_days: frozenset[date] = frozenset()
    repairable_miss: MissedDay | None = None


@dataclass(frozen=True, slots=True)
class UsedFreeze:
    """A freeze covered the missed `missed_day`, looked at on `today`: the streak that it kept, and the freezes left."""

    missed_day: date
    today: date
    streak: int
    freezes_left: int


class DayMark(StrEnum):
    """What a learner sees of one day, as a word."""

    PRACTICED = "done"
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
    """The streak on `today`."""
    counted, broken_on = _count(history, today)
    if broken_on is None:
        return counted
    made_up, _ = _count(replace(history, repaired_days={*history.repaired_days, broken_on}), today)
    if made_up.current <= counted.current:
        return counted  # nothing ran before that day
    return replace(counted, repairable_miss=MissedDay(broken_on, made_up.current))


def find_used_freeze(history: StreakDays, today: date) -> UsedFreeze | None:
    """The freeze that covered the last lesson's day before `today`; None if it needed none, or there was none."""
    last = max((day for day in history.lesson_days if day < today), default=today)
    found = compute_streak(history, today)
    return UsedFreeze(last, today, found.current, found.freezes) if last in found.frozen_days else None


def count_shifts_left_for_repair(history: StreakDays, missed: date, today: date) -> int:
    """How many shifts, from today's on, a missed day can still be made up in; 0 or less: none.

    Shifts that are over count if their lesson came, as they do for the streak: a pause or an outage takes nothing away.
    """
    return SHIFTS_OPEN_FOR_REPAIR - sum(missed < day < today for day in history.lesson_days)


def mark_last_four_weeks(history: StreakDays, today: date) -> tuple[MarkedDay, ...]:
    """This week up to today and the three whole weeks before it, oldest first; weeks begin on Monday."""
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=WEEKS_SHOWN - 1)
    days = [first + timedelta(days=offset) for offset in range((today - first).days + 1)]
    frozen = compute_streak(history, today).frozen_days
    return tuple(MarkedDay(day, _mark(day, history, frozen, today)) for day in days)


def _count(history: StreakDays, today: date) -> tuple[Streak, date | None]:
    """The streak by its rules, and the last day that broke one."""
    done, spared = set(history.practice_days), set(history.repaired_days)
    run = longest = freezes = 0
    earned_today, frozen, broken_on = False, set(), None
    for day in sorted(done | set(history.lesson_days)):
        if day in done:
            run += 1
            longest = max(longest, run)
            if run % DAYS_PER_FREEZE == 0 and freezes < MAX_FREEZES:
                freezes += 1
                earned_today = day == today
        elif day in spared or day >= today:
            continue
        elif freezes:
            freezes -= 1
            frozen.add(day)
        else:
            run, broken_on = 0, day
    return Streak(run, longest, today in done, freezes, earned_today, frozenset(frozen)), broken_on


def _mark(day: date, history: StreakDays, frozen: Collection[date], today: date) -> DayMark:
    if day in history.practice_days:
        return DayMark.PRACTICED
    if day in history.repaired_days:
        return DayMark.REPAIRED
    if day in frozen:
        return DayMark.FROZEN
    if day == today:
        return DayMark.TODAY
    return DayMark.MISSED if day in history.lesson_days else DayMark.OFF
