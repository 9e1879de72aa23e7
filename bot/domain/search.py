"""Finds the lessons that fit a situation.

A question's words, its pairs of neighbouring words, and at less weight the words that mean nearly the same, count by
BM25 in each part of a lesson, so that what a lesson is about counts more than what it mentions. What the words say
about the skill is added: a lesson is likelier to fit if its neighbours do. The weights were chosen on half of
tests/coaching/situations.yaml; docs/benchmarks.md has the figures for both halves.

Ranking is `bm25s`, stemming is Snowball's (`PyStemmer`); both ship no types and are met in this module alone. They are
imported when an index is built, which keeps the domain light to import. Nothing that is searched for is kept.
"""

import re
import threading
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import log1p
from typing import TYPE_CHECKING, Any

from bot.domain.lesson import Lesson

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

LONGEST = 2000
"""Characters of a question that are read."""

SYNONYM = 0.4
"""What a word counts that means nearly the same as one that was typed."""

SKILL_WORDS = 0.5
"""What a word's evidence for a skill counts beside its evidence for a lesson."""

NEIGHBOURS = 0.2
"""The share of a lesson's score that the best lessons of its skill (the best `NEAREST`) decide."""

NEAREST = 4

FITS = 2.0
"""The least score of an answer, in units of what a word in one lesson alone is worth. Less is chance."""

OFF_TOPIC = 1.2
"""How much more an answer must score for each word that no lesson is about."""

PAIR_ANSWERS = 0.6
"""What a pair of words counts when it is asked whether a lesson answers at all: "good morning" is a pair, too."""

OFFERED = 0.4
"""The share of the best lesson's score that a further lesson must have to be offered beside it."""

_STEMMING = threading.Lock()
"""One at a time: a Snowball stemmer keeps the word it works on in itself, and two threads would mix theirs."""

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")

_STOP_WORDS = frozenset(
    """a about an and any are as at be because been being but by can cannot could did do does doing don for from get
    gets getting go goes going got had has have having he her here him his how i if in into is it its let like lot
    many me more most much my no not now of on one or our out really say says she should so some still such t than
    that the their them then there these they thing things this those through to too up us very want wants was we
    were what when where which while who whose why will with would you your yours""".split()  # noqa: SIM905
)
"""Words that say nothing alone. In pairs they do: "not talking", "each other"."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What is known of words beside the lessons.

    `groups`: words that mean the same or nearly so, in any form; a word may be in several. `off_topic`: words of things
    that no lesson is about.
    """

    groups: Sequence[Sequence[str]] = ()
    off_topic: frozenset[str] = frozenset()


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
    _Field(2.5, lambda lesson: " ".join(lesson.situations)),
    _Field(1.2, lambda lesson: lesson.tip),
    _Field(1.0, lambda lesson: lesson.question.scenario),
    _Field(1.0, lambda lesson: " ".join(f"{each.text} {each.explanation}" for each in lesson.question.options)),
    _Field(0.8, lambda lesson: f"{lesson.skill.name} {lesson.skill.scope}"),
    _Field(0.6, lambda lesson: lesson.title),
    _Field(0.4, lambda lesson: lesson.words),
    _Field(0.4, lambda lesson: lesson.why),
    _Field(0.4, lambda lesson: lesson.reflection),
    _Field(0.3, lambda lesson: lesson.try_today),
)


