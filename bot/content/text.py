"""Words, sentences and reading grade of English text."""

import re
from functools import lru_cache

_BETWEEN_WORDS = re.compile(r"[\s—–]+")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)]*\s+(?=[\"'“‘(]?[A-Z0-9])|\n+")
_NO_END = re.compile(r"\b(?:e\.g|i\.e|et al|vs|approx|U\.S\.C?)\.", re.IGNORECASE)
_LETTERS = re.compile(r"[a-z]+")
_VOWELS = re.compile(r"[aeiouy]+")
# An e that isn't spoken: at the end ("role", not "able"), in most "-ed" and "-es", and before "-ly" and its like.
_SILENT = re.compile(
    r"(?<![aeiouy])(?<![^aeiouy]l)(?:e|(?<![td])ed|(?<![scxzg])(?<![cs]h)es)$|(?<!l)e(?=(?:ly|ty|less|ful|ment)s?$)"
)
# Vowels that stand together but are spoken apart ("tri-al", "cre-ate"), and common words that no rule gets right.
_APART = re.compile(r"(?<![cst])ia|eo(?!p)|ua(?!r)|(?<!q)ui(?=t[iye])|io(?=d|$)|(?<=cr)ea|[aeouy]ing$|(?<=[qc])uie|ien")
_KNOWN = {
    "area": 3, "are": 1, "business": 2, "colleague": 2, "every": 2, "everyone": 3, "idea": 3, "quiet": 2, "someone": 2,
    "something": 2, "sometimes": 2, "therefore": 2, "use": 1, "patient": 2, "patients": 2, "people": 2, "areas": 3,
    "colleagues": 2, "ideas": 3, "everything": 3, "whole": 1, "home": 1, "quietly": 3, "friend": 1, "friends": 1,
}  # fmt: skip


def split_words(text: str) -> list[str]:
    """The words, as a word processor counts them: "same-day" is one, "45 CFR 164.502(b)" three."""
    return [word for word in _BETWEEN_WORDS.split(text) if word[:1].isalnum() or any(map(str.isalnum, word))]


def normalized_words(text: str) -> frozenset[str]:
    """The different words in small letters, without the marks around them."""
    return frozenset(map(normalize_word, split_words(text)))


def normalize_word(word: str) -> str:
    """A word in small letters, without the marks around it."""
    return word.strip(".,;:!?()[]\"'“”‘’").lower()


def split_sentences(text: str) -> list[str]:
    """The sentences; also each line, where a text has several."""
    guarded = _NO_END.sub(lambda found: found[0].replace(".", "\0"), text)
    return [part.replace("\0", ".").strip() for part in _SENTENCE_END.split(guarded) if part.strip()]


@lru_cache(maxsize=20_000)  # a pack says the same few thousand words over and over
def count_syllables(word: str) -> int:
    """How many syllables a word has, by its letters; right for about nine words in ten, and at least one."""
    return max(1, sum(map(_syllables, _LETTERS.findall(word.lower().replace("'", "").replace("’", "")))))


def reading_grade(text: str) -> float:
    """The US school grade that can read `text`: Flesch-Kincaid (Kincaid and others, 1975). 0 for a text without words.

    0.39 x words a sentence + 11.8 x syllables a word - 15.59.
    """
    words, sentences = split_words(text), split_sentences(text)
    if not words:
        return 0.0
    syllables = sum(map(count_syllables, words))
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def _syllables(part: str) -> int:
    if part in _KNOWN:
        return _KNOWN[part]
    spoken = _SILENT.sub("", part) if len(part) > 2 else part
    return max(1, len(_VOWELS.findall(spoken)) + len(_APART.findall(spoken)))
