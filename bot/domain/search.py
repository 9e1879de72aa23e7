"""Finds the lessons that fit a situation: BM25 over each field of the lessons, weighted, on stemmed words.

Ranking is `bm25s`, stemming is Snowball's (`PyStemmer`); both ship no types and are met in this module alone. They are
imported when an index is built, which keeps the domain light to import. Nothing that is searched for is kept.
"""

import re
import threading
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import log
from typing import Any

from bot.domain.lesson import Lesson

LONGEST = 2000
"""Characters of a question that are read."""

FITS = 0.30
"""The share of a question's weight, counted in how telling its words are, that a lesson must hold to be offered.
Chosen on tests/domain/search_situations.yaml, where it parts situations from questions that no lesson answers."""

_STEMMING = threading.Lock()
"""One at a time: a Snowball stemmer keeps the word it works on in itself, and two threads would mix theirs."""

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")

_STOP_WORDS = frozenset(
    """a about after again all also am an and any are as at be because been before being but by can cannot could
    did do does doing don down each even every few for from get gets getting go goes going got had has have
    having he her here him his how i if in into is it its just keep keeps let like lot make makes many me more
    most much my need no not now of off on one only or other our out over own really same say says she should so
    some still such t than that the their them then there these they thing things this those through to too two
    up us very want wants was we were what when where which while who whose why will with would you your
    yours""".split()  # noqa: SIM905  (a list of 150)
)


@dataclass(frozen=True, slots=True)
class Match:
    """A lesson that fits, and how well: greater is better, and only comparable within one search."""

    lesson: Lesson
    score: float


@dataclass(frozen=True, slots=True)
class _Field:
    """A part of a lesson that is searched, and how much it counts."""

    weight: float
    text: Callable[[Lesson], str]


_FIELDS = (
    _Field(3.0, lambda lesson: " ".join(lesson.situations)),
    _Field(1.5, lambda lesson: lesson.title),
    _Field(1.0, lambda lesson: f"{lesson.tip} {lesson.words}"),
    _Field(0.5, lambda lesson: f"{lesson.question.scenario} {lesson.reflection}"),
    _Field(0.5, lambda lesson: f"{lesson.skill.name} {lesson.skill.scope}"),
)


class LessonIndex:
    """An index over lessons, built once; searching it changes nothing."""

    def __init__(self, lessons: Sequence[Lesson], synonyms: Mapping[str, str] | None = None) -> None:
        """`synonyms`: words that mean the same here, each mapped to the one that stands for all of them."""
        self._lessons = tuple(lessons)
        self._terms = _Terms(synonyms or {})
        documents = [[self._terms.of(field.text(lesson)) for lesson in self._lessons] for field in _FIELDS]
        self._rankers = [_rank(texts) for texts in documents]
        # What a lesson is called, where a single word is enough: "conflict" means something, "thanks" does not.
        self._names = [set(self._terms.of(f"{lesson.title} {lesson.skill.name}")) for lesson in self._lessons]
        self._held = [set().union(*(texts[place] for texts in documents)) for place in range(len(self._lessons))]
        self._telling = _telling(self._held)

    def search(self, text: str, limit: int = 3) -> list[Match]:
        """The lessons that fit `text` best, at most `limit`, best first; none if nothing fits well enough."""
        asked = list(dict.fromkeys(self._terms.of(text[:LONGEST])))
        if not asked or not self._lessons:
            return []
        scores = self._scores(asked)
        found = [
            Match(lesson, score)
            for place, (lesson, score) in enumerate(zip(self._lessons, scores, strict=True))
            if score > 0 and self._fits(asked, place)
        ]
        # sorted() is stable: equals stay in the packs' order, on every machine.
        return sorted(found, key=lambda match: -match.score)[:limit]

    def _scores(self, asked: list[str]) -> list[float]:
        totals = [0.0] * len(self._lessons)
        for field, ranker in zip(_FIELDS, self._rankers, strict=True):
            for place, score in enumerate(ranker(asked)):
                totals[place] += field.weight * score
        return totals

    def _fits(self, asked: Sequence[str], place: int) -> bool:
        """Whether a lesson holds enough of what the question is about. One shared word is chance."""
        if len(asked) == 1:
            return asked[0] in self._names[place]
        unknown = log(1 + len(self._lessons))
        weights = {term: self._telling.get(term, unknown) for term in asked}
        shared = [term for term in asked if term in self._held[place]]
        return len(shared) > 1 and sum(weights[term] for term in shared) >= FITS * sum(weights.values())


class _Terms:
    """Turns text into the stems that are compared."""

    def __init__(self, synonyms: Mapping[str, str]) -> None:
        self._stem = _stemmer()
        self._same = {self._stem(word): self._stem(chief) for word, chief in synonyms.items()}

    def of(self, text: str) -> list[str]:
        """The stems of a text's words, in order, without those that say nothing."""
        plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("-", " ")
        words = (word.split("'")[0] for word in _WORD.findall(plain))
        with _STEMMING:
            stems = [self._stem(word) for word in words if len(word) > 1 and word not in _STOP_WORDS]
        return [self._same.get(stem, stem) for stem in stems]


@cache
def _stemmer() -> Callable[[str], str]:
    import Stemmer

    return Stemmer.Stemmer("english").stemWord  # type: ignore[no-any-return]


def _rank(texts: Sequence[Sequence[str]]) -> Callable[[list[str]], Sequence[float]]:
    """BM25 (Lucene's form, k1 1.2, b 0.75) over these texts: terms in, a score for each text out."""
    import bm25s

    if not any(texts):
        return lambda asked: [0.0] * len(texts)
    ranker: Any = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
    ranker.index([list(text) for text in texts], show_progress=False)
    vocabulary = ranker.vocab_dict

    def scores(asked: list[str]) -> Sequence[float]:
        known = [term for term in asked if term in vocabulary]
        return [float(score) for score in ranker.get_scores(known)] if known else [0.0] * len(texts)

    return scores


def _telling(held: Sequence[set[str]]) -> dict[str, float]:
    """How telling each term is: the rarer among the lessons, the more (inverse document frequency)."""
    counts: dict[str, int] = {}
    for terms in held:
        for term in terms:
            counts[term] = counts.get(term, 0) + 1
    return {term: log(1 + len(held) / count) for term, count in counts.items()}
