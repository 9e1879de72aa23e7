"""*Was this useful?* is asked after every tenth lesson answered, once for a lesson; the first choice is final."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from bot.domain.learner import Person
from bot.learning import lesson_state, packs, practice, privacy, retractions
from bot.learning.lesson_feedback import Feedback
from bot.learning.lesson_state import LessonState
from bot.learning.message_deliveries import MessageRef
from bot.learning.privacy import ExportedFeedback
from bot.slack.blocks import lesson as blocks
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import LessonFeedback
from tests.builders import NURSE, lesson
from tests.builders import pack as make_pack
from tests.ward import Ward

LESSONS = 12


@pytest.fixture
def ward(ward: Ward) -> Ward:
    """A nurse, and a pack with more than ten lessons."""
    ward.clock.set("2026-03-01 12:00")
    pack = make_pack(*(lesson(f"lesson-{number:02}") for number in range(LESSONS)), version="9.0")
    ward.run(packs.load_pack, pack, EVERYONES_SCOPE, "U0ADMIN", ward.clock())
    ward.enrol(NURSE)
    return ward


def answer_lessons(ward: Ward, count: int, person: Person = NURSE, day: date = date(2026, 3, 2)) -> list[LessonState]:
    """Answer the lessons of so many workdays from a day on; return each one's state after its answer."""
    states: list[LessonState] = []
    while len(states) < count:
        if day.weekday() < 5:
            ward.clock.set(f"{day} 09:00")
            ward.deliver()
            ref = ward.lesson_of(person)
            states.append(ward.run(practice.answer_lesson, ward.library, person, ref, "A", ward.clock()).state)
        day += timedelta(days=1)
    return states


def say(ward: Ward, ref: MessageRef, useful: bool) -> LessonState:
    return ward.run(practice.say_if_useful, ward.library, NURSE, ref, useful, ward.clock())


def said(ward: Ward) -> list[LessonFeedback]:
    return list(ward.run(lambda session: session.exec(select(LessonFeedback)).all()))


def test_the_tenth_answered_lesson_asks_and_no_other(ward: Ward) -> None:
    states = answer_lessons(ward, 11)

    assert [each.feedback for each in states] == [None] * 9 + [Feedback.ASKED, None]


def test_the_tenth_still_asks_when_others_were_answered_since_and_explains_its_answer_all_the_same(ward: Ward) -> None:
    tenth = answer_lessons(ward, 11)[9]
    assert tenth.message is not None

    again = ward.run(lesson_state.get_lesson_state, ward.library, NURSE, tenth.message, ward.clock())

    shown = blocks.current_message(again).text
    assert again.feedback is Feedback.ASKED
    assert "Not quite. You chose A" in shown
    assert shown.index("It shows what happened.") < shown.index("Was this useful?")


def test_what_is_said_first_is_final_and_a_later_press_is_answered_the_same(ward: Ward) -> None:
    tenth = answer_lessons(ward, 10)[-1]
    assert tenth.message is not None

    first, second = say(ward, tenth.message, useful=False), say(ward, tenth.message, useful=True)

    assert first.feedback is second.feedback is Feedback.SAID
    assert blocks.current_message(first) == blocks.current_message(second)
    (row,) = said(ward)
    assert (row.revision_id, row.useful, row.learning_day) == (tenth.revision_id, False, date(2026, 3, 13))


def test_nothing_is_recorded_where_nothing_was_asked(ward: Ward) -> None:
    first = answer_lessons(ward, 1)[0]
    assert first.message is not None

    assert say(ward, first.message, useful=True).feedback is None
    assert said(ward) == []


def test_a_lesson_that_comes_again_asks_nothing(ward: Ward) -> None:
    """After twelve lessons they begin again: the twentieth answer is to one that was answered before."""
    states = answer_lessons(ward, 20)

    assert states[-1].lesson.id in {each.lesson.id for each in states[:12]}
    assert states[-1].feedback is None


def test_a_lesson_that_comes_again_does_not_thank_for_what_was_said_before(ward: Ward) -> None:
    tenth = answer_lessons(ward, 10)[-1]
    assert tenth.message is not None
    say(ward, tenth.message, useful=True)

    again = [each for each in answer_lessons(ward, 14, day=date(2026, 3, 16)) if each.lesson.id == tenth.lesson.id]

    assert again != []
    assert {each.feedback for each in again} == {None}
    first = ward.run(lesson_state.get_lesson_state, ward.library, NURSE, tenth.message, ward.clock())
    assert first.feedback is Feedback.SAID


def test_a_retracted_lesson_asks_nothing(ward: Ward) -> None:
    tenth = answer_lessons(ward, 10)[-1]
    assert tenth.message is not None
    (live,) = ward.run(packs.list_live_packs, NURSE.team_id)
    ward.run(
        retractions.retract_lesson, ward.library, live.version_id, EVERYONES_SCOPE, tenth.lesson.id, "Out of date",
        "U0ADMIN", ward.clock(),
    )  # fmt: skip

    assert say(ward, tenth.message, useful=True).feedback is None
    assert said(ward) == []


def test_it_is_in_the_learners_export(ward: Ward) -> None:
    tenth = answer_lessons(ward, 10)[-1]
    assert tenth.message is not None
    say(ward, tenth.message, useful=False)

    export = ward.run(privacy.export_learner, ward.library, NURSE, ward.clock())

    assert export.feedback == (ExportedFeedback(date(2026, 3, 13), tenth.lesson.title, useful=False),)
