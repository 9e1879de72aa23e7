"""After seven unanswered lessons the bot has asked whether to go on: each way to answer, and what comes then."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from bot.domain.learner import Cadence, Person, Preferences
from bot.domain.schedule import DeliveryKindName, DueMessage
from bot.domain.schedule_kinds import WORKDAY_SCHEDULE
from bot.domain.streak import DayMark
from bot.learning import enrollment, lesson_state, planning, practice, reflections, streaks
from bot.learning.message_deliveries import MessageRef
from bot.learning.planning import build_delivery_id
from bot.storage import Session
from bot.storage.tables import Learner, LearnerState
from tests.builders import NURSE, at
from tests.ward import Ward

WEDNESDAY = date(2026, 3, 11)


def ask(session: Session, learner_id: int, day: date) -> None:
    """Do what the tick does in place of the eighth lesson."""
    row = session.get_one(Learner, learner_id)
    opens, ends = at(f"{day} 09:00"), at(f"{day} 17:00")
    session.add(planning.new_delivery(row, DueMessage(DeliveryKindName.CHECK_IN, day, opens, ends)))
    row.state, row.next_due_at = LearnerState.WAITING, None


@pytest.fixture
def asked(ward: Ward) -> Ward:
    """Wednesday, 09:00: seven lessons were sent, none was answered, and the check-in has just arrived."""
    ward.enrol(NURSE)
    for day in (2, 3, 4, 5, 6, 9, 10):
        ward.clock.set(f"2026-03-{day:02} 09:00")
        ward.deliver()
    ward.clock.set("2026-03-11 08:59")
    ward.run(ask, ward.find(NURSE).id, WEDNESDAY)
    ward.clock.set("2026-03-11 09:00")
    assert [each.kind for each in ward.deliver()] == [DeliveryKindName.CHECK_IN]
    return ward


def kinds(ward: Ward, when: str) -> list[str]:
    """Return the kinds of messages that arrive by then."""
    ward.clock.set(when)
    return [each.kind for each in ward.deliver()]


def silence_counted_from(ward: Ward) -> date | None:
    return ward.run(lambda session, id_: session.get_one(Learner, id_).silence_counted_from, ward.find(NURSE).id)


def test_while_the_question_is_open_nothing_comes(asked: Ward) -> None:
    assert kinds(asked, "2026-04-11 09:00") == []
    assert asked.find(NURSE).is_asked_to_continue
    assert asked.find(NURSE).next_lesson is None


def test_going_on_brings_lessons_as_before_and_forgets_the_seven(asked: Ward) -> None:
    view = asked.run(enrollment.resume_lessons, NURSE, asked.clock())

    assert view.state is LearnerState.ACTIVE
    assert silence_counted_from(asked) == WEDNESDAY
    assert kinds(asked, "2026-03-11 23:00") == []  # the check-in replaced today's lesson
    assert kinds(asked, "2026-03-12 09:00") == [DeliveryKindName.LESSON]


def test_going_on_leaves_todays_lesson_to_those_who_request_it(asked: Ward) -> None:
    asked.run(enrollment.resume_lessons, NURSE, asked.clock())

    assert asked.run(practice.request_todays_lesson, asked.library, NURSE, asked.clock()).is_queued

    assert [each.kind for each in asked.deliver()] == [DeliveryKindName.LESSON]


def test_once_a_week_brings_one_lesson_in_each_weeks_first_shift(asked: Ward) -> None:
    view = asked.run(enrollment.switch_to_weekly, NURSE, asked.clock())

    assert view.preferences.cadence is Cadence.WEEKLY
    assert view.next_lesson is not None
    assert view.next_lesson.learning_day == date(2026, 3, 16)
    assert kinds(asked, "2026-03-15 23:00") == []
    assert kinds(asked, "2026-03-16 09:00") == [DeliveryKindName.LESSON]
    assert kinds(asked, "2026-03-22 23:00") == []
    assert kinds(asked, "2026-03-23 09:00") == [DeliveryKindName.LESSON]


def test_stopping_lasts_until_resume_and_no_check_in_follows_at_once(asked: Ward) -> None:
    view = asked.run(enrollment.pause_lessons, NURSE, None, asked.clock())

    assert (view.state, view.paused_until) == (LearnerState.PAUSED, None)
    assert kinds(asked, "2026-05-04 12:00") == []
    asked.run(enrollment.resume_lessons, NURSE, asked.clock())
    assert silence_counted_from(asked) == date(2026, 5, 4)
    assert kinds(asked, "2026-05-05 09:00") == [DeliveryKindName.LESSON]


def answer(ward: Ward, ref: MessageRef) -> lesson_state.LessonState:
    return ward.run(practice.answer_lesson, ward.library, NURSE, ref, "B", ward.clock()).state


def reflect(ward: Ward, ref: MessageRef) -> lesson_state.LessonState:
    return ward.run(reflections.save_reflection, ward.library, NURSE, ref, "A line", ward.clock())


def ask_for_the_lesson(ward: Ward, _ref: MessageRef) -> practice.TodaysLesson:
    return ward.run(practice.request_todays_lesson, ward.library, NURSE, ward.clock())


@pytest.mark.parametrize("practise", [answer, reflect, ask_for_the_lesson])
def test_practicing_answers_the_check_in(asked: Ward, practise: Callable[[Ward, MessageRef], Any]) -> None:
    done = practise(asked, asked.lesson_of(NURSE))

    assert done.answered_check_in == asked.message_of(NURSE, DeliveryKindName.CHECK_IN)
    assert asked.find(NURSE).state is LearnerState.ACTIVE
    assert silence_counted_from(asked) == WEDNESDAY
    asked.deliver()
    assert kinds(asked, "2026-03-12 09:00") == [DeliveryKindName.LESSON]


@pytest.mark.parametrize(
    "act", [enrollment.resume_lessons, lambda s, p, now: enrollment.start_lessons(s, p, None, now)]
)
def test_resume_and_start_are_answers_too(asked: Ward, act: Callable[..., object]) -> None:
    asked.run(act, NURSE, asked.clock())

    assert asked.find(NURSE).state is LearnerState.ACTIVE
    assert silence_counted_from(asked) == WEDNESDAY


def test_a_break_until_a_date_is_an_answer_too(asked: Ward) -> None:
    asked.run(enrollment.pause_lessons, NURSE, date(2026, 3, 16), asked.clock())

    assert silence_counted_from(asked) == WEDNESDAY
    assert kinds(asked, "2026-03-16 09:00") == [DeliveryKindName.LESSON]


def test_new_settings_are_saved_and_do_not_answer_the_check_in(asked: Ward) -> None:
    asked.run(
        enrollment.change_preferences, NURSE, Preferences("Europe/London", focus=frozenset({"change"})), asked.clock()
    )

    assert asked.find(NURSE).is_asked_to_continue
    assert kinds(asked, "2026-03-12 12:00") == []


def test_an_answer_without_a_check_in_answers_none(ward: Ward) -> None:
    ward.enrol(NURSE)
    kinds(ward, "2026-03-02 09:00")

    assert answer(ward, ward.lesson_of(NURSE)).answered_check_in is None


def test_the_check_in_and_the_days_lesson_have_different_ids() -> None:
    names = {build_delivery_id("T0HOSPITAL", "U0NURSE", WEDNESDAY, kind) for kind in DeliveryKindName}

    assert len(names) == len(DeliveryKindName)


def weekly(ward: Ward, person: Person = NURSE) -> None:
    ward.enrol(person)
    ward.run(
        enrollment.change_preferences,
        person,
        Preferences("Europe/London", WORKDAY_SCHEDULE, cadence=Cadence.WEEKLY),
        ward.clock(),
    )


def test_with_one_lesson_a_week_the_streak_counts_weeks_and_days_between_break_nothing(ward: Ward) -> None:
    weekly(ward)
    for day in (2, 9, 16):
        kinds(ward, f"2026-03-{day:02} 09:00")
        answer(ward, ward.lesson_of(NURSE))
    ward.clock.set("2026-03-20 12:00")

    seen = ward.run(streaks.read_streak, NURSE, ward.clock())

    assert seen.streak.current == 3
    assert [mark.mark for mark in seen.recent_days[-5:]] == [
        DayMark.PRACTICED,
        DayMark.OFF,
        DayMark.OFF,
        DayMark.OFF,
        DayMark.TODAY,
    ]


def test_with_one_lesson_a_week_a_missed_one_breaks_the_streak(ward: Ward) -> None:
    weekly(ward)
    kinds(ward, "2026-03-02 09:00")
    answer(ward, ward.lesson_of(NURSE))
    kinds(ward, "2026-03-09 09:00")

    kinds(ward, "2026-03-16 09:00")

    assert ward.run(streaks.read_streak, NURSE, ward.clock()).streak.current == 0


def test_with_one_lesson_a_week_an_answer_on_another_day_leaves_the_streak_alone(ward: Ward) -> None:
    """For a weekly learner, extra lessons neither break nor extend the streak."""
    weekly(ward)
    kinds(ward, "2026-03-02 09:00")
    answer(ward, ward.lesson_of(NURSE))
    ward.clock.set("2026-03-04 12:00")
    ward.run(practice.request_todays_lesson, ward.library, NURSE, ward.clock())
    ward.deliver()

    answered = answer(ward, ward.lesson_of(NURSE))

    assert (answered.streak.current, answered.counts_today) == (1, False)


def test_home_names_the_next_lesson_of_the_week(ward: Ward) -> None:
    weekly(ward)
    kinds(ward, "2026-03-02 09:00")

    upcoming = ward.find(NURSE).next_lesson

    assert upcoming is not None
    assert upcoming.learning_day == date(2026, 3, 9)


def test_someone_who_starts_midweek_gets_their_first_weekly_lesson_with_the_next_week(ward: Ward) -> None:
    ward.clock.set("2026-03-04 08:00")
    weekly(ward)

    assert kinds(ward, "2026-03-08 23:00") == []
    assert kinds(ward, "2026-03-09 09:00") == [DeliveryKindName.LESSON]
