"""Who a learner is, and what they chose."""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.schedule import Schedule
from bot.domain.schedule_kinds import WORKDAY_SCHEDULE, AnySchedule, FirstShiftOfWeek


class WorkspaceUser(NamedTuple):
    """A Slack user in one workspace, by team id and user id."""

    team_id: str
    user_id: str


@dataclass(frozen=True, slots=True)
class Person:
    """A Slack user: the workspace they act in, the enterprise it may belong to, and their user id."""

    team_id: str
    user_id: str
    enterprise_id: str | None = None

    @property
    def organization_id(self) -> str:
        """The scope in which the user id is unique: the enterprise if there is one, otherwise the team."""
        return self.enterprise_id or self.team_id

    @property
    def in_workspace(self) -> WorkspaceUser:
        """The user in the workspace they act in."""
        return WorkspaceUser(self.team_id, self.user_id)


class Cadence(StrEnum):
    """How often a learner wants a lesson."""

    EACH_SHIFT = "each_shift"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Preferences:
    """When a learner wants lessons, and about what. `tz` is an IANA name; `focus` holds skill slugs.

    `follows_zone`: the time zone follows the Slack profile. `follows_status`: a Slack status of vacation or sickness
    pauses lessons until it ends. `weekly_summary`: the week's last day-end message lists what the learner did, and is
    sent even if it has nothing else. `team_channel`: the Slack channel id of the learner's team, or None.
    """

    tz: str
    schedule: AnySchedule = WORKDAY_SCHEDULE
    focus: frozenset[str] = field(default_factory=frozenset)
    cadence: Cadence = Cadence.EACH_SHIFT
    follows_zone: bool = True
    follows_status: bool = False
    weekly_summary: bool = False
    team_channel: str | None = None

    @property
    def lesson_schedule(self) -> Schedule:
        """The shifts that bring a lesson."""
        return FirstShiftOfWeek(self.schedule) if self.cadence is Cadence.WEEKLY else self.schedule

    @property
    def zone(self) -> ZoneInfo:
        """The learner's time zone."""
        return ZoneInfo(self.tz)


def find_time_zone(typed: str) -> str | None:
    """Return the time zone that a person typed, or None if it is unclear or unknown.

    Understands `Europe/Berlin`, `europe/berlin`, `Berlin`, and `New York`.
    """
    searched = typed.strip().replace(" ", "_").casefold()
    whole = [name for name in _zones() if name.casefold() == searched]
    cities = [name for name in _zones() if "/" in name and name.casefold().rsplit("/", 1)[1] == searched]
    regions = [name for name in cities if name.split("/", 1)[0] in _REGIONS]
    found = whole or regions or cities
    return found[0] if len(found) == 1 else None


def is_time_zone(name: str) -> bool:
    """Return whether this is the IANA name of a time zone."""
    return name in _zones()


_REGIONS = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)
"""The regions with place names. The database's other names are aliases and fixed offsets."""


@cache
def _zones() -> frozenset[str]:
    """Return all time zones known to this machine, without the names that mean something different on each machine."""
    return frozenset(available_timezones()) - {"Factory", "localtime", "posixrules"}
