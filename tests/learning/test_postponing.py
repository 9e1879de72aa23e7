"""Postponing a lesson to another time of its shift or to the next shift, and what becomes of its messages."""

from datetime import date, time, timedelta

import pytest

from bot.domain.learner import Cadence, Preferences
from bot.domain.lesson import Pack
from bot.domain.postponing import PostponeOption
from bot.domain.schedule import DeliveryKindName
from bot.domain.schedule_kinds import WORKDAY_SCHEDULE, weekly_around_messages
from bot.errors import Refused
from bot.learning import enrollment, lesson_state, postponing, practice, reflections
from bot.learning.lesson_state import LessonState, PostponedUntil
from bot.learning.message_deliveries import MessageRef
from tests.builders import LONDON, NURSE, at
from tests.ward import Ward

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
NIGHTS = weekly_around_messages(frozenset({0, 1, 2}), time(22), time(6))


@pytest.fixture
def lesson(ward: Ward) -> MessageRef:
    """Return the message of Monday's lesson, which has just arrived."""
    ward.enrol(NURSE)
    return receive(ward, "2026-03-02 09:00")


def receive(ward: Ward, when: str) -> MessageRef:
    ward.clock.set(when)
    ward.deliver()
    return ward.lesson_of(NURSE)


def put_off(ward: Ward, ref: MessageRef, choice: PostponeOption) -> LessonState:
    return ward.run(postponing.postpone_lesson, ward.library, NURSE, ref, choice, ward.clock())


def open_now(ward: Ward, ref: MessageRef) -> LessonState:
    return ward.run(postponing.open_postponed_lesson, ward.library, NURSE, ref, ward.clock())


def answer(ward: Ward, ref: MessageRef) -> LessonState:
    return ward.run(practice.answer_lesson, ward.library, NURSE, ref, "B", ward.clock()).state


def reflect(ward: Ward, ref: MessageRef) -> LessonState:
    return ward.run(reflections.save_reflection, ward.library, NURSE, ref, "A line", ward.clock())


def state(ward: Ward, ref: MessageRef) -> LessonState:
    return ward.run(lesson_state.get_lesson_state, ward.library, NURSE, ref, ward.clock())


def offered(ward: Ward, ref: MessageRef) -> dict[PostponeOption, PostponedUntil]:
    return ward.run(postponing.find_postpone_options, ward.library, NURSE, ref, ward.clock()).return_times


def kinds(ward: Ward, when: str) -> list[str]:
    """Return the kinds of messages that arrive by then."""
    ward.clock.set(when)
    return [each.kind for each in ward.deliver()]


def test_return_times_are_in_the_learners_time_zone(ward: Ward, lesson: MessageRef) -> None:
    assert offered(ward, lesson) == {
        PostponeOption.HOUR: PostponedUntil(at("2026-03-02 10:00").astimezone(LONDON), is_weekly=False),
        PostponeOption.BEFORE_END: PostponedUntil(at("2026-03-02 16:00").astimezone(LONDON), is_weekly=False),
        PostponeOption.NEXT_SHIFT: PostponedUntil(None, is_weekly=False),
    }


def test_in_an_hour_the_same_lesson_comes_again(ward: Ward, lesson: MessageRef) -> None:
    waiting = put_off(ward, lesson, PostponeOption.HOUR)

    assert waiting.postponed_until == PostponedUntil(at("2026-03-02 10:00"), is_weekly=False)
    assert kinds(ward, "2026-03-02 09:59") == []
    assert kinds(ward, "2026-03-02 10:00") == [DeliveryKindName.POSTPONED_LESSON]
    copy = ward.message_of(NURSE, DeliveryKindName.POSTPONED_LESSON)
    assert state(ward, copy).lesson == waiting.lesson
    assert state(ward, copy).learning_day == MONDAY


def test_before_the_end_means_half_an_hour_before_the_days_end(ward: Ward, lesson: MessageRef) -> None:
    put_off(ward, lesson, PostponeOption.BEFORE_END)

    assert kinds(ward, "2026-03-02 16:00") == [DeliveryKindName.POSTPONED_LESSON]
    assert kinds(ward, "2026-03-02 16:30") == [DeliveryKindName.DAY_END]


