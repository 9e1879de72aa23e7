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
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import log1p
from typing import TYPE_CHECKING, Any

from bot.domain.lesson import Lesson

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

MAX_TEXT_LENGTH = 2000
"""Characters of a question that are read."""

SYNONYM_WEIGHT = 0.4
"""What a word counts that means nearly the same as one that was typed."""

SKILL_EVIDENCE_WEIGHT = 0.5
"""What a word's evidence for a skill counts beside its evidence for a lesson."""

SKILL_SCORE_SHARE = 0.2
"""The share of a lesson's score that the best lessons of its skill (the best `SKILL_SCORE_LESSONS`) decide."""

SKILL_SCORE_LESSONS = 4

MIN_SCORE = 2.0
"""The least score of an answer, in units of what a word in one lesson alone is worth. Less is chance."""

OFF_TOPIC_PENALTY = 1.2
"""How much more an answer must score for each word that no lesson is about."""

WORD_PAIR_WEIGHT = 0.6
"""What a pair of words counts when it is asked whether a lesson answers at all: "good morning" is a pair, too."""

MIN_SHARE_OF_BEST_SCORE = 0.4
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

    `synonym_groups`: words that mean the same or nearly so, in any form; a word may be in several. `off_topic_words`:
    words of things that no lesson is about.
    """

    synonym_groups: Sequence[Sequence[str]] = ()
    off_topic_words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SearchMatch:
    """A lesson that fits, and how well: greater is better, and only comparable within one search."""

    lesson: Lesson
    score: float


@dataclass(frozen=True, slots=True)
class _Field:
    """A part of a lesson that is searched, and how much it counts."""

    weight: float
    text: Callable[[Lesson], str]
    pairs: bool = False
    """Whether pairs of its words count, too. In the others they take memory and find nothing more."""


_FIELDS = (
    _Field(2.5, lambda lesson: " ".join(lesson.situations), pairs=True),
    _Field(1.2, lambda lesson: lesson.tip, pairs=True),
    _Field(1.0, lambda lesson: lesson.question.scenario, pairs=True),
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
        self._near = _near(vocabulary.synonym_groups)
        self._off_topic = frozenset(_stems(vocabulary.off_topic_words))
        # What a lesson is called, where a single word is enough: "conflict" means something, "thanks" does not.
        self._names = [set(_telling(f"{lesson.title} {lesson.skill.name}")) for lesson in self._lessons]
        if self._lessons:
            self._evidence = _Evidence(self._lessons)

    def search(self, text: str, limit: int = 3) -> list[SearchMatch]:
        """The lessons that fit `text`, at most `limit`, best first; none if nothing fits well enough.

        The third is of another skill than the first two, where one fits: a situation often has another side.
        """
        said = _said(text[:MAX_TEXT_LENGTH])
        asked = list(dict.fromkeys(stem for stem, telling in said if telling))
        if not asked or not self._lessons:
            return []
        words = [self._worth_of(stem) for stem in asked]
        pairs = [self._evidence.of(pair) for pair in dict.fromkeys(_pairs(said))]
        scores = self._evidence.scores([*words, *pairs], [*asked, *dict.fromkeys(_pairs(said))])
        # Ties stay in the packs' order, on every machine.
        places = sorted(range(len(self._lessons)), key=lambda place: -scores[place])
        if not self._answers(asked, words, pairs, places[0]):
            return []
        fitting = [place for place in places if scores[place] >= MIN_SHARE_OF_BEST_SCORE * scores[places[0]]]
        return [
            SearchMatch(self._lessons[place], float(scores[place]))
            for place in self._from_another_side(fitting)[:limit]
        ]

    def _worth_of(self, stem: str) -> "Floats":
        """What a word, or the best of those that mean nearly the same, is worth for each lesson."""
        worth = self._evidence.of(stem)
        for other in self._near.get(stem, ()):
            worth = worth.clip(min=SYNONYM_WEIGHT * self._evidence.of(other))
        return worth

    def _answers(self, asked: Sequence[str], words: "list[Floats]", pairs: "list[Floats]", place: int) -> bool:
        """Whether a lesson answers a question at all. One shared word is chance, unless the lesson is named for it."""
        if len(asked) == 1:
            return asked[0] in self._names[place] and asked[0] not in self._off_topic
        off_topic = sum(stem in self._off_topic for stem in asked)
        least = (MIN_SCORE + OFF_TOPIC_PENALTY * off_topic) * self._evidence.unit
        worth = sum(float(each[place]) for each in words) + WORD_PAIR_WEIGHT * sum(float(each[place]) for each in pairs)
        return sum(bool(each[place] > 0) for each in words) > 1 and worth >= least

    def _from_another_side(self, places: list[int]) -> list[int]:
        first, rest = places[:2], places[2:]
        seen = {self._lessons[place].skill.slug for place in first}
        other = next((place for place in rest if self._lessons[place].skill.slug not in seen), None)
        return places if other is None else [*first, other, *(place for place in rest if place != other)]


class _Evidence:
    """What each term says for each lesson and for each skill.

    A term is a stem, or a pair of stems. Terms are rows of a sparse matrix: `_keys` has their numbers in order, and
    row `r` holds `_values[_starts[r]:_starts[r + 1]]` for the lessons `_held` at the same places.
    """

    def __init__(self, lessons: Sequence[Lesson]) -> None:
        import numpy as np

        self._size = len(lessons)
        self._numbers: dict[str, int] = {}
        skills = list(dict.fromkeys(lesson.skill.slug for lesson in lessons))
        self._skill_of = np.array([skills.index(lesson.skill.slug) for lesson in lessons])
        self._of_skill = [np.flatnonzero(self._skill_of == skill) for skill in range(len(skills))]
        fields = [self._terms(map(field.text, lessons), pairs=field.pairs) for field in _FIELDS]
        self._keys = np.unique(np.concatenate([terms for terms, _ in fields]))
        parts = [
            (keys, places, field.weight * values)
            for field, (terms, places_of) in zip(_FIELDS, fields, strict=True)
            for keys, places, values in [_bm25(terms, places_of, self._size)]
        ]
        keys, places, values = (np.concatenate(each) for each in zip(*parts, strict=True))
        # A term that stands in several fields of a lesson: its worths are added up.
        cells, at = np.unique(np.searchsorted(self._keys, keys) * self._size + places, return_inverse=True)
        self._held = (cells % self._size).astype(np.int32)
        self._values = np.bincount(at, values).astype(np.float32)
        self._starts = np.searchsorted(cells, np.arange(len(self._keys) + 1) * self._size).astype(np.int32)
        self.unit = log1p((len(lessons) - 0.5) / 1.5)
        """BM25's inverse document frequency of a term that one lesson alone holds."""
        self._speaks_for = self._log_ratios(fields, len(skills))

    def of(self, term: "str | tuple[str, str]") -> "Floats":
        """What a term is worth for each lesson; shape (lessons,)."""
        import numpy as np

        worth = np.zeros(self._size, np.float32)
        row = self._row(term)
        if row is not None:
            cells = slice(self._starts[row], self._starts[row + 1])
            worth[self._held[cells]] = self._values[cells]
        return worth

    def scores(self, worths: "Sequence[Floats]", terms: "Sequence[str | tuple[str, str]]") -> "Floats":
        """How well each lesson fits terms that are worth so much; shape (lessons,)."""
        import numpy as np

        own = sum(worths, np.zeros(self._size, np.float32))
        for row in filter(lambda row: row is not None, map(self._row, terms)):
            own = own + SKILL_EVIDENCE_WEIGHT * self._speaks_for[row][self._skill_of]
        near = np.array([np.sort(own[places])[-SKILL_SCORE_LESSONS:].mean() for places in self._of_skill])
        scores: Floats = (1 - SKILL_SCORE_SHARE) * own + SKILL_SCORE_SHARE * near[self._skill_of]
        return scores

    def _row(self, term: "str | tuple[str, str]") -> int | None:
        stems = (term,) if isinstance(term, str) else term
        numbers = [self._numbers[stem] for stem in stems if stem in self._numbers]
        if len(numbers) < len(stems):
            return None
        key = _key(*numbers)
        row = int(self._keys.searchsorted(key))
        return row if row < len(self._keys) and self._keys[row] == key else None

    def _terms(self, texts: Iterable[str], *, pairs: bool) -> "tuple[Floats, Floats]":
        """The keys of the terms of some texts, and the text (its place) that each stands in."""
        import numpy as np

        keys, lengths = array("q"), []
        for text in texts:
            said = _said(text)
            number = [self._numbers.setdefault(stem, len(self._numbers)) for stem, _ in said]
            before = len(keys)
            keys.extend(_key(each) for each, (_, telling) in zip(number, said, strict=True) if telling)
            if pairs:
                keys.extend(_key(first, second) for first, second in pairwise(number))
            lengths.append(len(keys) - before)
        return np.array(keys, np.int64), np.repeat(np.arange(len(lengths)), lengths)

    def _log_ratios(self, fields: "Sequence[tuple[Floats, Floats]]", skills: int) -> "Floats":
        """How much likelier each term is in the words of each skill than in those of all: naive Bayes' log ratio.

        Smoothed by Laplace's rule, as in Manning, Raghavan and Schütze, Introduction to Information Retrieval (2008),
        section 13.2. Shape (terms, skills).
        """
        import numpy as np

        chances: Floats = np.ones((len(self._keys), skills), np.float32)
        for terms, places in fields:
            np.add.at(chances, (self._keys.searchsorted(terms), self._skill_of[places]), 1)
        chances /= chances.sum(axis=0)
        chances /= chances.mean(axis=1, keepdims=True)
        return np.log(chances, out=chances)


