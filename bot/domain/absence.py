"""Slack statuses that say that someone is away from work: on holiday, or ill."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

VACATION_EMOJI = frozenset({":palm_tree:", ":desert_island:", ":beach_with_umbrella:", ":umbrella_on_ground:"})
"""Slack's own "Vacationing", and what people take for it. No aeroplane or suitcase: conferences are work."""

SICKNESS_EMOJI = frozenset(
    {":face_with_thermometer:", ":sneezing_face:", ":nauseated_face:", ":face_with_head_bandage:"}
)
"""Slack's own "Out sick", and its like. No mask, pill or hospital: on a ward these are work."""

RETURN_MARGIN = timedelta(hours=12)
"""A status that ends by noon lets lessons come that day: Slack ends "today" and "this week" just before midnight."""


def is_away(status_emoji: str) -> bool:
    """Whether a status with this emoji (`:palm_tree:`) means vacation or sickness."""
    return status_emoji in VACATION_EMOJI | SICKNESS_EMOJI


def return_date(status_expiration: int, zone: ZoneInfo) -> date | None:
    """The local date on which lessons come again after a status that ends then (Unix seconds).

    None for 0: Slack's word for a status that stays until it is cleared.
    """
    if not status_expiration:
        return None
    return (datetime.fromtimestamp(status_expiration, UTC) + RETURN_MARGIN).astimezone(zone).date()
