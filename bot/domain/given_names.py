"""Given names, by which a text may tell of somebody."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GivenNames:
    """Given names in lower case: those that count however they are typed, and those that need a capital letter."""

    however_typed: frozenset[str]
    capitalized: frozenset[str]

    def has(self, word: str) -> bool:
        """Return whether a word of a text is one of these names."""
        lower = word.lower()
        return lower in self.however_typed or (word[:1].isupper() and lower in self.capitalized)
