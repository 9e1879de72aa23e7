"""A learner's own words: exporting and erasing them. Only their author can do either."""

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
    """One answer in an export."""

    learning_day: date
    title: str
    choice: str
    correct: bool


@dataclass(frozen=True, slots=True)
class LearnerExport:
    """Everything that a learner wrote and answered, oldest first."""

    entries: tuple[JournalEntry, ...]
    answers: tuple[ExportedAnswer, ...]
    streak: Streak
    repaired_days: tuple[date, ...] = ()
    """Missed days that the learner repaired."""
    recalls: tuple[ExportedAnswer, ...] = ()
    """Answers to recall questions."""


@dataclass(frozen=True, slots=True)
class ErasureResult:
    """What was erased: the number of rows by table, and the files in Slack that still have to be deleted."""

    reflections: int
    answers: int
    deliveries: int
    files: tuple[str, ...]


def export_learner(session: Session, library: Library, person: Person, now: datetime) -> LearnerExport:
    """Return everything that the learner wrote and answered."""
    learner = enrollment.get_learner(session, person)
    answers = queries.list_answers(session, learner.id)
    recall_answers = recalls.list_recalls(session, learner.id)
    revisions = {*(each.revision_id for each in answers), *(each.revision_id for each in recall_answers)}
    lessons = library.get_lessons(session, revisions)
    streak_status = streaks.get_streak_status(session, learner, now)
    return LearnerExport(
        entries=tuple(reversed(journal.list_all_entries(session, library, learner))),
        answers=_build_exported_answers(answers, lessons),
        recalls=_build_exported_answers(recall_answers, lessons),
        streak=streak_status.streak,
        repaired_days=tuple(sorted(streak_status.days.repaired_days)),
    )


def record_exported_file(session: Session, person: Person, file_id: str, now: datetime) -> None:
    """Save the id of a file with the learner's words, so that it can be deleted later."""
    learner = enrollment.get_learner(session, person)
    session.add(ExportedFile(file_id=file_id, learner_id=learner.id, at=now))


def is_exported_file(session: Session, file_id: str) -> bool:
    """Return whether this export is still valid: False once its owner deleted everything."""
    return erasure.is_exported_file(session, file_id)


def erase_learner(session: Session, person: Person) -> ErasureResult:
    """Erase the learner and everything that belongs to them from the database."""
    learner = enrollment.get_learner(session, person)
    files = tuple(erasure.list_exported_files(session, learner.id))
    counts = erasure.erase_learner(session, learner.id)
    return ErasureResult(
        reflections=counts["reflection"], answers=counts["answer"], deliveries=counts["delivery"], files=files
    )


def _build_exported_answers(
    answers: Sequence[Answer] | Sequence[RecallAnswer], lessons: Mapping[int, Lesson]
) -> tuple[ExportedAnswer, ...]:
    return tuple(
        ExportedAnswer(each.learning_day, lessons[each.revision_id].title, each.choice, each.correct)
        for each in answers
    )
