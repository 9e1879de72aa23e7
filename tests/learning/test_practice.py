"""Answering, reporting the step, saving lessons, and requesting today's lesson."""

from datetime import date, time
from uuid import uuid4

import pytest

from bot.delivery.reconcile import record_lookup
from bot.domain.learner import Preferences
from bot.domain.schedule import DeliveryKindName
from bot.domain.schedule_kinds import WeeklySchedule, weekly_around_messages
from bot.errors import NotFound, Refused
from bot.learning import enrollment, lesson_state, packs, practice
from bot.learning.message_deliveries import MessageRef
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import SendState
from tests.builders import CLERK, NURSE, at, lesson
from tests.builders import pack as make_pack
from tests.ward import Ward, uncertain_of

MONDAY = date(2026, 3, 2)


@pytest.fixture
def ref(ward: Ward) -> MessageRef:
    """Return the message of Monday's lesson, which has just arrived."""
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()
    return ward.lesson_of(NURSE)


def answer(ward: Ward, ref: MessageRef, choice: str) -> practice.AnswerResult:
    return ward.run(practice.answer_lesson, ward.library, NURSE, ref, choice, ward.clock())


def state(ward: Ward, ref: MessageRef) -> lesson_state.LessonState:
    return ward.run(lesson_state.get_lesson_state, ward.library, NURSE, ref, ward.clock())


def test_a_right_answer_is_recorded_and_counts_today(ward: Ward, ref: MessageRef) -> None:
    answered = answer(ward, ref, "B")

    assert answered.is_first
    assert answered.state.chosen_option is not None
    assert answered.state.chosen_option.correct
    assert answered.state.counts_today
    assert answered.state.streak.current == 1


def test_a_wrong_answer_counts_as_well(ward: Ward, ref: MessageRef) -> None:
    answered = answer(ward, ref, "A")

    assert answered.state.chosen_option is not None
    assert not answered.state.chosen_option.correct
    assert answered.state.streak.current == 1


def test_the_first_answer_is_final(ward: Ward, ref: MessageRef) -> None:
    answer(ward, ref, "A")

    second = answer(ward, ref, "B")

    assert not second.is_first
    assert second.state.chosen_option is not None
    assert second.state.chosen_option.key == "A"
    assert state(ward, ref) == second.state


def test_an_unknown_option_is_refused_and_nothing_is_recorded(ward: Ward, ref: MessageRef) -> None:
    with pytest.raises(KeyError):
        answer(ward, ref, "D")

    assert state(ward, ref).chosen_option is None
    assert not state(ward, ref).counts_today


def test_nothing_counts_before_an_answer(ward: Ward, ref: MessageRef) -> None:
    seen = state(ward, ref)

    assert seen.message == ref
    assert (seen.chosen_option, seen.guessed, seen.reflected, seen.tried, seen.saved) == (
        None,
        False,
        False,
        None,
        False,
    )
    assert (seen.learning_day, seen.kind, seen.counts_today) == (MONDAY, DeliveryKindName.LESSON, False)


def test_a_right_answer_can_be_marked_as_a_guess(ward: Ward, ref: MessageRef) -> None:
    answer(ward, ref, "B")

    assert ward.run(practice.mark_guessed, ward.library, NURSE, ref, ward.clock()).guessed


def test_a_wrong_answer_cannot_be_a_guess(ward: Ward, ref: MessageRef) -> None:
    answer(ward, ref, "A")

    assert not ward.run(practice.mark_guessed, ward.library, NURSE, ref, ward.clock()).guessed


def test_nothing_is_guessed_before_an_answer(ward: Ward, ref: MessageRef) -> None:
    assert not ward.run(practice.mark_guessed, ward.library, NURSE, ref, ward.clock()).guessed


def test_someone_elses_message_is_not_found(ward: Ward, ref: MessageRef) -> None:
    ward.enrol(CLERK)

    for theirs in (ref, MessageRef("DELSEWHERE", "1.0", ref.delivery_id)):
        with pytest.raises(NotFound):
            ward.run(practice.answer_lesson, ward.library, CLERK, theirs, "B", ward.clock())
    assert state(ward, ref).chosen_option is None


@pytest.mark.parametrize("delivery_id", [None, uuid4()])
def test_an_unknown_message_is_not_found(ward: Ward, ref: MessageRef, delivery_id: object) -> None:
    with pytest.raises(NotFound, match="/lesson"):
        state(ward, MessageRef("D9", "9.9", delivery_id))  # type: ignore[arg-type]


