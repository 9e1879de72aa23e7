"""Parsing typed cycles, and the common patterns."""

from datetime import date

import pytest

from bot.domain.schedule_kinds import RotatingSchedule, WeeklySchedule
from bot.domain.shift_patterns import SHIFT_PATTERNS, get_pattern, guess_hours, parse_cycle
from tests.domain.builders import BERLIN

MONDAY = date(2026, 3, 2)
TWO_TWO_FOUR = tuple("DDNN----")


@pytest.mark.parametrize(
    "typed",
    [
        "D D N N - - - -",
        "d d n n - - - -",
        "DDNN----",
        "DD NN ----",
        "D, D, N, N, off, off, off, Off",
        "D/D/N/N/-/-/-/-",
        "  D  D\nN N\t- - - - ",
        pytest.param("DDNN——", id="a phone makes a long dash of two hyphens"),
        pytest.param("D D N N – – – –", id="short dashes"),
        pytest.param("D D N N — — — —", id="long dashes, one by one"),
        "2D 2N 4-",
        "2d, 2n, 4off",
    ],
)
def test_a_cycle_can_be_typed_in_several_ways(typed: str) -> None:
    assert parse_cycle(typed) == (TWO_TWO_FOUR, ())


def test_codes_separated_by_spaces_may_have_two_characters() -> None:
    assert parse_cycle("E1 L2 LD -") == (("E1", "L2", "LD", "-"), ())


def test_unreadable_codes_are_reported_once() -> None:
    assert parse_cycle("D ? N ?? 4 -") == (("D", "N", "-"), ("?", "4"))


@pytest.mark.parametrize("typed", ["", "   ", "\n"])
def test_empty_text_is_no_cycle(typed: str) -> None:
    assert parse_cycle(typed) == ((), ())


def test_an_absurd_count_makes_no_more_days_than_it_has_digits_for() -> None:
    codes, unreadable = parse_cycle("99D 9999999N")

    assert len(codes) < 200
    assert unreadable


@pytest.mark.parametrize(
    ("slug", "lessons_in_two_weeks", "starts"),
    [
        ("workdays", 10, "09:00"),
        ("three-days", 6, "07:00"),
        ("three-nights", 6, "19:00"),
        ("four-on", 8, "07:00"),
        ("two-two-three", 7, "07:00"),
    ],
)
def test_each_pattern_has_its_shifts(slug: str, lessons_in_two_weeks: int, starts: str) -> None:
    schedule = get_pattern(slug).schedule_from(MONDAY)

    shifts = list(schedule.shifts_between(MONDAY, date(2026, 3, 15), BERLIN))

    assert len(shifts) == lessons_in_two_weeks
    assert {f"{shift.starts_at.astimezone(BERLIN):%H:%M}" for shift in shifts} == {starts}


def test_rotating_patterns_begin_on_the_day_they_are_chosen() -> None:
    begun = [each.schedule_from(MONDAY) for each in SHIFT_PATTERNS]

    assert all(isinstance(schedule, WeeklySchedule | RotatingSchedule) for schedule in begun)
    assert {schedule.first_day for schedule in begun if isinstance(schedule, RotatingSchedule)} == {MONDAY}


def test_hours_are_guessed_from_codes() -> None:
    assert f"{guess_hours('N').start:%H:%M}" == "19:00"
    assert f"{guess_hours('E1').start:%H:%M}" == "15:00"
    assert f"{guess_hours('X').start:%H:%M}" == "07:00"
