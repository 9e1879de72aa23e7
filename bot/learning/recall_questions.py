"""The question that is asked again: at most one per learning day."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from bot.domain import spaced_repetition as fsrs
from bot.domain.lesson import OPTION_LETTERS, Lesson, Option
from bot.domain.spaced_repetition import Rating
from bot.errors import NotFound, Refused
from bot.learning import planning, streaks
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

QUESTION_GONE = "That question was answered elsewhere, or isn't kept any more. Nothing was changed."
_ALREADY_ANSWERED = "Today's question was answered already, and one a day is enough. This one comes back another day."


@dataclass(frozen=True, slots=True)
class RecallQuestion:
    """A question that comes back. `option_order`: the lesson's own letters in the order in which its options are shown.

    `days_since_answer`: learning days since it was last answered.
    """

    lesson: Lesson
    revision_id: int
    option_order: str
    days_since_answer: int

    def shown_letter(self, own_letter: str) -> str:
        """The letter under which the option with this letter of the lesson's is shown."""
        return OPTION_LETTERS[self.option_order.index(own_letter)]

    @property
    def shown_options(self) -> tuple[tuple[str, Option], ...]:
        """The options as they are shown: the letter, and what stands behind it."""
        return tuple(zip(OPTION_LETTERS, map(self.lesson.question.get_option, self.option_order), strict=False))


@dataclass(frozen=True, slots=True)
class RecallState:
    """A question that came back, and what was answered; `choice` is None as long as it is open."""

    question: RecallQuestion
    choice: Option | None = None
    guessed: bool = False


def choose_recall_questions(
    session: Session, curricula: Mapping[int, Curriculum], lessons_by_day: Mapping[tuple[int, date], str | None]
) -> dict[tuple[int, date], RecallQuestion]:
    """What comes back to each learner on a learning day; nothing for those who have nothing due.

    `curricula`: what each learner (id) is taught. `lessons_by_day`: learners and learning days, each with that day's
    own lesson (id), which isn't asked twice. Of what is due that comes whose turn it is
    (`domain/spaced_repetition.py`), as its lesson reads now. One statement.
    """
    due: defaultdict[tuple[int, date], list[DueQuestion]] = defaultdict(list)
    for row in recalls.find_due_questions(session, lessons_by_day.keys()):
        due[row.learner_id, row.learning_day].append(row)
    asked: dict[tuple[int, date], RecallQuestion] = {}
    for key, rows in due.items():
        curriculum = curricula[key[0]]
        live = [
            row for row in rows if row.lesson_id in curriculum.revision_ids and row.lesson_id != lessons_by_day[key]
        ]
        if live:
            asked[key] = _first_due(curriculum, live, key[1])
    return asked


def find_todays_recall(
    session: Session,
    library: Library,
    curriculum: Curriculum,
    learner: Learner,
    now: datetime,
    memories: Mapping[str, QuestionMemory],
    lesson: Delivery | None,
) -> RecallState | None:
    """Today's recall: the question that is ready, or the one that was answered; None if nothing is due.

    `curriculum`: what the learner is taught; `list_memories`: all that they remember; `get_lesson`: the one that today
    brings, if any.
    """
    today = planning.get_learning_day(learner, now)
    had = recalls.find_recall_of_day(session, learner.id, today)
    if had is not None:
        return build_recall_state(session, library, had)
    due = [row for row in memories.values() if row.due_on <= today]
    if not due:
        return None
    revision = lesson.revision_id if lesson else None
    own = library.find_lesson_ids(session, [revision])[revision] if revision is not None else None
    curriculum = curriculum.on_date(now.date())
    live = [row for row in due if row.lesson_id in curriculum.revision_ids and row.lesson_id != own]
    return RecallState(_first_due(curriculum, live, today)) if live else None