def test_a_click_on_an_unrecorded_message_finds_it_by_its_id_and_proves_that_it_arrived(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    (outgoing,) = ward.claim()
    clicked = MessageRef("D77", "77.0001", outgoing.delivery_id)

    answered = answer(ward, clicked, "B")

    assert answered.is_first
    (row,) = ward.deliveries(NURSE)
    assert (row.state, row.channel, row.ts, row.sent_at) == (SendState.SENT, "D77", "77.0001", ward.clock())
    assert answer(ward, MessageRef("D77", "77.0001"), "A").state == answered.state


def test_a_click_proves_that_a_message_believed_lost_arrived(ward: Ward) -> None:
    """The history had no message within the grace period, so the row is due again. The click comes before a second
    message.
    """
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    (outgoing,) = ward.claim()
    ward.run(record_lookup, uncertain_of(outgoing), None, ward.clock())

    answer(ward, MessageRef("D77", "77.0001", outgoing.delivery_id), "B")

    assert ward.deliver() == []


def test_reading_an_unrecorded_message_changes_nothing(ward: Ward) -> None:
    """Modals open in a read-only transaction, so nothing can be written."""
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    (outgoing,) = ward.claim()
    clicked = MessageRef("D77", "77.0001", outgoing.delivery_id)

    seen = ward.store.read(lesson_state.get_lesson_state, ward.library, NURSE, clicked, ward.clock()).result()

    assert seen.delivery_id == outgoing.delivery_id
    assert ward.days(NURSE) == [(MONDAY, "lesson", "sending")]


def test_a_click_without_an_id_means_the_only_message_being_sent(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    (outgoing,) = ward.claim()
    ts = f"{ward.clock().timestamp():.6f}"

    answered = answer(ward, MessageRef("D77", ts), "B")

    assert answered.state.delivery_id == outgoing.delivery_id
    assert ward.days(NURSE) == [(MONDAY, "lesson", "sent")]


def test_a_click_on_an_old_message_is_not_mistaken_for_the_one_being_sent(ward: Ward) -> None:
    """They erased everything and started again. The old message's row is gone, and its click says nothing about
    today's.
    """
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    ward.claim()
    last_week = f"{at('2026-02-23 09:00').timestamp():.6f}"

    with pytest.raises(NotFound):
        answer(ward, MessageRef("D77", last_week), "B")

    assert ward.days(NURSE) == [(MONDAY, "lesson", "sending")]


def test_an_answer_keeps_its_question_when_the_lesson_changes(ward: Ward, ref: MessageRef) -> None:
    answer(ward, ref, "B")
    before = state(ward, ref).lesson

    changed = make_pack(lesson(before.id, before.skill, title="Another title altogether"), version="2.0")
    ward.run(packs.load_pack, changed, EVERYONES_SCOPE, "operator", ward.clock())

    assert state(ward, ref).lesson == before


def test_the_day_end_shows_what_was_done_with_its_lesson(ward: Ward, ref: MessageRef) -> None:
    answer(ward, ref, "A")
    ward.clock.set("2026-03-02 16:30")
    ward.deliver()
    day_end = ward.message_of(NURSE, DeliveryKindName.DAY_END)

    seen = state(ward, day_end)

    assert (seen.kind, seen.message) == (DeliveryKindName.DAY_END, day_end)
    assert seen.delivery_id == ref.delivery_id
    assert seen.chosen_option is not None
    assert seen.chosen_option.key == "A"


def test_an_answer_in_the_day_end_answers_its_lesson(ward: Ward, ref: MessageRef) -> None:
    ward.clock.set("2026-03-02 16:30")
    ward.deliver()
    day_end = ward.message_of(NURSE, DeliveryKindName.DAY_END)

    answered = answer(ward, day_end, "B")

    assert answered.state.kind == DeliveryKindName.DAY_END, "the message that was clicked is the one to update"
    assert state(ward, ref).chosen_option == answered.state.chosen_option


def test_the_step_report_can_be_changed(ward: Ward, ref: MessageRef) -> None:
    first = ward.run(practice.record_step, ward.library, NURSE, ref, True, ward.clock())
    second = ward.run(practice.record_step, ward.library, NURSE, ref, False, ward.clock())

    assert (first.tried, second.tried) == (True, False)


def test_a_step_is_shown_but_does_not_count_as_practice(ward: Ward, ref: MessageRef) -> None:
    seen = ward.run(practice.record_step, ward.library, NURSE, ref, True, ward.clock())

    assert not seen.counts_today
    assert seen.streak.current == 0


def test_an_invitation_has_no_lesson_to_answer(ward: Ward) -> None:
    ward.invite(CLERK, NURSE.user_id)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()

    with pytest.raises(NotFound):
        answer(ward, ward.message_of(NURSE, DeliveryKindName.INVITATION), "A")


def test_a_lesson_that_was_not_sent_has_nothing_to_show(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(practice.request_todays_lesson, ward.library, NURSE, ward.clock())
    (row,) = ward.deliveries(NURSE)

    with pytest.raises(NotFound, match="no lesson"):
        state(ward, MessageRef("D1", "1.0", row.id))


def test_saved_lessons_are_listed_newest_first_and_once(ward: Ward, ref: MessageRef) -> None:
    seen = state(ward, ref)
    assert ward.run(practice.save_lesson, ward.library, NURSE, seen.revision_id, ward.clock())
    ward.clock.advance(minutes=1)
    assert ward.run(practice.save_lesson, ward.library, NURSE, seen.revision_id + 1, ward.clock())
    assert not ward.run(practice.save_lesson, ward.library, NURSE, seen.revision_id, ward.clock())

    saved = ward.run(practice.list_saved_lessons, ward.library, NURSE)

    assert state(ward, ref).saved
    assert [each.lesson.id for each in saved] == ["cash-and-profit", "budget-lines"]


def test_todays_lesson_can_come_early_and_is_not_sent_again_at_nine(ward: Ward) -> None:
    ward.enrol(NURSE)

    asked = ward.run(practice.request_todays_lesson, ward.library, NURSE, ward.clock())
    assert asked.is_queued
    assert [each.kind for each in ward.deliver()] == [DeliveryKindName.LESSON]
    ward.clock.set("2026-03-02 09:00")

    assert ward.deliver() == []
    assert ward.days(NURSE) == [(MONDAY, "lesson", "sent")]


def test_a_second_request_returns_the_sent_lesson(ward: Ward, ref: MessageRef) -> None:
    asked = ward.run(practice.request_todays_lesson, ward.library, NURSE, ward.clock())

    assert not asked.is_queued
    assert asked.state is not None
    assert asked.state.message == ref


def test_a_request_while_the_lesson_is_being_sent_queues_nothing(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    ward.claim()

    asked = ward.run(practice.request_todays_lesson, ward.library, NURSE, ward.clock())

    assert (asked.state, asked.is_queued) == (None, False)


def test_a_skipped_lesson_is_sent_on_request(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 15:00")
    ward.deliver()
    assert ward.days(NURSE) == [(MONDAY, "lesson", "late")]

    ward.run(practice.request_todays_lesson, ward.library, NURSE, ward.clock())
    ward.deliver()

    (row,) = ward.deliveries(NURSE)
    assert (row.state, row.reason) == (SendState.SENT, None)


def test_a_requested_lesson_that_slack_deferred_keeps_its_due_time(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    ward.clock.set("2026-03-02 09:20")

    ward.run(practice.request_todays_lesson, ward.library, NURSE, ward.clock())

    (row,) = ward.deliveries(NURSE)
    assert row.due_at == at("2026-03-02 09:00"), "how late it was is still told"
    assert row.expires_at == at("2026-03-02 13:20")


def test_requested_lessons_are_sent_before_those_due_earlier(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.enrol(CLERK)
    ward.clock.set("2026-03-02 09:05")
    ward.plan()

    ward.run(practice.request_todays_lesson, ward.library, CLERK, ward.clock())

    (first,) = ward.claim(limit=1)
    assert first.user_id == CLERK.user_id


def test_a_pause_does_not_block_a_requested_lesson(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(enrollment.pause_lessons, NURSE, None, ward.clock())

    assert ward.run(practice.request_todays_lesson, ward.library, NURSE, ward.clock()).is_queued
    assert [each.user_id for each in ward.deliver()] == [NURSE.user_id]


def test_someone_who_has_not_started_cannot_request_a_lesson(ward: Ward) -> None:
    ward.meet(NURSE)

    with pytest.raises(Refused, match="Press Start"):
        ward.run(practice.request_todays_lesson, ward.library, NURSE, ward.clock())


def test_there_is_no_state_before_todays_lesson_has_come(ward: Ward) -> None:
    ward.enrol(NURSE)
    assert ward.run(lesson_state.find_todays_lesson_state, ward.library, NURSE, ward.clock()) is None

    ward.run(practice.request_todays_lesson, ward.library, NURSE, ward.clock())
    assert ward.run(lesson_state.find_todays_lesson_state, ward.library, NURSE, ward.clock()) is None


def test_todays_state_is_that_of_todays_lesson(ward: Ward, ref: MessageRef) -> None:
    seen = ward.run(lesson_state.find_todays_lesson_state, ward.library, NURSE, ward.clock())

    assert seen == state(ward, ref)


def test_each_day_brings_a_new_lesson_and_focus_skills_more_often(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(
        enrollment.change_preferences,
        NURSE,
        Preferences("Europe/London", _every_day(), frozenset({"conflict"})),
        ward.clock(),
    )
    given = []
    for day in range(2, 8):
        ward.clock.set(f"2026-03-{day:02} 09:00")
        (outgoing,) = ward.deliver()
        assert outgoing.lesson is not None
        given.append(outgoing.lesson)

    assert len({each.id for each in given}) == 6
    assert given[0].skill.slug == "conflict"


def _every_day() -> WeeklySchedule:
    # The day end comes an hour before the next lesson and isn't checked here.
    return weekly_around_messages(frozenset(range(7)), time(9), time(8))
