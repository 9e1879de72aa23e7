"""Recall questions in the day end and in App Home."""

from datetime import date

import pytest

from bot.domain.learner import Person
from bot.domain.postponing import PostponeOption
from bot.domain.schedule import DeliveryKindName
from bot.errors import NotFound, Refused
from bot.kinds.day_end import DayEnd
from bot.learning import (
    lesson_state,
    packs,
    postponing,
    practice,
    privacy,
    recall_answers,
    recall_questions,
    reflections,
)
from bot.learning.lesson_state import LessonState
from bot.learning.message_deliveries import MessageRef
from bot.learning.recall_questions import RecallState
from bot.storage import Session, learners, recalls
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import QuestionMemory
from tests.builders import NURSE, TEAM, lesson
from tests.builders import pack as make_pack
from tests.statements import statements
from tests.ward import Ward, day_end_of


@pytest.fixture
def at_work(ward: Ward) -> Ward:
    """Return a ward with a nurse who answered Monday's question wrong and has Tuesday's lesson."""
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()
    answer(ward, "A")
    ward.clock.set("2026-03-03 09:00")
    ward.deliver()
    return ward


def answer(ward: Ward, choice: str) -> None:
    ward.run(practice.answer_lesson, ward.library, NURSE, ward.lesson_of(NURSE), choice, ward.clock())


def reflect(ward: Ward) -> None:
    ward.run(reflections.save_reflection, ward.library, NURSE, ward.lesson_of(NURSE), "A line", ward.clock())


def day_end(ward: Ward, day: str = "2026-03-03") -> DayEnd | None:
    """Return what the day end brings, or None if it isn't sent."""
    ward.clock.set(f"{day} 16:30")
    return next((day_end_of(each) for each in ward.deliver() if each.kind == DeliveryKindName.DAY_END), None)


def end(ward: Ward) -> MessageRef:
    return ward.message_of(NURSE, DeliveryKindName.DAY_END)


def state(ward: Ward, ref: MessageRef) -> LessonState:
    return ward.run(lesson_state.get_lesson_state, ward.library, NURSE, ref, ward.clock())


def press(ward: Ward, letter: str, ref: MessageRef | None = None) -> LessonState:
    return ward.run(recall_answers.answer_day_end_recall, ward.library, NURSE, ref or end(ward), letter, ward.clock())


def ready(ward: Ward) -> RecallState | None:
    return ward.run(recall_answers.find_home_recall, ward.library, NURSE, ward.clock())


def right(asked: RecallState) -> str:
    return asked.question.shown_letter(asked.question.lesson.question.correct_option.key)


def wrong(asked: RecallState) -> str:
    return next(letter for letter, option in asked.question.shown_options if not option.correct)


def remembered(ward: Ward) -> dict[str, QuestionMemory]:
    def read(session: Session) -> dict[str, QuestionMemory]:
        learner = learners.find(session, NURSE)
        assert learner is not None
        rows = recalls.list_memories(session, learner.id)
        for row in rows:
            session.expunge(row)
        return {row.lesson_id: row for row in rows}

    return ward.run(read)


def open_recall(ward: Ward, ref: MessageRef | None = None) -> RecallState:
    asked = state(ward, ref or end(ward)).recall
    assert asked is not None
    return asked


def test_a_question_answered_wrong_is_asked_again_at_the_next_day_end(at_work: Ward) -> None:
    sent = day_end(at_work)

    assert sent is not None
    assert sent.recall is not None
    assert sent.recall.lesson.id == "budget-lines"
    assert sent.recall.days_since_answer == 1
    assert not sent.reflected