def test_answering_a_copy_answers_the_lesson_and_supersedes_the_older_message(ward: Ward, lesson: MessageRef) -> None:
    put_off(ward, lesson, PostponeOption.HOUR)
    kinds(ward, "2026-03-02 10:00")
    copy = ward.message_of(NURSE, DeliveryKindName.POSTPONED_LESSON)

    answered = answer(ward, copy)

    assert answered.superseded == (lesson,)
    assert answered.streak.current == 1
    for message in (lesson, copy):
        seen = state(ward, message)
        assert seen.chosen_option is not None
        assert seen.delivery_id == lesson.delivery_id


def test_the_day_end_opens_the_message_that_asks_the_question(ward: Ward, lesson: MessageRef) -> None:
    put_off(ward, lesson, PostponeOption.HOUR)
    ward.clock.set("2026-03-02 10:00")
    ward.deliver()
    ward.clock.set("2026-03-02 16:30")
    ward.deliver()
    day_end = ward.message_of(NURSE, DeliveryKindName.DAY_END)

    shown = ward.run(lesson_state.get_question_state, ward.library, NURSE, day_end, ward.clock())

    assert shown.message == ward.message_of(NURSE, DeliveryKindName.POSTPONED_LESSON)
    assert (shown.chosen_option, shown.learning_day) == (None, MONDAY)


def test_an_ordinary_answer_supersedes_nothing(ward: Ward, lesson: MessageRef) -> None:
    assert answer(ward, lesson).superseded == ()


def test_a_copy_can_be_postponed_only_to_the_next_shift(ward: Ward, lesson: MessageRef) -> None:
    put_off(ward, lesson, PostponeOption.HOUR)
    kinds(ward, "2026-03-02 10:00")
    copy = ward.message_of(NURSE, DeliveryKindName.POSTPONED_LESSON)

    assert set(offered(ward, copy)) == set(offered(ward, lesson)) == {PostponeOption.NEXT_SHIFT}
    with pytest.raises(Refused, match="Nothing was changed"):
        put_off(ward, copy, PostponeOption.HOUR)
    assert put_off(ward, copy, PostponeOption.NEXT_SHIFT).superseded == (lesson,)


def test_the_next_shift_brings_it_again_as_its_one_lesson(ward: Ward, lesson: MessageRef) -> None:
    waiting = put_off(ward, lesson, PostponeOption.NEXT_SHIFT)

    assert waiting.postponed_until == PostponedUntil(None, is_weekly=False)
    assert kinds(ward, "2026-03-02 23:00") == []  # and no day end for a postponed lesson
    again = receive(ward, "2026-03-03 09:00")
    assert state(ward, again).lesson == waiting.lesson
    assert state(ward, again).learning_day == TUESDAY
    assert kinds(ward, "2026-03-03 16:30") == [DeliveryKindName.DAY_END]


def test_answering_in_the_next_shift_supersedes_the_previous_message(ward: Ward, lesson: MessageRef) -> None:
    put_off(ward, lesson, PostponeOption.NEXT_SHIFT)
    again = receive(ward, "2026-03-03 09:00")

    answered = answer(ward, again)

    assert answered.superseded == (lesson,)
    assert state(ward, lesson).chosen_option == answered.chosen_option
    assert state(ward, lesson).delivery_id == again.delivery_id
    other = receive(ward, "2026-03-04 09:00")
    assert state(ward, other).lesson != answered.lesson


def test_a_carried_over_lesson_can_still_be_answered_in_its_first_message(ward: Ward, lesson: MessageRef) -> None:
    put_off(ward, lesson, PostponeOption.NEXT_SHIFT)
    again = receive(ward, "2026-03-03 09:00")

    opened = open_now(ward, lesson)
    answered = answer(ward, lesson)

    assert (opened.postponed_until, opened.chosen_option) == (None, None)
    assert answered.superseded == (again,)
    assert state(ward, again).chosen_option == answered.chosen_option


