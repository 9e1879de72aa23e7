"""Reads the list of given names (`given_names.txt`) that helps detect when a text names somebody."""

from functools import cache
from importlib import resources

GIVEN_NAMES_FILE = "given_names.txt"


@cache
def shipped_given_names() -> frozenset[str]:
    """Return the names in lowercase."""
    text = resources.files("bot.content").joinpath(GIVEN_NAMES_FILE).read_text(encoding="utf-8")
    return frozenset(name for line in text.splitlines() if not line.startswith("#") for name in line.split())
