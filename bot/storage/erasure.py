"""Erases a learner and everything that belongs to them."""

from sqlmodel import col, delete, func, select

from bot.storage.database import Session
from bot.storage.tables import (
    Answer,
    CalendarSource,
    Delivery,
    ExportedFile,
    Learner,
    PracticeDay,
    QuestionMemory,
    RecallAnswer,
    Reflection,
    SavedLesson,
    StepReport,
    StreakRepair,
    TipShown,
)

# Children first: foreign keys are enforced.
_LEARNER_TABLES = (
    Answer,
    QuestionMemory,
    RecallAnswer,
    Reflection,
    StepReport,
    PracticeDay,
    StreakRepair,
    CalendarSource,
    SavedLesson,
    TipShown,
    ExportedFile,
    Delivery,
)


def list_exported_files(session: Session, learner_id: int) -> list[str]:
    """List the Slack file ids of this learner's exports."""
    return list(session.exec(select(ExportedFile.file_id).where(ExportedFile.learner_id == learner_id)))


def is_exported_file(session: Session, file_id: str) -> bool:
    """Return whether a file with this id is some learner's export."""
    return session.get(ExportedFile, file_id) is not None


def erase_learner(session: Session, learner_id: int) -> dict[str, int]:
    """Delete a learner and all their rows. Return how many rows were deleted, by table name."""
    counts: dict[str, int] = {}
    for table in _LEARNER_TABLES:
        theirs = col(table.learner_id) == learner_id
        counts[str(table.__tablename__)] = session.exec(select(func.count()).select_from(table).where(theirs)).one()
        session.exec(delete(table).where(theirs))
    session.exec(delete(Learner).where(col(Learner.id) == learner_id))
    return counts
