"""Which country a time zone is for, from the time zone database, and what is customary there."""

from functools import cache
from importlib import resources


def country_of_time_zone(name: str) -> str | None:
    """Return the country that a time zone is for, as its ISO 3166 code; None if tzdata names none, as for UTC."""
    return _countries_by_zone().get(name)


MONTH_FIRST = frozenset({"AS", "FM", "GU", "MH", "MP", "PH", "PR", "PW", "UM", "US", "VI"})
"""Countries where 4/5 is April 5, from the short dates of CLDR's English locales: the United States and their like."""


def writes_month_first(time_zone: str, territory: str | None = None) -> bool:
    """Return whether someone writes the month before the day in a date of numbers alone.

    `territory`: the country of their locale or, if that is None, the time zone's counts.
    """
    return (territory or country_of_time_zone(time_zone)) in MONTH_FIRST


MONDAY_TO_FRIDAY = frozenset(range(5))

_SATURDAY_TO_WEDNESDAY, _SUNDAY_TO_THURSDAY = frozenset({5, 6, 0, 1, 2}), frozenset({6, 0, 1, 2, 3})

_FRIDAY_AND_SATURDAY_OFF = (
    "BD",
    "BH",
    "DZ",
    "EG",
    "IL",
    "IQ",
    "JO",
    "KW",
    "LY",
    "MV",
    "OM",
    "PS",
    "QA",
    "SA",
    "SD",
    "SY",
    "YE",
)
_THURSDAY_AND_FRIDAY_OFF = ("AF", "IR")

WORKING_DAYS = dict.fromkeys(_FRIDAY_AND_SATURDAY_OFF, _SUNDAY_TO_THURSDAY) | dict.fromkeys(
    _THURSDAY_AND_FRIDAY_OFF, _SATURDAY_TO_WEDNESDAY
)
"""The working days (0 is Monday) of countries where they aren't Monday to Friday.

CLDR's week data say the same, except that they have Saturday and Sunday off in BD, MV, and PS, and Friday alone in IR.
"""


def working_days(time_zone: str) -> frozenset[int]:
    """Return the usual working days (0 is Monday) in a time zone's country; Monday to Friday if it is unknown."""
    return WORKING_DAYS.get(country_of_time_zone(time_zone) or "", MONDAY_TO_FRIDAY)


@cache
def _countries_by_zone() -> dict[str, str]:
    """Read tzdata's zone.tab, whose lines are: country, coordinates, zone, comment."""
    table = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    return {row[2]: row[0] for row in rows}
