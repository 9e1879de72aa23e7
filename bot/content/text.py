"""Splits English text into words and sentences, and computes its reading grade."""

import re
from functools import lru_cache

_BETWEEN_WORDS = re.compile(r"[\s—–]+")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)]*\s+(?=[\"'“‘(]?[A-Z0-9])|\n+")
_NO_END = re.compile(r"\b(?:e\.g|i\.e|et al|vs|approx|U\.S\.C?)\.", re.IGNORECASE)
_LETTERS = re.compile(r"[a-z]+")
_VOWELS = re.compile(r"[aeiouy]+")
# A silent e: at the end ("role", not "able"), in most "-ed" and "-es", and before suffixes such as "-ly".
_SILENT = re.compile(
    r"(?<![aeiouy])(?<![^aeiouy]l)(?:e|(?<![td])ed|(?<![scxzg])(?<![cs]h)es)$|(?<!l)e(?=(?:ly|ty|less|ful|ment)s?$)"
)
# Adjacent vowels in separate syllables ("tri-al", "cre-ate").
_APART = re.compile(r"(?<![cst])ia|eo(?!p)|ua(?!r)|(?<!q)ui(?=t[iye])|io(?=d|$)|(?<=cr)ea|[aeouy]ing$|(?<=[qc])uie|ien")
# Common words that the rules get wrong.
_EXCEPTIONS = {
    "area": 3, "are": 1, "business": 2, "colleague": 2, "every": 2, "everyone": 3, "idea": 3, "quiet": 2, "someone": 2,
    "something": 2, "sometimes": 2, "therefore": 2, "use": 1, "patient": 2, "patients": 2, "people": 2, "areas": 3,
    "colleagues": 2, "ideas": 3, "everything": 3, "whole": 1, "home": 1, "quietly": 3, "friend": 1, "friends": 1,
}  # fmt: skip


def split_words(text: str) -> list[str]:
    """Return the words as a word processor counts them: "same-day" is one, "45 CFR 164.502(b)" is three."""
    return [word for word in _BETWEEN_WORDS.split(text) if word[:1].isalnum() or any(map(str.isalnum, word))]


def normalized_words(text: str) -> frozenset[str]:
    """Return the distinct words in lowercase, without surrounding punctuation."""
    return frozenset(map(normalize_word, split_words(text)))


def word_overlap(words: frozenset[str], others: frozenset[str]) -> float:
    """Return the share of their distinct words that two texts have in common, 0 to 1 (Jaccard's index)."""
    return len(words & others) / len(words | others) if words or others else 1.0


def normalize_word(word: str) -> str:
    """Return a word in lowercase, without surrounding punctuation."""
    return word.strip(".,;:!?()[]\"'“”‘’").lower()


def split_sentences(text: str) -> list[str]:
    """Return the sentences. A line break also ends a sentence."""
    guarded = _NO_END.sub(lambda found: found[0].replace(".", "\0"), text)
    return [part.replace("\0", ".").strip() for part in _SENTENCE_END.split(guarded) if part.strip()]


@lru_cache(maxsize=20_000)  # a pack repeats the same few thousand words
def count_syllables(word: str) -> int:
    """Estimate a word's syllables from its letters: at least one, and right for about nine words in ten."""
    return max(1, sum(map(_syllables, _LETTERS.findall(word.lower().replace("'", "").replace("’", "")))))


def reading_grade(text: str) -> float:
    """Return the US school grade at which people can read `text`, or 0 if it has no words.

    The formula is Flesch-Kincaid (Kincaid and others, 1975):
    0.39 x words per sentence + 11.8 x syllables per word - 15.59.
    """
    words, sentences = split_words(text), split_sentences(text)
    if not words:
        return 0.0
    syllables = sum(map(count_syllables, words))
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def _syllables(part: str) -> int:
    if part in _EXCEPTIONS:
        return _EXCEPTIONS[part]
    spoken = _SILENT.sub("", part) if len(part) > 2 else part
    return max(1, len(_VOWELS.findall(spoken)) + len(_APART.findall(spoken)))
