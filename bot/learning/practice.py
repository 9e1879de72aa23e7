"""A learner's day: today's lesson, the answer, the step, and saved lessons."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from bot.domain.learner import Person
from bot.domain.lesson import Lesson
from bot.domain.schedule import MAX_LATENESS, DeliveryKindName, DueMessage
from bot.domain.spaced_repetition import Rating
from bot.errors import NotFound
from bot.language import gettext as _
from bot.learning import enrollment, lms_statements, planning, question_memory, retractions, streaks
from bot.learning.lesson_feedback import Feedback
from bot.learning.lesson_state import LessonState, build_lesson_state
from bot.learning.library import Library
from bot.learning.message_deliveries import (
    MessageRef,
    find_postponed_copy,
    get_lesson_delivery,
    get_own_delivery,
    get_pressed_delivery,
    get_revision_id,
    list_deliveries_of_lesson,
    other_messages,
)
from bot.learning.planned_steps import StepOutcome
from bot.learning.postponing import cancel_postponement
from bot.learning.retractions import RetractionNote
from bot.storage import Session, deliveries
from bot.storage import practice as queries
from bot.storage.practice import LessonActivity
from bot.storage.tables import Answer, Delivery, Learner, LessonFeedback, SavedLesson, SendState, StepReport


@dataclass(frozen=True, slots=True)
class AnswerResult:
    """The state after an answer. `is_first` is False if an earlier choice is final, or the lesson was retracted."""

    state: LessonState
    is_first: bool


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """The result of a choice, and everything that was done with the lesson.

    `superseded_deliveries`: every delivery with a message that shows the lesson, because all of them show the answer
    from now on. None if nothing was recorded: an earlier choice is final, or the lesson was retracted.
    """

    superseded_deliveries: list[Delivery] | None
    activity: LessonActivity


@dataclass(frozen=True, slots=True)
class TodaysLesson:
    """Today's lesson. `state` has its message if it was sent; otherwise the lesson is queued (`is_queued`).

    `was_postponed`: it was postponed, and its message needs an update. `answered_check_in`: the check-in message that
    this request answers, if any.
    """

    state: LessonState | None
    is_queued: bool
    was_postponed: bool = False
    answered_check_in: MessageRef | None = None


@dataclass(frozen=True, slots=True)
class SavedLessonView:
    """A lesson that a learner saved. `retraction`: what to tell instead of it, if it was retracted."""

    lesson: Lesson
    retraction: RetractionNote | None = None


def answer_lesson(
    session: Session, library: Library, person: Person, ref: MessageRef, choice: str, now: datetime
) -> AnswerResult:
    """Record the first choice for this message's question; a later one changes nothing.

    Raises KeyError for an unknown option.
    """
    learner = enrollment.get_learner(session, person)
    shown = get_pressed_delivery(session, learner, ref, now)
    answered_check_in = enrollment.resume_if_waiting(session, learner, now)
    recorded = record_answer(session, library, learner, get_lesson_delivery(session, shown), choice, now)
    superseded = (
        other_messages(recorded.superseded_deliveries, shown) if recorded.superseded_deliveries is not None else ()
    )
    state = build_lesson_state(session, library, learner, shown, now, activity=recorded.activity)
    return AnswerResult(
        replace(state, superseded=superseded, answered_check_in=answered_check_in),
        is_first=recorded.superseded_deliveries is not None,
    )


def record_answer(
    session: Session, library: Library, learner: Learner, lesson: Delivery, choice: str, now: datetime
) -> RecordedAnswer:
    """Record a choice as the answer to a lesson, for the current learning day.

    An earlier answer is final, and the question of a retracted lesson is closed.
    """
    activity = queries.find_lesson_activity(session, lesson)
    if activity.answer is not None or activity.retraction_id is not None:
        return RecordedAnswer(None, activity)
    text = library.get_lesson(session, get_revision_id(lesson))
    option = text.question.get_option(choice)
    today = streaks.record_practice_today(session, learner, now)
    answer = Answer(
        delivery_id=lesson.id,
        learner_id=learner.id,
        revision_id=get_revision_id(lesson),
        choice=option.key,
        correct=option.correct,
        guessed=False,
        learning_day=today,
        at=now,
    )
    session.add(answer)
    memories = question_memory.load_memories(session, learner)
    question_memory.update_memory_after_answer(
        session, library, learner, memories, get_revision_id(lesson), Rating.of_answer(correct=option.correct), today
    )
    lms_statements.write_statements(session, library, learner, text, answer.revision_id, memories.keys(), now)
    session.flush()
    shown_in = list_deliveries_of_lesson(session, lesson, text.id)
    cancel_postponement(session, lesson, find_postponed_copy(shown_in, lesson), "nothing_due")
    return RecordedAnswer(shown_in, replace(activity, answer=answer))


def mark_guessed(session: Session, library: Library, person: Person, ref: MessageRef, now: datetime) -> LessonState:
    """Record *I guessed* after a right answer."""
    learner = enrollment.get_learner(session, person)
    shown = get_pressed_delivery(session, learner, ref, now)
    answer = queries.find_answer(session, get_lesson_delivery(session, shown).id)
    if answer is not None and answer.correct and not answer.guessed:
        answer.guessed = True
        question_memory.mark_answer_guessed(session, library, learner, answer.revision_id, answer.learning_day)
    return build_lesson_state(session, library, learner, shown, now)


def record_step(
    session: Session, library: Library, person: Person, ref: MessageRef, tried: bool, now: datetime
) -> LessonState:
    """Record whether the learner tried the day's step. They may change this later."""
    learner = enrollment.get_learner(session, person)
    shown = get_pressed_delivery(session, learner, ref, now)
    step = _get_step(session, get_lesson_delivery(session, shown), now)
    _report(step, StepOutcome.TRIED if tried else StepOutcome.NOT_YET, now)
    session.flush()
    return build_lesson_state(session, library, learner, shown, now)


