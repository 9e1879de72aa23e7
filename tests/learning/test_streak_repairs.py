"""Repairing the missed day that broke a streak: until when, how, and only once."""

from datetime import date, time

import pytest

from bot.domain.learner import Cadence, Preferences
from bot.domain.schedule_kinds import WORKDAY_SCHEDULE, RotatingSchedule, ShiftHours, weekly_around_messages
from bot.domain.streak import DayMark
from bot.errors import NotFound, RepairClosed
from bot.learning import enrollment, lesson_state, practice, privacy, reflections, streak_repairs, streaks
from bot.learning.message_deliveries import MessageRef
from bot.learning.streak_repairs import RepairOffer, RepairResult
from bot.learning.streaks import OpenRepair
from tests.builders import CLERK, NURSE, at
from tests.past import live_through
from tests.ward import Ward

MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 3, day) for day in (2, 3, 4, 5))


@pytest.fixture
def missed(ward: Ward) -> MessageRef:
    """Monday's lesson, unanswered after a streak of five. Now it is Tuesday, and Tuesday's lesson has arrived."""
    ward.enrol(NURSE)
    ward.run(live_through, NURSE, "xxxxx", MONDAY)
    receive(ward, "2026-03-02 09:00")
    missed = ward.lesson_of(NURSE)
    receive(ward, "2026-03-03 09:00")
    return missed


def receive(ward: Ward, when: str) -> None:
    ward.clock.set(when)
    ward.deliver()


def answer(ward: Ward, ref: MessageRef | None = None, choice: str = "B") -> lesson_state.LessonState:
    return ward.run(
        practice.answer_lesson, ward.library, NURSE, ref or ward.lesson_of(NURSE), choice, ward.clock()
    ).state


def press(ward: Ward, day: date = MONDAY) -> RepairOffer | RepairResult:
    return ward.run(streak_repairs.start_repair, ward.library, NURSE, day, ward.clock())


def make_up(ward: Ward, choice: str = "A", day: date = MONDAY) -> RepairResult:
    return ward.run(streak_repairs.answer_for_repair, ward.library, NURSE, day, choice, ward.clock())


def open_repair(ward: Ward) -> OpenRepair | None:
    return ward.run(streaks.read_streak, NURSE, ward.clock()).repair


def streak(ward: Ward) -> int:
    return ward.run(streaks.read_streak, NURSE, ward.clock()).streak.current


def test_a_broken_streak_can_be_repaired_until_a_deadline(ward: Ward, missed: MessageRef) -> None:
    assert open_repair(ward) == OpenRepair(
        day=MONDAY, restored_streak=5, shifts_left=2, until=at("2026-03-04 17:00"), last_day=WEDNESDAY, today=TUESDAY
    )


def test_the_answered_lesson_has_the_repair_too(ward: Ward, missed: MessageRef) -> None:
    state = answer(ward)

    assert (state.streak.current, state.repair and state.repair.restored_streak) == (1, 6)


def test_the_missed_lesson_is_shown_with_its_question(ward: Ward, missed: MessageRef) -> None:
    offer = press(ward)

    state = ward.run(lesson_state.get_lesson_state, ward.library, NURSE, missed, ward.clock())
    assert isinstance(offer, RepairOffer)
    assert offer.lesson == state.lesson
    assert offer.repair == open_repair(ward)


def test_the_offer_says_the_streak_that_an_answer_brings(ward: Ward, missed: MessageRef) -> None:
    offer = press(ward)
    assert isinstance(offer, RepairOffer)
    assert (offer.streak_after_answer, offer.counts_today) == (6, True), "the answer practices today, too"

    make_up(ward)

    assert streak(ward) == offer.streak_after_answer


def test_after_todays_practice_the_offer_counts_today_once(ward: Ward, missed: MessageRef) -> None:
    answer(ward)
    offer = press(ward)
    assert isinstance(offer, RepairOffer)

    make_up(ward)

    assert (offer.streak_after_answer, streak(ward)) == (6, 6)


