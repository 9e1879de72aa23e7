"""Whether most of a team practiced in a week, told only if it reveals nobody. Numbers of people are never told."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.weeks import find_monday

MIN_PEOPLE_COUNTED = 5
"""Statements about people cover at least this many. Smaller numbers, and what they could be derived from, aren't told.
"""

MIN_TEAM_SIZE = 2 * MIN_PEOPLE_COUNTED - 1
"""In a team of this size, the larger group of those who practiced or didn't has at least `MIN_PEOPLE_COUNTED` members.
"""

ONE_WEEK = timedelta(weeks=1)

WEEK_SETTLED_AFTER = ONE_WEEK + timedelta(days=1, hours=12)
"""A week is evaluated this long after it begins (Monday, UTC). By then its last night shift is over everywhere."""


def did_most_practice(practiced: int, members: int) -> bool | None:
    """Return whether most members who had lessons in a week practiced in it, or None if the team is too small."""
    return 2 * practiced > members if members >= MIN_TEAM_SIZE else None


def latest_settled_week(now: datetime) -> date:
    """Return the Monday of the newest week that can be evaluated."""
    return find_monday((now - WEEK_SETTLED_AFTER).date())


def find_next_settling(now: datetime) -> datetime:
    """Return when one more week can be evaluated."""
    monday = latest_settled_week(now) + ONE_WEEK
    return datetime.combine(monday, time(), UTC) + WEEK_SETTLED_AFTER


def count_weeks_in_a_row(weeks: Iterable[bool | None]) -> int:
    """Return the current run of weeks in which most practiced. `weeks`: newest first; None (not told) is skipped."""
    length = 0
    for week in weeks:
        if week is False:
            break
        length += week is True
    return length