def plan_step(session: Session, library: Library, person: Person, ref: MessageRef, now: datetime) -> LessonState:
    """Record that the learner plans the lesson's step, so that their next lesson asks how it went."""
    learner = enrollment.get_learner(session, person)
    shown = get_pressed_delivery(session, learner, ref, now)
    step = _get_step(session, get_lesson_delivery(session, shown), now)
    step.planned_at = step.planned_at or now
    session.flush()
    return build_lesson_state(session, library, learner, shown, now)


def report_planned_step(
    session: Session,
    library: Library,
    person: Person,
    ref: MessageRef,
    planned_in: UUID,
    outcome: StepOutcome,
    now: datetime,
) -> LessonState:
    """Record how a step went that was planned in an earlier delivery, and return the state of the message that asked.

    Raises NotFound if that delivery isn't theirs, or if they planned nothing there.
    """
    learner = enrollment.get_learner(session, person)
    shown = get_pressed_delivery(session, learner, ref, now)
    step = queries.find_step(session, get_own_delivery(session, learner, planned_in).id)
    if step is None:
        raise NotFound(_("I can't find that plan anymore. Nothing was changed."))
    _report(step, outcome, now)
    session.flush()
    return build_lesson_state(session, library, learner, shown, now)


def _get_step(session: Session, lesson: Delivery, now: datetime) -> StepReport:
    """Return the report on a lesson's step, or a new one that says nothing yet."""
    step = queries.find_step(session, lesson.id)
    if step is None:
        step = StepReport(delivery_id=lesson.id, learner_id=lesson.learner_id, at=now)
        session.add(step)
    return step


def _report(step: StepReport, outcome: StepOutcome, now: datetime) -> None:
    step.tried, step.at = outcome is StepOutcome.TRIED, now
    step.did_not_fit = outcome is StepOutcome.DID_NOT_FIT


