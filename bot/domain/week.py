"""A learner's week: which days belong to it, and which of them is its last working day."""

from datetime import date, timedelta

from bot.domain.learner import Preferences
from bot.domain.schedule import Schedule
from bot.domain.schedule_kinds import WeeklySchedule

ONE_DAY = timedelta(days=1)
ONE_WEEK = 7 * ONE_DAY

WEEKS_LOOKED_BACK = (4, 12, 26, 52)
"""How many weeks back a weekly summary looks for an earlier entry: the first of these weeks that has one is used. The
growing distances follow spaced repetition."""


def first_day_of_week(schedule: Schedule, day: date) -> date:
    """Return the date on which the week that contains a day begins.

    For a weekly schedule, a week begins after the longest run of days off: on Sunday if people work from Sunday to
    Thursday. For all other schedules, and for one without days off, it begins on Monday.
    """
    starts = _after_rest(schedule.weekdays) if isinstance(schedule, WeeklySchedule) else 0
    return day - ONE_DAY * ((day.weekday() - starts) % 7)


def find_week_closed_by(preferences: Preferences, day: date) -> date | None:
    """Return the first day of the week that ends with this day's shift, or None if the week has later shifts.

    Only shifts that bring a lesson count: with one lesson a week, each of them ends its week.
    """
    first = first_day_of_week(preferences.schedule, day)
    later = preferences.lesson_schedule.shifts_between(day + ONE_DAY, first + ONE_WEEK - ONE_DAY, preferences.zone)
    return first if next(iter(later), None) is None else None


def list_earlier_weeks(first: date) -> dict[int, tuple[date, date]]:
    """Return the first and last day of each week that is `WEEKS_LOOKED_BACK` weeks before `first`, by that number."""
    return {weeks: (first - ONE_WEEK * weeks, first - ONE_WEEK * (weeks - 1) - ONE_DAY) for weeks in WEEKS_LOOKED_BACK}


def _after_rest(days: frozenset[int]) -> int:
    """Return the weekday (0 is Monday) after the longest run of days off; the first such weekday if several tie."""
    rest = {day: next(back for back in range(1, 8) if (day - back) % 7 in days) for day in days}
    longest = max(rest.values(), default=1)
    return min((day for day in days if rest[day] == longest), default=0) if longest > 1 else 0
