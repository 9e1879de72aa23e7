"""Reads the synonyms and off-topic words that lesson search uses."""

from functools import cache
from importlib import resources
from typing import Any

import yaml

from bot.retrieval.word_index import Vocabulary

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's parser is ten times as fast
SYNONYMS_FILE = "synonyms.yaml"
OFF_TOPIC_FILE = "off_topic.yaml"


@cache
def shipped_vocabulary() -> Vocabulary:
    """Return the groups of words with similar meanings, and the words that no lesson is about. Read once."""
    groups: list[list[str]] = _read(SYNONYMS_FILE)["groups"]
    off_topic: dict[str, str] = _read(OFF_TOPIC_FILE)["words"]
    return Vocabulary(groups, frozenset(word for several in off_topic.values() for word in several.split()))


def _read(name: str) -> Any:  # noqa: ANN401  (whatever the file holds)
    text = resources.files("bot.retrieval").joinpath(name).read_text(encoding="utf-8")
    return yaml.load(text, _LOADER)  # noqa: S506  (a safe one)
