"""Taking a learner out of the database, with everything that is theirs."""

from sqlmodel import col, delete, func, select

from bot.storage.database import Session
from bot.storage.tables import (
    Answer,
    Delivery,
    ExportedFile,
    Learner,
    Memory,
    PracticeDay,
    Recall,
    Reflection,
    RosterSource,
    SavedLesson,
    Step,
    StreakRepair,
    TipShown,
)

# Children first: foreign keys are enforced.
_THEIRS = (
    Answer,
    Memory,
    Recall,
    Reflection,
    Step,
    PracticeDay,
    StreakRepair,
    RosterSource,
    SavedLesson,
    TipShown,
    ExportedFile,
    Delivery,
)


def exported_files(session: Session, learner_id: int) -> list[str]:
    """Slack's ids of the files with this learner's words."""
    return list(session.exec(select(ExportedFile.file_id).where(ExportedFile.learner_id == learner_id)))


def holds_file(session: Session, file_id: str) -> bool:
    """Whether a file with this id is known as some learner's."""
    return session.get(ExportedFile, file_id) is not None


def erase(session: Session, learner_id: int) -> dict[str, int]:
    """Delete a learner and all rows of theirs; how many went, by table name."""
    counts: dict[str, int] = {}
    for table in _THEIRS:
        theirs = col(table.learner_id) == learner_id
        counts[str(table.__tablename__)] = session.exec(select(func.count()).select_from(table).where(theirs)).one()
        session.exec(delete(table).where(theirs))
    session.exec(delete(Learner).where(col(Learner.id) == learner_id))
    return counts
