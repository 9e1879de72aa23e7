"""Streaks: consecutive working learning days with an answer or a reflection. A day off neither adds nor breaks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

FOUR_WEEKS = 4


@dataclass(frozen=True, slots=True)
class Streak:
    """Working days in a row, now and at best; `counted_today` says whether today is among them."""

    current: int
    longest: int
    counted_today: bool


class Mark(StrEnum):
    """What a learner sees of one day, as a word."""

    DONE = "done"
    MISSED = "missed"
    OFF = "off"
    TODAY = "today"


@dataclass(frozen=True, slots=True)
class DayMark:
    """One day of the last four weeks."""

    day: date
    mark: Mark


def streak(owed: Collection[date], practised: Collection[date], today: date) -> Streak:
    """The streak on `today`.

    `owed`: learning days on which a lesson reached the learner; `practised`: working learning days with an answer or a
    reflection (days on which nothing could be sent are in neither, and so never break a streak). Today breaks nothing
    before it is over.
    """
    done = set(practised)
    run = longest = 0
    for day in sorted(done | set(owed)):
        if day in done:
            run += 1
            longest = max(longest, run)
        elif day < today:
            run = 0
    return Streak(current=run, longest=longest, counted_today=today in done)


def four_weeks(owed: Collection[date], practised: Collection[date], today: date) -> tuple[DayMark, ...]:
    """This week up to today and the three whole weeks before it, oldest first; weeks begin on Monday."""
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=FOUR_WEEKS - 1)
    days = [first + timedelta(days=offset) for offset in range((today - first).days + 1)]
    return tuple(DayMark(day, _mark(day, owed, practised, today)) for day in days)


def _mark(day: date, owed: Collection[date], practised: Collection[date], today: date) -> Mark:
    if day in practised:
        return Mark.DONE
    if day == today:
        return Mark.TODAY
    return Mark.MISSED if day in owed else Mark.OFF
