"""Queries on staged cohort files: read and shown, and neither applied nor canceled."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy import select as select_columns
from sqlmodel import col, delete, insert, select, update

from bot.domain.cohort_file import ListedPerson
from bot.domain.learner import Person
from bot.storage.database import Session
from bot.storage.tables import StagedCohortFile, StagedCohortPerson, get_table
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


def list_people(session: Session, file: StagedCohortFile) -> list[ListedPerson]:
    """List everyone whom a file names."""
    return _list(session, file)


def list_unapplied(session: Session, file: StagedCohortFile, most: int) -> list[ListedPerson]:
    """List some of the people whom a file names and who weren't put into the cohort yet."""
    return _list(session, file, col(StagedCohortPerson.is_applied).is_(False), most=most)


def _list(
    session: Session, file: StagedCohortFile, *conditions: ColumnElement[bool], most: int | None = None
) -> list[ListedPerson]:
    table = get_table(StagedCohortPerson).c
    theirs = select_columns(*(table[each.name] for each in fields(ListedPerson)))
    theirs = theirs.where(table.file_id == file.id, *conditions).order_by(table.user_id)
    return [ListedPerson(*row) for row in session.execute(theirs.limit(most))]


def mark_applied(session: Session, file: StagedCohortFile, people: Sequence[ListedPerson]) -> None:
    """Note that these people were put into the cohort."""
    theirs = update(StagedCohortPerson).where(
        col(StagedCohortPerson.file_id) == file.id,
        col(StagedCohortPerson.user_id).in_([each.user_id for each in people]),
    )
    session.exec(theirs.values(is_applied=True).execution_options(synchronize_session=False))


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