def find_recall_in_message(session: Session, library: Library, delivery: Delivery) -> RecallState | None:
    """The recall in the message of a day's end, answered there or not; None if it asked nothing.

    What was answered elsewhere since is closed here: None, too.
    """
    if delivery.recall_revision_id is None:
        return None
    answered = recalls.find_recall_in_delivery(session, delivery.id)
    if answered is not None:
        return build_recall_state(session, library, answered)
    lesson = library.get_lesson(session, delivery.recall_revision_id)
    return _open_in(delivery, lesson, recalls.find_memory(session, delivery.learner_id, lesson.id))


def answer_recall_in_message(
    session: Session, library: Library, learner: Learner, delivery: Delivery, shown_letter: str, now: datetime
) -> RecallAnswer:
    """Keep the choice made in a day's end (the letter under which it was `shown_letter`), for the learning day at hand.

    What was answered there before stands. Refused if that day had its recall already; NotFound if the question was
    closed since.
    """
    today = planning.get_learning_day(learner, now)
    had, here = recalls.find_recalls_of_day_and_delivery(session, learner.id, today, delivery.id)
    if here is not None:
        return here
    lesson = (
        library.get_lesson(session, delivery.recall_revision_id) if delivery.recall_revision_id is not None else None
    )
    known = load_memories(session, learner)
    asked = _open_in(delivery, lesson, known.get(lesson.id)) if lesson else None
    if asked is None:
        raise NotFound(QUESTION_GONE)
    if had:
        raise Refused(_ALREADY_ANSWERED)
    return record_recall_answer(session, library, learner, known, asked.question, shown_letter, delivery.id, now)


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
    """Keep a choice as the recall of the learning day at hand, which had none, and what FSRS makes of it.

    `list_memories`: all that its learner remembers.
    """
    option = dict(question.shown_options)[shown_letter]
    today = streaks.record_practice_today(session, learner, now)
    given = RecallAnswer(
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
    session.add(given)
    memories[question.lesson.id].recall_count += 1
    update_memory_after_answer(
        session, library, learner, memories, question.revision_id, Rating.of_answer(correct=option.correct), today
    )
    session.flush()
    return given


def mark_recall_guessed(session: Session, library: Library, learner: Learner, recall: RecallAnswer) -> None:
    """*I guessed*, after a right answer."""
    if recall.correct and not recall.guessed:
        recall.guessed = True
        mark_answer_guessed(session, library, learner, recall.revision_id, recall.learning_day)


def _first_due(curriculum: Curriculum, due: Sequence[QuestionMemory | DueQuestion], day: date) -> RecallQuestion:
    """Of what is due on a day, the question that is asked first."""
    row = min(due, key=lambda each: (fsrs.recall_priority(get_memory_state(each), day), each.lesson_id))
    return _question(curriculum.get_lesson(row.lesson_id), curriculum.revision_ids[row.lesson_id], row, day)


def _question(lesson: Lesson, revision_id: int, row: QuestionMemory | DueQuestion, day: date) -> RecallQuestion:
    letters = fsrs.shuffle_options((option.key for option in lesson.question.options), row.learner_id, row.recall_count)
    return RecallQuestion(lesson, revision_id, letters, (day - row.last_answered_on).days)


def _open_in(delivery: Delivery, lesson: Lesson, memory: QuestionMemory | None) -> RecallState | None:
    """The question of a day's end that waits for its answer; None if it was answered elsewhere since."""
    if memory is None or delivery.recall_revision_id is None or memory.last_answered_on >= delivery.learning_day:
        return None
    return RecallState(_question(lesson, delivery.recall_revision_id, memory, delivery.learning_day))


def build_recall_state(session: Session, library: Library, recall: RecallAnswer) -> RecallState:
    """What was answered to a question that came back."""
    lesson = library.get_lesson(session, recall.revision_id)
    question = RecallQuestion(lesson, recall.revision_id, recall.option_order, recall.days_since_answer)
    return RecallState(question, lesson.question.get_option(recall.choice), recall.guessed)
