"""Milestones: said once, with the practice that reaches them."""

from datetime import date

import pytest

from bot.domain.schedule import DeliveryKindName
from bot.learning import lesson_state, practice, reflections, streak_repairs
from bot.learning.lesson_state import LessonState
from bot.learning.streak_repairs import RepairResult
from tests.builders import NURSE
from tests.past import live_through
from tests.ward import Ward

FRIDAY, TUESDAY = date(2026, 2, 27), date(2026, 3, 3)


def receive(ward: Ward, when: str) -> None:
    ward.clock.set(when)
    ward.deliver()


def answer(ward: Ward) -> LessonState:
    ref = ward.lesson_of(NURSE)
    return ward.run(practice.answer_lesson, ward.library, NURSE, ref, "B", ward.clock()).state


def reflect(ward: Ward, kind: DeliveryKindName) -> LessonState:
    ref = ward.message_of(NURSE, kind)
    return ward.run(reflections.save_reflection, ward.library, NURSE, ref, "A line", ward.clock())


def shown(ward: Ward, kind: DeliveryKindName = DeliveryKindName.LESSON) -> LessonState:
    """The state of their newest message of a kind, as a later press shows it."""
    return ward.run(lesson_state.get_lesson_state, ward.library, NURSE, ward.message_of(NURSE, kind), ward.clock())


@pytest.mark.parametrize(("behind", "milestone"), [(3, None), (4, 5), (9, 10), (29, 30), (99, 100), (100, None)])
def test_the_answer_that_reaches_a_milestone_says_so(ward: Ward, behind: int, milestone: int | None) -> None:
    ward.enrol(NURSE)
    ward.run(live_through, NURSE, "x" * behind, TUESDAY)
    receive(ward, "2026-03-03 09:00")

    assert answer(ward).milestone == milestone


def test_a_milestone_stays_with_its_answer_and_is_in_no_other_message(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(live_through, NURSE, "x" * 4, TUESDAY)
    receive(ward, "2026-03-03 09:00")
    answer(ward)
    receive(ward, "2026-03-03 16:30")

    end = reflect(ward, DeliveryKindName.DAY_END)

    assert end.milestone is None, "the answer had reached it"
    assert shown(ward).milestone == 5


def test_a_reflection_that_reaches_a_milestone_says_so(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(live_through, NURSE, "x" * 4, TUESDAY)
    receive(ward, "2026-03-03 09:00")
    receive(ward, "2026-03-03 16:30")

    assert reflect(ward, DeliveryKindName.DAY_END).milestone == 5


def test_a_streak_that_starts_again_does_not_reach_a_milestone_twice(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(live_through, NURSE, "x" * 6 + "." + "x" * 4, TUESDAY)
    receive(ward, "2026-03-03 09:00")

    state = answer(ward)

    assert (state.streak.current, state.milestone) == (5, None)


def test_a_repair_says_the_milestone_that_it_reaches_even_if_later_days_went_past_it(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(live_through, NURSE, "xxxx.x", TUESDAY)
    receive(ward, "2026-03-03 09:00")

    repaired = ward.run(streak_repairs.answer_for_repair, ward.library, NURSE, FRIDAY, "B", ward.clock())
    again = ward.run(streak_repairs.start_repair, ward.library, NURSE, FRIDAY, ward.clock())

    assert (repaired.state.streak.current, repaired.milestone) == (6, 5)
    assert isinstance(again, RepairResult)
    assert again.milestone is None
