"""Erases a learner and everything that belongs to them."""

from collections.abc import Sequence

from sqlmodel import col, delete, func, select

from bot.storage.database import Session
from bot.storage.tables import (
    Answer,
    CalendarSource,
    Certificate,
    Delivery,
    ExportedFile,
    Learner,
    LessonFeedback,
    LmsConsent,
    LmsStatement,
    PracticeDay,
    QuestionMemory,
    RecallAnswer,
    Reflection,
    SavedLesson,
    SelfRating,
    StepReport,
    StreakRepair,
    TipShown,
    TrialMember,
)

# Children first: foreign keys are enforced.
_LEARNER_TABLES = (
    Answer,
    SelfRating,
    QuestionMemory,
    RecallAnswer,
    Reflection,
    StepReport,
    PracticeDay,
    StreakRepair,
    CalendarSource,
    SavedLesson,
    LessonFeedback,
    TipShown,
    TrialMember,
    Certificate,
    ExportedFile,
    LmsConsent,
    LmsStatement,
    Delivery,
)


def list_exported_files(session: Session, learner_id: int) -> Sequence[ExportedFile]:
    """List the files of this learner's exports, oldest first."""
    theirs = select(ExportedFile).where(ExportedFile.learner_id == learner_id)
    return session.exec(theirs.order_by(col(ExportedFile.at), col(ExportedFile.file_id))).all()


def is_exported_file(session: Session, file_id: str) -> bool:
    """Return whether a file with this id is some learner's export."""
    return session.get(ExportedFile, file_id) is not None


def erase_learner(session: Session, learner_id: int) -> dict[str, int]:
    """Delete a learner and all their rows. Return how many rows were deleted, by table name."""
    session.delete_words_for_good()
    counts: dict[str, int] = {}
    for table in _LEARNER_TABLES:
        theirs = col(table.learner_id) == learner_id
        counts[str(table.__tablename__)] = session.exec(select(func.count()).select_from(table).where(theirs)).one()
        session.exec(delete(table).where(theirs))
    session.exec(delete(Learner).where(col(Learner.id) == learner_id))
    return counts
