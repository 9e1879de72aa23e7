"""Detects situations that involve danger, so that a fixed safety card comes before any lesson.

Patterns find what is said plainly, the sentence encoder also what is only hinted at. Cards, patterns, and help lines
are data (`bot/content/safety_*.yaml`, `help_lines.yaml`); this module only decides, and stores nothing.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from bot.language import gettext as _
from bot.language import join_words

_APOSTROPHES = re.compile(r"['’‘`´]")
_SENTENCE_ENDS = re.compile(r"[.!?;…]+")
_BETWEEN_WORDS = re.compile(r"[^\w.]+|_+")


_GERMAN = re.compile(
    r"[äöüß]|\b(?:ich|mich|mir|dich|sich|wir|uns|unser\w*|mein\w*|dein\w*|seine\w*|ihre?[nmrs]?|sie|nicht|nix|ned|nid|kein\w*"
    r"|und|oder|aber|weil|wenn|dass|das|ist|isch|sind|habe?n?|wird|wurden?|kann|muss|soll|ein|eine[nmrs]?|auf|von|vom|bei|mit|zum"
    r"|zur|dem|heute|gestern|morgen|jemand\w*|schon|noch|patientin\w*|patienten|kolleg\w+|pfleg\w+|schwester|arzt|dienst"
    r"|ohne|bekommen|werden|verschwinden|\w*dienst|bewohner\w*|suizid\w*|\w*umbring\w*)\b",
    re.IGNORECASE,
)

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

# LIKELY_DANGER was chosen on a fifth of five writers' texts about danger, which the encoder hasn't learned from; the
# other two were chosen with an earlier one and kept, so that no more hints are missed than before.
LIKELY_DANGER = 0.5
"""What the encoder gives all kinds together from which the likeliest kind's card is shown."""

POSSIBLE_DANGER = 0.12
"""The same from which the answer asks whether somebody is at risk, and offers the cards."""

UNLIKELY_DANGER = 0.1
"""Below it, a pattern for other kinds than `LIFE_IN_DANGER` only offers its card."""

SECOND_KIND_SHARE = 0.6
"""The share of the likeliest kind's probability that a second kind needs for its card to be shown, too."""


@dataclass(frozen=True, slots=True)
class SafetyCard:
    """The fixed words for one concern: what to do today and whom to call, one line each.

    `label` names the danger in a few words. All of it is English, and translated where it is shown. `reviewed_by`: the
    clinician who has read it, or None until one has.
    """

    concern: Concern
    title: str
    lines: tuple[str, ...]
    label: str
    reviewed_by: str | None = None


@dataclass(frozen=True, slots=True)
class FoundCards:
    """The cards to show before any lesson or, if there are none, those to offer because danger is possible."""

    shown: tuple[SafetyCard, ...]
    offered: tuple[SafetyCard, ...]


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A help line. `countries`: ISO 3166 codes of where it answers; none for the list of all countries' lines."""

    countries: tuple[str, ...]
    name: str
    contact: str
    hours: str


@dataclass(frozen=True, slots=True)
class HelpLines:
    """The crisis lines, and each country's emergency number by its ISO 3166 code."""

    lines: tuple[HelpLine, ...]
    emergency_numbers: Mapping[str, str]


def _requires_nothing(_pattern: str) -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True)
class SafetyPattern:
    """A regular expression for text that `normalize_text` returned.

    `find_required_texts` returns texts of which any match contains one, if there are such texts. Looking for them first
    is ten times as fast, and only patterns whose text is found are ever compiled.
    """

    source: str
    find_required_texts: Callable[[str], frozenset[str]] = _requires_nothing

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """The compiled expression. Compiling takes a millisecond and some kilobytes."""
        return re.compile(self.source)

    @cached_property
    def required_texts(self) -> frozenset[str]:
        """The texts of which any match contains one; none if nothing is known. Finding them takes a millisecond."""
        return self.find_required_texts(self.source)

    def matches(self, text: str) -> bool:
        """Return whether the expression is found in `text`."""
        return self._may_match(text) and self.expression.search(text) is not None

    def remove_from(self, text: str) -> str:
        """Return `text` with "_" in place of what matches."""
        return self.expression.sub("_", text) if self._may_match(text) else text

    def _may_match(self, text: str) -> bool:
        return not self.required_texts or any(required in text for required in self.required_texts)


