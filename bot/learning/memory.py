"""What a learner remembers, and which question comes back: at most one a learning day, the least remembered first."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from bot.domain import recall as fsrs
from bot.domain.lesson import LETTERS, Lesson, Option
from bot.domain.recall import Rating
from bot.domain.schedule import Kind
from bot.learning import planning, streaks
from bot.learning.library import Library, Shelf
from bot.storage import Session, deliveries, recalls
from bot.storage.recalls import Remembered
from bot.storage.tables import Delivery, Learner, Memory, Recall


@dataclass(frozen=True, slots=True)
class RecallQuestion:
    """A question that comes back. `letters`: the lesson's own letters in the order in which its options are shown.

    `days`: learning days since it was last answered.
    """

    lesson: Lesson
    revision_id: int
    letters: str
    days: int

    def shown(self, own: str) -> str:
        """The letter under which the option with this letter of the lesson's is shown."""
        return LETTERS[self.letters.index(own)]

    @property
    def options(self) -> tuple[tuple[str, Option], ...]:
        """The options as they are shown: the letter, and what stands behind it."""
        return tuple(zip(LETTERS, map(self.lesson.question.option, self.letters), strict=False))


@dataclass(frozen=True, slots=True)
class RecallState:
    """A question that came back, and what was answered; `choice` is None as long as it is open."""

    question: RecallQuestion
    choice: Option | None = None
    guessed: bool = False


def ask(
    session: Session, shelves: Mapping[int, Shelf], days: Mapping[tuple[int, date], str | None]
) -> dict[tuple[int, date], RecallQuestion]:
    """What comes back to each learner on a learning day; nothing for those who have nothing due.

    `shelves`: what each learner (id) is taught. `days`: learners and learning days, each with that day's own lesson
    (id), which isn't asked twice. Of what is due the least remembered is asked, as its lesson reads now. One statement.
    """
    due: defaultdict[tuple[int, date], list[Remembered]] = defaultdict(list)
    for row in recalls.due(session, days.keys()):
        due[row.learner_id, row.learning_day].append(row)
    asked: dict[tuple[int, date], RecallQuestion] = {}
    for key, rows in due.items():
        shelf = shelves[key[0]]
        live = [row for row in rows if row.lesson_id in shelf.revision_ids and row.lesson_id != days[key]]
        if live:
            asked[key] = _question(shelf, min(live, key=_least_remembered))
    return asked


def todays(session: Session, library: Library, learner: Learner, now: datetime) -> RecallState | None:
    """Today's recall: the question that is ready, or the one that was answered; None if nothing is due."""
    today = planning.learning_day(learner, now)
    had = recalls.on_day(session, learner.id, today)
    if had is not None:
        return _answered(session, library, had)
    lesson = deliveries.find(session, learner.id, today, Kind.LESSON)
    shelf = library.shelf(session, learner.team_id).on(now.date())
    revision = lesson.revision_id if lesson else None
    own = library.lesson_ids(session, [revision])[revision] if revision is not None else None
    question = ask(session, {learner.id: shelf}, {(learner.id, today): own}).get((learner.id, today))
    return RecallState(question) if question else None


def shown_in(session: Session, library: Library, delivery: Delivery) -> RecallState | None:
    """The recall in the message of a day's end, answered there or not; None if it asked nothing.

    What was answered elsewhere since is closed here: None, too.
    """
    if delivery.recall_id is None:
        return None
    answered = recalls.asked_in(session, delivery.id)
    if answered is not None:
        return _answered(session, library, answered)
    lesson = library.lesson(session, delivery.recall_id)
    memory = recalls.memory_of(session, delivery.learner_id, lesson.id)
    if memory is None or memory.reviewed_on >= delivery.learning_day:
        return None
    return RecallState(
        RecallQuestion(
            lesson,
            delivery.recall_id,
            fsrs.order(_keys(lesson), delivery.learner_id, memory.recalls),
            (delivery.learning_day - memory.reviewed_on).days,
        )
    )


