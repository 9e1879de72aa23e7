"""Taking a learner out of the database, with everything that is theirs."""

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
_THEIRS = (
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
    """Slack's ids of the files with this learner's words."""
    return list(session.exec(select(ExportedFile.file_id).where(ExportedFile.learner_id == learner_id)))


def is_exported_file(session: Session, file_id: str) -> bool:
    """Whether a file with this id is known as some learner's."""
    return session.get(ExportedFile, file_id) is not None


def erase_learner(session: Session, learner_id: int) -> dict[str, int]:
    """Delete a learner and all rows of theirs; how many went, by table name."""
    counts: dict[str, int] = {}
    for table in _THEIRS:
        theirs = col(table.learner_id) == learner_id
        counts[str(table.__tablename__)] = session.exec(select(func.count()).select_from(table).where(theirs)).one()
        session.exec(delete(table).where(theirs))
    session.exec(delete(Learner).where(col(Learner.id) == learner_id))
    return counts
