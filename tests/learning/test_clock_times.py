"""Clock times outside a shift: sent once, not too late, counted for the right day, and postponed."""

from datetime import date, time

import pytest

from bot.domain.learner import Preferences
from bot.domain.postponing import PostponeOption
from bot.domain.schedule import DeliveryKindName, MessageTiming
from bot.domain.schedule_kinds import ShiftHours, WeeklySchedule
from bot.learning import enrollment, planning, postponing, practice, streaks
from bot.storage import Session
from tests.builders import NURSE
from tests.ward import Ward

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
BEFORE_AND_AFTER_WORK = WeeklySchedule(
    dict.fromkeys(range(5), ShiftHours(time(7), time(19))), MessageTiming(lesson_at=time(6, 30), day_end_at=time(20))
)
NIGHTS = WeeklySchedule(
    dict.fromkeys(range(7), ShiftHours(time(14), time(10))), MessageTiming(lesson_at=time(12), day_end_at=time(9))
)
"""Long nights whose lesson comes two hours after the night before ended, while that one still takes answers."""


@pytest.fixture
def at_work(ward: Ward) -> Ward:
    ward.clock.set("2026-03-01 12:00")
    ward.enrol(NURSE, BEFORE_AND_AFTER_WORK)
    return ward


def kinds(ward: Ward, when: str) -> list[str]:
    """Return the kinds of messages that arrive by then."""
    ward.clock.set(when)
    return [each.kind for each in ward.deliver()]


def answer(ward: Ward) -> date:
    result = ward.run(practice.answer_lesson, ward.library, NURSE, ward.lesson_of(NURSE), "B", ward.clock())
    return result.state.learning_day


def test_a_working_day_brings_its_lesson_before_work_and_its_day_end_after(at_work: Ward) -> None:
    assert kinds(at_work, "2026-03-02 06:29") == []
    assert kinds(at_work, "2026-03-02 06:30") == [DeliveryKindName.LESSON]
    assert kinds(at_work, "2026-03-02 19:59") == []
    assert kinds(at_work, "2026-03-02 20:00") == [DeliveryKindName.DAY_END]
    assert kinds(at_work, "2026-03-03 06:29") == []


@pytest.mark.parametrize(
    ("lesson", "sent"), [("2026-03-02 10:29", True), ("2026-03-02 10:30", False)], ids=["in time", "late"]
)
def test_a_lesson_before_work_may_be_late_into_the_shift(at_work: Ward, lesson: str, sent: bool) -> None:
    assert (kinds(at_work, lesson) == [DeliveryKindName.LESSON]) == sent


@pytest.mark.parametrize(("when", "sent"), [("2026-03-02 20:59", True), ("2026-03-02 21:00", False)])
def test_a_day_end_after_work_may_be_an_hour_late(at_work: Ward, when: str, sent: bool) -> None:
    kinds(at_work, "2026-03-02 06:30")

    assert (kinds(at_work, when) == [DeliveryKindName.DAY_END]) == sent


def test_answers_before_and_after_work_count_for_that_day(at_work: Ward) -> None:
    kinds(at_work, "2026-03-02 06:30")
    assert answer(at_work) == MONDAY
    kinds(at_work, "2026-03-03 06:30")
    at_work.clock.set("2026-03-03 22:45")
    assert answer(at_work) == TUESDAY

    assert at_work.run(streaks.read_streak, NURSE, at_work.clock()).streak.current == 2


def test_a_lesson_before_a_night_shift_counts_for_that_night(ward: Ward) -> None:
    ward.clock.set("2026-03-02 11:00")
    ward.enrol(NURSE, NIGHTS)

    assert kinds(ward, "2026-03-02 12:00") == [DeliveryKindName.LESSON]
    assert kinds(ward, "2026-03-03 09:00") == [DeliveryKindName.DAY_END]
    assert kinds(ward, "2026-03-03 12:00") == [DeliveryKindName.LESSON]
    assert answer(ward) == TUESDAY


def test_a_new_clock_time_brings_no_second_lesson_on_the_same_day(at_work: Ward) -> None:
    kinds(at_work, "2026-03-02 06:30")
    later = WeeklySchedule(BEFORE_AND_AFTER_WORK.hours, MessageTiming(lesson_at=time(12, 30)))

    at_work.run(enrollment.change_preferences, NURSE, Preferences("Europe/London", later), at_work.clock())

    assert kinds(at_work, "2026-03-02 12:30") == []
    assert kinds(at_work, "2026-03-02 18:35") == [DeliveryKindName.DAY_END]
    assert kinds(at_work, "2026-03-03 12:30") == [DeliveryKindName.LESSON]


def test_a_lesson_before_work_can_be_postponed_into_the_shift(at_work: Ward) -> None:
    kinds(at_work, "2026-03-02 06:30")
    ref = at_work.lesson_of(NURSE)

    found = at_work.run(postponing.find_postpone_options, at_work.library, NURSE, ref, at_work.clock()).return_times
    assert [f"{each.at:%H:%M}" if each.at else None for each in found.values()] == ["07:30", "18:30", None]
    at_work.run(postponing.postpone_lesson, at_work.library, NURSE, ref, PostponeOption.HOUR, at_work.clock())

    assert kinds(at_work, "2026-03-02 07:30") == [DeliveryKindName.POSTPONED_LESSON]


def test_a_pause_ends_with_the_lesson_before_work(at_work: Ward) -> None:
    kinds(at_work, "2026-03-02 06:30")
    at_work.run(enrollment.pause_lessons, NURSE, date(2026, 3, 4), at_work.clock())

    assert kinds(at_work, "2026-03-04 06:29") == []
    assert kinds(at_work, "2026-03-04 06:30") == [DeliveryKindName.LESSON]


def test_a_week_offline_brings_one_message_of_each_kind_and_day_at_most(at_work: Ward) -> None:
    assert kinds(at_work, "2026-03-06 06:45") == [DeliveryKindName.LESSON]  # Friday's; the others are late

    days = [(day, kind) for day, kind, _ in at_work.days(NURSE)]
    assert len(days) == len(set(days)) == 9


def test_the_next_message_is_planned_by_the_clock(at_work: Ward) -> None:
    def next_due(session: Session) -> str:
        learner = enrollment.get_learner(session, NURSE)
        due = planning.find_upcoming_message(learner, at_work.clock())
        assert due is not None
        assert due.due_at == learner.next_due_at
        return f"{due.due_at:%Y-%m-%d %H:%M}"

    assert at_work.run(next_due) == "2026-03-02 06:30"
