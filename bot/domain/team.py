"""Whether most of a team practised in a week: said only where it tells on nobody. No number of people is ever said."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

FEWEST = 5
"""What is said of people is said of so many at least: no smaller number, nor anything it could be worked out from."""

SMALLEST = 2 * FEWEST - 1
"""Of a team this large, those who practised or those who didn't, whichever are the most, are `FEWEST` or more."""

WEEK = timedelta(weeks=1)

SETTLES = WEEK + timedelta(days=1, hours=12)
"""How long after its beginning (Monday, UTC) a week is looked at: its last night shift is over everywhere by then."""


def most(practised: int, members: int) -> bool | None:
    """Whether most of those who had lessons in a week practised in it; None for a team that is too small to say so."""
    return 2 * practised > members if members >= SMALLEST else None


def settled_week(now: datetime) -> date:
    """The Monday of the newest week that can be looked at."""
    day = (now - SETTLES).date()
    return day - timedelta(days=day.weekday())


def run(weeks: Iterable[bool | None]) -> int:
    """In how many weeks on end most practised, the newest first; those of which nothing was said are left out."""
    length = 0
    for week in weeks:
        if week is False:
            break
        length += week is True
    return length
