"""A learner's own words: reading them, taking them along, and removing all of it. For their author alone."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.learner import Person
from bot.domain.streak import Streak
from bot.learning import enrolment, streaks
from bot.learning.library import Library
from bot.storage import Session, erasure
from bot.storage import practice as queries
from bot.storage.tables import ExportedFile, Reflection

PAGE = 10
"""Journal entries shown at once: ten of the longest fit into a modal with room to spare."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One reflection, in the author's words."""

    learning_day: date
    title: str
    prompt: str
    words: str


@dataclass(frozen=True, slots=True)
class JournalPage:
    """Some entries, newest first; `offset` counts from the newest."""

    entries: tuple[Entry, ...]
    offset: int
    total: int


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """One answer, as it goes into an export."""

    learning_day: date
    title: str
    choice: str
    correct: bool


@dataclass(frozen=True, slots=True)
class Export:
    """All that a learner wrote and answered, oldest first."""

    entries: tuple[Entry, ...]
    answers: tuple[AnswerRecord, ...]
    streak: Streak
    repaired: tuple[date, ...] = ()
    """Missed days that the learner made up."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was removed: rows by table, and the files in Slack that still have to be taken back."""

    reflections: int
    answers: int
    deliveries: int
    files: tuple[str, ...]


def journal(session: Session, library: Library, person: Person, offset: int = 0) -> JournalPage:
    """A page of the learner's own reflections."""
    learner = enrolment.known(session, person)
    total = queries.count_reflections(session, learner.id)
    rows = queries.reflections(session, learner.id, offset, PAGE)
    return JournalPage(tuple(_entry(session, library, row) for row in rows), offset, total)


def export(session: Session, library: Library, person: Person, now: datetime) -> Export:
    """Everything that the learner wrote and answered."""
    learner = enrolment.known(session, person)
    rows = queries.reflections(session, learner.id)
    answers = queries.answers(session, learner.id)
    titles = library.lessons(session, [answer.revision_id for answer in answers])
    stands = streaks.standing(session, learner, now)
    return Export(
        entries=tuple(_entry(session, library, row) for row in reversed(rows)),
        answers=tuple(
            AnswerRecord(given.learning_day, titles[given.revision_id].title, given.choice, given.correct)
            for given in answers
        ),
        streak=stands.streak,
        repaired=tuple(sorted(stands.history.repaired)),
    )


def remember_export(session: Session, person: Person, file_id: str, now: datetime) -> None:
    """Keep the id of a file with the learner's words, so that it can be taken back."""
    learner = enrolment.known(session, person)
    session.add(ExportedFile(file_id=file_id, learner_id=learner.id, at=now))


def still_exported(session: Session, file_id: str) -> bool:
    """Whether this file is still its owner's to have: False once they had everything deleted."""
    return erasure.holds_file(session, file_id)


def exported_files(session: Session, person: Person) -> tuple[str, ...]:
    """The files with the learner's words that Rounds put into their DM."""
    learner = enrolment.known(session, person)
    return tuple(erasure.exported_files(session, learner.id))


def erase(session: Session, person: Person) -> Erased:
    """Remove the learner and everything of theirs from the database."""
    learner = enrolment.known(session, person)
    files = tuple(erasure.exported_files(session, learner.id))
    counts = erasure.erase(session, learner.id)
    return Erased(
        reflections=counts["reflection"], answers=counts["answer"], deliveries=counts["delivery"], files=files
    )


def _entry(session: Session, library: Library, row: Reflection) -> Entry:
    lesson = library.lesson(session, row.revision_id)
    return Entry(row.learning_day, lesson.title, lesson.reflection, session.cipher.open(row.words))
