"""Reads reports for `rounds report`."""

from bot.config import Settings
from bot.learning import reports
from bot.learning.library import Library
from bot.learning.reports import Report
from bot.storage.looking import looking_into


def list_reports(settings: Settings, team_id: str) -> tuple[Report, ...]:
    """Return the report of everyone in a workspace, and those of its open cohorts."""
    with looking_into(settings.database_url) as session:
        return reports.list_reports(session, Library(), team_id)
