"""Reads the audit log for `rounds audit`."""

from datetime import UTC, datetime

from bot.config import Settings
from bot.learning import audit_log
from bot.learning.audit_log import AuditEvent
from bot.storage.looking import looking_into


def list_events(settings: Settings, since: datetime | None, team_id: str | None) -> tuple[AuditEvent, ...]:
    """Return what was done since a day (UTC), oldest first: in one workspace (`team_id`), or everywhere."""
    with looking_into(settings.database_url) as session:
        return audit_log.list_events(session, team_id, since.replace(tzinfo=UTC) if since else None)