def test_a_lesson_postponed_three_times_is_one_lesson_in_all_its_messages(ward: Ward, lesson: MessageRef) -> None:
    put_off(ward, lesson, PostponeOption.HOUR)
    kinds(ward, "2026-03-02 10:00")
    copy = ward.message_of(NURSE, DeliveryKindName.POSTPONED_LESSON)
    put_off(ward, copy, PostponeOption.NEXT_SHIFT)
    second = receive(ward, "2026-03-03 09:00")
    put_off(ward, second, PostponeOption.NEXT_SHIFT)
    third = receive(ward, "2026-03-04 09:00")

    answered = answer(ward, third)

    assert answered.superseded == (lesson, copy, second)
    assert {state(ward, each).delivery_id for each in (lesson, copy, second, third)} == {third.delivery_id}


def test_the_same_lesson_in_an_earlier_round_is_separate(ward: Ward, pack: Pack, lesson: MessageRef) -> None:
    first = answer(ward, lesson)
    days = [f"2026-03-{day:02} 09:00" for day in (3, 4, 5, 6, 9, 10)]
    assert len(days) == len(pack.lessons)
    for day in days[:-1]:
        answer(ward, receive(ward, day))  # an unanswered lesson would come before the first
    again = receive(ward, days[-1])
    assert state(ward, again).lesson == first.lesson

    put_off(ward, again, PostponeOption.NEXT_SHIFT)
    answered = answer(ward, receive(ward, "2026-03-11 09:00"))

    assert answered.superseded == (again,)
    assert state(ward, lesson).delivery_id == lesson.delivery_id


def test_open_it_now_shows_the_lesson_and_cancels_the_copy(ward: Ward, lesson: MessageRef) -> None:
    put_off(ward, lesson, PostponeOption.HOUR)

    opened = open_now(ward, lesson)

    assert (opened.postponed_until, opened.chosen_option, opened.superseded) == (None, None, ())
    assert kinds(ward, "2026-03-02 12:00") == []
    assert (MONDAY, "later", "opened") in ward.days(NURSE)


def test_an_opened_lesson_can_be_postponed_again(ward: Ward, lesson: MessageRef) -> None:
    put_off(ward, lesson, PostponeOption.HOUR)
    ward.clock.set("2026-03-02 09:30")
    open_now(ward, lesson)

    put_off(ward, lesson, PostponeOption.HOUR)

    assert kinds(ward, "2026-03-02 10:29") == []
    assert kinds(ward, "2026-03-02 10:30") == [DeliveryKindName.POSTPONED_LESSON]


def test_opening_a_carried_over_lesson_frees_the_next_shift_for_another(ward: Ward, lesson: MessageRef) -> None:
    put_off(ward, lesson, PostponeOption.NEXT_SHIFT)
    opened = open_now(ward, lesson)
    answer(ward, lesson)

    assert state(ward, receive(ward, "2026-03-03 09:00")).lesson != opened.lesson


def test_requesting_todays_lesson_opens_the_postponed_one(ward: Ward, lesson: MessageRef) -> None:
    put_off(ward, lesson, PostponeOption.BEFORE_END)

    asked = ward.run(practice.request_todays_lesson, ward.library, NURSE, ward.clock())

    assert (asked.is_queued, asked.was_postponed) == (False, True)
    assert asked.state is not None
    assert asked.state.postponed_until is None
    assert kinds(ward, "2026-03-02 16:00") == []


def test_a_lesson_answered_in_the_meantime_is_not_postponed(ward: Ward, lesson: MessageRef) -> None:
    answer(ward, lesson)

    kept = put_off(ward, lesson, PostponeOption.HOUR)

    assert kept.postponed_until is None
    assert kept.chosen_option is not None
    assert kinds(ward, "2026-03-02 10:00") == []


