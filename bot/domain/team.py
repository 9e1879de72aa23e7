"""Whether most of a team practised in a week: said only where it tells on nobody. No number of people is ever said."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

MIN_PEOPLE_COUNTED = 5
"""What is said of people is said of so many at least: no smaller number, nor anything it could be worked out from."""

MIN_TEAM_SIZE = 2 * MIN_PEOPLE_COUNTED - 1
"""Of a team this large, those who practised or those who didn't, whichever are the most, are `MIN_PEOPLE_COUNTED` or
more."""

ONE_WEEK = timedelta(weeks=1)

WEEK_SETTLED_AFTER = ONE_WEEK + timedelta(days=1, hours=12)
"""How long after its beginning (Monday, UTC) a week is looked at: its last night shift is over everywhere by then."""


def did_most_practice(practiced: int, members: int) -> bool | None:
    """Whether most of those who had lessons in a week practised in it; None for a team that is too small to say so."""
    return 2 * practiced > members if members >= MIN_TEAM_SIZE else None


def latest_settled_week(now: datetime) -> date:
    """The Monday of the newest week that can be looked at."""
    day = (now - WEEK_SETTLED_AFTER).date()
    return day - timedelta(days=day.weekday())


def count_weeks_in_a_row(weeks: Iterable[bool | None]) -> int:
    """In how many weeks on end most practised, the newest first; those of which nothing was said are left out."""
    length = 0
    for week in weeks:
        if week is False:
            break
        length += week is True
    return length
