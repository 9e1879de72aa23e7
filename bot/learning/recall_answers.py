"""Answering a question that came back, in a day's end or in Home."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.learner import Person
from bot.domain.schedule import DeliveryKind
from bot.errors import Refused
from bot.learning import enrollment, lesson_state, planning, question_memory, recall_questions, streaks
from bot.learning.lesson_state import LessonState
from bot.learning.library import Library
from bot.learning.message_deliveries import MessageRef, get_delivery, get_pressed_delivery
from bot.learning.recall_questions import RecallState
from bot.storage import Session, deliveries, recalls
from bot.storage.tables import Learner, QuestionMemory


@dataclass(frozen=True, slots=True)
class HomeRecall:
    """Today's recall in Home; `counts`: whether today counts into the streak, which stands at `streak`."""

    recall: RecallState
    streak_status: streaks.StreakStatus


def find_home_recall(session: Session, library: Library, person: Person, now: datetime) -> RecallState | None:
    """Today's recall: the question that is ready, or the one that was answered; None if nothing is due."""
    learner = enrollment.get_learner(session, person)
    return _todays(session, library, learner, question_memory.load_memories(session, learner), now)


def answer_home_recall(
    session: Session, library: Library, person: Person, revision_id: int, shown_letter: str, now: datetime
) -> HomeRecall:
    """Keep the choice made in Home (the letter that was shown there) for today. Once: a later one changes nothing.

    Refused if another question is ready by now.
    """
    learner = enrollment.get_learner(session, person)
    known = question_memory.load_memories(session, learner)
    state = _todays(session, library, learner, known, now)
    if state is None or state.question.revision_id != revision_id:
        raise Refused(recall_questions.QUESTION_GONE)
    if state.choice is None:
        enrollment.resume_if_waiting(session, learner, now)
        given = recall_questions.record_recall_answer(
            session, library, learner, known, state.question, shown_letter, None, now
        )
        state = recall_questions.build_recall_state(session, library, given)
    return HomeRecall(state, streaks.get_streak_status(session, learner, now))


def mark_home_recall_guessed(session: Session, library: Library, person: Person, now: datetime) -> HomeRecall:
    """*I guessed*, after a right answer in Home."""
    learner = enrollment.get_learner(session, person)
    given = recalls.find_recall_of_day(session, learner.id, planning.get_learning_day(learner, now))
    if given is None:
        raise Refused(recall_questions.QUESTION_GONE)
    recall_questions.mark_recall_guessed(session, library, learner, given)
    return HomeRecall(
        recall_questions.build_recall_state(session, library, given), streaks.get_streak_status(session, learner, now)
    )


def answer_day_end_recall(
    session: Session, library: Library, person: Person, ref: MessageRef, shown_letter: str, now: datetime
) -> LessonState:
    """Keep the choice made in a day's end (the letter that was shown there), for the learning day at hand.

    The first choice is final. Refused if that day had its recall already; NotFound if the question was closed since.
    """
    learner = enrollment.get_learner(session, person)
    message = get_pressed_delivery(session, learner, ref, now)
    given = recall_questions.answer_recall_in_message(session, library, learner, message, shown_letter, now)
    went_on = enrollment.resume_if_waiting(session, learner, now)
    recalled = recall_questions.build_recall_state(session, library, given)
    return replace(
        lesson_state.build_lesson_state(session, library, learner, message, now, recall=recalled),
        answered_check_in=went_on,
    )


def mark_day_end_recall_guessed(
    session: Session, library: Library, person: Person, ref: MessageRef, now: datetime
) -> LessonState:
    """*I guessed*, after a right answer in a day's end."""
    learner = enrollment.get_learner(session, person)
    message = get_delivery(session, learner, ref)
    given = recalls.find_recall_in_delivery(session, message.id)
    if given is not None:
        recall_questions.mark_recall_guessed(session, library, learner, given)
    return lesson_state.build_lesson_state(session, library, learner, message, now)


def _todays(
    session: Session, library: Library, learner: Learner, known: Mapping[str, QuestionMemory], now: datetime
) -> RecallState | None:
    curriculum = library.get_curriculum(session, learner.team_id)
    lesson = deliveries.find(session, learner.id, planning.get_learning_day(learner, now), DeliveryKind.LESSON)
    return recall_questions.find_todays_recall(session, library, curriculum, learner, now, known, lesson)
