"""Who a learner is, and what they chose."""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.schedule import Schedule
from bot.domain.schedule_kinds import WORKDAY_SCHEDULE, AnySchedule, FirstShiftOfWeek


@dataclass(frozen=True, slots=True)
class Person:
    """A person in Slack: the workspace they act in, the enterprise it may belong to, and their user id."""

    team_id: str
    user_id: str
    enterprise_id: str | None = None

    @property
    def organization_id(self) -> str:
        """What the user id is unique in: the enterprise, or else the team."""
        return self.enterprise_id or self.team_id


class Cadence(StrEnum):
    """How often a learner wants a lesson."""

    EACH_SHIFT = "each_shift"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Preferences:
    """When and about what a learner wants lessons. `tz` is an IANA name; `focus` holds slugs of skills.

    `follows_zone`: the zone moves with Slack's profile. `follows_status`: a Slack status of vacation or sickness
    pauses lessons until it ends. `weekly_summary`: the last day's end of a week lists what was done in it, and comes
    for that alone. `team_channel`: the Slack channel (id) of the team that they count with; None: of none.
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
    """The zone that someone means: `Europe/Berlin`, `europe/berlin`, `Berlin`, `New York`; None if that is unclear."""
    wanted = typed.strip().replace(" ", "_").casefold()
    whole = [name for name in _zones() if name.casefold() == wanted]
    cities = [name for name in _zones() if "/" in name and name.casefold().rsplit("/", 1)[1] == wanted]
    regions = [name for name in cities if name.split("/", 1)[0] in _REGIONS]
    found = whole or regions or cities
    return found[0] if len(found) == 1 else None


def is_time_zone(name: str) -> bool:
    """Whether this is the IANA name of a time zone."""
    return name in _zones()


_REGIONS = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)
"""Where the names of places are; beside them the database keeps aliases and fixed offsets."""


@cache
def _zones() -> frozenset[str]:
    """All zones that this machine knows, without the names that mean something else on each."""
    return frozenset(available_timezones()) - {"Factory", "localtime", "posixrules"}
