"""Notices when a typed situation is about harm, so that a fixed card comes before any lesson.

The cards and the patterns are reviewed data (`bot/content/safety.yaml`); this module only matches. Nothing is kept.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

_APOSTROPHES = re.compile(r"['’‘`´]")
_SENTENCE_ENDS = re.compile(r"[.!?;…]+")
_BETWEEN_WORDS = re.compile(r"[^\w.]+|_+")


class Concern(StrEnum):
    """A kind of harm, in order of priority: where two are found, the card of the earlier one comes first."""

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
    """A card, and the patterns that call for it, each by itself. They are made for text from `normalize_text`."""

    card: SafetyCard
    patterns: tuple[re.Pattern[str], ...]

    def matches(self, text: str) -> bool:
        """Whether any pattern is found in `text`."""
        return any(pattern.search(text) for pattern in self.patterns)


@dataclass(frozen=True, slots=True)
class SafetyRules:
    """All rules, highest priority first, and the harmless sayings ("kill the project") that are set aside before."""

    rules: tuple[SafetyRule, ...]
    harmless_sayings: tuple[re.Pattern[str], ...]


def normalize_text(text: str) -> str:
    """`text` as patterns see it: lower case, no apostrophes, one space between words, " . " where a sentence ends.

    "He's had *enough*! She can't" becomes " hes had enough . she cant . ".
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    text = _SENTENCE_ENDS.sub(" . ", _APOSTROPHES.sub("", text))
    return f" {_BETWEEN_WORDS.sub(' ', text).strip(' .')} . "


def find_concerns(text: str, rules: SafetyRules) -> tuple[SafetyCard, ...]:
    """The card of every concern that `text` speaks of, highest priority first; empty for almost everything people type.

    The whole text is read, however long: what matters most may come last.
    """
    said = normalize_text(text)
    for saying in rules.harmless_sayings:
        said = saying.sub("_", said)
    return tuple(rule.card for rule in rules.rules if rule.matches(said))