class LessonIndex:
    """An index over lessons, built once; searching it changes nothing."""

    def __init__(self, lessons: Sequence[Lesson], vocabulary: Vocabulary | None = None) -> None:
        """`vocabulary`: what is known of words beside the lessons; nothing, if left out."""
        vocabulary = vocabulary or Vocabulary()
        self._lessons = tuple(lessons)
        self._terms = _Terms()
        self._near = _near(self._terms, vocabulary.groups)
        self._off_topic = frozenset(self._terms.of(" ".join(vocabulary.off_topic)))
        # What a lesson is called, where a single word is enough: "conflict" means something, "thanks" does not.
        self._names = [set(self._terms.of(f"{lesson.title} {lesson.skill.name}")) for lesson in self._lessons]
        if self._lessons:
            self._evidence = _Evidence(self._lessons, self._terms)

    def search(self, text: str, limit: int = 3) -> list[Match]:
        """The lessons that fit `text`, at most `limit`, best first; none if nothing fits well enough.

        The third is of another skill than the first two, where one fits: a situation often has another side.
        """
        asked = list(dict.fromkeys(self._terms.of(text[:LONGEST])))
        if not asked or not self._lessons:
            return []
        meant = [{term: 1.0, **dict.fromkeys(self._near.get(term, ()), SYNONYM)} for term in asked]
        pairs = list(dict.fromkeys(self._terms.pairs_of(text[:LONGEST])))
        scores = self._evidence.scores([*asked, *pairs], [*meant, *({pair: 1.0} for pair in pairs)])
        # Ties stay in the packs' order, on every machine.
        places = sorted(range(len(self._lessons)), key=lambda place: -scores[place])
        if not self._answers(asked, meant, pairs, places[0]):
            return []
        fitting = [place for place in places if scores[place] >= OFFERED * scores[places[0]]]
        return [Match(self._lessons[place], float(scores[place])) for place in self._from_another_side(fitting)[:limit]]

    def _answers(
        self, asked: Sequence[str], meant: Sequence[dict[str, float]], pairs: Sequence[str], place: int
    ) -> bool:
        """Whether a lesson answers a question at all. One shared word is chance, unless the lesson is named for it."""
        if len(asked) == 1:
            return asked[0] in self._names[place] and asked[0] not in self._off_topic
        worth = [self._evidence.of(terms)[place] for terms in meant]
        off_topic = sum(term in self._off_topic for term in asked)
        least = (FITS + OFF_TOPIC * off_topic) * self._evidence.unit
        said = sum(self._evidence.of({pair: PAIR_ANSWERS})[place] for pair in pairs)
        return sum(each > 0 for each in worth) > 1 and bool(sum(worth) + said >= least)

    def _from_another_side(self, places: list[int]) -> list[int]:
        first, rest = places[:2], places[2:]
        seen = {self._lessons[place].skill.slug for place in first}
        other = next((place for place in rest if self._lessons[place].skill.slug not in seen), None)
        return places if other is None else [*first, other, *(place for place in rest if place != other)]


class _Evidence:
    """What each term says for each lesson and for each skill."""

    def __init__(self, lessons: Sequence[Lesson], terms: "_Terms") -> None:
        import numpy as np

        fields = [[[*terms.of(text), *terms.pairs_of(text)] for text in map(field.text, lessons)] for field in _FIELDS]
        rankers = [_BM25(texts) for texts in fields]
        known = dict.fromkeys(term for texts in fields for text in texts for term in text)
        self._size = len(lessons)
        self._lessons: dict[str, tuple[Floats, Floats]] = {}
        for term in known:
            total = np.zeros(len(lessons), np.float32)
            for field, ranker in zip(_FIELDS, rankers, strict=True):
                places, values = ranker.of(term)
                total[places] += field.weight * values
            held = total.nonzero()[0].astype(np.int32)
            self._lessons[term] = held, total[held]
        self.unit = log1p((len(lessons) - 0.5) / 1.5)
        """BM25's inverse document frequency of a term that one lesson alone holds."""

        skills = list(dict.fromkeys(lesson.skill.slug for lesson in lessons))
        self._skill_of = np.array([skills.index(lesson.skill.slug) for lesson in lessons])
        self._skills = [np.flatnonzero(self._skill_of == skill) for skill in range(len(skills))]
        self._speaks_for = _log_ratios(fields, self._skill_of, len(skills))

    def of(self, terms: dict[str, float]) -> "Floats":
        """What the best of these terms (each with its weight) is worth for each lesson; shape (lessons,)."""
        import numpy as np

        best = np.zeros(self._size, np.float32)
        for term, weight in terms.items():
            if term in self._lessons:
                places, values = self._lessons[term]
                best[places] = np.maximum(best[places], weight * values)
        return best

    def scores(self, asked: Sequence[str], meant: Sequence[dict[str, float]]) -> "Floats":
        """How well each lesson fits what was asked, and what it meant; shape (lessons,)."""
        import numpy as np

        own = sum((self.of(terms) for terms in meant), np.zeros(self._size, np.float32))
        for term in asked:
            if term in self._speaks_for:
                own = own + SKILL_WORDS * self._speaks_for[term][self._skill_of]
        near = np.array([np.sort(own[places])[-NEAREST:].mean() for places in self._skills])
        scores: Floats = (1 - NEIGHBOURS) * own + NEIGHBOURS * near[self._skill_of]
        return scores


