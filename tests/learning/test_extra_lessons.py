"""One more lesson on the same day: a lesson in every way, except that nothing which counts days counts it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import date, datetime, timedelta
from threading import Barrier, BrokenBarrierError

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from bot.delivery.outbox import SendResult, record_results
from bot.domain.lesson import Pack
from bot.domain.postponing import PostponeOption
from bot.domain.schedule import DeliveryKindName, DueMessage
from bot.domain.spaced_repetition import Rating, update_memory
from bot.errors import NotFound, Refused
from bot.kinds.lesson import SinceLastLesson
from bot.learning import (
    enrollment,
    extra_lessons,
    home,
    journal,
    lesson_state,
    packs,
    planning,
    postponing,
    practice,
    privacy,
    recall_answers,
    reflections,
    retraction_messages,
    retractions,
    streaks,
)
from bot.learning.extra_lessons import ExtraLessonOutcome, ExtraLessonResult
from bot.learning.lesson_state import LessonState
from bot.learning.library import Library
from bot.learning.message_deliveries import MessageRef
from bot.storage import Session, Store
from bot.storage import practice as queries
from bot.storage.encryption import Cipher
from bot.storage.tables import Delivery, Learner, LearnerState, QuestionMemory, SendState
from tests.builders import CLERK, NURSE, TEAM, at
from tests.examples import many
from tests.past import live_through
from tests.ward import Ward, day_end_of

EXTRA = DeliveryKindName.EXTRA_LESSON
MONDAY = date(2026, 3, 2)


@pytest.fixture
def answered(ward: Ward) -> Ward:
    """A nurse who answered Monday's lesson at 09:00."""
    ward.enrol(NURSE)
    answer(ward, receive(ward, "2026-03-02 09:00"))
    return ward


def receive(ward: Ward, when: str) -> MessageRef:
    """Return the newest day's lesson, after all that is due by then arrived."""
    ward.clock.set(when)
    ward.deliver()
    return ward.lesson_of(NURSE)


def answer(ward: Ward, ref: MessageRef) -> LessonState:
    return ward.run(practice.answer_lesson, ward.library, NURSE, ref, "B", ward.clock()).state


def ask(ward: Ward, pressed: MessageRef | None = None) -> ExtraLessonResult:
    return ward.run(extra_lessons.request_extra_lesson, ward.library, NURSE, pressed, ward.clock())


def one_more(ward: Ward) -> MessageRef:
    """Ask for one more; it arrives."""
    assert ask(ward).outcome is ExtraLessonOutcome.QUEUED
    assert [each.kind for each in ward.deliver()] == [EXTRA]
    return ward.message_of(NURSE, EXTRA)


def state(ward: Ward, ref: MessageRef) -> LessonState:
    return ward.run(lesson_state.get_lesson_state, ward.library, NURSE, ref, ward.clock())


def kinds(ward: Ward, when: str) -> list[str]:
    """Return the kinds of messages that arrive by then."""
    ward.clock.set(when)
    return [each.kind for each in ward.deliver()]


def extras(ward: Ward) -> list[Delivery]:
    return [row for row in ward.deliveries(NURSE) if row.kind == EXTRA]


def lesson_ids(ward: Ward) -> list[str]:
    """Return the lessons that were sent, by the time they were due."""
    rows = [row for row in ward.deliveries(NURSE) if row.kind in {DeliveryKindName.LESSON, EXTRA} and row.revision_id]
    ids = ward.run(ward.library.find_lesson_ids, [row.revision_id for row in rows if row.revision_id])
    return [ids[row.revision_id] for row in rows if row.revision_id]


def streak(ward: Ward) -> streaks.StreakView:
    return ward.run(streaks.read_streak, NURSE, ward.clock())


def test_one_more_comes_at_once_and_is_another_lesson_than_the_days_before_and_after(answered: Ward) -> None:
    one_more(answered)
    receive(answered, "2026-03-03 09:00")

    assert len(lesson_ids(answered)) == len(set(lesson_ids(answered))) == 3