def test_a_copy_is_skipped_if_the_lesson_was_reflected_on(ward: Ward, lesson: MessageRef) -> None:
    ward.clock.set("2026-03-02 15:45")
    put_off(ward, lesson, PostponeOption.HOUR)
    assert kinds(ward, "2026-03-02 16:30") == [DeliveryKindName.DAY_END]

    written = reflect(ward, ward.message_of(NURSE, DeliveryKindName.DAY_END))

    assert written.superseded == (lesson,)
    assert state(ward, lesson).postponed_until is None
    assert kinds(ward, "2026-03-02 16:45") == []


def test_a_copy_that_is_late_waits_for_the_next_shift(ward: Ward, lesson: MessageRef) -> None:
    put_off(ward, lesson, PostponeOption.BEFORE_END)
    ward.clock.set("2026-03-02 17:00")  # nothing was sent all afternoon

    assert ward.deliver() == []
    again = receive(ward, "2026-03-03 09:00")
    assert state(ward, again).lesson == state(ward, lesson).lesson
    assert (MONDAY, "later", "late") in ward.days(NURSE)


def test_a_copy_comes_past_midnight_in_a_night_shift_and_counts_for_its_day(ward: Ward) -> None:
    ward.enrol(NURSE, NIGHTS)
    ref = receive(ward, "2026-03-02 23:30")

    put_off(ward, ref, PostponeOption.HOUR)

    assert kinds(ward, "2026-03-03 00:30") == [DeliveryKindName.POSTPONED_LESSON]
    assert answer(ward, ward.message_of(NURSE, DeliveryKindName.POSTPONED_LESSON)).learning_day == MONDAY


def test_last_weeks_lesson_can_only_be_postponed_to_the_next_shift(ward: Ward, lesson: MessageRef) -> None:
    receive(ward, "2026-03-09 09:00")

    assert set(offered(ward, lesson)) == {PostponeOption.NEXT_SHIFT}
    put_off(ward, lesson, PostponeOption.NEXT_SHIFT)
    assert state(ward, receive(ward, "2026-03-10 09:00")).lesson == state(ward, lesson).lesson


def request_on_saturday(ward: Ward) -> MessageRef:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-07 11:00")
    ward.run(practice.request_todays_lesson, ward.library, NURSE, ward.clock())
    ward.deliver()
    return ward.lesson_of(NURSE)


def returns_at(when: str) -> PostponedUntil:
    return PostponedUntil(at(when).astimezone(LONDON), is_weekly=False)


def test_a_lesson_requested_on_a_day_off_can_come_back_in_an_hour_tonight_tomorrow_or_in_the_next_shift(
    ward: Ward,
) -> None:
    assert offered(ward, request_on_saturday(ward)) == {
        PostponeOption.HOUR: returns_at("2026-03-07 12:00"),
        PostponeOption.TONIGHT: returns_at("2026-03-07 19:00"),
        PostponeOption.TOMORROW: returns_at("2026-03-08 09:00"),
        PostponeOption.NEXT_SHIFT: PostponedUntil(None, is_weekly=False),
    }


@pytest.mark.parametrize(
    ("choice", "when"),
    [
        (PostponeOption.HOUR, "2026-03-07 12:00"),
        (PostponeOption.TONIGHT, "2026-03-07 19:00"),
        (PostponeOption.TOMORROW, "2026-03-08 09:00"),
    ],
)
def test_on_a_day_off_it_comes_once_at_the_chosen_time(ward: Ward, choice: PostponeOption, when: str) -> None:
    ref = request_on_saturday(ward)

    put_off(ward, ref, choice)

    due = at(when)
    assert kinds(ward, f"{due - timedelta(minutes=1):%Y-%m-%d %H:%M}") == []
    assert kinds(ward, when) == [DeliveryKindName.POSTPONED_LESSON]
    copy = ward.message_of(NURSE, DeliveryKindName.POSTPONED_LESSON)
    assert answer(ward, copy).superseded == (ref,)
    assert kinds(ward, "2026-03-08 23:00") == []
    assert state(ward, receive(ward, "2026-03-09 09:00")).lesson != state(ward, ref).lesson


