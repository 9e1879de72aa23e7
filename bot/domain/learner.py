"""Who a learner is, and what they chose."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from bot.domain.schedule import WORKDAYS, Weekly


@dataclass(frozen=True, slots=True)
class Person:
    """A person in Slack: the workspace they act in, the enterprise it may belong to, and their user id."""

    team_id: str
    user_id: str
    enterprise_id: str | None = None

    @property
    def home_id(self) -> str:
        """What the user id is unique in: the enterprise, or else the team."""
        return self.enterprise_id or self.team_id


@dataclass(frozen=True, slots=True)
class Preferences:
    """When and about what a learner wants lessons. `tz` is an IANA name; `focus` holds slugs of skills."""

    tz: str
    schedule: Weekly = WORKDAYS
    focus: frozenset[str] = field(default_factory=frozenset)

    @property
    def zone(self) -> ZoneInfo:
        """The learner's time zone."""
        return ZoneInfo(self.tz)


def is_zone(name: str) -> bool:
    """Whether this is the IANA name of a time zone."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # malformed, a folder of the zone database, unknown
        return False
    return True
