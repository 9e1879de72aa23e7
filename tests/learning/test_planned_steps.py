"""A step that is planned after a lesson, and the next lesson's question: how did it go?"""

from uuid import uuid4

import pytest

from bot.domain.postponing import PostponeOption
from bot.domain.schedule import DeliveryKindName
from bot.errors import NotFound
from bot.kinds.lesson import SinceLastLesson
from bot.learning import lesson_state, postponing, practice
from bot.learning.lesson_state import LessonState
from bot.learning.planned_steps import PlannedStep, StepOutcome
from tests.builders import CLERK, NURSE
from tests.statements import statements
from tests.ward import Ward


@pytest.fixture
def monday(ward: Ward) -> Ward:
    """Return a ward with a nurse who has Monday's lesson."""
    ward.enrol(NURSE)
    return receive(ward, "2026-03-02 09:00")


def receive(ward: Ward, when: str) -> Ward:
    ward.clock.set(when)
    ward.deliver()
    return ward


def plan(ward: Ward) -> LessonState:
    return ward.run(practice.plan_step, ward.library, NURSE, ward.lesson_of(NURSE), ward.clock())


def answer(ward: Ward) -> LessonState:
    return ward.run(practice.answer_lesson, ward.library, NURSE, ward.lesson_of(NURSE), "B", ward.clock()).state


def next_lesson(ward: Ward, when: str = "2026-03-03 09:00") -> PlannedStep | None:
    """Return the step that the next lesson asks about."""
    ward.clock.set(when)
    sent = next(
        each for each in ward.deliver() if (each.user_id, each.kind) == (NURSE.user_id, DeliveryKindName.LESSON)
    )
    assert sent.extras is None or isinstance(sent.extras, SinceLastLesson)
    return sent.extras.planned if sent.extras else None


def report(ward: Ward, planned: PlannedStep | None, outcome: StepOutcome) -> LessonState:
    assert planned is not None
    ward.clock.set("2026-03-03 10:00")
    ref = ward.lesson_of(NURSE)
    return ward.run(practice.report_planned_step, ward.library, NURSE, ref, planned.delivery_id, outcome, ward.clock())


def test_a_planned_step_is_shown_and_is_no_practice(monday: Ward) -> None:
    first, again = plan(monday), plan(monday)

    assert first.planned
    assert first == again
    assert (first.tried, first.counts_today) == (None, False)


def test_the_next_lesson_asks_how_the_planned_step_went(monday: Ward) -> None:
    step, asked_in = plan(monday).lesson.try_today, monday.lesson_id(NURSE)

    assert next_lesson(monday) == PlannedStep(asked_in, step)


def test_the_question_stays_in_its_lesson_until_it_is_answered(monday: Ward) -> None:
    plan(monday)
    planned = next_lesson(monday)

    assert answer(monday).asked_step == planned


@pytest.mark.parametrize(
    ("outcome", "tried"), [(StepOutcome.TRIED, True), (StepOutcome.NOT_YET, False), (StepOutcome.DID_NOT_FIT, False)]
)
def test_what_they_say_is_that_steps_report_and_stays_in_the_message(
    monday: Ward, outcome: StepOutcome, tried: bool
) -> None:
    plan(monday)
    lesson = monday.lesson_of(NURSE)
    planned = next_lesson(monday)

    state = report(monday, planned, outcome)

    then = monday.run(lesson_state.get_lesson_state, monday.library, NURSE, lesson, monday.clock())
    assert then.tried is tried
    assert state.asked_step is not None
    assert state.asked_step.outcome is outcome
    assert answer(monday).asked_step == state.asked_step
    assert not state.planned, "that was the step of the lesson before"


@pytest.mark.parametrize("tried", [True, False])
def test_nobody_is_asked_who_already_said_how_it_went(monday: Ward, tried: bool) -> None:
    plan(monday)
    receive(monday, "2026-03-02 16:30")
    end = monday.message_of(NURSE, DeliveryKindName.DAY_END)
    monday.run(practice.record_step, monday.library, NURSE, end, tried, monday.clock())

    assert next_lesson(monday) is None
    assert answer(monday).asked_step is None


def test_nobody_is_asked_who_planned_nothing(monday: Ward) -> None:
    answer(monday)

    assert next_lesson(monday) is None
    assert answer(monday).asked_step is None


def test_a_plan_is_asked_about_once(monday: Ward) -> None:
    plan(monday)
    next_lesson(monday)

    assert next_lesson(monday, "2026-03-04 09:00") is None
    assert answer(monday).asked_step is None


def test_a_plan_from_before_a_pause_of_weeks_is_not_asked_about(monday: Ward) -> None:
    plan(monday)

    assert next_lesson(monday, "2026-03-23 09:00") is None
    assert answer(monday).asked_step is None


def test_a_lesson_that_was_moved_to_the_next_day_is_not_asked_about_above_itself(monday: Ward) -> None:
    plan(monday)
    ref, later = monday.lesson_of(NURSE), PostponeOption.NEXT_SHIFT
    monday.run(postponing.postpone_lesson, monday.library, NURSE, ref, later, monday.clock())

    assert next_lesson(monday) is None


def test_a_report_on_a_plan_that_is_not_theirs_changes_nothing(monday: Ward) -> None:
    monday.enrol(CLERK)
    plan(monday)
    planned = next_lesson(monday)
    assert planned is not None
    theirs = monday.lesson_of(CLERK)

    for delivery_id in (planned.delivery_id, uuid4()):
        with pytest.raises(NotFound):
            monday.run(
                practice.report_planned_step,
                monday.library,
                CLERK,
                theirs,
                delivery_id,
                StepOutcome.TRIED,
                monday.clock(),
            )

    assert answer(monday).asked_step == planned


def test_the_question_takes_no_statement_of_its_own_for_those_who_planned_nothing(monday: Ward) -> None:
    ref = monday.lesson_of(NURSE)

    with statements(monday.store) as sent:
        monday.run(lesson_state.get_lesson_state, monday.library, NURSE, ref, monday.clock())

    assert len([each for each in sent if "stepreport" in each]) == 1
