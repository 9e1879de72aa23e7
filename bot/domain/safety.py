"""Detects situations that involve danger, so that a fixed safety card comes before any lesson.

Patterns find what is said plainly, the sentence encoder also what is only hinted at. Cards, patterns, and help lines
are data (`bot/content/safety_*.yaml`, `help_lines.yaml`); this module only decides, and stores nothing.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

_APOSTROPHES = re.compile(r"['’‘`´]")
_SENTENCE_ENDS = re.compile(r"[.!?;…]+")
_BETWEEN_WORDS = re.compile(r"[^\w.]+|_+")


HELP_LINES = "{help_lines}"
"""The line of a card that the help lines of the reader's country replace."""

MAX_CARDS = 2
"""How many cards are shown at most: more can't be read in an emergency."""


class Concern(StrEnum):
    """A kind of danger. The order is the priority: of two concerns, the card of the earlier one comes first."""

    SELF_HARM = "self_harm"
    VIOLENCE = "violence"
    THREATS = "threats"
    ABUSE = "abuse"
    DIVERSION = "diversion"
    PATIENT_HARM = "patient_harm"
    PRIVACY = "privacy"
    HARASSMENT = "harassment"


LIFE_IN_DANGER = frozenset({Concern.SELF_HARM, Concern.VIOLENCE, Concern.THREATS})
"""What a pattern alone brings up, whatever the encoder says of it: here a card too many costs less than one missing."""

LIKELY_DANGER = 0.5
"""The probability of any danger, as the encoder sees it, from which its kind's card is shown."""

POSSIBLE_DANGER = 0.12
"""The probability of any danger from which the answer asks whether somebody is at risk, and offers the cards."""

UNLIKELY_DANGER = 0.1
"""Below this probability of any danger, a pattern for other kinds than `LIFE_IN_DANGER` shows no card but offers it."""

SECOND_KIND_SHARE = 0.6
"""The share of the likeliest kind's probability that a second kind needs for its card to be shown, too."""


@dataclass(frozen=True, slots=True)
class SafetyCard:
    """The fixed words for one concern: what to do today and whom to call, one line each.

    `label` names the danger in a few words. `reviewed_by`: the clinician who has read it, or None until one has.
    """

    concern: Concern
    title: str
    lines: tuple[str, ...]
    label: str
    reviewed_by: str | None = None


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A help line. `countries`: ISO 3166 codes of where it answers; none for the list of all countries' lines."""

    countries: tuple[str, ...]
    name: str
    contact: str
    hours: str


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


def find_concerns(text: str, rules: SafetyRules, dangers: Mapping[str, float] | None = None) -> tuple[SafetyCard, ...]:
    """Return the cards for the dangers in `text`, the most urgent first, at most `MAX_CARDS`. Most texts have none.

    `dangers`: the encoder's probability of each kind, if there is one. Reads the whole text, however long, because the
    most important part may come last.
    """
    matched = _match(text, rules)
    found = {card.concern for card in matched}
    if dangers:
        found = _weigh(found, dangers)
    return tuple(rule.card for rule in rules.rules if rule.card.concern in found)[:MAX_CARDS]


def find_possible_concerns(text: str, rules: SafetyRules, dangers: Mapping[str, float]) -> tuple[SafetyCard, ...]:
    """Return the cards to offer for a text that `find_concerns` shows none for, at most `MAX_CARDS`.

    They are those of the patterns that match, or else of the likeliest kinds; none if danger is unlikely. `dangers`:
    the encoder's probability of each kind.
    """
    if not dangers:
        return ()
    if matched := _match(text, rules):
        return tuple(matched[:MAX_CARDS])
    probabilities = {concern: dangers.get(concern, 0.0) for concern in Concern}
    if sum(probabilities.values()) < POSSIBLE_DANGER:
        return ()
    likeliest = sorted(Concern, key=lambda concern: -probabilities[concern])[:MAX_CARDS]
    return tuple(rule.card for rule in rules.rules if rule.card.concern in likeliest)


def _match(text: str, rules: SafetyRules) -> list[SafetyCard]:
    """Return the cards of the patterns that match."""
    normalized = normalize_text(text)
    for saying in rules.harmless_sayings:
        normalized = saying.sub("_", normalized)
    return [rule.card for rule in rules.rules if rule.matches(normalized)]


def _weigh(matched: set[Concern], dangers: Mapping[str, float]) -> set[Concern]:
    """Return the concerns that patterns and encoder together find."""
    probabilities = {concern: dangers.get(concern, 0.0) for concern in Concern}
    danger = sum(probabilities.values())
    found = matched & LIFE_IN_DANGER
    if danger >= UNLIKELY_DANGER:
        found = matched
    if danger >= LIKELY_DANGER:
        likeliest = max(probabilities.values())
        found = found | {each for each in Concern if probabilities[each] >= SECOND_KIND_SHARE * likeliest}
    return found


def name_help_lines(card: SafetyCard, help_lines: Sequence[HelpLine], country: str | None) -> SafetyCard:
    """Return the card with the help lines of this country (ISO 3166), or of the largest ones if it is unknown."""
    own = [each for each in help_lines if country in each.countries]
    chosen = own or [each for each in help_lines if set(each.countries) & {"US", "CA", "GB", "AU"}]
    everywhere = [each for each in help_lines if not each.countries]
    said = ". ".join(_describe(each, with_countries=not own) for each in [*chosen[:5], *everywhere])
    return replace(card, lines=tuple(f"{said}." if line == HELP_LINES else line for line in card.lines))


def _describe(line: HelpLine, *, with_countries: bool) -> str:
    if not line.countries:
        return f"Elsewhere: {line.contact}"
    where = f" ({' and '.join(line.countries)})" if with_countries else ""
    return f"{line.name}{where}: {line.contact}, {line.hours}"
