"""The words that mean the same to a manager in health care: data, read once."""

from functools import cache
from importlib import resources

import yaml

FILE = "synonyms.yaml"


@cache
def shipped_synonyms() -> dict[str, str]:
    """Each word, mapped to the one that stands for its group."""
    groups = yaml.safe_load(resources.files("bot.content").joinpath(FILE).read_text(encoding="utf-8"))["groups"]
    return {word: group[0] for group in groups for word in group[1:]}
