"""The question that is asked again: at most one per learning day."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from bot.domain import spaced_repetition as fsrs
from bot.domain.lesson import OPTION_LETTERS, Lesson, Option
from bot.domain.spaced_repetition import Rating
from bot.errors import NotFound, Refused
from bot.language import gettext as _
from bot.language import mark
from bot.learning import planning, retractions, streaks, trial_asking
from bot.learning.library import Curriculum, Library
from bot.learning.question_memory import (
    get_memory_state,
    load_memories,
    mark_answer_guessed,
    update_memory_after_answer,
)
from bot.storage import Session, recalls
from bot.storage.recalls import DueQuestion
from bot.storage.tables import Delivery, Learner, QuestionMemory, RecallAnswer

QUESTION_GONE = mark("That question is no longer open: you may have answered it elsewhere. Nothing was changed.")
_ALREADY_ANSWERED = mark(
    "You already answered today's question. Nothing was changed. I'll ask this one again on another day."
)


@dataclass(frozen=True, slots=True)
class RecallQuestion:
    """A question that is asked again.

    `option_order`: the lesson's own option letters in the order in which they are shown. `days_since_answer`: learning
    days since the last answer.
    """

    lesson: Lesson
    revision_id: int
    option_order: str
    days_since_answer: int

    def shown_letter(self, own_letter: str) -> str:
        """Return the letter under which the option with the lesson's own letter is shown."""
        return OPTION_LETTERS[self.option_order.index(own_letter)]

    @property
    def shown_options(self) -> tuple[tuple[str, Option], ...]:
        """The options in the order shown, each with the letter it is shown under."""
        return tuple(zip(OPTION_LETTERS, map(self.lesson.question.get_option, self.option_order), strict=False))


@dataclass(frozen=True, slots=True)
class RecallState:
    """A recall question and its answer. `choice` and `answered_at` are None while it is open."""

    question: RecallQuestion
    choice: Option | None = None
    guessed: bool = False
    answered_at: datetime | None = None


def choose_recall_questions(
    session: Session, curricula: Mapping[int, Curriculum], lessons_by_day: Mapping[tuple[int, date], str | None]
) -> dict[tuple[int, date], RecallQuestion]:
    """Choose the recall question of each learner and learning day. Learners with nothing due are left out.

    `curricula`: what each learner (id) is taught. `lessons_by_day`: the id of the day's own lesson, which isn't asked
    twice, by learner id and learning day. Picks one of the due questions by `recall_priority` and asks it as its lesson
    reads now. Runs one statement.
    """
    due: defaultdict[tuple[int, date], list[DueQuestion]] = defaultdict(list)
    for row in recalls.find_due_questions(session, lessons_by_day.keys()):
        due[row.learner_id, row.learning_day].append(row)
    questions: dict[tuple[int, date], RecallQuestion] = {}
    for key, rows in due.items():
        curriculum = curricula[key[0]]
        live = [
            row for row in rows if row.lesson_id in curriculum.revision_ids and row.lesson_id != lessons_by_day[key]
        ]
        if live:
            questions[key] = _choose_first_due(curriculum, live, key[1])
    return questions


def find_todays_recall(
    session: Session,
    library: Library,
    curriculum: Curriculum,
    learner: Learner,
    now: datetime,
    memories: Mapping[str, QuestionMemory],
    lessons: Collection[Delivery],
) -> RecallState | None:
    """Return today's recall, open or answered, or None if nothing is due.

    `curriculum`: what the learner is taught. `memories`: all that the learner remembers. `lessons`: today's lesson
    and extra lesson, if any.
    """
    today = planning.get_learning_day(learner, now)
    answered = recalls.find_recall_of_day(session, learner.id, today)
    if answered is not None:
        return build_recall_state(session, library, answered)
    due = [row for row in memories.values() if row.due_on <= today]
    if not due:
        return None
    revisions = {each.revision_id for each in lessons if each.revision_id is not None}
    ids = library.find_lesson_ids(session, revisions)
    own = {ids[each] for each in revisions}
    curriculum = curriculum.on_date(now.date())
    live = [row for row in due if row.lesson_id in curriculum.revision_ids and row.lesson_id not in own]
    return RecallState(_choose_first_due(curriculum, live, today)) if live else None


def find_recall_in_message(session: Session, library: Library, delivery: Delivery) -> RecallState | None:
    """Return the recall in a day-end message, open or answered, or None if it asks nothing.

    A question that was answered elsewhere since then, or retracted, is closed here: None, too.
    """
    if delivery.recall_revision_id is None:
        return None
    answered = recalls.find_recall_in_delivery(session, delivery.id)
    if answered is not None:
        return build_recall_state(session, library, answered)
    lesson = library.get_lesson(session, delivery.recall_revision_id)
    return _find_open_recall(session, delivery, lesson, recalls.find_memory(session, delivery.learner_id, lesson.id))