@dataclass(frozen=True, slots=True)
class SafetyRule:
    """A card and its patterns, any of which triggers it."""

    card: SafetyCard
    patterns: tuple[SafetyPattern, ...]

    def matches(self, text: str) -> bool:
        """Return whether any pattern matches `text`."""
        return any(pattern.matches(text) for pattern in self.patterns)


@dataclass(frozen=True, slots=True)
class SafetyRules:
    """All rules, highest priority first, and harmless sayings ("kill the project") that are removed before matching."""

    rules: tuple[SafetyRule, ...]
    harmless_sayings: tuple[SafetyPattern, ...]

    def joined_with(self, others: "SafetyRules") -> "SafetyRules":
        """Return the rules of both, which have the same cards: people mix languages."""
        rules = tuple(
            replace(rule, patterns=rule.patterns + other.patterns)
            for rule, other in zip(self.rules, others.rules, strict=True)
        )
        return SafetyRules(rules, self.harmless_sayings + others.harmless_sayings)


def normalize_text(text: str) -> str:
    """Return `text` in lower case, without apostrophes, with single spaces and " . " where a sentence ends.

    "He's had *enough*! She can't" becomes " hes had enough . she cant . ".
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    text = _SENTENCE_ENDS.sub(" . ", _APOSTROPHES.sub("", text))
    return f" {_BETWEEN_WORDS.sub(' ', text).strip(' .')} . "


def find_concerns(text: str, rules: SafetyRules, dangers: Mapping[str, float] | None = None) -> FoundCards:
    """Return the cards for the dangers in `text`, the most urgent first. Almost all texts have none.

    `dangers`: the most that the encoder gives each kind in any part of the text, 0 to 1, if there is an encoder.
    Patterns read all of `text`, and take the longer the longer it is, so callers cut long texts.
    """
    plain = _without_sayings(text, rules)
    matched = {rule.card.concern for rule in rules.rules if rule.matches(plain)}
    if not dangers:
        return FoundCards(_cards(matched, rules), ())
    chances = {concern: dangers.get(concern, 0.0) for concern in Concern}
    danger = sum(chances.values())
    shown = matched if danger >= UNLIKELY_DANGER else matched & LIFE_IN_DANGER
    if danger >= LIKELY_DANGER:
        least = SECOND_KIND_SHARE * max(chances.values())
        shown = shown | {concern for concern in Concern if chances[concern] >= least}
    if shown:
        return FoundCards(_cards(shown, rules), ())
    if not matched and danger >= POSSIBLE_DANGER:
        matched = set(sorted(Concern, key=lambda concern: -chances[concern])[:MAX_CARDS])
    return FoundCards((), _cards(matched, rules))


def may_be_german(text: str) -> bool:
    """Return whether a text has a letter or a word that English hasn't."""
    return _GERMAN.search(text) is not None


def _without_sayings(text: str, rules: SafetyRules) -> str:
    """Return the normalized text without harmless sayings."""
    normalized = normalize_text(text)
    for saying in rules.harmless_sayings:
        normalized = saying.remove_from(normalized)
    return normalized


def _cards(concerns: Collection[Concern], rules: SafetyRules) -> tuple[SafetyCard, ...]:
    return tuple(rule.card for rule in rules.rules if rule.card.concern in concerns)[:MAX_CARDS]


def name_help_lines(card: SafetyCard, help_lines: HelpLines, country: str | None) -> SafetyCard:
    """Return the card with the help lines of this country (ISO 3166), or of several large ones if it is unknown."""
    own = [each for each in help_lines.lines if country in each.countries]
    chosen = own or [each for each in help_lines.lines if set(each.countries) & {"US", "CA", "GB", "AU"}]
    everywhere = [each for each in help_lines.lines if not each.countries]
    said = ". ".join(_describe(each, with_countries=not own) for each in [*chosen[:5], *everywhere])
    if number := help_lines.emergency_numbers.get(country or ""):
        said = " ".join([_("Emergency number: {number}.", number=number), said])
    return replace(card, lines=tuple(f"{said}." if line == HELP_LINES else line for line in card.lines))


def _describe(line: HelpLine, *, with_countries: bool) -> str:
    if not line.countries:
        return _("Elsewhere: {contact}", contact=_(line.contact))
    where = f" ({join_words(line.countries)})" if with_countries else ""
    return f"{line.name}{where}: {_(line.contact)}, {_(line.hours)}"
