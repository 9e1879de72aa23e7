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


MAX_PAUSE = timedelta(days=730)
"""The longest pause with an end. Whoever is away for longer pauses without one."""

_LAST_EXPIRATION = int(datetime(2200, 1, 1, tzinfo=UTC).timestamp())
"""A status that ends later has no end that anybody means, and later times can't all be dates."""


def is_away(status_emoji: str) -> bool:
    """Return whether a status with this emoji (`:palm_tree:`) means vacation or sickness."""
    return status_emoji in VACATION_EMOJI | SICKNESS_EMOJI


def return_date(status_expiration: int, zone: ZoneInfo) -> date | None:
    """Return the local date on which lessons resume after a status that expires at this time (Unix seconds).

    Returns None for a status that stays until someone clears it: for 0, as Slack says it, or an end that is centuries
    away.
    """
    if not status_expiration or status_expiration > _LAST_EXPIRATION:
        return None
    return (datetime.fromtimestamp(max(status_expiration, 0), UTC) + RETURN_MARGIN).astimezone(zone).date()
