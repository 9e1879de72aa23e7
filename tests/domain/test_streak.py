"""The streak, and the last four weeks: working days in a row, which no day off, pause or unsent lesson breaks."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.streak import DayMark, Mark, Streak, four_weeks, streak

DAY = timedelta(days=1)
FIRST = date(2026, 2, 2)
FRIDAY, SATURDAY, SUNDAY, MONDAY, TUESDAY = (date(2026, 3, 6) + number * DAY for number in range(5))

outcomes = st.lists(st.booleans(), max_size=40)
"""Whether each working day in turn, up to yesterday, was practised."""


def dated(history: list[bool], gaps: list[int] | None = None) -> tuple[list[date], list[date], date]:
    """Owed days, practised days and today, with so many days off before each working day."""
    gaps = gaps or [0] * len(history)
    days, day = [], FIRST
    for off in gaps[: len(history)]:
        day += off * DAY
        days.append(day)
        day += DAY
    return days, [day for day, practised in zip(days, history, strict=True) if practised], day


def recount(history: list[bool]) -> tuple[int, int]:
    """Current and longest, by splitting a line of x (practised) and spaces (missed) into words."""
    runs = [len(run) for run in "".join("x" if practised else " " for practised in history).split(" ")]
    return runs[-1], max(runs)


def test_no_history_is_a_streak_of_nothing() -> None:
    assert streak([], [], MONDAY) == Streak(current=0, longest=0, counted_today=False)


def test_first_answer_starts_a_streak() -> None:
    assert streak([MONDAY], [MONDAY], MONDAY) == Streak(current=1, longest=1, counted_today=True)


def test_weekend_neither_adds_nor_breaks() -> None:
    assert streak([FRIDAY, MONDAY], [FRIDAY, MONDAY], MONDAY) == Streak(current=2, longest=2, counted_today=True)


def test_today_breaks_nothing_before_it_is_over() -> None:
    assert streak([FRIDAY, MONDAY], [FRIDAY], MONDAY) == Streak(current=1, longest=1, counted_today=False)


def test_unanswered_lesson_breaks_the_streak_on_the_next_day() -> None:
    assert streak([FRIDAY, MONDAY], [FRIDAY], TUESDAY) == Streak(current=0, longest=1, counted_today=False)


def test_day_on_which_nothing_could_be_sent_breaks_nothing() -> None:
    friday_was_skipped = [FRIDAY - DAY, MONDAY]

    assert streak(friday_was_skipped, [FRIDAY - DAY, MONDAY], MONDAY).current == 2


def test_streak_waits_through_a_pause_of_three_weeks() -> None:
    back = FRIDAY + timedelta(weeks=3)

    assert streak([FRIDAY, back], [FRIDAY], back) == Streak(current=1, longest=1, counted_today=False)


def test_longest_stays_after_a_break() -> None:
    owed = [FIRST + number * DAY for number in range(6)]
    practised = [*owed[:4], owed[5]]

    assert streak(owed, practised, owed[5]) == Streak(current=1, longest=4, counted_today=True)


def test_practice_counts_on_a_working_day_whose_lesson_never_came() -> None:
    assert streak([FRIDAY], [FRIDAY, MONDAY], MONDAY).current == 2


def test_flight_westward_over_the_date_line_keeps_the_day_practised_ahead() -> None:
    assert streak([MONDAY, TUESDAY], [MONDAY, TUESDAY], MONDAY).current == 2


@given(outcomes)
def test_streak_equals_a_recount(history: list[bool]) -> None:
    owed, practised, today = dated(history)

    found = streak(owed, practised, today)

    assert (found.current, found.longest) == recount(history)
    assert not found.counted_today


@given(outcomes.flatmap(lambda history: st.tuples(st.just(history), st.lists(st.integers(0, 9), min_size=40))))
def test_days_off_anywhere_never_change_a_streak(history_and_gaps: tuple[list[bool], list[int]]) -> None:
    history, gaps = history_and_gaps

    assert streak(*dated(history, gaps)) == streak(*dated(history))


@given(outcomes)
def test_lesson_that_came_today_changes_nothing_until_tomorrow(history: list[bool]) -> None:
    owed, practised, today = dated(history)

    assert streak([*owed, today], practised, today) == streak(owed, practised, today)
    assert streak([*owed, today], practised, today + DAY).current == 0


@given(outcomes)
def test_answer_today_adds_one(history: list[bool]) -> None:
    owed, practised, today = dated(history)
    before = streak(owed, practised, today)

    after = streak([*owed, today], [*practised, today], today)

    assert after == Streak(before.current + 1, max(before.longest, before.current + 1), counted_today=True)


@given(st.data(), outcomes)
def test_order_and_repeats_of_the_days_do_not_matter(data: st.DataObject, history: list[bool]) -> None:
    owed, practised, today = dated(history)

    shuffled = data.draw(st.permutations(practised * 2))

    assert streak(data.draw(st.permutations(owed)), shuffled, today) == streak(owed, practised, today)


@given(st.sets(st.dates(FIRST, TUESDAY)), st.sets(st.dates(FIRST, TUESDAY)), st.dates(FIRST, TUESDAY))
def test_current_is_never_more_than_longest(owed: set[date], practised: set[date], today: date) -> None:
    found = streak(owed, practised, today)

    assert 0 <= found.current <= found.longest <= len(practised)
    assert found.counted_today == (today in practised)


def test_four_weeks_begin_on_a_monday_and_end_today() -> None:
    marks = four_weeks([], [], TUESDAY)

    assert [marks[0].day, marks[-1].day] == [date(2026, 2, 16), TUESDAY]
    assert len(marks) == 23


def test_four_weeks_on_a_sunday_are_twenty_eight_days() -> None:
    marks = four_weeks([], [], SUNDAY)

    assert [marks[0].day, marks[-1].day, len(marks)] == [date(2026, 2, 9), SUNDAY, 28]


def test_each_of_four_weeks_days_has_its_word() -> None:
    thursday = FRIDAY - DAY

    marks = four_weeks([thursday, FRIDAY, MONDAY], [thursday], MONDAY)

    assert marks[-5:] == (
        DayMark(thursday, Mark.DONE),
        DayMark(FRIDAY, Mark.MISSED),
        DayMark(SATURDAY, Mark.OFF),
        DayMark(SUNDAY, Mark.OFF),
        DayMark(MONDAY, Mark.TODAY),
    )


def test_today_is_done_once_it_is_answered() -> None:
    assert four_weeks([MONDAY], [MONDAY], MONDAY)[-1] == DayMark(MONDAY, Mark.DONE)


@given(st.sets(st.dates(FIRST, TUESDAY)), st.sets(st.dates(FIRST, TUESDAY)), st.dates(FIRST, TUESDAY))
def test_four_weeks_show_every_day_once_in_order(owed: set[date], practised: set[date], today: date) -> None:
    marks = four_weeks(owed, practised, today)

    days = [mark.day for mark in marks]
    assert days == [days[0] + number * DAY for number in range(len(days))]
    assert days[0].weekday() == 0
    assert days[-1] == today
    assert 22 <= len(days) <= 28
    assert {mark.day for mark in marks if mark.mark is Mark.DONE} == practised & set(days)
    assert {mark.day for mark in marks if mark.mark is Mark.MISSED} == (owed - practised - {today}) & set(days)
