"""When people are asked how ready they feel: three times at most, and in the first message that comes."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.disclosure import MIN_ANSWERS, MIN_PEOPLE_OF_SHARE
from bot.domain.self_rating import ASKED_WITHIN, RATING_WEEKS, RatingQuestion, find_weeks_to_ask, get_due_day

STARTED = date(2026, 3, 2)


def day(number: int) -> date:
    return STARTED + timedelta(days=number)


@pytest.mark.parametrize(
    ("asked_on", "last", "weeks"),
    [
        (0, None, 0),
        (14, None, 0),
        (15, None, None),
        (1, 0, None),
        (28, 27, 4),
        (42, 20, 4),
        (43, 20, None),
        (29, 28, None),
        (84, 83, 12),
        (99, 60, None),
        (-1, None, None),
    ],
)
def test_the_first_message_in_time_asks(asked_on: int, last: int | None, weeks: int | None) -> None:
    assert find_weeks_to_ask(STARTED, day(asked_on), None if last is None else day(last)) == weeks


@given(st.sets(st.integers(0, 200)))
def test_nobody_is_asked_twice_or_too_late(days_with_a_message: set[int]) -> None:
    asked: list[int] = []
    last = None
    for number in sorted(days_with_a_message):
        weeks = find_weeks_to_ask(STARTED, day(number), last)
        last = day(number)
        if weeks is not None:
            asked.append(weeks)
            assert timedelta() <= last - get_due_day(STARTED, weeks) <= ASKED_WITHIN

    assert len(set(asked)) == len(asked)
    assert asked == sorted(asked)
    assert set(asked) <= set(RATING_WEEKS)


def test_twenty_answers_are_of_ten_people() -> None:
    assert MIN_PEOPLE_OF_SHARE * len(RatingQuestion) <= MIN_ANSWERS