def say_if_useful(
    session: Session, library: Library, person: Person, ref: MessageRef, useful: bool, now: datetime
) -> LessonState:
    """Record whether a lesson was useful, if the learner is asked. The first choice is final."""
    learner = enrollment.get_learner(session, person)
    shown = get_pressed_delivery(session, learner, ref, now)
    state = build_lesson_state(session, library, learner, shown, now)
    if state.feedback is not Feedback.ASKED:
        return state
    today = planning.get_learning_day(learner, now)
    session.add(LessonFeedback(learner_id=learner.id, revision_id=state.revision_id, useful=useful, learning_day=today))
    lesson = get_lesson_delivery(session, shown)
    superseded = other_messages(list_deliveries_of_lesson(session, lesson, state.lesson.id), shown)
    return replace(state, feedback=Feedback.SAID, superseded=superseded)


def save_lesson(session: Session, library: Library, person: Person, revision_id: int, now: datetime) -> bool:
    """Save a lesson for later. Returns False if it was saved already.

    Raises NotFound if it isn't for their workspace, and Refused if it was retracted.
    """
    library.get_visible_lesson(session, person.team_id, revision_id)
    retractions.refuse_retracted(session, person.team_id, revision_id)
    learner = enrollment.get_learner(session, person)
    if session.get(SavedLesson, (learner.id, revision_id)):
        return False
    session.add(SavedLesson(learner_id=learner.id, revision_id=revision_id, at=now))
    return True


def unsave_lesson(session: Session, person: Person, revision_id: int) -> None:
    """Take a lesson off those that a learner saved. Nothing happens if it is none of them."""
    learner = enrollment.get_learner(session, person)
    if saved := session.get(SavedLesson, (learner.id, revision_id)):
        session.delete(saved)


def list_saved_lessons(session: Session, library: Library, person: Person) -> tuple[SavedLessonView, ...]:
    """Return the lessons that a learner saved, newest first."""
    learner = enrollment.get_learner(session, person)
    ids = queries.list_saved_revision_ids(session, learner.id)
    lessons = library.get_lessons(session, ids)
    notes = retractions.find_notes(session, learner.team_id, ids)
    return tuple(SavedLessonView(lessons[revision_id], notes.get(revision_id)) for revision_id in ids)


def request_todays_lesson(session: Session, library: Library, person: Person, now: datetime) -> TodaysLesson:
    """Return today's lesson, or move its delivery to the front of the queue if it wasn't sent yet.

    Raises Refused for someone who hasn't started. A pause doesn't block a requested lesson. The request also answers a
    pending check-in.
    """
    learner = enrollment.get_started_learner(session, person)
    answered_check_in = enrollment.resume_if_waiting(session, learner, now)
    today = planning.get_learning_day(learner, now)
    delivery = deliveries.find(session, learner.id, today, DeliveryKindName.LESSON)
    if delivery is not None and delivery.state in {SendState.SENT, SendState.SENDING}:
        copy = deliveries.find(session, learner.id, today, DeliveryKindName.POSTPONED_LESSON)
        reopened = cancel_postponement(session, delivery, copy, "opened")
        state = build_lesson_state(session, library, learner, delivery, now) if delivery.ts else None
        return TodaysLesson(state, is_queued=False, was_postponed=reopened, answered_check_in=answered_check_in)
    asked = DueMessage(DeliveryKindName.LESSON, today, now, now + MAX_LATENESS)
    if delivery is None:
        delivery = planning.new_delivery(learner, asked)
        session.add(delivery)
    elif delivery.state != SendState.DUE:
        delivery.state, delivery.reason, delivery.due_at = SendState.DUE, None, asked.due_at
    delivery.requested_at, delivery.expires_at, delivery.not_before = now, asked.expires_at, None
    delivery.counts_for_streak = streaks.is_working_day(learner, today) and not planning.is_paused(learner, now)
    return TodaysLesson(None, is_queued=True, answered_check_in=answered_check_in)
