"""What is told about a team's week, and what isn't."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.team import (
    MIN_PEOPLE_COUNTED,
    MIN_TEAM_SIZE,
    count_weeks_in_a_row,
    did_most_practice,
    latest_settled_week,
)


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_larger_side_always_has_at_least_five_people(one: int, other: int) -> None:
    said = did_most_practice(one, one + other)

    assert said is None or (one if said else other) >= MIN_PEOPLE_COUNTED


@given(st.integers(0, MIN_TEAM_SIZE - 1))
def test_nothing_is_told_about_a_small_team(members: int) -> None:
    assert {did_most_practice(practised, members) for practised in range(members + 1)} == {None}


def test_half_of_a_team_is_not_most_of_it() -> None:
    assert (did_most_practice(5, 10), did_most_practice(6, 10)) == (False, True)


def test_a_run_ends_with_a_week_in_which_most_did_not() -> None:
    assert count_weeks_in_a_row([]) == 0
    assert count_weeks_in_a_row([True, True, False, True]) == 2
    assert count_weeks_in_a_row([False, True]) == 0


def test_a_week_without_a_result_neither_extends_nor_ends_a_run() -> None:
    assert count_weeks_in_a_row([None, True, None, True, False]) == 2


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)))  # noqa: DTZ001  (made aware below)
def test_a_week_is_evaluated_within_a_week_of_its_end_everywhere(at: datetime) -> None:
    now = at.replace(tzinfo=UTC)
    monday = latest_settled_week(now)
    over = datetime(monday.year, monday.month, monday.day, tzinfo=UTC) + timedelta(days=8, hours=12)

    assert monday.weekday() == 0
    assert over <= now < over + timedelta(weeks=1)
