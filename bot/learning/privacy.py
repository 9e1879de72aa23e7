"""A learner's own words: reading them, taking them along, and removing all of it. For their author alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.learner import Person
from bot.domain.lesson import Lesson
from bot.domain.streak import Streak
from bot.learning import enrolment, journal, streaks
from bot.learning.journal import Entry
from bot.learning.library import Library
from bot.storage import Session, erasure, recalls
from bot.storage import practice as queries
from bot.storage.tables import Answer, ExportedFile, Recall


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
    recalls: tuple[AnswerRecord, ...] = ()
    """Answers to questions that came back."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was removed: rows by table, and the files in Slack that still have to be taken back."""

    reflections: int
    answers: int
    deliveries: int
    files: tuple[str, ...]


def export(session: Session, library: Library, person: Person, now: datetime) -> Export:
    """Everything that the learner wrote and answered."""
    learner = enrolment.known(session, person)
    answers = queries.answers(session, learner.id)
    came_back = recalls.of_learner(session, learner.id)
    revisions = {*(each.revision_id for each in answers), *(each.revision_id for each in came_back)}
    titles = library.lessons(session, revisions)
    stands = streaks.standing(session, learner, now)
    return Export(
        entries=tuple(reversed(journal.all_entries(session, library, learner))),
        answers=_records(answers, titles),
        recalls=_records(came_back, titles),
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


def erase(session: Session, person: Person) -> Erased:
    """Remove the learner and everything of theirs from the database."""
    learner = enrolment.known(session, person)
    files = tuple(erasure.exported_files(session, learner.id))
    counts = erasure.erase(session, learner.id)
    return Erased(
        reflections=counts["reflection"], answers=counts["answer"], deliveries=counts["delivery"], files=files
    )


def _records(given: Sequence[Answer] | Sequence[Recall], lessons: Mapping[int, Lesson]) -> tuple[AnswerRecord, ...]:
    return tuple(
        AnswerRecord(each.learning_day, lessons[each.revision_id].title, each.choice, each.correct) for each in given
    )
