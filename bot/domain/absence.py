"""Slack statuses that mean someone is away from work: on vacation or sick."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

VACATION_EMOJI = frozenset({":palm_tree:", ":desert_island:", ":beach_with_umbrella:", ":umbrella_on_ground:"})
"""Slack's own "Vacationing" emoji and similar ones. No airplane or suitcase: people also travel to conferences."""

SICKNESS_EMOJI = frozenset(
    {":face_with_thermometer:", ":sneezing_face:", ":nauseated_face:", ":face_with_head_bandage:"}
)
"""Slack's own "Out sick" emoji and similar ones. No mask, pill, or hospital: on a ward these mean work."""

RETURN_MARGIN = timedelta(hours=12)
"""Lessons resume the same day if a status ends by noon. Slack ends "today" and "this week" just before midnight."""


def is_away(status_emoji: str) -> bool:
    """Return whether a status with this emoji (`:palm_tree:`) means vacation or sickness."""
    return status_emoji in VACATION_EMOJI | SICKNESS_EMOJI


def return_date(status_expiration: int, zone: ZoneInfo) -> date | None:
    """Return the local date on which lessons resume after a status that expires at this time (Unix seconds).

    Returns None for 0, which Slack uses for a status that stays until someone clears it.
    """
    if not status_expiration:
        return None
    return (datetime.fromtimestamp(status_expiration, UTC) + RETURN_MARGIN).astimezone(zone).date()