def test_without_an_answer_nothing_is_asked_again(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()

    sent = day_end(ward, "2026-03-02")

    assert sent is not None
    assert sent.recall is None


def test_todays_question_is_not_asked_again_today(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()
    answer(ward, "A")

    sent = day_end(ward, "2026-03-02")

    assert sent is not None
    assert sent.recall is None


def test_the_day_end_is_sent_for_a_recall_even_after_a_reflection(at_work: Ward) -> None:
    reflect(at_work)

    sent = day_end(at_work)

    assert sent is not None
    assert sent.recall is not None
    assert sent.reflected


def test_after_a_reflection_and_with_nothing_due_no_day_end_is_sent(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()
    reflect(ward)

    assert day_end(ward, "2026-03-02") is None


def test_a_carried_over_lesson_leaves_the_day_without_a_day_end(at_work: Ward) -> None:
    at_work.run(
        postponing.postpone_lesson,
        at_work.library,
        NURSE,
        at_work.lesson_of(NURSE),
        PostponeOption.NEXT_SHIFT,
        at_work.clock(),
    )

    assert day_end(at_work) is None


def test_options_are_shuffled_and_graded_by_their_text(at_work: Ward) -> None:
    day_end(at_work)
    asked = open_recall(at_work)

    answered = press(at_work, right(asked))

    assert asked.question.option_order != "ABC"
    assert answered.recall is not None
    assert answered.recall.choice == asked.question.lesson.question.correct_option
    assert answered.recall.question == asked.question, "letters stay as they were shown"


def test_an_answer_to_a_recall_counts_for_the_streak(at_work: Ward) -> None:
    day_end(at_work)

    answered = press(at_work, wrong(open_recall(at_work)))

    assert answered.counts_today
    assert answered.streak.current == 2
    assert answered.chosen_option is None, "the day's own question stays open"


def test_the_first_choice_is_final(at_work: Ward) -> None:
    day_end(at_work)
    asked = open_recall(at_work)
    press(at_work, wrong(asked))
    before = remembered(at_work)["budget-lines"].model_dump()

    again = press(at_work, right(asked))

    assert again.recall is not None
    assert again.recall.choice is not None
    assert not again.recall.choice.correct
    assert remembered(at_work)["budget-lines"].model_dump() == before


def test_a_right_answer_waits_longer_than_a_wrong_one(at_work: Ward) -> None:
    day_end(at_work)
    before = remembered(at_work)["budget-lines"]

    press(at_work, right(open_recall(at_work)))

    after = remembered(at_work)["budget-lines"]
    assert after.stability > before.stability
    assert after.due_on > before.due_on
    assert after.recall_count == 1


def test_i_guessed_makes_it_hard(at_work: Ward) -> None:
    day_end(at_work)
    press(at_work, right(open_recall(at_work)))
    good = remembered(at_work)["budget-lines"]

    seen = at_work.run(
        recall_answers.mark_day_end_recall_guessed, at_work.library, NURSE, end(at_work), at_work.clock()
    )

    hard = remembered(at_work)["budget-lines"]
    assert seen.recall is not None
    assert seen.recall.guessed
    assert hard.stability < good.stability
    assert hard.last_answered_on == good.last_answered_on
    assert hard.recall_count == 1


def test_pressing_i_guessed_twice_counts_once(at_work: Ward) -> None:
    day_end(at_work)
    press(at_work, right(open_recall(at_work)))
    at_work.run(recall_answers.mark_day_end_recall_guessed, at_work.library, NURSE, end(at_work), at_work.clock())
    once = remembered(at_work)["budget-lines"].model_dump()

    at_work.run(recall_answers.mark_day_end_recall_guessed, at_work.library, NURSE, end(at_work), at_work.clock())

    assert remembered(at_work)["budget-lines"].model_dump() == once


def test_i_guessed_after_a_lessons_right_answer_makes_it_hard(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()
    answer(ward, "B")
    good = remembered(ward)["budget-lines"]

    ward.run(practice.mark_guessed, ward.library, NURSE, ward.lesson_of(NURSE), ward.clock())

    hard = remembered(ward)["budget-lines"]
    assert (good.due_on, hard.due_on) == (date(2026, 3, 4), date(2026, 3, 3))
    assert hard.stability < good.stability


def test_after_a_long_pause_one_question_a_day_is_asked_least_forgotten_first(at_work: Ward) -> None:
    answer(at_work, "B")  # Tuesday's, right
    at_work.clock.set("2026-03-04 09:00")
    at_work.deliver()
    answer(at_work, "A")  # Wednesday's, wrong
    asked = []
    for day in ("2026-06-01", "2026-06-02", "2026-06-03", "2026-06-04"):
        at_work.clock.set(f"{day} 09:00")
        at_work.deliver()
        sent = day_end(at_work, day)
        assert sent is not None
        asked.append(sent.recall.lesson.id if sent.recall else None)
        if sent.recall:
            press(at_work, right(open_recall(at_work)))

    assert asked[:3] == ["two-colleagues", "first-gap", "budget-lines"], "the right one, then the newer wrong one"
    assert asked[3] is None, "all are remembered for a while now"


def test_yesterdays_recall_answered_today_counts_for_today(at_work: Ward) -> None:
    day_end(at_work)
    yesterdays = end(at_work)
    at_work.clock.set("2026-03-04 09:00")
    at_work.deliver()

    answered = press(at_work, right(open_recall(at_work, yesterdays)), yesterdays)

    assert answered.recall is not None
    assert answered.counts_today
    assert remembered(at_work)["budget-lines"].last_answered_on == date(2026, 3, 4)
    assert ready(at_work) == answered.recall, "Home knows that today had its question"
    sent = day_end(at_work, "2026-03-04")
    assert sent is not None
    assert sent.recall is None, "one a day"


def test_a_second_recall_on_a_day_is_refused_and_changes_nothing(at_work: Ward) -> None:
    answer(at_work, "A")
    day_end(at_work)
    yesterdays = end(at_work)
    at_work.clock.set("2026-03-04 09:00")
    at_work.deliver()
    day_end(at_work, "2026-03-04")
    press(at_work, "A")
    before = {key: row.model_dump() for key, row in remembered(at_work).items()}

    with pytest.raises((Refused, NotFound), match=r"already answered|no longer open"):
        press(at_work, "A", yesterdays)

    assert {key: row.model_dump() for key, row in remembered(at_work).items()} == before


def test_a_recall_answered_in_home_is_closed_in_the_message(at_work: Ward) -> None:
    day_end(at_work)
    asked = ready(at_work)
    assert asked is not None

    kept = at_work.run(
        recall_answers.answer_home_recall,
        at_work.library,
        NURSE,
        asked.question.revision_id,
        right(asked),
        at_work.clock(),
    )

    assert kept.recall.choice is not None
    assert kept.recall.choice.correct
    assert kept.streak_status.counts_today
    assert state(at_work, end(at_work)).recall is None
    with pytest.raises(NotFound, match="no longer open"):
        press(at_work, "A")


def test_a_day_with_a_recall_in_home_has_none_at_its_end(at_work: Ward) -> None:
    asked = ready(at_work)
    assert asked is not None
    revision = asked.question.revision_id
    at_work.run(recall_answers.answer_home_recall, at_work.library, NURSE, revision, "A", at_work.clock())

    sent = day_end(at_work)

    assert sent is not None
    assert sent.recall is None


def test_i_guessed_in_home_makes_it_hard(at_work: Ward) -> None:
    asked = ready(at_work)
    assert asked is not None
    revision = asked.question.revision_id
    at_work.run(recall_answers.answer_home_recall, at_work.library, NURSE, revision, right(asked), at_work.clock())
    good = remembered(at_work)["budget-lines"]

    kept = at_work.run(recall_answers.mark_home_recall_guessed, at_work.library, NURSE, at_work.clock())

    assert kept.recall.guessed
    assert remembered(at_work)["budget-lines"].stability < good.stability


def test_an_answer_to_a_question_that_is_not_due_is_refused(at_work: Ward) -> None:
    with pytest.raises(Refused, match="Nothing was changed"):
        at_work.run(recall_answers.answer_home_recall, at_work.library, NURSE, 9999, "A", at_work.clock())


def test_a_lesson_that_is_no_longer_taught_is_not_asked(at_work: Ward) -> None:
    other = make_pack(lesson("two-colleagues"), lesson("another-one"), version="2.0")
    at_work.run(packs.load_pack, other, EVERYONES_SCOPE, "operator", at_work.clock())

    sent = day_end(at_work)

    assert sent is not None
    assert sent.recall is None


def test_a_rewritten_question_is_asked_as_it_reads_now_and_starts_over(at_work: Ward) -> None:
    old = at_work.run(
        lesson_state.get_lesson_state, at_work.library, NURSE, at_work.lesson_of(NURSE), at_work.clock()
    ).lesson
    before = lesson("budget-lines")
    rewritten = lesson("budget-lines", question=lesson("some-other-case").question)
    at_work.run(
        packs.load_pack,
        make_pack(rewritten, old, lesson("first-gap"), version="2.0"),
        EVERYONES_SCOPE,
        "op",
        at_work.clock(),
    )
    sent = day_end(at_work)
    assert sent is not None
    assert sent.recall is not None
    assert sent.recall.lesson.question == rewritten.question != before.question

    press(at_work, right(open_recall(at_work)))

    row = remembered(at_work)["budget-lines"]
    assert row.previous_state is None
    assert round(row.stability, 4) == 2.3065, "as after a first right answer"


def test_a_change_outside_the_question_keeps_its_memory(at_work: Ward) -> None:
    said_better = lesson("budget-lines", why="It saves two meetings.")
    at_work.run(packs.load_pack, make_pack(said_better, version="2.0"), EVERYONES_SCOPE, "operator", at_work.clock())
    day_end(at_work)

    press(at_work, right(open_recall(at_work)))

    assert remembered(at_work)["budget-lines"].previous_state is not None


def test_deleting_everything_deletes_memories_and_recalls(at_work: Ward) -> None:
    day_end(at_work)
    press(at_work, "A")

    at_work.run(privacy.erase_learner, NURSE, at_work.clock())

    assert at_work.run(recalls.find_due_questions, [(1, date(2027, 1, 1))]) == []


def test_many_learners_take_one_statement(at_work: Ward) -> None:
    people = [Person(TEAM, f"U{number}") for number in range(20)]
    for person in people:
        at_work.enrol(person)
    at_work.clock.set("2026-03-04 09:00")
    at_work.deliver()
    for person in people:
        at_work.run(practice.answer_lesson, at_work.library, person, at_work.lesson_of(person), "A", at_work.clock())
    at_work.clock.set("2026-03-05 09:00")
    at_work.deliver()
    curriculum = at_work.run(at_work.library.get_workspace_curriculum, TEAM)
    days = {(at_work.find(person).id, date(2026, 3, 5)): None for person in people}
    shelves = {learner_id: curriculum for learner_id, _ in days}

    with statements(at_work.store) as sent:
        asked = at_work.run(recall_questions.choose_recall_questions, shelves, days)

    assert len(asked) == len(people)
    assert len([each for each in sent if each.startswith(("SELECT", "WITH"))]) == 1