def answer(
    session: Session,
    library: Library,
    learner: Learner,
    question: RecallQuestion,
    shown: str,
    asked_in: UUID | None,
    now: datetime,
) -> bool:
    """Keep the choice (the letter under which it was `shown`) for the learning day at hand, and what FSRS makes of it.

    False, and nothing is changed, if that day had its recall already.
    """
    option = dict(question.options)[shown]
    today = streaks.count_today(session, learner, now)
    if recalls.on_day(session, learner.id, today) is not None:
        return False
    session.add(
        Recall(
            learner_id=learner.id,
            learning_day=today,
            revision_id=question.revision_id,
            asked_in=asked_in,
            letters=question.letters,
            choice=option.key,
            correct=option.correct,
            days=question.days,
            at=now,
        )
    )
    remember(session, library, learner, question.revision_id, Rating.of(correct=option.correct), today)
    memory = recalls.memory_of(session, learner.id, question.lesson.id)
    if memory is not None:
        memory.recalls += 1
    session.flush()
    return True


def remember(session: Session, library: Library, learner: Learner, revision_id: int, rating: Rating, day: date) -> None:
    """Keep what an answer to the question of this revision says of its learner's memory.

    What was remembered of a question that read otherwise is forgotten: this one is new.
    """
    lesson = library.lesson(session, revision_id)
    row = recalls.memory_of(session, learner.id, lesson.id)
    known = _known(row) if row and _is_same(session, library, row, lesson) else None
    after = fsrs.review(known, rating, day)
    if row is None:
        row = Memory(
            learner_id=learner.id,
            lesson_id=lesson.id,
            revision_id=revision_id,
            stability=after.stability,
            difficulty=after.difficulty,
            reviewed_on=after.reviewed_on,
            due_on=after.due_on,
        )
        session.add(row)
    _keep(row, after)
    row.revision_id, row.before = revision_id, _to_json(known) if known else None


def take_as_guessed(session: Session, library: Library, learner: Learner, revision_id: int, day: date) -> None:
    """The right answer that was given on this day was guessed: its rating is hard, and no longer good."""
    lesson = library.lesson(session, revision_id)
    row = recalls.memory_of(session, learner.id, lesson.id)
    if row is None or row.revision_id != revision_id or row.reviewed_on != day:
        return  # answered again since: that says more
    after = fsrs.review(_from_json(row.before) if row.before else None, Rating.HARD, day)
    _keep(row, after)


def guessed(session: Session, library: Library, learner: Learner, given: Recall) -> None:
    """*I guessed*, after a right answer."""
    if given.correct and not given.guessed:
        given.guessed = True
        take_as_guessed(session, library, learner, given.revision_id, given.learning_day)


def _question(shelf: Shelf, row: Remembered) -> RecallQuestion:
    lesson = shelf.lesson(row.lesson_id)
    return RecallQuestion(
        lesson,
        shelf.revision_ids[row.lesson_id],
        fsrs.order(_keys(lesson), row.learner_id, row.recalls),
        (row.learning_day - row.reviewed_on).days,
    )


def _answered(session: Session, library: Library, given: Recall) -> RecallState:
    lesson = library.lesson(session, given.revision_id)
    question = RecallQuestion(lesson, given.revision_id, given.letters, given.days)
    return RecallState(question, lesson.question.option(given.choice), given.guessed)


def _least_remembered(row: Remembered) -> tuple[float, str]:
    return fsrs.forgotten_first(_known(row), row.learning_day), row.lesson_id


def _keys(lesson: Lesson) -> list[str]:
    return [option.key for option in lesson.question.options]


def _known(row: Memory | Remembered) -> fsrs.Memory:
    return fsrs.Memory(row.stability, row.difficulty, row.reviewed_on, row.due_on)


def _keep(row: Memory, after: fsrs.Memory) -> None:
    row.stability, row.difficulty = after.stability, after.difficulty
    row.reviewed_on, row.due_on = after.reviewed_on, after.due_on


def _is_same(session: Session, library: Library, row: Memory, lesson: Lesson) -> bool:
    """Whether what was remembered is of the question that this lesson asks."""
    texts = library.readable(session, [row.revision_id])
    return row.revision_id in texts and fsrs.same_question(texts[row.revision_id].question, lesson.question)


def _to_json(memory: fsrs.Memory) -> dict[str, Any]:
    return {
        "stability": memory.stability,
        "difficulty": memory.difficulty,
        "reviewed_on": memory.reviewed_on.isoformat(),
        "due_on": memory.due_on.isoformat(),
    }


def _from_json(kept: Mapping[str, Any]) -> fsrs.Memory:
    return fsrs.Memory(
        kept["stability"],
        kept["difficulty"],
        date.fromisoformat(kept["reviewed_on"]),
        date.fromisoformat(kept["due_on"]),
    )
