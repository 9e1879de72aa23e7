"""Freezes: earned by ten days, used automatically, and mentioned in the next lesson."""

from datetime import date, datetime

import pytest

from bot.delivery.ports import OutgoingDelivery
from bot.domain.learner import Person
from bot.domain.streak import DayMark, UsedFreeze
from bot.kinds.day_end import DayEnd
from bot.kinds.lesson import SinceLastLesson
from bot.learning import enrollment, practice, streaks
from bot.learning.self_ratings import SelfRatingForm
from bot.storage import Session
from bot.storage.tables import Learner, StreakRepair
from tests.builders import CLERK, NURSE, TEAM
from tests.past import live_through
from tests.statements import statements
from tests.ward import Ward

FRIDAY, SATURDAY = date(2026, 2, 27), date(2026, 2, 28)
MONDAY, TUESDAY, WEDNESDAY = (date(2026, 3, day) for day in (2, 3, 4))


def receive(ward: Ward, when: str) -> list[OutgoingDelivery]:
    ward.clock.set(when)
    return ward.deliver()


def freezes(ward: Ward, *people: Person) -> dict[int, UsedFreeze]:
    return ward.run(streaks.find_used_freezes, [ward.find(person).id for person in people], ward.clock())


def test_the_next_lesson_says_that_a_freeze_covered_the_day_before(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(live_through, NURSE, "x" * 12, MONDAY)
    receive(ward, "2026-03-02 09:00")

    [tuesday] = receive(ward, "2026-03-03 09:00")

    assert tuesday.extras == SinceLastLesson(UsedFreeze(MONDAY, TUESDAY, streak=12, freezes_left=0))


def test_a_used_freeze_is_mentioned_once(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(live_through, NURSE, "x" * 12 + ".", TUESDAY)
    [tuesday] = receive(ward, "2026-03-03 09:00")
    ref = ward.lesson_of(NURSE)
    ward.run(practice.answer_lesson, ward.library, NURSE, ref, "B", ward.clock())

    [wednesday] = receive(ward, "2026-03-04 09:00")

    assert tuesday.extras is not None
    assert wednesday.extras is None


def test_a_second_freeze_in_a_row_is_mentioned_too(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(live_through, NURSE, "x" * 20 + ".", TUESDAY)
    [tuesday] = receive(ward, "2026-03-03 09:00")

    [wednesday] = receive(ward, "2026-03-04 09:00")

    assert tuesday.extras == SinceLastLesson(UsedFreeze(MONDAY, TUESDAY, streak=20, freezes_left=1))
    assert wednesday.extras == SinceLastLesson(UsedFreeze(TUESDAY, WEDNESDAY, streak=20, freezes_left=0))


def test_a_lesson_requested_on_a_day_off_mentions_it_and_mondays_does_not_repeat_it(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(live_through, NURSE, "x" * 12 + ".", SATURDAY)
    ward.clock.set("2026-02-28 11:00")
    ward.run(practice.request_todays_lesson, ward.library, NURSE, ward.clock())

    [saturday] = ward.deliver()
    [monday] = receive(ward, "2026-03-02 09:00")

    assert saturday.extras == SinceLastLesson(UsedFreeze(FRIDAY, SATURDAY, streak=12, freezes_left=0))
    assert monday.extras is None


def test_after_a_pause_the_freeze_used_before_it_is_mentioned(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(live_through, NURSE, "x" * 12 + ".", SATURDAY)
    ward.clock.set("2026-02-28 11:00")
    ward.run(enrollment.pause_lessons, NURSE, date(2026, 3, 16), ward.clock())

    [back] = receive(ward, "2026-03-16 09:00")

    assert back.extras == SinceLastLesson(UsedFreeze(FRIDAY, date(2026, 3, 16), streak=12, freezes_left=0))


@pytest.mark.parametrize("line", ["", "x" * 30, "xxx.", "." * 3, "x" * 12 + ".x", "x" * 12 + ".."])
def test_a_lesson_without_a_used_freeze_mentions_none(ward: Ward, line: str) -> None:
    ward.enrol(NURSE)
    ward.run(live_through, NURSE, line, TUESDAY)

    [tuesday] = receive(ward, "2026-03-03 09:00")

    assert tuesday.extras is None


def test_the_day_end_does_not_repeat_it(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(live_through, NURSE, "x" * 12 + ".", TUESDAY)
    receive(ward, "2026-03-03 09:00")

    [day_end] = receive(ward, "2026-03-03 16:30")

    assert day_end.extras == DayEnd(self_rating=SelfRatingForm(0))


def test_a_repaired_day_needs_no_freeze(ward: Ward) -> None:
    ward.enrol(NURSE)
    [*_, missed] = ward.run(live_through, NURSE, "x" * 12 + ".", TUESDAY)
    ward.clock.set("2026-03-03 09:00")
    ward.run(_make_up, ward.find(NURSE).id, missed, ward.clock())

    assert freezes(ward, NURSE) == {}


def test_each_learner_is_told_about_their_own_freeze(ward: Ward) -> None:
    for person in (NURSE, CLERK):
        ward.enrol(person)
    ward.run(live_through, NURSE, "x" * 12 + ".", TUESDAY)
    ward.run(live_through, CLERK, "x" * 25 + ".", TUESDAY)
    ward.clock.set("2026-03-03 09:00")

    assert freezes(ward, NURSE, CLERK) == {
        ward.find(NURSE).id: UsedFreeze(MONDAY, TUESDAY, streak=12, freezes_left=0),
        ward.find(CLERK).id: UsedFreeze(MONDAY, TUESDAY, streak=25, freezes_left=1),
    }


def test_an_unreadable_schedule_does_not_affect_other_learners_freezes(ward: Ward) -> None:
    for person in (NURSE, CLERK):
        ward.enrol(person)
        ward.run(live_through, person, "x" * 12 + ".", TUESDAY)
    ward.clock.set("2026-03-03 09:00")
    ids = [ward.find(person).id for person in (NURSE, CLERK)]
    ward.run(_spoil_schedule, ids[0])

    used = ward.run(streaks.find_used_freezes, ids, ward.clock())

    assert used.keys() == {ids[1]}


@pytest.mark.parametrize("line", ["x" * 12, "x" * 12 + "."])
def test_any_number_of_learners_takes_the_same_few_statements(ward: Ward, line: str) -> None:
    people = [Person(TEAM, f"U{number}") for number in range(12)]
    for person in people:
        ward.enrol(person)
        ward.run(live_through, person, line, TUESDAY)
    ward.clock.set("2026-03-03 09:00")
    ids = [ward.find(person).id for person in people]

    with statements(ward.store) as sent:
        used = ward.run(streaks.find_used_freezes, ids, ward.clock())

    selects = [each for each in sent if each.startswith("SELECT")]
    assert (len(used), len(selects)) == ((12, 2) if "." in line else (0, 1))


def test_a_streak_of_any_length_takes_one_statement(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(live_through, NURSE, "x" * 260, TUESDAY)
    ward.clock.set("2026-03-03 09:00")

    learner_id = ward.find(NURSE).id

    with statements(ward.store) as sent:
        ward.run(_standing, learner_id, ward.clock())

    assert len([each for each in sent if each.startswith("SELECT")]) == 2, "the learner, and their days"


def test_the_answer_of_the_tenth_day_says_that_it_earned_a_freeze(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(live_through, NURSE, "x" * 9, TUESDAY)
    receive(ward, "2026-03-03 09:00")

    state = ward.run(practice.answer_lesson, ward.library, NURSE, ward.lesson_of(NURSE), "B", ward.clock()).state

    assert (state.streak.current, state.streak.freezes, state.streak.freeze_earned_today) == (10, 1, True)


def test_four_weeks_show_the_day_that_a_freeze_covered(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(live_through, NURSE, "x" * 12 + ".", TUESDAY)
    ward.clock.set("2026-03-03 09:00")

    view = ward.run(streaks.read_streak, NURSE, ward.clock())

    assert [mark.mark for mark in view.recent_days[-2:]] == [DayMark.FROZEN, DayMark.TODAY]
    assert (view.streak.current, view.repair) == (12, None)


def _standing(session: Session, learner_id: int, now: datetime) -> streaks.StreakStatus:
    return streaks.get_streak_status(session, session.get_one(Learner, learner_id), now)


def _make_up(session: Session, learner_id: int, day: date, now: datetime) -> None:
    session.add(StreakRepair(learner_id=learner_id, learning_day=day, at=now))


def _spoil_schedule(session: Session, learner_id: int) -> None:
    session.get_one(Learner, learner_id).schedule = {"kind": "of another version"}