def test_on_a_day_off_the_offer_leaves_today_out(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(live_through, NURSE, "xxxxx", date(2026, 3, 6))
    receive(ward, "2026-03-06 09:00")
    ward.clock.set("2026-03-07 12:00")  # Saturday
    offer = press(ward, date(2026, 3, 6))
    assert isinstance(offer, RepairOffer)
    assert (offer.streak_after_answer, offer.counts_today) == (5, False)

    make_up(ward, day=date(2026, 3, 6))

    assert streak(ward) == 5


def test_another_missed_day_ends_the_offer(ward: Ward, missed: MessageRef) -> None:
    receive(ward, "2026-03-04 09:00")  # Tuesday was missed as well

    with pytest.raises(RepairClosed, match="another one had no answer"):
        make_up(ward)


def test_an_answer_repairs_the_day_and_counts_for_the_day_it_is_given_on(ward: Ward, missed: MessageRef) -> None:
    made_up = make_up(ward, "A")

    assert made_up.is_first
    assert (made_up.day, made_up.state.message) == (MONDAY, missed)
    assert made_up.state.chosen_option is not None
    assert made_up.state.chosen_option.key == "A"
    assert made_up.state.counts_today, "today counts, as it does by any late answer"
    assert (streak(ward), open_repair(ward)) == (6, None)


def test_the_missed_day_does_not_extend_the_streak(ward: Ward, missed: MessageRef) -> None:
    answer(ward)

    make_up(ward)

    assert streak(ward) == 6


def test_four_weeks_show_the_day_as_repaired(ward: Ward, missed: MessageRef) -> None:
    make_up(ward)

    marks = ward.run(streaks.read_streak, NURSE, ward.clock()).recent_days
    assert [mark.mark for mark in marks[-2:]] == [DayMark.REPAIRED, DayMark.PRACTICED]


def test_sending_it_twice_changes_nothing(ward: Ward, missed: MessageRef) -> None:
    first = make_up(ward, "A")

    second = make_up(ward, "B")

    assert (second.state, second.is_first) == (first.state, False)


def test_pressing_again_after_the_repair_says_so(ward: Ward, missed: MessageRef) -> None:
    made_up = make_up(ward)

    assert press(ward) == RepairResult(MONDAY, made_up.state, is_first=False)


def test_a_lesson_already_answered_late_needs_one_click(ward: Ward, missed: MessageRef) -> None:
    answer(ward, missed, "C")
    assert open_repair(ward) is not None, "a late answer alone makes nothing up"

    made_up = press(ward)

    assert isinstance(made_up, RepairResult)
    assert made_up.is_first
    assert made_up.state.chosen_option is not None
    assert made_up.state.chosen_option.key == "C"
    assert streak(ward) == 6


def test_a_lesson_reflected_on_late_needs_one_click(ward: Ward, missed: MessageRef) -> None:
    ward.run(reflections.save_reflection, ward.library, NURSE, missed, "A line", ward.clock())

    assert isinstance(press(ward), RepairResult)


def test_an_answer_given_while_the_modal_was_open_is_final(ward: Ward, missed: MessageRef) -> None:
    press(ward)
    answer(ward, missed, "C")

    made_up = make_up(ward, "A")

    assert made_up.is_first
    assert made_up.state.chosen_option is not None
    assert made_up.state.chosen_option.key == "C"


def test_it_is_open_until_the_second_shift_ends_and_not_a_moment_longer(ward: Ward, missed: MessageRef) -> None:
    answer(ward)
    receive(ward, "2026-03-04 09:00")
    answer(ward)
    ward.clock.set("2026-03-04 16:59")
    assert open_repair(ward) is not None

    ward.clock.set("2026-03-04 17:00")

    assert open_repair(ward) is None


def test_a_late_repair_is_refused_and_changes_nothing(ward: Ward, missed: MessageRef) -> None:
    answer(ward)
    ward.clock.set("2026-03-04 17:00")
    before = ward.run(streaks.read_streak, NURSE, ward.clock())

    for late in (press, make_up):
        with pytest.raises(RepairClosed, match="Your streak is unchanged"):
            late(ward)

    assert ward.run(streaks.read_streak, NURSE, ward.clock()) == before
    assert ward.run(lesson_state.get_lesson_state, ward.library, NURSE, missed, ward.clock()).chosen_option is None


def test_days_off_do_not_use_up_the_shifts(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(live_through, NURSE, "xxxxx.", date(2026, 3, 7))  # Friday was missed
    ward.clock.set("2026-03-08 12:00")

    repair = open_repair(ward)

    assert repair is not None
    assert (repair.last_day, repair.until) == (date(2026, 3, 10), at("2026-03-10 17:00"))


def test_a_shift_on_which_no_lesson_came_does_not_use_one_up(ward: Ward, missed: MessageRef) -> None:
    receive(ward, "2026-03-04 20:00")  # down all Wednesday
    ward.clock.set("2026-03-05 08:00")

    repair = open_repair(ward)

    assert repair is None, "Tuesday was missed after it, and so nothing ran before the latest miss"


def test_a_day_without_a_lesson_does_not_use_up_a_shift(ward: Ward, missed: MessageRef) -> None:
    answer(ward)
    receive(ward, "2026-03-04 20:00")  # down all Wednesday
    ward.clock.set("2026-03-05 08:00")

    repair = open_repair(ward)

    assert repair is not None
    assert (repair.day, repair.shifts_left, repair.last_day) == (MONDAY, 1, THURSDAY)


def test_shifts_in_a_pause_do_not_count(ward: Ward, missed: MessageRef) -> None:
    answer(ward)
    ward.run(enrollment.pause_lessons, NURSE, date(2026, 3, 16), ward.clock())
    ward.clock.set("2026-03-12 12:00")

    repair = open_repair(ward)

    assert repair is not None
    assert repair.last_day == date(2026, 3, 17), "the pause began on Tuesday, which it cut short"


def test_a_repair_stays_open_while_lessons_are_stopped(ward: Ward, missed: MessageRef) -> None:
    answer(ward)
    ward.run(enrollment.pause_lessons, NURSE, None, ward.clock())
    ward.clock.set("2026-06-01 12:00")

    repair = open_repair(ward)

    assert repair is not None
    assert (repair.until, repair.last_day) == (None, None)
    assert make_up(ward).is_first


def test_a_night_worker_has_until_the_morning_after_the_second_night(ward: Ward) -> None:
    ward.enrol(NURSE, weekly_around_messages(frozenset({0, 1, 2, 3}), time(22), time(6)))
    ward.run(live_through, NURSE, "xxxxx", MONDAY)
    receive(ward, "2026-03-02 22:00")
    ward.clock.set("2026-03-03 12:00")

    repair = open_repair(ward)

    assert repair is not None
    assert (repair.day, repair.until) == (MONDAY, at("2026-03-05 06:30"))
    assert repair.last_day == WEDNESDAY


def test_a_rotation_counts_its_own_shifts(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(live_through, NURSE, "xxxxx.", TUESDAY)
    ward.clock.set("2026-03-03 12:00")
    four_off = RotatingSchedule(MONDAY, ("D", "-", "-", "-", "-", "D", "D"), {"D": ShiftHours(time(7), time(19))})
    ward.run(enrollment.change_preferences, NURSE, Preferences("Europe/London", four_off), ward.clock())

    repair = open_repair(ward)

    assert repair is not None
    assert (repair.last_day, repair.until) == (date(2026, 3, 8), at("2026-03-08 19:00"))


def test_with_a_lesson_a_week_the_next_two_lessons_shifts_count(ward: Ward) -> None:
    """Any shift would do, but she learns of the miss when her next lesson arrives: next Monday."""
    ward.enrol(NURSE)
    ward.run(live_through, NURSE, "xxxxx.", TUESDAY)
    ward.clock.set("2026-03-03 12:00")
    weekly = Preferences("Europe/London", WORKDAY_SCHEDULE, cadence=Cadence.WEEKLY)
    ward.run(enrollment.change_preferences, NURSE, weekly, ward.clock())

    repair = open_repair(ward)

    assert repair is not None
    assert repair.last_day == date(2026, 3, 16)


def test_only_the_latest_miss_can_be_repaired(ward: Ward) -> None:
    ward.enrol(NURSE)
    [*_, first, _, second] = ward.run(live_through, NURSE, "xxx.x.", THURSDAY)
    ward.clock.set("2026-03-05 08:00")

    with pytest.raises(RepairClosed):
        press(ward, first)
    assert isinstance(press(ward, second), RepairOffer)


def test_a_day_that_was_not_missed_cannot_be_repaired(ward: Ward, missed: MessageRef) -> None:
    with pytest.raises(RepairClosed):
        make_up(ward, day=TUESDAY)
    with pytest.raises(NotFound):
        make_up(ward, day=date(2026, 3, 8))


def test_nobody_can_repair_someone_elses_day(ward: Ward, missed: MessageRef) -> None:
    ward.enrol(CLERK)

    with pytest.raises(NotFound):
        ward.run(streak_repairs.answer_for_repair, ward.library, CLERK, MONDAY, "A", ward.clock())

    assert ward.run(lesson_state.get_lesson_state, ward.library, NURSE, missed, ward.clock()).chosen_option is None


def test_an_unknown_option_repairs_nothing(ward: Ward, missed: MessageRef) -> None:
    with pytest.raises(KeyError):
        make_up(ward, "Z")

    assert open_repair(ward) is not None


def test_an_answer_in_an_earlier_round_repairs_nothing(ward: Ward) -> None:
    """Six lessons take turns: Monday's was sent and answered a round ago."""
    ward.enrol(NURSE)
    [first, *_] = ward.run(live_through, NURSE, "xxxxxx.", TUESDAY)
    ward.clock.set(f"{first} 10:00")
    [earlier, *_] = ward.deliveries(NURSE)
    answer(ward, MessageRef(earlier.channel or "", earlier.ts or ""))
    ward.clock.set("2026-03-03 12:00")

    assert isinstance(press(ward), RepairOffer)


def test_an_export_contains_repaired_and_frozen_days(ward: Ward, missed: MessageRef) -> None:
    make_up(ward)

    export = ward.run(privacy.export_learner, ward.library, NURSE, ward.clock())

    assert export.repaired_days == (MONDAY,)
    assert export.streak.current == 6


def test_after_the_repair_the_streak_earns_its_freeze_on_the_tenth_day(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(live_through, NURSE, "x" * 9 + ".", TUESDAY)
    receive(ward, "2026-03-03 09:00")
    answer(ward)

    make_up(ward)

    found = ward.run(streaks.read_streak, NURSE, ward.clock()).streak
    assert (found.current, found.freezes) == (10, 1)
