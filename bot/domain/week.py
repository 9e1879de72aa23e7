"""A learner's week: which days it holds, and which of them is its last at work."""

from datetime import date, timedelta

from bot.domain.learner import Preferences
from bot.domain.schedule import Schedule
from bot.domain.schedule_kinds import WeeklySchedule

ONE_DAY = timedelta(days=1)
ONE_WEEK = 7 * ONE_DAY

WEEKS_LOOKED_BACK = (4, 12, 26, 52)
"""How many weeks back the end of a week looks for what its learner wrote then: the first that holds something counts.
They lie further and further apart, as what is kept in mind by looking at it again may."""


def first_day_of_week(schedule: Schedule, day: date) -> date:
    """The date on which the week that holds a day begins.

    For those who work the same weekdays each week it begins after their longest run of days off: on Sunday where people
    work from Sunday to Thursday. For all others, and for those without a day off, it begins on Monday.
    """
    starts = _after_rest(schedule.weekdays) if isinstance(schedule, WeeklySchedule) else 0
    return day - ONE_DAY * ((day.weekday() - starts) % 7)


def find_week_closed_by(preferences: Preferences, day: date) -> date | None:
    """The first day of the week that ends, for its learner, with the shift of this day; None if it goes on after it.

    Only shifts that bring a lesson count: with one lesson a week, each of them ends its week.
    """
    first = first_day_of_week(preferences.schedule, day)
    later = preferences.lesson_schedule.shifts_between(day + ONE_DAY, first + ONE_WEEK - ONE_DAY, preferences.zone)
    return first if next(iter(later), None) is None else None


def list_earlier_weeks(first: date) -> dict[int, tuple[date, date]]:
    """The first and the last day of the week so many (`WEEKS_LOOKED_BACK`) weeks before the one that begins on a
    day."""
    return {weeks: (first - ONE_WEEK * weeks, first - ONE_WEEK * (weeks - 1) - ONE_DAY) for weeks in WEEKS_LOOKED_BACK}


def _after_rest(days: frozenset[int]) -> int:
    """The weekday (0 is Monday) that follows the longest run of days off; of several as long, the first of them."""
    rest = {day: next(back for back in range(1, 8) if (day - back) % 7 in days) for day in days}
    longest = max(rest.values(), default=1)
    return min((day for day in days if rest[day] == longest), default=0) if longest > 1 else 0
