"""Reads the list of given names (`given_names.txt`) that helps detect when a text names somebody."""

from functools import cache
from importlib import resources

from bot.domain.given_names import GivenNames

GIVEN_NAMES_FILE = "given_names.txt"


@cache
def shipped_given_names() -> GivenNames:
    """Return the names that come with Rounds."""
    text = resources.files("bot.content").joinpath(GIVEN_NAMES_FILE).read_text(encoding="utf-8")
    names = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    however_typed, capitalized = names.strip().split("\n\n")
    return GivenNames(frozenset(however_typed.split()), frozenset(capitalized.split()))
