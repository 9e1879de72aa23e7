"""Which statuses mean that someone is away, and when lessons resume."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from bot.domain.absence import is_away, return_date
from tests.builders import LONDON, at

HONOLULU = ZoneInfo("Pacific/Honolulu")


@pytest.mark.parametrize("emoji", [":palm_tree:", ":face_with_thermometer:", ":beach_with_umbrella:"])
def test_vacation_and_sickness_are_away(emoji: str) -> None:
    assert is_away(emoji)


@pytest.mark.parametrize("emoji", ["", ":spiral_calendar_pad:", ":bus:", ":house_with_garden:", ":airplane:", ":mask:"])
def test_meetings_travel_and_ward_emoji_are_not_away(emoji: str) -> None:
    assert not is_away(emoji)


@pytest.mark.parametrize(
    ("ends", "back"),
    [
        ("2026-03-06 23:59", date(2026, 3, 7)),  # Slack's "today" and "this week" end just before midnight
        ("2026-03-09 00:00", date(2026, 3, 9)),
        ("2026-03-09 11:59", date(2026, 3, 9)),
        ("2026-03-09 12:00", date(2026, 3, 10)),
    ],
)
def test_lessons_resume_on_the_date_twelve_hours_after_a_status_ends(ends: str, back: date) -> None:
    assert return_date(int(at(ends).timestamp()), LONDON) == back


def test_the_return_date_is_in_the_learners_time_zone() -> None:
    ends = int(at("2026-03-08 22:00", HONOLULU).timestamp())

    assert return_date(ends, HONOLULU) == date(2026, 3, 9)


@pytest.mark.parametrize("expiration", [253_402_300_799, 10**12, 10**15, 10**30])
def test_a_status_that_ends_in_centuries_has_no_date(expiration: int) -> None:
    assert return_date(expiration, HONOLULU) is None


@pytest.mark.parametrize("expiration", [-1, -(10**11), -(10**30)])
def test_a_status_that_ended_long_ago_is_over(expiration: int) -> None:
    ended = return_date(expiration, HONOLULU)

    assert ended is not None
    assert ended < date(1971, 1, 1)


def test_a_status_without_an_end_has_no_date() -> None:
    assert return_date(0, LONDON) is None
