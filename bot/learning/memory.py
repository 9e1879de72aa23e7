"""What a learner remembers, and which question comes back: at most one a learning day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from pydantic import TypeAdapter

from bot.domain import mastery
from bot.domain import recall as fsrs
from bot.domain.lesson import LETTERS, Lesson, Option
from bot.domain.mastery import Mastery
from bot.domain.recall import Rating
from bot.errors import NotFound, Refused
from bot.learning import planning, streaks
from bot.learning.library import Library, Shelf
from bot.storage import Session, recalls
from bot.storage.recalls import Remembered
from bot.storage.tables import Delivery, Learner, Memory, Recall

GONE = "That question was answered elsewhere, or isn't kept any more. Nothing was changed."
_JSON = TypeAdapter(fsrs.Memory | None)
_HAD = "Today's question was answered already, and one a day is enough. This one comes back another day."


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
    (id), which isn't asked twice. Of what is due that comes whose turn it is (`domain/recall.py`), as its lesson reads
    now. One statement.
    """
    due: defaultdict[tuple[int, date], list[Remembered]] = defaultdict(list)
    for row in recalls.due(session, days.keys()):
        due[row.learner_id, row.learning_day].append(row)
    asked: dict[tuple[int, date], RecallQuestion] = {}
    for key, rows in due.items():
        shelf = shelves[key[0]]
        live = [row for row in rows if row.lesson_id in shelf.revision_ids and row.lesson_id != days[key]]
        if live:
            asked[key] = _first_due(shelf, live, key[1])
    return asked


def todays(
    session: Session,
    library: Library,
    shelf: Shelf,
    learner: Learner,
    now: datetime,
    known: Mapping[str, Memory],
    lesson: Delivery | None,
) -> RecallState | None:
    """Today's recall: the question that is ready, or the one that was answered; None if nothing is due.

    `shelf`: what the learner is taught; `known`: all that they remember; `lesson`: the one that today brings, if any.
    """
    today = planning.learning_day(learner, now)
    had = recalls.on_day(session, learner.id, today)
    if had is not None:
        return state_of(session, library, had)
    due = [row for row in known.values() if row.due_on <= today]
    if not due:
        return None
    revision = lesson.revision_id if lesson else None
    own = library.lesson_ids(session, [revision])[revision] if revision is not None else None
    shelf = shelf.on(now.date())
    live = [row for row in due if row.lesson_id in shelf.revision_ids and row.lesson_id != own]
    return RecallState(_first_due(shelf, live, today)) if live else None


def shown_in(session: Session, library: Library, delivery: Delivery) -> RecallState | None:
    """The recall in the message of a day's end, answered there or not; None if it asked nothing.

    What was answered elsewhere since is closed here: None, too.
    """
    if delivery.recall_id is None:
        return None
    answered = recalls.asked_in(session, delivery.id)
    if answered is not None:
        return state_of(session, library, answered)
    lesson = library.lesson(session, delivery.recall_id)
    return _open_in(delivery, lesson, recalls.memory_of(session, delivery.learner_id, lesson.id))


def answer_in(
    session: Session, library: Library, learner: Learner, delivery: Delivery, shown: str, now: datetime
) -> Recall:
    """Keep the choice made in a day's end (the letter under which it was `shown`), for the learning day at hand.

    What was answered there before stands. Refused if that day had its recall already; NotFound if the question was
    closed since.
    """
    today = planning.learning_day(learner, now)
    had, here = recalls.answered(session, learner.id, today, delivery.id)
    if here is not None:
        return here
    lesson = library.lesson(session, delivery.recall_id) if delivery.recall_id is not None else None
    known = all_of(session, learner)
    asked = _open_in(delivery, lesson, known.get(lesson.id)) if lesson else None
    if asked is None:
        raise NotFound(GONE)
    if had:
        raise Refused(_HAD)
    return keep(session, library, learner, known, asked.question, shown, delivery.id, now)


def keep(
    session: Session,
    library: Library,
    learner: Learner,
    known: Mapping[str, Memory],
    question: RecallQuestion,
    shown: str,
    asked_in: UUID | None,
    now: datetime,
) -> Recall:
    """Keep a choice as the recall of the learning day at hand, which had none, and what FSRS makes of it.

    `known`: all that its learner remembers.
    """
    option = dict(question.options)[shown]
    today = streaks.count_today(session, learner, now)
    given = Recall(
        learner_id=learner.id,
        learning_day=today,
        revision_id=question.revision_id,
        asked_in=asked_in,
        letters=question.letters,
        choice=option.key,
        correct=option.correct,
        guessed=False,
        days=question.days,
        at=now,
    )
    session.add(given)
    known[question.lesson.id].recalls += 1
    remember(session, library, learner, known, question.revision_id, Rating.of(correct=option.correct), today)
    session.flush()
    return given


def all_of(session: Session, learner: Learner) -> dict[str, Memory]:
    """All that a learner remembers, by lesson."""
    return {row.lesson_id: row for row in recalls.memories(session, learner.id)}


