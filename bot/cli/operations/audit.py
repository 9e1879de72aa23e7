"""Reads the audit log for `rounds audit`."""

from datetime import UTC, datetime

from bot.config import Settings
from bot.learning import audit_log
from bot.learning.audit_log import AuditEvent
from bot.storage.looking import looking_into


def list_events(settings: Settings, since: datetime | None, team_id: str | None) -> tuple[AuditEvent, ...]:
    """Return what was done since a day (UTC), oldest first: in one workspace (`team_id`), or everywhere."""
    with looking_into(settings.database_url) as session:
        events = audit_log.list_events(session, since.replace(tzinfo=UTC) if since else None)
    return tuple(each for each in events if team_id is None or each.team_id == team_id)
