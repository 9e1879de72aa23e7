"""Answers to recall questions in a day-end message or in App Home."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.learner import Person, WorkspaceUser
from bot.errors import Refused
from bot.language import gettext as _
from bot.learning import enrollment, lesson_state, planning, question_memory, recall_questions, streaks
from bot.learning.lesson_state import LessonState
from bot.learning.library import Library
from bot.learning.message_deliveries import MessageRef, get_delivery, get_pressed_delivery
from bot.learning.recall_questions import RecallState
from bot.storage import Session, deliveries, recalls
from bot.storage.tables import Learner, QuestionMemory


@dataclass(frozen=True, slots=True)
class HomeRecall:
    """Today's recall in App Home, and the learner's streak status."""

    recall: RecallState
    streak_status: streaks.StreakStatus


def find_home_recall(session: Session, library: Library, person: Person, now: datetime) -> RecallState | None:
    """Return today's recall, open or answered, or None if nothing is due."""
    learner = enrollment.get_learner(session, person)
    return _find_todays_recall(session, library, learner, question_memory.load_memories(session, learner), now)


def answer_home_recall(
    session: Session, library: Library, person: Person, revision_id: int, shown_letter: str, now: datetime
) -> HomeRecall:
    """Record the choice made in App Home (the letter shown there) for today. Only the first choice counts.

    Raises Refused if a different question is due by now.
    """
    learner = enrollment.get_learner(session, person)
    memories = question_memory.load_memories(session, learner)
    state = _find_todays_recall(session, library, learner, memories, now)
    if state is None or state.question.revision_id != revision_id:
        raise Refused(_(recall_questions.QUESTION_GONE))
    if state.choice is None:
        enrollment.resume_if_waiting(session, learner, now)
        answer = recall_questions.record_recall_answer(
            session, library, learner, memories, state.question, shown_letter, None, now
        )
        state = recall_questions.build_recall_state(session, library, answer)
    return HomeRecall(state, streaks.get_streak_status(session, learner, now))


def mark_home_recall_guessed(session: Session, library: Library, person: Person, now: datetime) -> HomeRecall:
    """Record *I guessed* after a right answer in App Home."""
    learner = enrollment.get_learner(session, person)
    answer = recalls.find_recall_of_day(session, learner.id, planning.get_learning_day(learner, now))
    if answer is None:
        raise Refused(_(recall_questions.QUESTION_GONE))
    recall_questions.mark_recall_guessed(session, library, learner, answer)
    return HomeRecall(
        recall_questions.build_recall_state(session, library, answer), streaks.get_streak_status(session, learner, now)
    )


def answer_day_end_recall(
    session: Session, library: Library, person: Person, ref: MessageRef, shown_letter: str, now: datetime
) -> LessonState:
    """Record the choice made in a day-end message (the letter shown there) for the current learning day.

    The first choice is final. Raises Refused if the day already had its recall, and NotFound if the question was closed
    since it was shown.
    """
    learner = enrollment.get_learner(session, person)
    message = get_pressed_delivery(session, learner, ref, now)
    answer = recall_questions.answer_recall_in_message(session, library, learner, message, shown_letter, now)
    answered_check_in = enrollment.resume_if_waiting(session, learner, now)
    recalled = recall_questions.build_recall_state(session, library, answer)
    return replace(
        lesson_state.build_lesson_state(session, library, learner, message, now, recall=recalled),
        answered_check_in=answered_check_in,
    )


def mark_day_end_recall_guessed(
    session: Session, library: Library, person: Person, ref: MessageRef, now: datetime
) -> LessonState:
    """Record *I guessed* after a right answer in a day-end message."""
    learner = enrollment.get_learner(session, person)
    message = get_delivery(session, learner, ref)
    answer = recalls.find_recall_in_delivery(session, message.id)
    if answer is not None:
        recall_questions.mark_recall_guessed(session, library, learner, answer)
    return lesson_state.build_lesson_state(session, library, learner, message, now)


def _find_todays_recall(
    session: Session, library: Library, learner: Learner, memories: Mapping[str, QuestionMemory], now: datetime
) -> RecallState | None:
    curriculum = library.get_curriculum(session, WorkspaceUser(learner.team_id, learner.user_id))
    lessons = deliveries.find_lessons_of_day(session, learner.id, planning.get_learning_day(learner, now)).values()
    return recall_questions.find_todays_recall(session, library, curriculum, learner, now, memories, lessons)