class _Terms:
    """Turns text into the stems that are compared."""

    def __init__(self) -> None:
        self._stem = _stemmer()

    def of(self, text: str) -> list[str]:
        """The stems of a text's words, in order, without those that say nothing."""
        words = _words_of(text)
        said = [word for word in words if len(word) > 1 and word not in _STOP_WORDS]
        with _STEMMING:
            return [self._stem(word) for word in said]

    def pairs_of(self, text: str) -> list[str]:
        """The stems of every two words that stand side by side, those that say nothing alone included."""
        words = _words_of(text)
        with _STEMMING:
            stems = [self._stem(word) for word in words]
        return [f"{first} {second}" for first, second in pairwise(stems)]


def _words_of(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("-", " ")
    return [word.split("'")[0] for word in _WORD.findall(plain)]


class _BM25:
    """BM25 (Lucene's form, k1 1.2, b 0.75) over texts, a term at a time."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        import bm25s
        import numpy as np

        self._nothing = np.zeros(0, np.int32), np.zeros(0, np.float32)
        self._vocabulary: dict[str, int] = {}
        if any(texts):
            ranker: Any = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
            ranker.index([list(text) for text in texts], show_progress=False)
            self._vocabulary, self._scores = ranker.vocab_dict, ranker.scores

    def of(self, term: str) -> "tuple[Floats, Floats]":
        """The texts (places) that hold a term, and what it is worth in each."""
        if term not in self._vocabulary:
            return self._nothing
        column = self._vocabulary[term]
        start, end = self._scores["indptr"][column : column + 2]
        return self._scores["indices"][start:end], self._scores["data"][start:end]


@cache
def _stemmer() -> Callable[[str], str]:
    import Stemmer

    return Stemmer.Stemmer("english").stemWord  # type: ignore[no-any-return]


def _near(terms: _Terms, groups: Sequence[Sequence[str]]) -> dict[str, frozenset[str]]:
    """The stems that mean nearly the same as each stem."""
    near: dict[str, set[str]] = {}
    for group in groups:
        stems = terms.of(" ".join(group))
        for stem in stems:
            near.setdefault(stem, set()).update(stems)
    return {stem: frozenset(others - {stem}) for stem, others in near.items()}


def _log_ratios(fields: Sequence[Sequence[Sequence[str]]], skill_of: "Floats", skills: int) -> "dict[str, Floats]":
    """How much likelier each term is in the words of each skill than in those of all: naive Bayes' log ratio.

    Smoothed by Laplace's rule, as in Manning, Raghavan and Schütze, Introduction to Information Retrieval (2008),
    section 13.2. Shape of each value: (skills,).
    """
    import numpy as np

    counts: dict[str, Floats] = {}
    for skill, term in _words_of_skills(fields, skill_of):
        counts.setdefault(term, np.ones(skills, np.float32))[skill] += 1
    if not counts:
        return {}
    totals = sum(counts.values())
    return {term: np.log(chance / chance.mean()) for term, count in counts.items() for chance in (count / totals,)}


def _words_of_skills(fields: Sequence[Sequence[Sequence[str]]], skill_of: "Floats") -> Iterator[tuple[int, str]]:
    for texts in fields:
        for skill, text in zip(skill_of, texts, strict=True):
            for term in text:
                yield skill, term
