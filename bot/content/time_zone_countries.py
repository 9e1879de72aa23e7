"""Which country a time zone is for, from the time zone database."""

from functools import cache
from importlib import resources


def country_of_time_zone(name: str) -> str | None:
    """Return the country that a time zone is for, as its ISO 3166 code; None if tzdata names none, as for UTC."""
    return _countries_by_zone().get(name)


@cache
def _countries_by_zone() -> dict[str, str]:
    """Read tzdata's zone.tab, whose lines are: country, coordinates, zone, comment."""
    table = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    return {row[2]: row[0] for row in rows}
