"""Streaks: working learning days in a row with an answer or a reflection, and what keeps one through a missed day.

The rules, all decided from a learner's days alone, so that every look at the same days finds the same:

- A day off neither adds nor breaks. Today breaks nothing before it is over.
- Every tenth day of a running streak earns a freeze, unless `MOST_FREEZES` are held.
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

FOUR_WEEKS = 4

DAYS_A_FREEZE = 10
"""Days of a streak that earn a freeze."""

MOST_FREEZES = 2
"""Freezes held at once."""

REPAIR_SHIFTS = 2
"""Shifts after a missed day until whose end it can be made up."""


@dataclass(frozen=True, slots=True)
class History:
    """A learner's days, in any order.

    `owed`: learning days on which a lesson reached them; `practised`: working learning days with an answer or a
    reflection (days on which nothing could be sent are in neither, and so never break a streak); `repaired`: missed
    days that they made up.
    """

    owed: Collection[date] = ()
    practised: Collection[date] = ()
    repaired: Collection[date] = ()


@dataclass(frozen=True, slots=True)
class Miss:
    """The missed day that broke a streak, and the streak there would be if it were made up."""

    day: date
    restores: int


@dataclass(frozen=True, slots=True)
class Streak:
    """Working days in a row, now and at best; `counted_today` says whether today is among them.

    `freezes`: how many are ready, `earned_today` whether today earned one, `frozen` the missed days that one covered;
    `miss`: the break that can be made up, if the learner's shifts still allow it (`learning/streaks.py`).
    """

    current: int
    longest: int
    counted_today: bool
    freezes: int = 0
    earned_today: bool = False
    frozen: frozenset[date] = frozenset()
    miss: Miss | None = None


@dataclass(frozen=True, slots=True)
class FreezeUsed:
    """A freeze covered the missed `day`, looked at on `today`: the streak that it kept, and the freezes left."""

    day: date
    today: date
    streak: int
    left: int


class Mark(StrEnum):
    """What a learner sees of one day, as a word."""

    DONE = "done"
    FROZEN = "freeze"
    REPAIRED = "made up"
    MISSED = "missed"
    OFF = "off"
    TODAY = "today"


@dataclass(frozen=True, slots=True)
class DayMark:
    """One day of the last four weeks."""

    day: date
    mark: Mark


def streak(history: History, today: date) -> Streak:
    """The streak on `today`."""
    counted, broken_on = _count(history, today)
    if broken_on is None:
        return counted
    made_up, _ = _count(replace(history, repaired={*history.repaired, broken_on}), today)
    if made_up.current <= counted.current:
        return counted  # nothing ran before that day
    return replace(counted, miss=Miss(broken_on, made_up.current))


def freeze_used(history: History, today: date) -> FreezeUsed | None:
    """The freeze that covered the last lesson's day before `today`; None if it needed none, or there was none."""
    last = max((day for day in history.owed if day < today), default=today)
    found = streak(history, today)
    return FreezeUsed(last, today, found.current, found.freezes) if last in found.frozen else None


def shifts_to_repair(history: History, missed: date, today: date) -> int:
    """How many shifts, from today's on, a missed day can still be made up in; 0 or less: none.

    Shifts that are over count if their lesson came, as they do for the streak: a pause or an outage takes nothing away.
    """
    return REPAIR_SHIFTS - sum(missed < day < today for day in history.owed)


def four_weeks(history: History, today: date) -> tuple[DayMark, ...]:
    """This week up to today and the three whole weeks before it, oldest first; weeks begin on Monday."""
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=FOUR_WEEKS - 1)
    days = [first + timedelta(days=offset) for offset in range((today - first).days + 1)]
    frozen = streak(history, today).frozen
    return tuple(DayMark(day, _mark(day, history, frozen, today)) for day in days)


def _count(history: History, today: date) -> tuple[Streak, date | None]:
    """The streak by its rules, and the last day that broke one."""
    done, spared = set(history.practised), set(history.repaired)
    run = longest = freezes = 0
    earned_today, frozen, broken_on = False, set(), None
    for day in sorted(done | set(history.owed)):
        if day in done:
            run += 1
            longest = max(longest, run)
            if run % DAYS_A_FREEZE == 0 and freezes < MOST_FREEZES:
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


def _mark(day: date, history: History, frozen: Collection[date], today: date) -> Mark:
    if day in history.practised:
        return Mark.DONE
    if day in history.repaired:
        return Mark.REPAIRED
    if day in frozen:
        return Mark.FROZEN
    if day == today:
        return Mark.TODAY
    return Mark.MISSED if day in history.owed else Mark.OFF
