"""How ready somebody feels: two questions at the start, and after 4 and 12 weeks.

Each asks how much somebody can do now, at one concrete task that is hard enough for most: Bandura, Guide for
constructing self-efficacy scales, 2006. They are the same for everybody, whatever program they follow, so that answers
can be counted together.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple


class RatingQuestion(StrEnum):
    """What somebody is asked how ready they feel for."""

    HARD_WORDS = "hard_words"
    HARD_WEEK = "hard_week"


RATING_WEEKS = (0, 4, 12)
"""Weeks since the start after which the questions are asked."""

ASKED_WITHIN = timedelta(days=14)
"""How long after that they are asked, if no day-end message came before, and how long after that message answered."""

LEAST, MOST = 1, 5
"""The ends of the scale: not at all ready, and completely ready."""

READY_FROM = 4
"""The answer from which on somebody feels ready."""


class GivenRating(NamedTuple):
    """An answer to one of the questions, 1 to 5."""

    question: RatingQuestion
    value: int


def find_weeks_to_ask(started: date, day: date, last_day_end: date | None) -> int | None:
    """Return after how many weeks the day-end message of a day asks; None if it doesn't.

    The first one after these weeks does, if it comes in time. `last_day_end`: the day of the one before it.
    """
    for weeks in reversed(RATING_WEEKS):
        due = get_due_day(started, weeks)
        if due <= day:
            return weeks if day <= due + ASKED_WITHIN and (last_day_end is None or last_day_end < due) else None
    return None


def get_due_day(started: date, weeks: int) -> date:
    """Return the day from which on the questions are asked that come after so many weeks."""
    return started + timedelta(weeks=weeks)
