"""Which days count, and what never breaks a streak."""

from datetime import date, time

from bot.domain.schedule_kinds import weekly_around_messages
from bot.domain.streak import DayMark
from bot.learning import enrollment, lesson_state, practice, streaks
from bot.learning.streaks import StreakView
from tests.builders import NURSE
from tests.ward import Ward

NIGHTS = weekly_around_messages(frozenset({0, 1, 2}), time(22), time(6))
"""Three nights a week, Monday to Wednesday."""


def receive(ward: Ward, when: str) -> None:
    ward.clock.set(when)
    ward.deliver()


def answer(ward: Ward, choice: str = "B") -> lesson_state.LessonState:
    return ward.run(
        practice.answer_lesson, ward.library, NURSE, ward.lesson_of(NURSE), choice, ward.clock.advance(minutes=5)
    ).state


def look(ward: Ward) -> StreakView:
    return ward.run(streaks.read_streak, NURSE, ward.clock())


def answer_days(ward: Ward, *days: int) -> None:
    for day in days:
        receive(ward, f"2026-03-{day:02} 09:00")
        answer(ward)


def test_a_weekend_neither_extends_nor_breaks_a_streak(ward: Ward) -> None:
    ward.enrol(NURSE)

    answer_days(ward, 5, 6, 9)  # Thursday, Friday, Monday

    assert look(ward).streak.current == 3


def test_a_new_streak_begins_after_a_missed_working_day(ward: Ward) -> None:
    ward.enrol(NURSE)
    answer_days(ward, 2, 3)
    receive(ward, "2026-03-04 09:00")

    answer_days(ward, 5)

    seen = look(ward).streak
    assert (seen.current, seen.longest) == (1, 2)


def test_today_breaks_nothing_before_it_is_over(ward: Ward) -> None:
    ward.enrol(NURSE)
    answer_days(ward, 2, 3)

    receive(ward, "2026-03-04 09:00")

    seen = look(ward)
    assert (seen.streak.current, seen.streak.counted_today) == (2, False)
    assert seen.today == date(2026, 3, 4)


def test_two_things_done_on_one_day_count_once(ward: Ward) -> None:
    ward.enrol(NURSE)
    answer_days(ward, 2)

    answer(ward, "A")

    assert look(ward).streak.current == 1


def test_a_night_worker_keeps_their_streak_when_the_shift_crosses_midnight(ward: Ward) -> None:
    ward.enrol(NURSE, NIGHTS)
    receive(ward, "2026-03-02 22:00")
    ward.clock.set("2026-03-03 03:00")

    monday = answer(ward)
    receive(ward, "2026-03-03 22:00")
    tuesday = answer(ward)

    assert monday.learning_day == date(2026, 3, 2)
    assert (monday.streak.current, tuesday.streak.current) == (1, 2)
    assert [mark.mark for mark in look(ward).recent_days[-2:]] == [DayMark.PRACTICED, DayMark.PRACTICED]


def test_an_unanswered_lesson_requested_on_a_day_off_breaks_nothing(ward: Ward) -> None:
    ward.enrol(NURSE)
    answer_days(ward, 5, 6)
    ward.clock.set("2026-03-07 11:00")  # Saturday
    ward.run(practice.request_todays_lesson, ward.library, NURSE, ward.clock())
    ward.deliver()

    answer_days(ward, 9)

    assert look(ward).streak.current == 3


def test_a_lesson_answered_on_a_day_off_neither_extends_nor_breaks_a_streak(ward: Ward) -> None:
    ward.enrol(NURSE)
    answer_days(ward, 5, 6)
    ward.clock.set("2026-03-07 11:00")
    ward.run(practice.request_todays_lesson, ward.library, NURSE, ward.clock())
    ward.deliver()

    state = answer(ward)

    assert not state.counts_today
    answer_days(ward, 9)
    assert look(ward).streak.current == 3


def test_the_streak_waits_in_a_pause_even_if_a_lesson_is_requested(ward: Ward) -> None:
    ward.enrol(NURSE)
    answer_days(ward, 2, 3)
    ward.run(enrollment.pause_lessons, NURSE, date(2026, 3, 9), ward.clock())
    ward.clock.set("2026-03-04 10:00")
    ward.run(practice.request_todays_lesson, ward.library, NURSE, ward.clock())
    ward.deliver()

    answer_days(ward, 9)

    assert look(ward).streak.current == 3


def test_a_day_that_a_pause_cut_short_breaks_nothing(ward: Ward) -> None:
    ward.enrol(NURSE)
    answer_days(ward, 2, 3)
    receive(ward, "2026-03-04 09:00")
    ward.run(enrollment.pause_lessons, NURSE, date(2026, 3, 9), ward.clock())

    answer_days(ward, 9)

    assert look(ward).streak.current == 3


def test_a_day_on_which_no_lesson_came_breaks_nothing(ward: Ward) -> None:
    """Rounds was down all Wednesday, so the learner didn't miss anything."""
    ward.enrol(NURSE)
    answer_days(ward, 2, 3)
    receive(ward, "2026-03-04 20:00")

    answer_days(ward, 5)

    assert (date(2026, 3, 4), "lesson", "late") in ward.days(NURSE)
    assert look(ward).streak.current == 3


def test_yesterdays_lesson_answered_today_counts_today(ward: Ward) -> None:
    ward.enrol(NURSE)
    receive(ward, "2026-03-02 09:00")
    ward.clock.set("2026-03-03 08:00")

    answer(ward)

    assert [mark.mark for mark in look(ward).recent_days[-2:]] == [DayMark.MISSED, DayMark.PRACTICED]