def remember(
    session: Session,
    library: Library,
    learner: Learner,
    known: Mapping[str, Memory],
    revision_id: int,
    rating: Rating,
    day: date,
) -> None:
    """Keep what an answer to the question of this revision says of its learner's memory, and which skills are weak.

    `known`: all that they remember. What was remembered of a question that read otherwise is forgotten: it is new.
    """
    lesson = library.lesson(session, revision_id)
    row = known.get(lesson.id)
    before = _known(row) if row and _is_same(session, library, row, lesson) else None
    after = fsrs.review(before, rating, day)
    if row is None:
        row = Memory(learner_id=learner.id, lesson_id=lesson.id, revision_id=revision_id, **asdict(after))
        session.add(row)
    row.sqlmodel_update(asdict(after))
    row.revision_id, row.before = revision_id, _JSON.dump_python(before, mode="json")
    weak = _weak(session, library, {**known, lesson.id: row}, day)
    if learner.weak != weak:
        learner.weak = weak


def _weak(session: Session, library: Library, known: Mapping[str, Memory], day: date) -> list[str]:
    """The skills (slugs) that should come oftener: of lessons as they were answered, taught still or not."""
    texts = library.readable(session, {row.revision_id for row in known.values()})
    skills: defaultdict[str, list[str]] = defaultdict(list)
    for row in known.values():
        if row.revision_id in texts:
            skills[texts[row.revision_id].skill.slug].append(row.lesson_id)
    states = {lesson_id: _known(row) for lesson_id, row in known.items()}
    return sorted(mastery.weak_skills(mastery.masteries(skills, states, day)))


def least_remembered(rows: Iterable[Memory], day: date) -> list[str]:
    """The lessons (ids) of what is remembered, the least remembered first."""
    known = {row.lesson_id: _known(row) for row in rows}
    return sorted(known, key=lambda lesson_id: (fsrs.retrievability(known[lesson_id], day), lesson_id))


def masteries(shelf: Shelf, known: Mapping[str, Memory], today: date) -> tuple[Mastery, ...]:
    """How a learner stands with each skill that is taught, in the packs' order. `known`: all that they remember."""
    lessons: dict[str, list[str]] = {skill.slug: [] for skill in shelf.skills}
    for lesson in shelf.lessons:
        lessons[lesson.skill.slug].append(lesson.id)
    states = {lesson_id: _known(row) for lesson_id, row in known.items()}
    return mastery.masteries({slug: ids for slug, ids in lessons.items() if ids}, states, today)


def take_as_guessed(session: Session, library: Library, learner: Learner, revision_id: int, day: date) -> None:
    """The right answer that was given on this day was guessed: its rating is hard, and no longer good."""
    lesson = library.lesson(session, revision_id)
    row = recalls.memory_of(session, learner.id, lesson.id)
    if row is None or row.revision_id != revision_id or row.reviewed_on != day:
        return  # answered again since: that says more
    row.sqlmodel_update(asdict(fsrs.review(_JSON.validate_python(row.before), Rating.HARD, day)))


def guessed(session: Session, library: Library, learner: Learner, given: Recall) -> None:
    """*I guessed*, after a right answer."""
    if given.correct and not given.guessed:
        given.guessed = True
        take_as_guessed(session, library, learner, given.revision_id, given.learning_day)


def _first_due(shelf: Shelf, due: Sequence[Memory | Remembered], day: date) -> RecallQuestion:
    """Of what is due on a day, the question that is asked first."""
    row = min(due, key=lambda each: (fsrs.turn(_known(each), day), each.lesson_id))
    return _question(shelf.lesson(row.lesson_id), shelf.revision_ids[row.lesson_id], row, day)


def _question(lesson: Lesson, revision_id: int, row: Memory | Remembered, day: date) -> RecallQuestion:
    letters = fsrs.order((option.key for option in lesson.question.options), row.learner_id, row.recalls)
    return RecallQuestion(lesson, revision_id, letters, (day - row.reviewed_on).days)


def _open_in(delivery: Delivery, lesson: Lesson, memory: Memory | None) -> RecallState | None:
    """The question of a day's end that waits for its answer; None if it was answered elsewhere since."""
    if memory is None or delivery.recall_id is None or memory.reviewed_on >= delivery.learning_day:
        return None
    return RecallState(_question(lesson, delivery.recall_id, memory, delivery.learning_day))


def state_of(session: Session, library: Library, given: Recall) -> RecallState:
    """What was answered to a question that came back."""
    lesson = library.lesson(session, given.revision_id)
    question = RecallQuestion(lesson, given.revision_id, given.letters, given.days)
    return RecallState(question, lesson.question.option(given.choice), given.guessed)


def _known(row: Memory | Remembered) -> fsrs.Memory:
    """What FSRS knows of this question."""
    return fsrs.Memory(row.stability, row.difficulty, row.reviewed_on, row.due_on)


def _is_same(session: Session, library: Library, row: Memory, lesson: Lesson) -> bool:
    """Whether what was remembered is of the question that this lesson asks."""
    texts = library.readable(session, [row.revision_id])
    return row.revision_id in texts and fsrs.same_question(texts[row.revision_id].question, lesson.question)