def test_it_is_the_lesson_that_would_have_come_next(answered: Ward) -> None:
    answered.enrol(CLERK)  # on Monday at 09:00, so the first lesson comes on Tuesday
    extra = state(answered, one_more(answered))
    for day in (3, 4):
        receive(answered, f"2026-03-{day:02} 09:00")
    clerks = answered.lesson_of(CLERK)

    second = answered.run(lesson_state.get_lesson_state, answered.library, CLERK, clerks, answered.clock())

    assert second.lesson == extra.lesson


def test_asked_for_again_and_again_it_comes_once(answered: Ward) -> None:
    first, second = ask(answered), ask(answered)
    arrived = [each.kind for each in answered.deliver()]
    third = ask(answered)

    assert (first.outcome, second.outcome) == (ExtraLessonOutcome.QUEUED, ExtraLessonOutcome.QUEUED)
    assert (third.outcome, third.had_both) == (ExtraLessonOutcome.ALREADY_SENT, True)
    assert third.open_lesson is not None
    assert third.open_lesson.is_extra
    assert arrived == [EXTRA]
    assert answered.deliver() == []


@pytest.mark.postgresql
def test_asked_for_in_two_processes_at_once_it_comes_once(
    answered: Ward, address: str, cipher: Cipher, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_found_none, write = Barrier(2), planning.new_delivery

    def write_together(learner: Learner, due: DueMessage) -> Delivery:
        with suppress(BrokenBarrierError):  # the one that runs again, after the other has written the row, is alone
            both_found_none.wait(timeout=5)
        both_found_none.abort()
        return write(learner, due)

    monkeypatch.setattr(planning, "new_delivery", write_together)
    with closing(Store(address, cipher)) as elsewhere, ThreadPoolExecutor(2) as threads:
        wards = [answered, Ward(elsewhere, Library(), answered.clock)]
        outcomes = [each.outcome for each in threads.map(ask, wards)]

    assert outcomes == [ExtraLessonOutcome.QUEUED] * 2
    assert len(extras(answered)) == 1
    assert [each.kind for each in answered.deliver()] == [EXTRA]


def test_it_can_be_asked_for_while_it_is_being_sent_and_comes_once(answered: Ward) -> None:
    ask(answered)
    (claimed,) = answered.claim()

    assert ask(answered).outcome is ExtraLessonOutcome.QUEUED
    (row,) = extras(answered)
    assert (row.state, row.revision_id) == (SendState.SENDING, claimed.revision_id)
    assert answered.claim() == ()


def test_the_next_day_has_one_more_of_its_own(answered: Ward) -> None:
    one_more(answered)
    answer(answered, receive(answered, "2026-03-03 09:00"))

    one_more(answered)

    assert [row.learning_day for row in extras(answered)] == [MONDAY, date(2026, 3, 3)]


def test_the_days_lesson_is_answered_first(ward: Ward) -> None:
    ward.enrol(NURSE)
    ref = receive(ward, "2026-03-02 09:00")
    ward.run(reflections.save_reflection, ward.library, NURSE, ref, "A line", ward.clock())

    refused = ask(ward, ref)

    assert refused.outcome is ExtraLessonOutcome.LESSON_OPEN
    assert refused.open_lesson is not None
    assert refused.open_lesson.message == ref
    assert extras(ward) == []


def test_while_the_days_lesson_is_on_its_way_no_other_is_queued(answered: Ward) -> None:
    answered.clock.set("2026-03-03 09:00")
    answered.plan()

    assert ask(answered).outcome is ExtraLessonOutcome.LESSON_COMING
    assert extras(answered) == []


def test_whoever_never_had_a_lesson_gets_no_second_one(ward: Ward) -> None:
    ward.clock.set("2026-03-02 08:00")
    ward.enrol(NURSE)

    assert ask(ward).outcome is ExtraLessonOutcome.NO_LESSON_YET


def test_nobody_gets_one_without_having_started(ward: Ward) -> None:
    ward.meet(NURSE)

    with pytest.raises(Refused, match="haven't started"):
        ask(ward)


def test_a_message_of_somebody_else_brings_nothing(answered: Ward) -> None:
    with pytest.raises(NotFound):
        ask(answered, MessageRef("D0OTHER", "9.000100"))

    assert extras(answered) == []


@pytest.mark.parametrize("when", ["2026-03-02 23:50", "2026-03-03 02:00", "2026-03-07 11:00"])
def test_it_comes_at_once_at_night_and_on_days_off(ward: Ward, when: str) -> None:
    ward.enrol(NURSE)
    for day in range(2, 7 if when.startswith("2026-03-07") else 3):
        ref = receive(ward, f"2026-03-{day:02} 09:00")
        answer(ward, ref)
    ward.clock.set(when)
    ward.deliver()

    assert ask(ward, ref).outcome is ExtraLessonOutcome.QUEUED
    assert [each.kind for each in ward.deliver()] == [EXTRA]


@pytest.mark.parametrize("until", [None, date(2026, 3, 20)])
def test_it_comes_in_a_pause_which_goes_on(answered: Ward, until: date | None) -> None:
    answered.run(enrollment.pause_lessons, NURSE, until, answered.clock())

    one_more(answered)

    assert answered.find(NURSE).is_paused
    assert kinds(answered, "2026-03-03 09:00") == []


def test_the_next_lesson_and_the_days_end_come_when_they_would(answered: Ward) -> None:
    before = answered.find(NURSE).next_lesson

    one_more(answered)

    assert answered.find(NURSE).next_lesson == before
    assert kinds(answered, "2026-03-02 16:30") == [DeliveryKindName.DAY_END]
    assert kinds(answered, "2026-03-03 09:00") == [DeliveryKindName.LESSON]


def test_one_before_work_leaves_the_days_lesson_where_it_is(answered: Ward) -> None:
    answered.clock.set("2026-03-03 07:00")
    one_more(answered)

    assert kinds(answered, "2026-03-03 09:00") == [DeliveryKindName.LESSON]
    assert len(set(lesson_ids(answered))) == 3


def test_the_days_end_asks_about_the_days_lesson(answered: Ward) -> None:
    lesson = state(answered, answered.lesson_of(NURSE)).lesson
    one_more(answered)
    answered.clock.set("2026-03-02 16:30")
    (end,) = answered.deliver()
    ref = answered.message_of(NURSE, DeliveryKindName.DAY_END)

    written = answered.run(reflections.save_reflection, answered.library, NURSE, ref, "A line", answered.clock())

    assert end.lesson == written.lesson == lesson
    assert not state(answered, answered.message_of(NURSE, EXTRA)).reflected


def test_the_days_message_offers_one_more_until_it_was_asked_for(answered: Ward) -> None:
    day = answered.lesson_of(NURSE)
    offered = state(answered, day)

    shown = ask(answered, day).shown

    assert (offered.offers_extra, offered.has_extra) == (True, False)
    assert shown is not None
    assert (shown.offers_extra, shown.has_extra) == (False, True)
    answered.deliver()
    extra = answer(answered, answered.message_of(NURSE, EXTRA))
    assert (extra.is_extra, extra.offers_extra, extra.has_extra) == (True, False, False)


def test_an_answered_one_adds_nothing_to_the_streak_and_reaches_no_milestone_again(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(live_through, NURSE, "xxxx", MONDAY)
    days = answer(ward, receive(ward, "2026-03-02 09:00"))
    ward.clock.advance(minutes=5)

    extra = answer(ward, one_more(ward))

    assert (days.streak.current, days.milestone) == (5, 5)
    assert (extra.streak, extra.milestone, extra.counts_today) == (days.streak, None, True)


def test_an_unanswered_one_breaks_no_streak_and_offers_no_repair(answered: Ward) -> None:
    one_more(answered)
    answer(answered, receive(answered, "2026-03-03 09:00"))
    one_more(answered)

    last = answer(answered, receive(answered, "2026-03-04 09:00"))

    assert (last.streak.current, last.repair) == (3, None)
    assert not any(row.counts_for_streak for row in extras(answered))


def test_on_a_day_off_an_answered_one_is_a_bonus(ward: Ward) -> None:
    ward.enrol(NURSE)
    answer(ward, receive(ward, "2026-03-06 09:00"))
    ward.clock.set("2026-03-07 11:00")

    extra = answer(ward, one_more(ward))

    assert (extra.streak.current, extra.counts_today) == (1, False)
    answer(ward, receive(ward, "2026-03-09 09:00"))
    assert streak(ward).streak.current == 2


def test_an_unanswered_one_is_none_of_the_seven_before_the_check_in(answered: Ward) -> None:
    answered.clock.set("2026-03-03 07:00")
    one_more(answered)
    for day in (3, 4, 5, 6, 9, 10):
        receive(answered, f"2026-03-{day:02} 09:00")

    assert DeliveryKindName.CHECK_IN not in kinds(answered, "2026-03-11 09:00")
    assert DeliveryKindName.CHECK_IN in kinds(answered, "2026-03-12 09:00")


def test_asking_during_the_check_in_answers_it(ward: Ward) -> None:
    ward.enrol(NURSE)
    for day in (2, 3, 4, 5, 6, 9, 10, 11):
        receive(ward, f"2026-03-{day:02} 09:00")
    assert ward.find(NURSE).state is LearnerState.WAITING

    asked = ask(ward)

    assert asked.outcome is ExtraLessonOutcome.LESSON_OPEN
    assert asked.answered_check_in == ward.message_of(NURSE, DeliveryKindName.CHECK_IN)
    assert ward.find(NURSE).state is LearnerState.ACTIVE


def test_its_question_comes_back_as_any_other(answered: Ward) -> None:
    extra = answer(answered, one_more(answered))

    memories = answered.run(lambda session: session.exec(select(QuestionMemory)).all())

    memory = next(row for row in memories if row.lesson_id == extra.lesson.id)
    assert memory.last_answered_on == MONDAY
    assert memory.due_on > MONDAY
    receive(answered, "2026-03-04 09:00")
    answered.clock.set("2026-03-04 16:30")
    asked = [day_end_of(each).recall for each in answered.deliver()]
    assert [each is not None for each in asked] == [True]


def test_a_question_that_is_open_in_it_is_not_asked_again_the_same_day(answered: Ward) -> None:
    asked_again = state(answered, one_more(answered))
    answered.run(make_due, asked_again.lesson.id, asked_again.revision_id)

    assert answered.run(recall_answers.find_home_recall, answered.library, NURSE, answered.clock()) is None
    assert answered.run(home.read_home, answered.library, NURSE, answered.clock()).recall is None
    answered.clock.set("2026-03-02 16:30")
    assert [day_end_of(each).recall for each in answered.deliver()] == [None]


def make_due(session: Session, lesson_id: str, revision_id: int) -> None:
    """Let the nurse's question of a lesson be due today, answered a week ago."""
    learner = session.exec(select(Learner).where(Learner.user_id == NURSE.user_id)).one()
    memory = update_memory(None, Rating.of_answer(correct=False), MONDAY - timedelta(days=7))
    session.add(
        QuestionMemory(
            learner_id=learner.id,
            lesson_id=lesson_id,
            revision_id=revision_id,
            stability=memory.stability,
            difficulty=memory.difficulty,
            last_answered_on=memory.last_answered_on,
            due_on=memory.due_on,
        )
    )


def test_what_is_done_with_it_is_in_the_journal_and_the_export_and_is_deleted(answered: Ward) -> None:
    ref = one_more(answered)
    answer(answered, ref)
    written = answered.run(reflections.save_reflection, answered.library, NURSE, ref, "It helped", answered.clock())

    (entry,) = answered.run(journal.read_page, answered.library, NURSE).entries
    exported = answered.run(privacy.export_learner, answered.library, NURSE, answered.clock())
    erased = answered.run(privacy.erase_learner, NURSE, answered.clock())

    assert (entry.title, entry.words, entry.prompt) == (written.lesson.title, "It helped", written.lesson.reflection)
    assert [each.title for each in exported.answers][1:] == [written.lesson.title]
    assert (erased.answers, erased.reflections) == (2, 1)
    assert answered.run(lambda session: session.exec(select(Delivery)).all()) == []


def test_its_lesson_is_not_the_next_tip(answered: Ward) -> None:
    shown = state(answered, one_more(answered)).lesson.id
    learner_id = answered.find(NURSE).id

    assert shown in answered.run(queries.find_shown_tips, learner_id, answered.clock() - timedelta(hours=1))


@pytest.mark.parametrize("is_answered", [True, False])
def test_the_weekly_summary_lists_one_that_was_answered(ward: Ward, is_answered: bool) -> None:
    ward.enrol(NURSE)
    answer(ward, receive(ward, "2026-03-06 09:00"))
    ref = one_more(ward)
    if is_answered:
        answer(ward, ref)
    ward.run(wants_summary, ward.find(NURSE).id)
    ward.clock.set("2026-03-06 16:30")

    (end,) = ward.deliver()

    week = day_end_of(end).week
    assert week is not None
    assert week.practice_days == 1
    assert (state(ward, ref).lesson.title in [each.title for each in week.lessons]) is is_answered
    assert len(week.lessons) == 1 + is_answered


def wants_summary(session: Session, learner_id: int) -> None:
    session.get_one(Learner, learner_id).weekly_summary = True


def test_it_cannot_be_postponed(answered: Ward) -> None:
    ref = one_more(answered)

    with pytest.raises(Refused, match="can't be postponed"):
        answered.run(postponing.find_postpone_options, answered.library, NURSE, ref, answered.clock())
    with pytest.raises(Refused, match="can't be postponed"):
        answered.run(
            postponing.postpone_lesson, answered.library, NURSE, ref, PostponeOption.NEXT_SHIFT, answered.clock()
        )


def test_writing_about_it_leaves_the_days_postponed_lesson_alone(answered: Ward) -> None:
    answered.clock.set("2026-03-03 07:00")
    extra = one_more(answered)
    days = receive(answered, "2026-03-03 09:00")
    answered.run(postponing.postpone_lesson, answered.library, NURSE, days, PostponeOption.HOUR, answered.clock())

    written = answered.run(reflections.save_reflection, answered.library, NURSE, extra, "A line", answered.clock())
    also_answered = answer(answered, extra)

    assert written.superseded == also_answered.superseded == ()
    assert kinds(answered, "2026-03-03 10:00") == [DeliveryKindName.POSTPONED_LESSON]


def test_a_postponed_lesson_that_it_brings_is_one_lesson_in_both_messages(ward: Ward) -> None:
    ward.enrol(NURSE)
    monday = receive(ward, "2026-03-02 09:00")
    answer(ward, receive(ward, "2026-03-03 09:00"))
    ward.run(postponing.postpone_lesson, ward.library, NURSE, monday, PostponeOption.NEXT_SHIFT, ward.clock())
    extra = one_more(ward)

    opened = ward.run(postponing.open_postponed_lesson, ward.library, NURSE, monday, ward.clock())
    done = answer(ward, monday)

    assert (opened.is_extra, done.is_extra, done.offers_extra) == (True, True, False), "in either message"
    assert state(ward, extra).lesson == done.lesson
    assert state(ward, extra).chosen_option == done.chosen_option
    assert done.delivery_id == extra.delivery_id
    assert done.superseded == (extra,)
    assert state(ward, receive(ward, "2026-03-04 09:00")).lesson != done.lesson


def test_a_lesson_of_an_earlier_round_that_comes_again_is_separate(answered: Ward, pack: Pack) -> None:
    monday = answered.lesson_of(NURSE)
    for day in (3, 4, 5, 6, 9):
        answer(answered, receive(answered, f"2026-03-{day:02} 09:00"))
    assert len(set(lesson_ids(answered))) == len(pack.lessons)
    first = one_more(answered)

    done = answer(answered, first)

    assert done.superseded == ()
    assert state(answered, monday).chosen_option is not None


def test_one_that_is_claimed_together_with_the_days_lesson_is_another(answered: Ward) -> None:
    answered.clock.set("2026-03-03 06:00")
    ask(answered)

    assert sorted(kinds(answered, "2026-03-03 09:00")) == [EXTRA, DeliveryKindName.LESSON]
    assert len(lesson_ids(answered)) == len(set(lesson_ids(answered))) == 3


def test_one_that_waits_for_another_attempt_is_not_chosen_for_the_day(answered: Ward) -> None:
    answered.clock.set("2026-03-03 06:00")
    ask(answered)
    (claimed,) = answered.claim()
    later = answered.clock() + timedelta(hours=3, minutes=30)
    answered.run(record_results, [SendResult(claimed, retry_at=later)], answered.clock())

    assert kinds(answered, "2026-03-03 09:00") == [DeliveryKindName.LESSON]
    assert kinds(answered, "2026-03-03 09:30") == [EXTRA]

    assert extras(answered)[0].revision_id == claimed.revision_id
    assert len(lesson_ids(answered)) == len(set(lesson_ids(answered))) == 3


def test_one_that_failed_can_be_asked_for_again_and_is_chosen_anew(answered: Ward) -> None:
    day = answered.lesson_of(NURSE)
    ask(answered)
    (claimed,) = answered.claim()
    answered.run(record_results, [SendResult(claimed, failed="msg_too_long")], answered.clock())
    offered = state(answered, day)

    one_more(answered)

    assert offered.offers_extra
    (row,) = extras(answered)
    assert (row.state, row.reason, row.attempt) == (SendState.SENT, None, 2)


def test_one_that_failed_before_work_does_not_bring_the_lesson_that_the_day_brought_meanwhile(answered: Ward) -> None:
    answered.clock.set("2026-03-03 07:00")
    ask(answered)
    (claimed,) = answered.claim()
    answered.run(record_results, [SendResult(claimed, failed="msg_too_long")], answered.clock())
    day = receive(answered, "2026-03-03 09:00")
    assert answer(answered, day).lesson == claimed.lesson

    assert state(answered, one_more(answered)).lesson != claimed.lesson


def test_after_a_retraction_of_the_days_lesson_one_more_can_be_asked_for(ward: Ward) -> None:
    ward.enrol(NURSE)
    taken_back = state(ward, receive(ward, "2026-03-02 09:00"))
    retract(ward, taken_back.lesson.id)

    assert state(ward, one_more(ward)).lesson != taken_back.lesson


def test_the_message_of_one_that_was_retracted_says_so(answered: Ward) -> None:
    ref = one_more(answered)
    retraction_id = retract(answered, state(answered, ref).lesson.id)

    batch = answered.run(retraction_messages.read_batch, answered.library, retraction_id, answered.clock())

    assert batch is not None
    assert [(each.ref, each.state.kind) for each in batch.messages] == [(ref, EXTRA)]
    assert batch.messages[0].state.retraction is not None
    assert batch.unanswered == (), "no day has to be excused"


def test_one_whose_lesson_is_retracted_while_it_waits_brings_another(answered: Ward) -> None:
    ask(answered)
    (claimed,) = answered.claim()
    answered.run(
        record_results, [SendResult(claimed, retry_at=answered.clock() + timedelta(minutes=1))], answered.clock()
    )
    assert claimed.lesson is not None
    retract(answered, claimed.lesson.id)

    answered.clock.advance(minutes=2)
    (sent,) = answered.deliver()

    assert sent.lesson != claimed.lesson


def retract(ward: Ward, lesson_id: str) -> int:
    version = ward.run(packs.list_live_packs, TEAM)[0].version_id
    return ward.run(
        retractions.retract_lesson, ward.library, version, TEAM, lesson_id, "Wrong.", "U0ADMIN", ward.clock()
    ).retraction_id


def test_a_typed_letter_answers_it_once_the_days_lesson_is_answered(answered: Ward) -> None:
    def find_open() -> LessonState | None:
        return answered.run(lesson_state.find_open_lesson_state, answered.library, NURSE, answered.clock())

    assert find_open() is None
    ref = one_more(answered)
    found = find_open()
    assert found is not None
    assert found.message == ref
    answer(answered, ref)
    assert find_open() is None


def test_the_next_lesson_asks_about_no_step_of_an_extra_one(answered: Ward) -> None:
    answered.run(practice.plan_step, answered.library, NURSE, one_more(answered), answered.clock())
    answered.clock.set("2026-03-03 09:00")

    (lesson,) = answered.deliver()

    assert lesson.extras is None
    assert state(answered, answered.lesson_of(NURSE)).asked_step is None


def test_a_step_that_was_planned_after_the_days_lesson_is_still_asked_about(answered: Ward) -> None:
    day = answered.lesson_of(NURSE)
    answered.run(practice.plan_step, answered.library, NURSE, day, answered.clock())
    answer(answered, one_more(answered))
    answered.clock.set("2026-03-03 09:00")

    (lesson,) = answered.deliver()

    assert isinstance(lesson.extras, SinceLastLesson)
    assert lesson.extras.planned is not None
    assert lesson.extras.planned.delivery_id == day.delivery_id
    asked = state(answered, answered.lesson_of(NURSE)).asked_step
    assert asked == lesson.extras.planned


DAYS = [date(2026, 3, day) for day in range(2, 22)]
WORKDAYS = [day for day in DAYS if day.weekday() < 5]


@settings(max_examples=many(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_extra_lessons_change_nothing_that_counts_days_and_no_lesson_comes_twice_in_a_round(
    data: st.DataObject, ward: Ward, pack: Pack
) -> None:
    """Two people answer the same days. One of them asks for one more, too, and answers some of these."""
    ward.clock.set("2026-03-02 08:00")
    for person in (NURSE, CLERK):
        if ward.run(enrollment.find_learner, person, ward.clock()) is not None:
            ward.run(privacy.erase_learner, person, ward.clock())  # of the example before
        ward.enrol(person)
    for day in WORKDAYS:
        ward.clock.now = at(f"{day} 09:00")
        ward.deliver()
        if data.draw(st.booleans(), label=f"answers on {day}"):
            for person in (NURSE, CLERK):
                ref = ward.lesson_of(person)
                ward.run(practice.answer_lesson, ward.library, person, ref, "A", ward.clock())
            for _ in range(data.draw(st.integers(0, 2), label="asks for more")):
                ward.clock.advance(minutes=1)
                ask(ward)
                ward.deliver()
            if extras(ward) and extras(ward)[-1].learning_day == day and data.draw(st.booleans(), label="answers it"):
                answer(ward, ward.message_of(NURSE, EXTRA))
        ward.clock.now = at(f"{day} 16:30")
        ward.deliver()

    asking, plain = ([row for row in ward.deliveries(who) if row.kind != EXTRA] for who in (NURSE, CLERK))
    assert [_outline(row) for row in asking] == [_outline(row) for row in plain]
    seen = [ward.run(streaks.read_streak, who, ward.clock()) for who in (NURSE, CLERK)]
    assert seen[0].streak == seen[1].streak
    assert seen[0].recent_days == seen[1].recent_days
    sent = lesson_ids(ward)
    size = len(pack.lessons)
    rounds = [sent[start : start + size] for start in range(0, len(sent), size)]
    assert all(len(each) == len(set(each)) for each in rounds)
    assert len({row.learning_day for row in extras(ward)}) == len(extras(ward))


def _outline(row: Delivery) -> tuple[date, str, datetime, str, bool]:
    return row.learning_day, row.kind, row.due_at, row.state, row.counts_for_streak
