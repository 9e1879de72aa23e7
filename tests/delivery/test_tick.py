"""Due deliveries become rows once, whoever plans them and however often; late ones are recorded and not sent."""

from datetime import date, time, timedelta

import pytest
from structlog.testing import LogCapture

from bot.delivery.tick import plan_due_deliveries
from bot.domain.learner import Person, Preferences
from bot.domain.schedule_kinds import WORKDAY_SCHEDULE, WeeklySchedule, weekly_around_messages
from bot.learning import enrollment, practice, reflections
from bot.learning.planning import MAX_CATCH_UP
from bot.storage import Priority, Session, Store, learners
from bot.storage.encryption import Cipher
from bot.storage.tables import LearnerState
from tests.builders import CLERK, NURSE, TEAM, at
from tests.delivery.statements import counted
from tests.engine_kinds import KINDS
from tests.ward import Ward

NIGHTS = weekly_around_messages(frozenset({0, 1, 2}), time(22), time(6))
"""Three nights per week, Monday to Wednesday."""

WORKDAYS_OF_MARCH = [*range(2, 7), *range(9, 14)]
"""The workdays of the first two weeks."""


def plan(ward: Ward) -> int:
    return ward.run(plan_due_deliveries, KINDS, ward.clock())


def test_nothing_is_written_before_it_is_due(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 08:59")

    assert plan(ward) == 0
    assert ward.days(NURSE) == []


def test_what_is_due_is_written_once_however_often_the_tick_runs(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")

    assert [plan(ward), plan(ward)] == [1, 0]
    assert ward.days(NURSE) == [(date(2026, 3, 2), "lesson", "due")]


@pytest.mark.parametrize("when", ["2026-03-02 09:00", "2026-03-02 16:59", "2026-03-03 06:00", "2026-03-12 23:00"])
@pytest.mark.parametrize("schedule", [WORKDAY_SCHEDULE, NIGHTS])
def test_whoever_changes_their_times_is_owed_what_the_tick_would_have_written(
    ward: Ward, schedule: WeeklySchedule, when: str
) -> None:
    for person in (NURSE, CLERK):
        ward.enrol(person, schedule)
    ward.clock.set(when)
    ward.run(enrollment.change_preferences, CLERK, Preferences("Europe/London", WORKDAY_SCHEDULE), ward.clock())

    plan(ward)

    assert ward.days(CLERK) == ward.days(NURSE)


def test_two_workers_write_one_row(ward: Ward, store: Store, cipher: Cipher) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    other = Store(str(store.url), cipher)

    both = [each.write(Priority.BACKGROUND, plan_due_deliveries, KINDS, ward.clock()) for each in (store, other)]

    assert sorted(future.result() for future in both) == [0, 1]
    assert len(ward.days(NURSE)) == 1
    other.close()


def test_at_most_a_batch_of_learners_is_planned_at_once_the_longest_due_first(ward: Ward) -> None:
    early = weekly_around_messages(frozenset(range(5)), time(8, 30), time(16, 30))
    for number, schedule in enumerate([WORKDAY_SCHEDULE, early, WORKDAY_SCHEDULE]):
        ward.enrol(Person(TEAM, f"U{number}"), schedule)
    ward.clock.set("2026-03-02 09:00")

    planned = [ward.run(plan_due_deliveries, KINDS, ward.clock(), 1) for _ in range(4)]

    assert planned == [1, 1, 1, 0]
    assert ward.deliveries(Person(TEAM, "U1"))[0].due_at == at("2026-03-02 08:30")


def test_the_days_two_messages_follow_each_other(ward: Ward) -> None:
    ward.enrol(NURSE)
    for when in ("09:00", "16:30"):
        ward.clock.set(f"2026-03-02 {when}")
        plan(ward)

    assert [(kind, state) for _, kind, state in ward.days(NURSE)] == [("lesson", "due"), ("day_end", "due")]
    upcoming = ward.find(NURSE).next_lesson
    assert upcoming is not None
    assert upcoming.due_at == at("2026-03-03 09:00")


@pytest.mark.parametrize(("when", "state"), [("12:59:59", "due"), ("13:00:00", "late")])
def test_a_lesson_is_sent_up_to_four_hours_late(ward: Ward, when: str, state: str) -> None:
    ward.enrol(NURSE)
    ward.clock.set(f"2026-03-02 {when}")

    plan(ward)

    assert ward.days(NURSE) == [(date(2026, 3, 2), "lesson", state)]


def test_a_days_end_is_not_sent_once_the_next_day_has_begun(ward: Ward) -> None:
    """Monday's day-end message, due on Tuesday at 8:00, isn't four hours late; but Tuesday's shift began at 9:00."""
    ward.enrol(NURSE, weekly_around_messages(frozenset(range(7)), time(9), time(8)))
    ward.clock.set("2026-03-03 09:30")

    plan(ward)

    assert ward.days(NURSE) == [
        (date(2026, 3, 2), "lesson", "late"),
        (date(2026, 3, 2), "day_end", "late"),
        (date(2026, 3, 3), "lesson", "due"),
    ]


def test_a_night_shifts_end_belongs_to_the_day_it_began(ward: Ward) -> None:
    ward.enrol(NURSE, NIGHTS)
    for when in ("2026-03-02 22:00", "2026-03-03 06:00"):
        ward.clock.set(when)
        plan(ward)

    assert ward.days(NURSE) == [(date(2026, 3, 2), "lesson", "due"), (date(2026, 3, 2), "day_end", "due")]


def test_a_long_outage_leaves_skipped_rows_of_a_week_and_only_today_is_sent(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-05-04 10:00")  # a Monday, nine weeks on

    plan(ward)

    days = ward.days(NURSE)
    assert days[-1] == (date(2026, 5, 4), "lesson", "due")
    assert {reason for _, _, reason in days[:-1]} == {"late"}
    assert days[0][0] >= (ward.clock() - MAX_CATCH_UP).date()
    assert len(days) == 1 + 2 * 4 + 1, "the end of Monday a week ago, Tuesday to Friday, and today"


def test_after_an_outage_one_lesson_goes_out_and_no_more(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-20 09:30")

    sent = ward.deliver()

    assert len(sent) == 1
    assert ward.deliver() == []


def test_a_pause_that_ended_in_an_outage_leaves_no_rows_from_before_its_end(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(enrollment.pause_lessons, NURSE, date(2026, 3, 5), ward.clock())
    ward.clock.set("2026-03-06 10:00")

    plan(ward)

    assert ward.days(NURSE) == [
        (date(2026, 3, 5), "lesson", "late"),
        (date(2026, 3, 5), "day_end", "late"),
        (date(2026, 3, 6), "lesson", "due"),
    ]


def test_one_schedule_that_cannot_be_read_holds_up_nobody_else(ward: Ward, logged: LogCapture) -> None:
    ward.enrol(NURSE)
    ward.enrol(CLERK)
    ward.run(spoil, NURSE)
    ward.clock.set("2026-03-02 09:00")

    assert plan(ward) == 2
    assert plan(ward) == 0, "it is tried again later, not at once"

    assert len(ward.days(CLERK)) == 1
    assert [entry["event"] for entry in logged.entries] == ["tick.unreadable_schedule"]


def days_without_a_word(ward: Ward, number: int) -> None:
    """Send this many lessons, from Monday on, without any answer."""
    ward.enrol(NURSE)
    for day in WORKDAYS_OF_MARCH[:number]:
        ward.clock.set(f"2026-03-{day:02} 09:00")
        ward.deliver()


def kinds(ward: Ward) -> list[str]:
    return [kind for _, kind, state in ward.days(NURSE) if state in {"sent", "due"} and kind != "day_end"]


def test_after_seven_lessons_without_a_word_they_are_asked_once_and_then_left_in_peace(ward: Ward) -> None:
    days_without_a_word(ward, 8)
    for day in WORKDAYS_OF_MARCH[8:]:
        ward.clock.set(f"2026-03-{day:02} 09:00")
        ward.deliver()

    assert kinds(ward) == ["lesson"] * 7 + ["check_in"]
    learner = ward.find(NURSE)
    assert (learner.state, learner.next_lesson) == (LearnerState.WAITING, None)


@pytest.mark.parametrize("how", ["answered", "reflected"])
@pytest.mark.parametrize("on_day", [2, 7])
def test_one_word_in_seven_lessons_and_they_are_not_asked(ward: Ward, how: str, on_day: int) -> None:
    days_without_a_word(ward, on_day)
    ref = ward.lesson_of(NURSE)
    if how == "answered":
        ward.run(practice.answer_lesson, ward.library, NURSE, ref, "A", ward.clock())
    else:
        ward.run(reflections.save_reflection, ward.library, NURSE, ref, "A word", ward.clock())
    for day in WORKDAYS_OF_MARCH[on_day:8]:
        ward.clock.set(f"2026-03-{day:02} 09:00")
        ward.deliver()

    assert kinds(ward) == ["lesson"] * 8


def test_lessons_from_before_they_went_on_do_not_count(ward: Ward) -> None:
    days_without_a_word(ward, 7)
    ward.run(count_from, NURSE, date(2026, 3, 10))
    for day in WORKDAYS_OF_MARCH[7:]:
        ward.clock.set(f"2026-03-{day:02} 09:00")
        ward.deliver()

    assert "check_in" not in kinds(ward)


def test_a_lesson_that_was_asked_for_is_no_occasion_to_ask_back(ward: Ward) -> None:
    days_without_a_word(ward, 7)
    ward.clock.set("2026-03-11 08:30")
    ward.run(practice.request_todays_lesson, ward.library, NURSE, ward.clock())
    ward.clock.set("2026-03-11 09:00")
    ward.deliver()

    assert kinds(ward) == ["lesson"] * 8


@pytest.mark.parametrize("number", [1, 40])
def test_a_tick_takes_the_same_few_statements_for_one_learner_and_for_forty(ward: Ward, number: int) -> None:
    for index in range(number):
        ward.enrol(Person(TEAM, f"U{index}"))
    ward.clock.set("2026-03-02 09:00")

    with counted(ward.store) as said:
        assert plan(ward) == number

    assert len(said) == 4


def test_lessons_and_days_ends_of_many_schedules_come_due_together(ward: Ward) -> None:
    """Nights, days, and a distant time zone in one batch give the same as each by itself."""
    far = Person(TEAM, "U0FAR")
    ward.enrol(NURSE)
    ward.enrol(CLERK, NIGHTS)
    ward.enrol(far, tz="Asia/Kolkata")
    ward.clock.set("2026-03-03 06:10")

    plan(ward)

    assert ward.days(NURSE) == [(date(2026, 3, 2), "lesson", "late"), (date(2026, 3, 2), "day_end", "late")]
    assert ward.days(CLERK) == [(date(2026, 3, 2), "lesson", "late"), (date(2026, 3, 2), "day_end", "due")]
    assert ward.days(far)[-1] == (date(2026, 3, 3), "lesson", "due")


def test_a_row_that_someone_made_meanwhile_stays_as_it_is(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 08:30")
    ward.run(practice.request_todays_lesson, ward.library, NURSE, ward.clock())
    ward.clock.set("2026-03-02 09:00")

    plan(ward)

    (row,) = ward.deliveries(NURSE)
    assert row.requested_at == at("2026-03-02 08:30")


def count_from(session: Session, person: Person, day: date) -> None:
    found = learners.find(session, person)
    assert found is not None
    found.silence_counted_from = day


def spoil(session: Session, person: Person) -> None:
    found = learners.find(session, person)
    assert found is not None
    found.tz = "Mars/Olympus_Mons"


def test_lessons_on_each_side_of_a_clock_change_are_23_hours_apart(ward: Ward) -> None:
    """Daylight saving time began in London on Sunday, March 29, 2026."""
    ward.clock.set("2026-03-28 08:30")
    ward.enrol(NURSE, weekly_around_messages(frozenset(range(7)), time(9), time(16)))

    for when in ("2026-03-28 09:00", "2026-03-29 09:00"):
        ward.clock.set(when)
        plan(ward)

    saturday, sunday = (row for row in ward.deliveries(NURSE) if row.kind == "lesson")
    assert sunday.due_at - saturday.due_at == timedelta(hours=23)
    assert (sunday.learning_day, sunday.state) == (date(2026, 3, 29), "due")
