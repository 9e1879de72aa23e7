"""The streak and the last four weeks: what breaks a streak, what doesn't, and what freezes and repairs save."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.domain.streak import (
    MAX_FREEZES,
    MILESTONES,
    DayMark,
    MarkedDay,
    MissedDay,
    Streak,
    StreakDays,
    UsedFreeze,
    compute_streak,
    count_shifts_left_for_repair,
    find_milestone,
    find_used_freeze,
    mark_last_four_weeks,
)
from tests.domain.plain_streak import recount
from tests.examples import many

DAY = timedelta(days=1)
FIRST = date(2026, 2, 2)
FRIDAY, SATURDAY, SUNDAY, MONDAY, TUESDAY = (date(2026, 3, 6) + number * DAY for number in range(5))

patient = settings(deadline=None)
thorough = settings(max_examples=many(1000), deadline=None)

stretches = st.tuples(st.integers(0, 24).map("x".__mul__), st.sampled_from(["", ".", ".", "..", "r"]))
lines = st.lists(stretches, max_size=8).map(lambda found: "".join(kept + missed for kept, missed in found))
"""Each working day in turn, up to yesterday: `x` practiced, `.` missed, `r` repaired."""

any_days = st.sets(st.dates(FIRST, TUESDAY))
any_histories = st.builds(StreakDays, any_days, any_days, any_days)


def dated(line: str, gaps: list[int] | None = None) -> tuple[StreakDays, list[date], date]:
    """Return the days of a line with these days off before each working day, the days in order, and the day after."""
    gaps = gaps or [0] * len(line)
    days, day = [], FIRST
    for off in gaps[: len(line)]:
        day += off * DAY
        days.append(day)
        day += DAY
    practised, repaired = ([day for day, was in zip(days, line, strict=True) if was == kind] for kind in "xr")
    return StreakDays(days, practised, repaired), days, day


def of(line: str) -> Streak:
    """Return the streak on the day after."""
    history, _, today = dated(line)
    return compute_streak(history, today)


def test_no_history_is_a_streak_of_zero() -> None:
    assert compute_streak(StreakDays(), MONDAY) == Streak(current=0, longest=0, counted_today=False)


def test_first_answer_starts_a_streak() -> None:
    assert compute_streak(StreakDays([MONDAY], [MONDAY]), MONDAY) == Streak(current=1, longest=1, counted_today=True)


def test_weekend_neither_extends_nor_breaks_a_streak() -> None:
    history = StreakDays([FRIDAY, MONDAY], [FRIDAY, MONDAY])

    assert compute_streak(history, MONDAY) == Streak(current=2, longest=2, counted_today=True)


def test_today_breaks_nothing_before_it_is_over() -> None:
    history = StreakDays([FRIDAY, MONDAY], [FRIDAY])

    assert compute_streak(history, MONDAY) == Streak(current=1, longest=1, counted_today=False)


def test_unanswered_lesson_breaks_the_streak_on_the_next_day() -> None:
    found = compute_streak(StreakDays([FRIDAY, MONDAY], [FRIDAY]), TUESDAY)

    assert (found.current, found.longest, found.counted_today) == (0, 1, False)


def test_day_on_which_nothing_could_be_sent_breaks_nothing() -> None:
    friday_was_skipped = StreakDays([FRIDAY - DAY, MONDAY], [FRIDAY - DAY, MONDAY])

    assert compute_streak(friday_was_skipped, MONDAY).current == 2


def test_streak_waits_through_a_pause_of_three_weeks() -> None:
    back = FRIDAY + timedelta(weeks=3)

    assert compute_streak(StreakDays([FRIDAY, back], [FRIDAY]), back) == Streak(
        current=1, longest=1, counted_today=False
    )


def test_longest_stays_after_a_break() -> None:
    found = of("xxxx.x")

    assert (found.current, found.longest) == (1, 4)


def test_practice_counts_on_a_working_day_without_a_lesson() -> None:
    assert compute_streak(StreakDays([FRIDAY], [FRIDAY, MONDAY]), MONDAY).current == 2


def test_flight_west_across_the_date_line_keeps_the_day_practiced_ahead() -> None:
    assert compute_streak(StreakDays([MONDAY, TUESDAY], [MONDAY, TUESDAY]), MONDAY).current == 2


@pytest.mark.parametrize(("days", "freezes"), [(9, 0), (10, 1), (19, 1), (20, 2), (29, 2), (30, 2), (100, 2)])
def test_every_tenth_day_earns_a_freeze_up_to_two(days: int, freezes: int) -> None:
    assert of("x" * days).freezes == freezes


def test_the_day_that_earns_a_freeze_says_so_and_nobody_has_more_than_two() -> None:
    def on_the_last(days: int) -> Streak:
        history, each, _ = dated("x" * days)
        return compute_streak(history, each[-1])

    assert [on_the_last(days).freeze_earned_today for days in (9, 10, 11, 20, 30)] == [False, True, False, True, False]


def test_a_freeze_covers_a_missed_day_without_extending_the_streak() -> None:
    history, days, today = dated("x" * 12 + ".")

    found = compute_streak(history, today)

    assert (found.current, found.freezes, found.frozen_days) == (12, 0, frozenset({days[12]}))
    assert found.repairable_miss is None, "nothing is broken, so nothing is to be made up"


def test_two_freezes_cover_two_missed_days_in_a_row_and_the_third_breaks() -> None:
    assert (of("x" * 20 + "..").current, of("x" * 20 + "..").freezes) == (20, 0)
    assert (of("x" * 20 + "...").current, of("x" * 20 + "...").longest) == (0, 20)


def test_a_used_freeze_is_earned_again_by_the_next_tenth_day_of_the_streak() -> None:
    assert of("x" * 12 + "." + "x" * 7).freezes == 0
    assert of("x" * 12 + "." + "x" * 8).freezes == 1


def test_a_day_missed_before_the_tenth_is_not_covered_by_a_freeze_earned_later() -> None:
    found = of("x" * 9 + "." + "x" * 10)

    assert (found.current, found.freezes, found.frozen_days) == (10, 1, frozenset())


def test_a_repair_restores_the_streak_with_everything_after_the_miss() -> None:
    history, days, today = dated("x" * 9 + ".xx")

    assert compute_streak(history, today).repairable_miss == MissedDay(days[9], restored_streak=11)


def test_only_the_latest_break_can_be_repaired() -> None:
    history, days, today = dated("xxx.xx.x")

    assert compute_streak(history, today).repairable_miss == MissedDay(days[6], restored_streak=3)


def test_two_days_missed_in_a_row_leave_nothing_to_repair() -> None:
    assert of("x" * 9 + "..").repairable_miss is None


def test_a_miss_without_a_streak_before_it_cannot_be_repaired() -> None:
    assert of(".xx").repairable_miss is None


def test_today_cannot_be_repaired() -> None:
    history, days, _ = dated("xxx.")

    assert compute_streak(history, days[-1]).repairable_miss is None


def test_a_repaired_day_keeps_the_streak_without_extending_it() -> None:
    """The answer that repairs it counts for the day on which it is given: `x` after `r`."""
    found = of("x" * 9 + "rx")

    assert (found.current, found.longest, found.freezes, found.repairable_miss) == (10, 10, 1, None)


def test_a_repaired_day_uses_no_freeze() -> None:
    """The miss broke the streak at nine days. The tenth earned a freeze that is still available."""
    assert of("x" * 9 + "rx").freezes == 1
    assert of("x" * 9 + "rx.").current == 10


@thorough
@given(lines)
def test_streak_equals_a_recount(line: str) -> None:
    history, days, today = dated(line)
    plain = recount(line)

    found = compute_streak(history, today)

    assert (found.current, found.longest, found.freezes) == (plain.current, plain.longest, plain.freezes)
    assert found.frozen_days == {days[place] for place in plain.covered}
    assert not found.counted_today


@patient
@given(lines)
@example("x." + "x" * 49 + ".x.")  # long ago: the tenth days would come on others, and a freeze too late
def test_a_repair_restores_the_promised_streak(line: str) -> None:
    history, days, today = dated(line)
    at = recount(line).broken_at

    miss = compute_streak(history, today).repairable_miss

    made_up = "" if at is None else f"{line[:at]}r{line[at + 1 :]}"
    if at is None or recount(made_up).current <= recount(line).current:
        assert miss is None
    else:
        assert miss == MissedDay(days[at], recount(made_up).current)
        assert (
            compute_streak(replace(history, repaired_days=[*history.repaired_days, days[at]]), today).current
            == miss.restored_streak
        )


@patient
@given(lines.flatmap(lambda line: st.tuples(st.just(line), st.lists(st.integers(0, 9), min_size=200, max_size=200))))
def test_days_off_anywhere_never_change_a_streak(line_and_gaps: tuple[str, list[int]]) -> None:
    line, gaps = line_and_gaps
    assume(len(line) <= len(gaps))

    spread, _, today = dated(line, gaps)

    found, same = compute_streak(spread, today), of(line)
    assert replace(found, frozen_days=frozenset(), repairable_miss=None) == replace(
        same, frozen_days=frozenset(), repairable_miss=None
    )
    assert (len(found.frozen_days), found.repairable_miss and found.repairable_miss.restored_streak) == (
        len(same.frozen_days),
        same.repairable_miss and same.repairable_miss.restored_streak,
    )


@patient
@given(lines)
def test_lesson_that_came_today_changes_nothing_until_tomorrow(line: str) -> None:
    history, _, today = dated(line)
    with_today = replace(history, lesson_days=[*history.lesson_days, today])

    assert compute_streak(with_today, today) == compute_streak(history, today)
    kept = compute_streak(history, today).freezes > 0
    assert compute_streak(with_today, today + DAY).current == (compute_streak(history, today).current if kept else 0)


@patient
@given(lines)
def test_answer_today_adds_one(line: str) -> None:
    history, _, today = dated(line)
    before = compute_streak(history, today)

    after = compute_streak(
        replace(history, lesson_days=[*history.lesson_days, today], practice_days=[*history.practice_days, today]),
        today,
    )

    assert (after.current, after.counted_today) == (before.current + 1, True)
    assert after.longest == max(before.longest, after.current)
    assert after.freezes - before.freezes == after.freeze_earned_today


@patient
@given(lines)
def test_a_milestone_is_reached_when_the_longest_streak_reaches_it_and_never_again(line: str) -> None:
    history, days, today = dated(line + "x")
    before = replace(history, practice_days=[day for day in history.practice_days if day != days[-1]])

    now, then = compute_streak(history, days[-1]), compute_streak(before, days[-1])

    grew = now.longest > then.longest
    assert now.milestone_today == (now.longest if grew and now.longest in MILESTONES else None)
    assert then.milestone_today is None
    assert compute_streak(history, today).milestone_today is None, "it is yesterday's"


@pytest.mark.parametrize(
    ("before", "now", "reached"), [(4, 5, 5), (5, 6, None), (0, 4, None), (8, 12, 10), (4, 12, 10), (99, 100, 100)]
)
def test_of_the_milestones_that_a_repair_reaches_at_once_the_highest_counts(
    before: int, now: int, reached: int | None
) -> None:
    assert find_milestone(before, now) == reached


@patient
@given(st.data(), lines)
def test_order_and_repeats_of_the_days_do_not_matter(data: st.DataObject, line: str) -> None:
    history, _, today = dated(line)

    shuffled = StreakDays(*(data.draw(st.permutations([*days, *days])) for days in _parts(history)))

    assert compute_streak(shuffled, today) == compute_streak(history, today)
    assert mark_last_four_weeks(shuffled, today) == mark_last_four_weeks(history, today)


@patient
@given(lines, lines)
def test_what_happens_later_never_changes_which_days_were_covered(line: str, later: str) -> None:
    before, after = of(line).frozen_days, of(line + later).frozen_days

    _, days, _ = dated(line)
    assert before == {day for day in after if day in days}


@patient
@given(any_histories, st.dates(FIRST, TUESDAY))
def test_streaks_count_only_practiced_days_and_freezes_only_missed_ones(history: StreakDays, today: date) -> None:
    found = compute_streak(history, today)

    owed, practised, repaired = map(set, _parts(history))
    assert 0 <= found.current <= found.longest <= len(practised)
    assert 0 <= found.freezes <= MAX_FREEZES
    assert found.frozen_days <= {day for day in owed - practised - repaired if day < today}
    assert found.counted_today == (today in practised)
    assert found.repairable_miss is None or found.repairable_miss.restored_streak > found.current


def test_a_used_freeze_has_the_saved_streak_and_the_freezes_left() -> None:
    history, days, today = dated("x" * 22 + ".")

    assert find_used_freeze(history, today) == UsedFreeze(days[-1], today, streak=22, freezes_left=1)


def test_a_freeze_used_before_the_last_lesson_is_not_reported_again() -> None:
    history, _, today = dated("x" * 22 + ".x")

    assert find_used_freeze(history, today) is None


@pytest.mark.parametrize("line", ["", "xxx", "xxx.", "x" * 12])
def test_no_freeze_is_reported_if_none_was_used(line: str) -> None:
    history, _, today = dated(line)

    assert find_used_freeze(history, today) is None


def test_a_miss_can_be_repaired_in_two_shifts_not_counting_those_without_a_lesson() -> None:
    missed = FRIDAY - DAY
    history = StreakDays(lesson_days=[missed, FRIDAY])

    assert count_shifts_left_for_repair(history, missed, today=FRIDAY) == 2
    assert count_shifts_left_for_repair(history, missed, today=SATURDAY) == 1
    assert count_shifts_left_for_repair(history, missed, today=TUESDAY) == 1, "no lesson came on Monday"


def test_four_weeks_begin_on_a_monday_and_end_today() -> None:
    marks = mark_last_four_weeks(StreakDays(), TUESDAY)

    assert [marks[0].day, marks[-1].day] == [date(2026, 2, 16), TUESDAY]
    assert len(marks) == 23


def test_four_weeks_on_a_sunday_are_twenty_eight_days() -> None:
    marks = mark_last_four_weeks(StreakDays(), SUNDAY)

    assert [marks[0].day, marks[-1].day, len(marks)] == [date(2026, 2, 9), SUNDAY, 28]


def test_each_day_of_four_weeks_has_its_mark() -> None:
    thursday = FRIDAY - DAY

    marks = mark_last_four_weeks(StreakDays([thursday, FRIDAY, MONDAY], [thursday]), MONDAY)

    assert marks[-5:] == (
        MarkedDay(thursday, DayMark.PRACTICED),
        MarkedDay(FRIDAY, DayMark.MISSED),
        MarkedDay(SATURDAY, DayMark.OFF),
        MarkedDay(SUNDAY, DayMark.OFF),
        MarkedDay(MONDAY, DayMark.TODAY),
    )


def test_four_weeks_distinguish_frozen_repaired_and_missed_days() -> None:
    history, _, today = dated("x" * 10 + ".x" + "r" + "x" * 3 + ".")

    words = [mark.mark for mark in mark_last_four_weeks(history, today)[-8:]]

    assert words == [
        DayMark.FROZEN,
        DayMark.PRACTICED,
        DayMark.REPAIRED,
        *[DayMark.PRACTICED] * 3,
        DayMark.MISSED,
        DayMark.TODAY,
    ]


def test_today_is_done_once_it_is_answered() -> None:
    assert mark_last_four_weeks(StreakDays([MONDAY], [MONDAY]), MONDAY)[-1] == MarkedDay(MONDAY, DayMark.PRACTICED)


@patient
@given(any_histories, st.dates(FIRST, TUESDAY))
def test_four_weeks_show_every_day_once_in_order(history: StreakDays, today: date) -> None:
    marks = mark_last_four_weeks(history, today)

    days = [mark.day for mark in marks]
    owed, practised, repaired = map(set, _parts(history))
    by_mark = {kind: {mark.day for mark in marks if mark.mark is kind} for kind in DayMark}
    assert days == [days[0] + number * DAY for number in range(len(days))]
    assert days[0].weekday() == 0
    assert days[-1] == today
    assert 22 <= len(days) <= 28
    assert by_mark[DayMark.PRACTICED] == practised & set(days)
    assert by_mark[DayMark.REPAIRED] == (repaired - practised) & set(days)
    assert by_mark[DayMark.FROZEN] == compute_streak(history, today).frozen_days & set(days)
    assert by_mark[DayMark.MISSED] | by_mark[DayMark.FROZEN] == (owed - practised - repaired - {today}) & set(days)


def _parts(history: StreakDays) -> tuple[list[date], list[date], list[date]]:
    return list(history.lesson_days), list(history.practice_days), list(history.repaired_days)
