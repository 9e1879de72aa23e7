"""The audit log: what admins, authors, and operators did, for admins of the workspace and whoever runs Rounds."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.audit import AUDIT_RETENTION, AuditAction
from bot.domain.formats import Formats
from bot.domain.learner import Person
from bot.learning.enrollment import read_formats, read_zone
from bot.storage import Session
from bot.storage import audit_log as queries
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import AuditEntry

PAGE_SIZE = 20
"""Entries in one message."""


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One entry. `team_id`: the workspace, or empty for everyone on the server. `by` and `person`: user ids, or who
    stands for one."""

    id: int
    team_id: str
    at: datetime
    by: str
    action: AuditAction
    subject: str
    person: str | None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Some entries, newest first, and how their reader reads times.

    `older_than`: where the next page begins, or None if this is the last one. `zone`: the reader's time zone, or UTC if
    it isn't known.
    """

    events: tuple[AuditEvent, ...]
    older_than: int | None
    zone: ZoneInfo
    formats: Formats


def read_page(session: Session, reader: Person, older_than: int | None, now: datetime) -> AuditPage:
    """Return what was done in the reader's workspace, and for everyone on the server.

    `older_than`: the id of an entry, or None for the newest page.
    """
    rows = queries.list_entries(
        session, [reader.team_id, EVERYONES_SCOPE], PAGE_SIZE + 1, older_than, now - AUDIT_RETENTION
    )
    events = tuple(_build(row) for row in rows[:PAGE_SIZE])
    return AuditPage(
        events,
        older_than=events[-1].id if len(rows) > PAGE_SIZE else None,
        zone=read_zone(session, reader),
        formats=read_formats(session, reader),
    )


def list_events(session: Session, team_id: str | None, since: datetime | None) -> tuple[AuditEvent, ...]:
    """Return what was done in one workspace, or with None everywhere, oldest first."""
    return tuple(_build(row) for row in queries.list_all_entries(session, team_id, since))


def record_invitations(session: Session, team_id: str, by: str, now: datetime) -> None:
    """Record that an admin invited people: not whom, and not how many."""
    queries.record(session, team_id, by, AuditAction.PEOPLE_INVITED, now)


def delete_old_entries(session: Session, now: datetime) -> None:
    """Delete what is older than `AUDIT_RETENTION`."""
    queries.delete_before(session, now - AUDIT_RETENTION)


def _build(row: AuditEntry) -> AuditEvent:
    return AuditEvent(row.id, row.scope, row.at, row.by, AuditAction(row.action), row.subject, row.person)
