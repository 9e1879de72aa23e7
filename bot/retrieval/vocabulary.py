"""Reads the synonyms and off-topic words that lesson search uses."""

from functools import cache
from importlib import resources

import yaml

from bot.retrieval.word_index import Vocabulary

SYNONYMS_FILE = "synonyms.yaml"
OFF_TOPIC_FILE = "off_topic.yaml"


@cache
def shipped_vocabulary() -> Vocabulary:
    """Return the groups of words with similar meanings, and the words that no lesson is about. Read once."""
    groups: list[list[str]] = yaml.safe_load(_text(SYNONYMS_FILE))["groups"]
    off_topic: dict[str, str] = yaml.safe_load(_text(OFF_TOPIC_FILE))["words"]
    return Vocabulary(groups, frozenset(word for several in off_topic.values() for word in several.split()))


def _text(name: str) -> str:
    return resources.files("bot.retrieval").joinpath(name).read_text(encoding="utf-8")