def test_a_workdays_lesson_opened_on_a_day_off_offers_the_same(ward: Ward, lesson: MessageRef) -> None:
    ward.clock.set("2026-03-07 11:00")

    assert list(offered(ward, lesson)) == [
        PostponeOption.HOUR,
        PostponeOption.TONIGHT,
        PostponeOption.TOMORROW,
        PostponeOption.NEXT_SHIFT,
    ]
    put_off(ward, lesson, PostponeOption.TONIGHT)
    assert kinds(ward, "2026-03-07 19:00") == [DeliveryKindName.POSTPONED_LESSON]


def test_tomorrow_is_the_next_shift_if_there_is_one_tomorrow(ward: Ward, lesson: MessageRef) -> None:
    ward.clock.set("2026-03-08 18:46")

    assert offered(ward, lesson) == {
        PostponeOption.HOUR: returns_at("2026-03-08 19:46"),
        PostponeOption.TOMORROW: PostponedUntil(None, is_weekly=False),
    }
    put_off(ward, lesson, PostponeOption.TOMORROW)
    assert state(ward, receive(ward, "2026-03-09 09:00")).lesson == state(ward, lesson).lesson


def test_a_lesson_put_off_on_a_day_off_keeps_its_time_when_other_settings_change(ward: Ward) -> None:
    put_off(ward, request_on_saturday(ward), PostponeOption.TONIGHT)

    ward.run(enrollment.change_preferences, NURSE, Preferences("Europe/London", WORKDAY_SCHEDULE), ward.clock())

    assert kinds(ward, "2026-03-07 19:00") == [DeliveryKindName.POSTPONED_LESSON]


@pytest.mark.parametrize("paused", [True, False])
def test_a_lesson_put_off_on_a_day_off_waits_for_the_next_shift_in_a_pause_or_if_the_day_has_a_shift_now(
    ward: Ward, paused: bool
) -> None:
    ref = request_on_saturday(ward)
    put_off(ward, ref, PostponeOption.TOMORROW)

    if paused:
        ward.run(enrollment.pause_lessons, NURSE, date(2026, 3, 9), ward.clock())
    else:
        daily = Preferences("Europe/London", weekly_around_messages(range(7), time(9), time(16, 30)))
        ward.run(enrollment.change_preferences, NURSE, daily, ward.clock())

    assert (date(2026, 3, 7), "later", "carried") in ward.days(NURSE)


def test_what_was_due_tonight_waits_for_the_next_shift_if_it_could_not_be_sent(ward: Ward) -> None:
    ref = request_on_saturday(ward)
    put_off(ward, ref, PostponeOption.TONIGHT)

    assert kinds(ward, "2026-03-07 23:00") == []
    assert state(ward, receive(ward, "2026-03-09 09:00")).lesson == state(ward, ref).lesson


def test_with_one_lesson_a_week_the_next_shift_is_next_weeks(ward: Ward, lesson: MessageRef) -> None:
    weekly = Preferences("Europe/London", WORKDAY_SCHEDULE, cadence=Cadence.WEEKLY)
    ward.run(enrollment.change_preferences, NURSE, weekly, ward.clock())

    waiting = put_off(ward, lesson, PostponeOption.NEXT_SHIFT)

    assert waiting.postponed_until == PostponedUntil(None, is_weekly=True)
    assert kinds(ward, "2026-03-08 23:00") == []
    assert state(ward, receive(ward, "2026-03-09 09:00")).lesson == waiting.lesson


def test_a_copy_is_carried_over_after_a_pause(ward: Ward, lesson: MessageRef) -> None:
    put_off(ward, lesson, PostponeOption.HOUR)

    ward.run(enrollment.pause_lessons, NURSE, date(2026, 3, 9), ward.clock())

    assert kinds(ward, "2026-03-08 23:00") == []
    assert state(ward, receive(ward, "2026-03-09 09:00")).lesson == state(ward, lesson).lesson


def test_a_copy_is_carried_over_when_its_shift_moves(ward: Ward, lesson: MessageRef) -> None:
    put_off(ward, lesson, PostponeOption.BEFORE_END)

    ward.run(enrollment.change_preferences, NURSE, Preferences("America/New_York", NIGHTS), ward.clock())

    assert (MONDAY, "later", "carried") in ward.days(NURSE)
