"""A learner's own words: reading them, taking them along, and removing all of it. For their author alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.learner import Person
from bot.domain.lesson import Lesson
from bot.domain.streak import Streak
from bot.learning import enrollment, journal, streaks
from bot.learning.journal import JournalEntry
from bot.learning.library import Library
from bot.storage import Session, erasure, recalls
from bot.storage import practice as queries
from bot.storage.tables import Answer, ExportedFile, RecallAnswer


@dataclass(frozen=True, slots=True)
class ExportedAnswer:
    """One answer, as it goes into an export."""

    learning_day: date
    title: str
    choice: str
    correct: bool


@dataclass(frozen=True, slots=True)
class LearnerExport:
    """All that a learner wrote and answered, oldest first."""

    entries: tuple[JournalEntry, ...]
    answers: tuple[ExportedAnswer, ...]
    streak: Streak
    repaired_days: tuple[date, ...] = ()
    """Missed days that the learner made up."""
    recalls: tuple[ExportedAnswer, ...] = ()
    """Answers to questions that came back."""


@dataclass(frozen=True, slots=True)
class ErasureResult:
    """What was removed: rows by table, and the files in Slack that still have to be taken back."""

    reflections: int
    answers: int
    deliveries: int
    files: tuple[str, ...]


def export_learner(session: Session, library: Library, person: Person, now: datetime) -> LearnerExport:
    """Everything that the learner wrote and answered."""
    learner = enrollment.get_learner(session, person)
    answers = queries.list_answers(session, learner.id)
    came_back = recalls.list_recalls(session, learner.id)
    revisions = {*(each.revision_id for each in answers), *(each.revision_id for each in came_back)}
    titles = library.get_lessons(session, revisions)
    streak_status = streaks.get_streak_status(session, learner, now)
    return LearnerExport(
        entries=tuple(reversed(journal.list_all_entries(session, library, learner))),
        answers=_records(answers, titles),
        recalls=_records(came_back, titles),
        streak=streak_status.streak,
        repaired_days=tuple(sorted(streak_status.days.repaired_days)),
    )


def record_exported_file(session: Session, person: Person, file_id: str, now: datetime) -> None:
    """Keep the id of a file with the learner's words, so that it can be taken back."""
    learner = enrollment.get_learner(session, person)
    session.add(ExportedFile(file_id=file_id, learner_id=learner.id, at=now))


def is_exported_file(session: Session, file_id: str) -> bool:
    """Whether this file is still its owner's to have: False once they had everything deleted."""
    return erasure.is_exported_file(session, file_id)


def erase_learner(session: Session, person: Person) -> ErasureResult:
    """Remove the learner and everything of theirs from the database."""
    learner = enrollment.get_learner(session, person)
    files = tuple(erasure.list_exported_files(session, learner.id))
    counts = erasure.erase_learner(session, learner.id)
    return ErasureResult(
        reflections=counts["reflection"], answers=counts["answer"], deliveries=counts["delivery"], files=files
    )


def _records(
    given: Sequence[Answer] | Sequence[RecallAnswer], lessons: Mapping[int, Lesson]
) -> tuple[ExportedAnswer, ...]:
    return tuple(
        ExportedAnswer(each.learning_day, lessons[each.revision_id].title, each.choice, each.correct) for each in given
    )
