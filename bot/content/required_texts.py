"""Finds texts that any match of a regular expression contains one of. Looking for them first is much faster.

Of 732 patterns for danger, a usual text contains what 20 require.
"""

from collections.abc import Iterable
from re import _parser as parser  # type: ignore[attr-defined]  # there is no public one
from typing import Any

MIN_LENGTH = 2
"""The shortest text worth looking for."""


def find_required_texts(pattern: str) -> frozenset[str]:
    """Return texts one of which is in any text that this pattern matches; none if there are no such texts.

    The pattern has no flags. Of several choices, those with the longest texts are returned, as they are the rarest.
    """
    return frozenset(_required(parser.parse(pattern)))


def _required(tree: Iterable[tuple[Any, Any]]) -> set[str]:
    found: set[str] = set()
    literal = ""
    for kind, value in [*tree, ("end", None)]:
        if str(kind) == "LITERAL":
            literal += chr(value)
            continue
        found = max(found, {literal} if len(literal) >= MIN_LENGTH else set(), _within(str(kind), value), key=_rarity)
        literal = ""
    return found


def _within(kind: str, value: Any) -> set[str]:  # noqa: ANN401  (each kind has a value of its own)
    """Return what a part of a pattern requires."""
    if kind == "SUBPATTERN":
        return _required(value[3])
    if kind == "BRANCH":
        branches = [_required(branch) for branch in value[1]]
        return set().union(*branches) if all(branches) else set()
    if kind in {"MAX_REPEAT", "MIN_REPEAT"} and value[0] > 0:
        return _required(value[2])
    return set()


def _rarity(texts: set[str]) -> tuple[int, int]:
    return (min(map(len, texts)), -len(texts)) if texts else (0, 0)
