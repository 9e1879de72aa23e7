"""How what somebody has learned adds up, week by week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.weeks import find_monday

MAX_WEEKS = 12
"""The most weeks that are shown, with the one under way."""

MIN_WEEKS_PRACTICED = 4
"""In how many of them something must have been answered."""

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class WeekSoFar:
    """What somebody had learned by the end of a week, from their first day on.

    `lessons`: lessons answered. `remembered`: questions that came back and were answered right.
    """

    monday: date
    lessons: int
    remembered: int


def add_up_weeks(answered: Sequence[date], remembered: Sequence[date], today: date) -> tuple[WeekSoFar, ...]:
    """Return the last weeks, oldest first; none before the first answer, and none at all if too few had practice.

    `answered`: the learning day on which each lesson was answered. `remembered`: the same for each question that came
    back and was answered right.
    """
    if not answered:
        return ()
    this_week = find_monday(today)
    first = max(find_monday(min(answered)), this_week - (MAX_WEEKS - 1) * WEEK)
    practiced = {find_monday(day) for day in (*answered, *remembered) if first <= day < this_week + WEEK}
    if len(practiced) < MIN_WEEKS_PRACTICED:
        return ()
    mondays = [first + number * WEEK for number in range((this_week - first) // WEEK + 1)]
    return tuple(
        WeekSoFar(
            monday,
            sum(day < monday + WEEK for day in answered),
            sum(day < monday + WEEK for day in remembered),
        )
        for monday in mondays
    )
