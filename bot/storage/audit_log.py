"""Queries on the audit log."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, delete, or_, select, update

from bot.domain.audit import AuditAction
from bot.domain.learner import Person
from bot.storage.database import Session
from bot.storage.packs import ERASED_LOADER, EVERYONES_SCOPE
from bot.storage.tables import AuditEntry
from bot.storage.workspaces import select_teams_of


def record(
    session: Session,
    scope: str,
    by: str,
    action: AuditAction,
    now: datetime,
    *,
    subject: str = "",
    person: str | None = None,
) -> None:
    """Add an entry, in the transaction of what it records."""
    session.add(AuditEntry(scope=scope, at=now, by=by, action=action, subject=subject, person=person))


def list_entries(
    session: Session, scopes: Sequence[str], limit: int, before: int | None, since: datetime
) -> Sequence[AuditEntry]:
    """List entries of these scopes, newest first: older than the entry `before` (an id), and from `since` on."""
    entries = select(AuditEntry).where(col(AuditEntry.scope).in_(scopes), col(AuditEntry.at) >= since)
    if before is not None:
        entries = entries.where(col(AuditEntry.id) < before)
    return session.exec(entries.order_by(col(AuditEntry.id).desc()).limit(limit)).all()


def list_all_entries(session: Session, scope: str | None = None, since: datetime | None = None) -> Sequence[AuditEntry]:
    """List the entries of one scope, or of every workspace and the server, oldest first."""
    entries = select(AuditEntry).order_by(col(AuditEntry.id))
    if scope is not None:
        entries = entries.where(AuditEntry.scope == scope)
    if since is not None:
        entries = entries.where(col(AuditEntry.at) >= since)
    return session.exec(entries).all()


def erase_person(session: Session, person: Person) -> None:
    """Replace a person's id in every entry. What was done stays."""
    theirs = or_(col(AuditEntry.scope).in_(select_teams_of(person)), col(AuditEntry.scope) == EVERYONES_SCOPE)
    for column in (AuditEntry.by, AuditEntry.person):
        session.exec(
            update(AuditEntry).where(col(column) == person.user_id, theirs).values({col(column): ERASED_LOADER})
        )


def delete_before(session: Session, before: datetime) -> None:
    """Delete what needn't be kept anymore."""
    session.exec(delete(AuditEntry).where(col(AuditEntry.at) < before))
