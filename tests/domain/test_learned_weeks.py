"""What somebody has learned adds up week by week, and is shown once there is something to see."""

from datetime import date, timedelta

from bot.domain.learned_weeks import MAX_WEEKS, WeekSoFar, add_up_weeks

MONDAY = date(2026, 3, 2)
WEEK = timedelta(days=7)


def mondays(count: int, before: date = MONDAY) -> list[date]:
    """The Mondays of so many weeks, up to this one."""
    return [before - number * WEEK for number in reversed(range(count))]


def test_each_week_says_what_there_was_in_all_by_its_end():
    first, second, third, fourth = mondays(4)
    sunday = first + timedelta(days=6)

    weeks = add_up_weeks([first, sunday, second, third, fourth], [third], fourth)

    assert weeks == (
        WeekSoFar(first, 2, 0),
        WeekSoFar(second, 3, 0),
        WeekSoFar(third, 4, 1),
        WeekSoFar(fourth, 5, 1),
    )


def test_there_is_nothing_to_see_before_four_weeks_with_practice():
    assert add_up_weeks([], [], MONDAY) == ()
    assert add_up_weeks(mondays(3), [], MONDAY) == ()
    assert add_up_weeks([mondays(9)[0], *mondays(2)], [], MONDAY) == ()
    assert len(add_up_weeks([mondays(9)[0], *mondays(2)], [mondays(4)[0]], MONDAY)) == 9


def test_a_week_without_practice_takes_nothing_away():
    first, second, _off, fourth, fifth = mondays(5)

    assert [each.lessons for each in add_up_weeks([first, second, fourth, fifth], [], fifth)] == [1, 2, 2, 3, 4]


def test_only_the_last_twelve_weeks_are_shown_and_count_what_came_before():
    weeks = add_up_weeks(mondays(30), mondays(20), MONDAY)

    assert [each.monday for each in weeks] == mondays(MAX_WEEKS)
    assert (weeks[0].lessons, weeks[0].remembered) == (19, 9)
    assert (weeks[-1].lessons, weeks[-1].remembered) == (30, 20)


def test_nobody_sees_it_who_stopped_long_ago():
    assert add_up_weeks(mondays(20, MONDAY - 12 * WEEK), [], MONDAY) == ()
