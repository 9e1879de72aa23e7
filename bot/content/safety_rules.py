"""Reads the safety cards, their patterns, and the help lines, strictly, into values for `domain.safety`.

A pattern is a regular expression for text from `domain.safety.normalize_text` (lowercase, single spaces, no
apostrophes), with three shorthands: `<name>` means an entry of `terms`, ` ... ` means up to five words of the same
sentence, and `this && that` means both in one sentence, in either order. It always matches whole words. Repeats have
limits, because an unlimited one could make matching very slow for some texts.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated, Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.content.required_texts import find_required_texts
from bot.content.yaml_reader import LOADER
from bot.domain.safety import (
    Concern,
    HelpLine,
    HelpLines,
    SafetyCard,
    SafetyPattern,
    SafetyRule,
    SafetyRules,
    may_be_german,
)
from bot.errors import PackError, PackProblem

PATTERNS_FILE = "safety_patterns.yaml"
GERMAN_PATTERNS_FILE = "safety_patterns_german.yaml"
CARDS_FILE = "safety_cards.yaml"
HELP_LINES_FILE = "help_lines.yaml"
_GAP = r"(?: \w+){0,5} "
_SENTENCE = r"\b(?: \w+){0,25} "
_TERM = re.compile(r"<([a-z_]+)>")
# `\w*` and `\w+` end at the next space, and repeat only with a space between. Any other unlimited repeat could take
# exponential time.
_UNBOUNDED = re.compile(r"(?<!\\)(?<!\\w)[*+]|\{\d*,\}|(?<!\(\?: )\\w[*+]\)+\{")

_Words = Annotated[str, Field(min_length=1)]
_Patterns = Annotated[list[_Words], Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_strip_whitespace=True)


class _Source(_Strict):
    """What a card rests on, and how that was checked."""

    what: _Words
    url: str | None
    checked: _Words


class _Card(_Strict):
    """The card of one concern. The limits keep it readable on a phone."""

    title: Annotated[str, Field(min_length=1, max_length=60)]
    label: Annotated[str, Field(min_length=1, max_length=40)]
    reviewed_by: _Words | None
    reviewed_on: date | None
    lines: Annotated[list[Annotated[str, Field(min_length=1, max_length=300)]], Field(min_length=2, max_length=6)]
    sources: Annotated[list[_Source], Field(min_length=1)]

    @model_validator(mode="after")
    def _reviewed_by_somebody_on_a_day(self) -> Self:
        if (self.reviewed_by is None) is not (self.reviewed_on is None):
            raise ValueError("reviewed_by and reviewed_on belong together: name both, or neither")
        return self


class _CardsFile(_Strict):
    """The fields of the file of cards: exactly one for each `Concern`."""

    version: int
    checked_on: date
    cards: dict[str, _Card]


class _PatternsFile(_Strict):
    """The fields of a file of patterns. `_Compiler` checks the patterns."""

    version: int
    terms: dict[str, _Patterns]
    sayings: _Patterns
    patterns: dict[str, _Patterns]


class _HelpLine(_Strict):
    about: Literal["crisis", "domestic_violence", "clinicians"]
    countries: list[Annotated[str, Field(pattern="^[A-Z]{2}$")]]
    name: _Words
    contact: _Words
    hours: _Words
    url: _Words
    verified: bool
    checked: _Words


class _HelpLinesFile(_Strict):
    version: int
    checked_on: date
    help_lines: list[_HelpLine]
    emergency: dict[str, str]


_Model = TypeVar("_Model", bound=_Strict)


@cache
def shipped_safety_rules() -> SafetyRules:
    """Return the rules for English, read once. Raises PackError if a file is broken.

    The tests compile every pattern.
    """
    return parse_safety_rules(_read(PATTERNS_FILE), _read(CARDS_FILE), compiled=False)


@cache
def shipped_safety_rules_with_german() -> SafetyRules:
    """Return the rules for English and German. Preparing them takes a second, so only where somebody writes German."""
    german = parse_safety_rules(_read(GERMAN_PATTERNS_FILE), _read(CARDS_FILE), GERMAN_PATTERNS_FILE, compiled=False)
    return shipped_safety_rules().joined_with(german)


def safety_rules_for(text: str) -> SafetyRules:
    """Return the rules by which to look for danger in a text: also those for German if any word of it may be German."""
    return shipped_safety_rules_with_german() if may_be_german(text) else shipped_safety_rules()


@cache
def shipped_help_lines() -> HelpLines:
    """Return the crisis lines that come with Rounds. Only those whose number and hours were found are named."""
    file = _parse(_HelpLinesFile, HELP_LINES_FILE, _read(HELP_LINES_FILE))
    lines = tuple(
        HelpLine(tuple(each.countries), each.name, each.contact, each.hours)
        for each in file.help_lines
        if each.about == "crisis" and each.verified
    )
    return HelpLines(lines, file.emergency)


def parse_safety_rules(
    patterns_text: str, cards_text: str, patterns_file: str = PATTERNS_FILE, *, compiled: bool = True
) -> SafetyRules:
    """Return the rules in two YAML texts, highest priority first. Raises PackError with every problem.

    Unless `compiled`, patterns aren't compiled before they are needed, and a broken one isn't found.
    """
    patterns = _parse(_PatternsFile, patterns_file, patterns_text)
    cards = _parse(_CardsFile, CARDS_FILE, cards_text)
    missing = [
        _problem(file, f"{concern} is missing")
        for file, given in ((patterns_file, patterns.patterns), (CARDS_FILE, cards.cards))
        for concern in Concern
        if concern not in given
    ]
    if missing:
        raise PackError(missing)
    compiler = _Compiler(patterns.terms, at_once=compiled)
    rules = tuple(
        SafetyRule(_card(concern, cards.cards[concern]), compiler.compile_patterns(concern, patterns.patterns[concern]))
        for concern in Concern
    )
    sayings = compiler.compile_patterns("sayings", patterns.sayings)
    if compiler.problems:
        raise PackError([_problem(patterns_file, f"{place}: {message}") for place, message in compiler.problems])
    return SafetyRules(rules, sayings)


def _read(name: str) -> str:
    return resources.files("bot.content").joinpath(name).read_text(encoding="utf-8")


def _parse(model: type[_Model], file: str, text: str) -> _Model:
    try:
        return model.model_validate(yaml.load(text, LOADER))  # noqa: S506  (a safe one)
    except yaml.YAMLError as error:
        raise PackError([_problem(file, f"the file isn't valid YAML: {error}")]) from error
    except ValidationError as error:
        problems = [_problem(file, f"{'.'.join(map(str, found['loc']))}: {found['msg']}") for found in error.errors()]
        raise PackError(problems) from error


def _card(concern: Concern, card: _Card) -> SafetyCard:
    return SafetyCard(concern, card.title, tuple(card.lines), card.label, card.reviewed_by)


def _problem(file: str, message: str) -> PackProblem:
    return PackProblem(file, 1, "safety", message)


class _Compiler:
    """Makes expressions of patterns, and collects their problems in `problems` as (place, message)."""

    def __init__(self, terms: Mapping[str, Sequence[str]], *, at_once: bool) -> None:
        """`at_once`: compile each expression now, to find the broken ones."""
        self._at_once = at_once
        self.problems: list[tuple[str, str]] = []
        self._terms: dict[str, str] = {}
        for name, words in terms.items():
            self._terms[name] = self._expanded(f"terms.{name}", "(?:" + "|".join(words) + ")")

    def compile_patterns(self, place: str, patterns: Sequence[str]) -> tuple[SafetyPattern, ...]:
        """Return the patterns at `place`, in order, without the broken ones."""
        found = (self._compile(place, pattern) for pattern in patterns)
        return tuple(pattern for pattern in found if pattern is not None)

    def _compile(self, place: str, pattern: str) -> SafetyPattern | None:
        expanded = self._expanded(place, pattern)
        if _UNBOUNDED.search(expanded):
            self.problems.append((place, f"{pattern!r} repeats without a limit; write {{0,5}} or similar"))
            return None
        found = SafetyPattern(rf"\b(?:{_either_way(expanded)})\b", find_required_texts)
        try:
            _compiled = found.expression if self._at_once else None
        except re.error as error:
            self.problems.append((place, f"{pattern!r} isn't a regular expression: {error}"))
            return None
        return found

    def _expanded(self, place: str, pattern: str) -> str:
        """Return `pattern` with its terms and gaps replaced. A term may use the terms above it."""
        for name in _TERM.findall(pattern):
            if name not in self._terms:
                self.problems.append((place, f"<{name}> isn't one of the terms above"))
        joined = pattern.replace("\n", "").replace(" ... ", _GAP)
        return _TERM.sub(lambda name: self._terms.get(name[1], ""), joined)


def _either_way(pattern: str) -> str:
    """Replace `this && that` with "this, later that, or that, later this"; leave other patterns unchanged."""
    this, both, that = pattern.partition(" && ")
    if not both:
        return pattern
    return rf"(?:{this}){_SENTENCE}(?:{that})|(?:{that}){_SENTENCE}(?:{this})"