def _bm25(terms: "Floats", places: "Floats", texts: int) -> "tuple[Floats, Floats, Floats]":
    """BM25 (Lucene's form, k1 1.2, b 0.75): terms, the texts that hold each, and what it is worth there."""
    import bm25s
    import numpy as np

    keys, columns = np.unique(terms, return_inverse=True)
    if not len(keys):
        return keys, np.zeros(0, np.int32), np.zeros(0, np.float32)
    ranker: Any = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
    counted = [part.tolist() for part in np.split(columns, np.searchsorted(places, np.arange(1, texts)))]
    built = ranker.build_index_from_ids(list(range(len(keys))), counted, show_progress=False)
    return np.repeat(keys, np.diff(built["indptr"])), built["indices"], built["data"]


def _key(first: int, second: int | None = None) -> int:
    """The number of a word, or of a pair."""
    return first if second is None else (first + 1) << 32 | second


def _said(text: str) -> list[tuple[str, bool]]:
    """The stems of a text's words in order, each with whether it says something alone."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("-", " ")
    words = [word.split("'")[0] for word in _WORD.findall(plain)]
    telling = [len(word) > 1 and word not in _STOP_WORDS for word in words]
    return list(zip(_stems(words), telling, strict=True))


def _telling(text: str) -> list[str]:
    """The stems of a text's words, in order, without those that say nothing alone."""
    return [stem for stem, telling in _said(text) if telling]


def _pairs(said: Sequence[tuple[str, bool]]) -> list[tuple[str, str]]:
    """Every two stems that stand side by side, those that say nothing alone included."""
    return list(pairwise(stem for stem, _ in said))


def _stems(words: Iterable[str]) -> list[str]:
    with _STEMMING:
        return _stemmer()(list(words))


@cache
def _stemmer() -> Callable[[list[str]], list[str]]:
    import Stemmer

    return Stemmer.Stemmer("english", 0).stemWords  # type: ignore[no-any-return]


def _near(groups: Sequence[Sequence[str]]) -> dict[str, frozenset[str]]:
    """The stems that mean nearly the same as each stem."""
    near: dict[str, set[str]] = {}
    for group in groups:
        stems = _telling(" ".join(group))
        for stem in stems:
            near.setdefault(stem, set()).update(stems)
    return {stem: frozenset(others - {stem}) for stem, others in near.items()}
