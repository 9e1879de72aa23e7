"""Reads the safety cards and their patterns (`safety.yaml`), strictly, into values that `domain.safety` matches with.

A pattern is a regular expression for text from `domain.safety.normalize_text` (lower case, single spaces, no
apostrophes), with three shorthands: `<name>` stands for an entry of `terms`, ` ... ` for up to five words of the same
sentence, and `this && that` for both in one sentence, in either order. It always matches whole words. Repeats are
bounded, so that no text, however odd, can make matching slow.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.domain.safety import Concern, SafetyCard, SafetyRule, SafetyRules
from bot.errors import PackError, PackProblem

SAFETY_FILE = "safety.yaml"
_GAP = r"(?: \w+){0,5} "
_SENTENCE = r"\b(?: \w+){0,25} "
_TERM = re.compile(r"<([a-z_]+)>")
# `\w*` and `\w+` end at the next space, and are repeated only with a space between; any other open-ended repeat could
# take exponential time.
_UNBOUNDED = re.compile(r"(?<!\\)(?<!\\w)[*+]|\{\d*,\}|(?<!\(\?: )\\w[*+]\)+\{")

_Words = Annotated[str, Field(min_length=1)]
_Patterns = Annotated[list[_Words], Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_strip_whitespace=True)


class _Entry(_Strict):
    """One concern as the file holds it. The limits keep a card readable on a phone."""

    title: Annotated[str, Field(min_length=1, max_length=60)]
    lines: Annotated[list[Annotated[str, Field(min_length=1, max_length=300)]], Field(min_length=2, max_length=6)]
    patterns: _Patterns


class _Concerns(_Strict):
    """One entry for each `Concern`, none missing and none besides."""

    self_harm: _Entry
    violence: _Entry
    threats: _Entry
    patient_harm: _Entry
    harassment: _Entry


class _File(_Strict):
    """The shape of the file; whether its patterns can be used is for `_Compiler`."""

    version: int
    checked_on: date
    terms: dict[str, _Patterns]
    sayings: _Patterns
    concerns: _Concerns


@cache
def shipped_safety_rules() -> SafetyRules:
    """The rules that come with Rounds, read and compiled once. PackError if the file is broken."""
    return parse_safety_rules(resources.files("bot.content").joinpath(SAFETY_FILE).read_text(encoding="utf-8"))


def parse_safety_rules(text: str) -> SafetyRules:
    """The rules in `text` (YAML), highest priority first. PackError names every problem found."""
    file = _shape_of(text)
    compiler = _Compiler(file.terms)
    rules = tuple(_rule(concern, getattr(file.concerns, concern), compiler) for concern in Concern)
    sayings = compiler.compiled("sayings", file.sayings)
    if compiler.problems:
        raise PackError([_problem(place, message) for place, message in compiler.problems])
    return SafetyRules(rules, sayings)


def _shape_of(text: str) -> _File:
    try:
        return _File.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise PackError([_problem("the file", f"is not YAML: {error}")]) from error
    except ValidationError as error:
        problems = [_problem(".".join(map(str, found["loc"])), found["msg"]) for found in error.errors()]
        raise PackError(problems) from error


def _rule(concern: Concern, entry: _Entry, compiler: "_Compiler") -> SafetyRule:
    patterns = compiler.compiled(f"concerns.{concern}", entry.patterns)
    return SafetyRule(SafetyCard(concern, entry.title, tuple(entry.lines)), patterns)


def _problem(place: str, message: str) -> PackProblem:
    return PackProblem(SAFETY_FILE, 1, "safety", f"{place}: {message}")


class _Compiler:
    """Compiles patterns, and collects what is wrong with them in `problems` as (place, sentence)."""

    def __init__(self, terms: Mapping[str, Sequence[str]]) -> None:
        self.problems: list[tuple[str, str]] = []
        self._terms: dict[str, str] = {}
        for name, words in terms.items():
            self._terms[name] = self._expanded(f"terms.{name}", "(?:" + "|".join(words) + ")")

    def compiled(self, place: str, patterns: Sequence[str]) -> tuple[re.Pattern[str], ...]:
        """Every pattern of `place` that can be used, in order."""
        found = (self._compile(place, pattern) for pattern in patterns)
        return tuple(pattern for pattern in found if pattern is not None)

    def _compile(self, place: str, pattern: str) -> re.Pattern[str] | None:
        expanded = self._expanded(place, pattern)
        if _UNBOUNDED.search(expanded):
            self.problems.append((place, f"{pattern!r} repeats without a bound; write {{0,5}} or similar"))
            return None
        try:
            return re.compile(rf"\b(?:{_either_way(expanded)})\b")
        except re.error as error:
            self.problems.append((place, f"{pattern!r} is no regular expression: {error}"))
            return None

    def _expanded(self, place: str, pattern: str) -> str:
        """`pattern` with its terms and gaps written out; a term may use the terms above it."""
        for name in _TERM.findall(pattern):
            if name not in self._terms:
                self.problems.append((place, f"<{name}> is not among the terms above"))
        joined = pattern.replace("\n", "").replace(" ... ", _GAP)
        return _TERM.sub(lambda name: self._terms.get(name[1], ""), joined)


def _either_way(pattern: str) -> str:
    """`this && that` as "this, later that, or that, later this"; any other pattern as it is."""
    this, both, that = pattern.partition(" && ")
    if not both:
        return pattern
    return rf"(?:{this}){_SENTENCE}(?:{that})|(?:{that}){_SENTENCE}(?:{this})"
