"""Queries on staged cohort files: read and shown, and neither applied nor canceled."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import col, delete, insert, select

from bot.domain.cohort_file import ListedPerson
from bot.domain.learner import Person
from bot.storage.database import Session
from bot.storage.tables import StagedCohortFile, StagedCohortPerson
from bot.storage.workspaces import select_teams_of


def stage(session: Session, file: StagedCohortFile, people: Iterable[ListedPerson]) -> StagedCohortFile:
    """Store a file with its people in the place of the cohort's earlier one, and return it with its id."""
    earlier = session.exec(select(StagedCohortFile).where(StagedCohortFile.cohort_id == file.cohort_id)).all()
    for each in earlier:
        delete_file(session, each)
    session.add(file)
    session.flush()
    rows = [
        {
            "file_id": file.id,
            "user_id": each.user_id,
            "tz": each.tz,
            "starts_on": each.starts_on,
            "slack_tz": each.slack_tz,
            "locale": each.locale,
            "is_applied": False,
        }
        for each in people
    ]
    if rows:
        session.execute(insert(StagedCohortPerson), rows)
    return file


def find(session: Session, team_id: str, file_id: int) -> StagedCohortFile | None:
    """Find a staged file of a workspace, once no other transaction works on it (SQLite ignores that, and has none)."""
    return session.exec(
        select(StagedCohortFile)
        .where(StagedCohortFile.id == file_id, StagedCohortFile.team_id == team_id)
        .with_for_update()
    ).one_or_none()


def list_people(session: Session, file: StagedCohortFile) -> Sequence[StagedCohortPerson]:
    """List everyone whom a file names."""
    return session.exec(select(StagedCohortPerson).where(StagedCohortPerson.file_id == file.id)).all()


def list_unapplied(session: Session, file: StagedCohortFile, most: int) -> Sequence[StagedCohortPerson]:
    """List some of the people whom a file names and who weren't put into the cohort yet."""
    theirs = select(StagedCohortPerson).where(
        StagedCohortPerson.file_id == file.id, col(StagedCohortPerson.is_applied).is_(False)
    )
    return session.exec(theirs.order_by(col(StagedCohortPerson.user_id)).limit(most)).all()


def delete_file(session: Session, file: StagedCohortFile) -> None:
    """Delete a file and its people."""
    session.exec(delete(StagedCohortPerson).where(col(StagedCohortPerson.file_id) == file.id))
    session.exec(delete(StagedCohortFile).where(col(StagedCohortFile.id) == file.id))


def delete_old(session: Session, before: datetime) -> None:
    """Delete the files that were uploaded before an instant."""
    for file in session.exec(select(StagedCohortFile).where(StagedCohortFile.uploaded_at < before)).all():
        delete_file(session, file)


def erase_person(session: Session, person: Person) -> None:
    """Take a person out of every staged file, and delete those that they uploaded."""
    teams = select_teams_of(person)
    own = col(StagedCohortFile.uploaded_by) == person.user_id, col(StagedCohortFile.team_id).in_(teams)
    for file in session.exec(select(StagedCohortFile).where(*own)).all():
        delete_file(session, file)
    theirs = select(col(StagedCohortFile.id)).where(col(StagedCohortFile.team_id).in_(teams))
    session.exec(
        delete(StagedCohortPerson).where(
            col(StagedCohortPerson.user_id) == person.user_id, col(StagedCohortPerson.file_id).in_(theirs)
        )
    )
