"""Reads the safety cards and their patterns (`safety.yaml`), strictly, into values for `domain.safety`.

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
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.domain.safety import Concern, SafetyCard, SafetyRule, SafetyRules
from bot.errors import PackError, PackProblem

SAFETY_FILE = "safety.yaml"
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


class _Entry(_Strict):
    """One concern in the file. The limits keep its card readable on a phone."""

    title: Annotated[str, Field(min_length=1, max_length=60)]
    lines: Annotated[list[Annotated[str, Field(min_length=1, max_length=300)]], Field(min_length=2, max_length=6)]
    patterns: _Patterns


class _Concerns(_Strict):
    """Exactly one entry for each `Concern`."""

    self_harm: _Entry
    violence: _Entry
    threats: _Entry
    patient_harm: _Entry
    harassment: _Entry


class _File(_Strict):
    """The fields of the file. `_Compiler` checks its patterns."""

    version: int
    checked_on: date
    terms: dict[str, _Patterns]
    sayings: _Patterns
    concerns: _Concerns


@cache
def shipped_safety_rules() -> SafetyRules:
    """Return the rules that come with Rounds, read and compiled once. Raises PackError if the file is broken."""
    return parse_safety_rules(resources.files("bot.content").joinpath(SAFETY_FILE).read_text(encoding="utf-8"))


def parse_safety_rules(text: str) -> SafetyRules:
    """Return the rules in `text` (YAML), highest priority first. Raises PackError with every problem."""
    file = _parse_file(text)
    compiler = _Compiler(file.terms)
    rules = tuple(_rule(concern, getattr(file.concerns, concern), compiler) for concern in Concern)
    sayings = compiler.compile_patterns("sayings", file.sayings)
    if compiler.problems:
        raise PackError([_problem(place, message) for place, message in compiler.problems])
    return SafetyRules(rules, sayings)


def _parse_file(text: str) -> _File:
    try:
        return _File.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise PackError([_problem("the file", f"isn't valid YAML: {error}")]) from error
    except ValidationError as error:
        problems = [_problem(".".join(map(str, found["loc"])), found["msg"]) for found in error.errors()]
        raise PackError(problems) from error


def _rule(concern: Concern, entry: _Entry, compiler: "_Compiler") -> SafetyRule:
    patterns = compiler.compile_patterns(f"concerns.{concern}", entry.patterns)
    return SafetyRule(SafetyCard(concern, entry.title, tuple(entry.lines)), patterns)


def _problem(place: str, message: str) -> PackProblem:
    return PackProblem(SAFETY_FILE, 1, "safety", f"{place}: {message}")


class _Compiler:
    """Compiles patterns, and collects their problems in `problems` as (place, message)."""

    def __init__(self, terms: Mapping[str, Sequence[str]]) -> None:
        self.problems: list[tuple[str, str]] = []
        self._terms: dict[str, str] = {}
        for name, words in terms.items():
            self._terms[name] = self._expanded(f"terms.{name}", "(?:" + "|".join(words) + ")")

    def compile_patterns(self, place: str, patterns: Sequence[str]) -> tuple[re.Pattern[str], ...]:
        """Compile the patterns at `place`, in order, and leave out the broken ones."""
        found = (self._compile(place, pattern) for pattern in patterns)
        return tuple(pattern for pattern in found if pattern is not None)

    def _compile(self, place: str, pattern: str) -> re.Pattern[str] | None:
        expanded = self._expanded(place, pattern)
        if _UNBOUNDED.search(expanded):
            self.problems.append((place, f"{pattern!r} repeats without a limit; write {{0,5}} or similar"))
            return None
        try:
            return re.compile(rf"\b(?:{_either_way(expanded)})\b")
        except re.error as error:
            self.problems.append((place, f"{pattern!r} isn't a regular expression: {error}"))
            return None

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