def answer_recall_in_message(
    session: Session, library: Library, learner: Learner, delivery: Delivery, shown_letter: str, now: datetime
) -> RecallAnswer:
    """Record the choice made in a day-end message, for the current learning day.

    `shown_letter`: the letter under which the choice was shown. An earlier answer in this message is final. Raises
    Refused if the day already had its recall, and NotFound if the question was closed since it was shown.
    """
    today = planning.get_learning_day(learner, now)
    recall_of_day, recall_in_message = recalls.find_recalls_of_day_and_delivery(session, learner.id, today, delivery.id)
    if recall_in_message is not None:
        return recall_in_message
    lesson = (
        library.get_lesson(session, delivery.recall_revision_id) if delivery.recall_revision_id is not None else None
    )
    memories = load_memories(session, learner)
    recall = _find_open_recall(session, delivery, lesson, memories.get(lesson.id)) if lesson else None
    if recall is None:
        raise NotFound(_(QUESTION_GONE))
    if recall_of_day:
        raise Refused(_(_ALREADY_ANSWERED))
    return record_recall_answer(session, library, learner, memories, recall.question, shown_letter, delivery.id, now)


def record_recall_answer(
    session: Session,
    library: Library,
    learner: Learner,
    memories: Mapping[str, QuestionMemory],
    question: RecallQuestion,
    shown_letter: str,
    asked_in: UUID | None,
    now: datetime,
) -> RecallAnswer:
    """Record a choice as the recall of the current learning day, and update the learner's memory.

    The day must have no recall yet. `memories`: all that the learner remembers.
    """
    option = dict(question.shown_options)[shown_letter]
    today = streaks.record_practice_today(session, learner, now)
    answer = RecallAnswer(
        learner_id=learner.id,
        learning_day=today,
        revision_id=question.revision_id,
        asked_in=asked_in,
        option_order=question.option_order,
        choice=option.key,
        correct=option.correct,
        guessed=False,
        days_since_answer=question.days_since_answer,
        at=now,
    )
    session.add(answer)
    memory = memories[question.lesson.id]
    memory.recall_count += 1
    trial_asking.record_final_answer(session, memory, is_right=option.correct)
    update_memory_after_answer(
        session, library, learner, memories, question.revision_id, Rating.of_answer(correct=option.correct), today
    )
    session.flush()
    return answer


def mark_recall_guessed(session: Session, library: Library, learner: Learner, recall: RecallAnswer) -> None:
    """Record *I guessed* after a right answer."""
    if recall.correct and not recall.guessed:
        recall.guessed = True
        mark_answer_guessed(session, library, learner, recall.revision_id, recall.learning_day)


def _choose_first_due(curriculum: Curriculum, due: Sequence[QuestionMemory | DueQuestion], day: date) -> RecallQuestion:
    """Return the question to ask first among those due on a day: a trial's final questions, in their order, if any."""
    row = min(
        due,
        key=lambda each: (
            each.final_place is None,
            each.final_place or 0,
            fsrs.recall_priority(get_memory_state(each), day),
            each.lesson_id,
        ),
    )
    return _question(curriculum.get_lesson(row.lesson_id), curriculum.revision_ids[row.lesson_id], row, day)


def _question(lesson: Lesson, revision_id: int, row: QuestionMemory | DueQuestion, day: date) -> RecallQuestion:
    letters = fsrs.shuffle_options((option.key for option in lesson.question.options), row.learner_id, row.recall_count)
    return RecallQuestion(lesson, revision_id, letters, (day - row.last_answered_on).days)


def _find_open_recall(
    session: Session, delivery: Delivery, lesson: Lesson, memory: QuestionMemory | None
) -> RecallState | None:
    """Return the open question of a day-end message, or None if it was answered elsewhere or retracted since then."""
    if memory is None or delivery.recall_revision_id is None or memory.last_answered_on >= delivery.learning_day:
        return None
    if retractions.find_note(session, delivery.team_id, delivery.recall_revision_id) is not None:
        return None
    return RecallState(_question(lesson, delivery.recall_revision_id, memory, delivery.learning_day))


def build_recall_state(session: Session, library: Library, recall: RecallAnswer) -> RecallState:
    """Return an answered recall question with its answer."""
    lesson = library.get_lesson(session, recall.revision_id)
    question = RecallQuestion(lesson, recall.revision_id, recall.option_order, recall.days_since_answer)
    return RecallState(question, lesson.question.get_option(recall.choice), recall.guessed, recall.at)
