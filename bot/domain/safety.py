"""Detects situations that involve harm, so that a fixed safety card comes before any lesson.

The cards and patterns are reviewed data (`bot/content/safety.yaml`); this module only matches, and stores nothing.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

_APOSTROPHES = re.compile(r"['’‘`´]")
_SENTENCE_ENDS = re.compile(r"[.!?;…]+")
_BETWEEN_WORDS = re.compile(r"[^\w.]+|_+")


class Concern(StrEnum):
    """A kind of harm. The order is the priority: of two concerns, the card of the earlier one comes first."""

    SELF_HARM = "self_harm"
    VIOLENCE = "violence"
    THREATS = "threats"
    PATIENT_HARM = "patient_harm"
    HARASSMENT = "harassment"


@dataclass(frozen=True, slots=True)
class SafetyCard:
    """The fixed words for one concern: what to do today and whom to call, one line each."""

    concern: Concern
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SafetyRule:
    """A card and its patterns, any of which triggers it. Patterns match text that `normalize_text` returned."""

    card: SafetyCard
    patterns: tuple[re.Pattern[str], ...]

    def matches(self, text: str) -> bool:
        """Return whether any pattern matches `text`."""
        return any(pattern.search(text) for pattern in self.patterns)


@dataclass(frozen=True, slots=True)
class SafetyRules:
    """All rules, highest priority first, and harmless sayings ("kill the project") that are removed before matching."""

    rules: tuple[SafetyRule, ...]
    harmless_sayings: tuple[re.Pattern[str], ...]


def normalize_text(text: str) -> str:
    """Return `text` in lower case, without apostrophes, with single spaces and " . " where a sentence ends.

    "He's had *enough*! She can't" becomes " hes had enough . she cant . ".
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    text = _SENTENCE_ENDS.sub(" . ", _APOSTROPHES.sub("", text))
    return f" {_BETWEEN_WORDS.sub(' ', text).strip(' .')} . "


def find_concerns(text: str, rules: SafetyRules) -> tuple[SafetyCard, ...]:
    """Return the card of each concern in `text`, highest priority first. Almost all texts have none.

    Reads the whole text, however long, because the most important part may come last.
    """
    normalized = normalize_text(text)
    for saying in rules.harmless_sayings:
        normalized = saying.sub("_", normalized)
    return tuple(rule.card for rule in rules.rules if rule.matches(normalized))
