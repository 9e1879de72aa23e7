"""When a postponed lesson can come back."""

from datetime import date

import pytest

from bot.domain.postponing import PostponeOption, find_postpone_options
from bot.domain.schedule import Shift
from tests.domain.builders import utc

SHIFT = Shift(
    learning_day=date(2026, 3, 2),
    starts_at=utc("2026-03-02 07:00"),
    ends_at=utc("2026-03-02 19:30"),
    lesson_at=utc("2026-03-02 07:20"),
    day_end_at=utc("2026-03-02 19:05"),
)


def test_early_in_a_shift_there_are_three_choices_the_nearest_first() -> None:
    found = find_postpone_options(SHIFT, utc("2026-03-02 07:21"))

    assert list(found.items()) == [
        (PostponeOption.HOUR, utc("2026-03-02 08:21")),
        (PostponeOption.BEFORE_END, utc("2026-03-02 18:35")),
        (PostponeOption.NEXT_SHIFT, None),
    ]


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("2026-03-02 18:20", {PostponeOption.HOUR, PostponeOption.BEFORE_END, PostponeOption.NEXT_SHIFT}),
        ("2026-03-02 18:21", {PostponeOption.HOUR, PostponeOption.NEXT_SHIFT}),
        ("2026-03-02 18:29", {PostponeOption.HOUR, PostponeOption.NEXT_SHIFT}),
        ("2026-03-02 18:30", {PostponeOption.NEXT_SHIFT}),
        ("2026-03-02 19:29", {PostponeOption.NEXT_SHIFT}),
    ],
)
def test_nothing_is_offered_after_the_shift_or_within_fifteen_minutes(now: str, left: set[PostponeOption]) -> None:
    assert set(find_postpone_options(SHIFT, utc(now))) == left


def test_outside_its_shift_a_lesson_can_only_be_postponed_to_the_next() -> None:
    assert find_postpone_options(None, utc("2026-03-02 12:00")) == {PostponeOption.NEXT_SHIFT: None}
