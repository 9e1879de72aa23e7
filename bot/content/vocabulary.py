"""The words of managers in health care: which mean the same, and which belong to no lesson. Data, read once."""

from functools import cache
from importlib import resources

import yaml

from bot.domain.lesson_search import Vocabulary

SYNONYMS_FILE = "synonyms.yaml"
OFF_TOPIC_FILE = "off_topic.yaml"


@cache
def shipped_vocabulary() -> Vocabulary:
    """The groups of words that are close in meaning, and the words that no lesson is about."""
    groups: list[list[str]] = yaml.safe_load(_text(SYNONYMS_FILE))["groups"]
    off_topic: dict[str, str] = yaml.safe_load(_text(OFF_TOPIC_FILE))["words"]
    return Vocabulary(groups, frozenset(word for several in off_topic.values() for word in several.split()))


def _text(name: str) -> str:
    return resources.files("bot.content").joinpath(name).read_text(encoding="utf-8")
