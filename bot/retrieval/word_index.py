"""Scores how well lessons fit a situation by its words.

BM25 scores a question's words, its pairs of neighboring words, and, with less weight, near-synonyms, separately in each
part of a lesson, so that what a lesson is about counts more than what it mentions. The words' evidence for the lesson's
skill is added, because a lesson is likelier to fit if others of its skill do. The weights were chosen on half of
tests/coaching/situations.yaml; docs/benchmarks.md has the figures for both halves.

Ranking is done by `bm25s`, stemming by Snowball (`PyStemmer`). Both ship without types and are used only in this
module. They are imported when an index is built, which keeps the domain quick to import. Searched text isn't stored.
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
from bot.retrieval.skill_groups import SkillGroups

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

MAX_TEXT_LENGTH = 2000
"""Characters of a question that are read."""

SYNONYM_WEIGHT = 0.4
"""The weight of a near-synonym of a typed word."""

SKILL_EVIDENCE_WEIGHT = 0.7
"""The weight of a word's evidence for a skill, relative to its evidence for a lesson."""

SKILL_SCORE_SHARE = 0.2
"""The share of a lesson's score that comes from the best lessons of its skill."""

MIN_SCORE = 2.25
"""The least score of a match, in units of a word that occurs in only one lesson. Lower scores are chance."""

OFF_TOPIC_PENALTY = 1.2
"""How much more a match must score for each word that no lesson is about."""

WORD_PAIR_WEIGHT = 0.6
"""The weight of a word pair in deciding whether a lesson matches at all. "Good morning" is a pair, too."""

_STEMMING = threading.Lock()
"""A Snowball stemmer stores the word it is working on, so only one thread may use it at a time."""

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")

_STOP_WORDS = frozenset(
    """a about an and any are as at be because been being but by can cannot could did do does doing don for from get
    gets getting go goes going got had has have having he her here him his how i if in into is it its let like lot
    many me more most much my no not now of on one or our out really say says she should so some still such t than
    that the their them then there these they thing things this those through to too up us very want wants was we
    were what when where which while who whose why will with would you your yours""".split()  # noqa: SIM905
)
"""Words that carry no meaning alone but do in pairs, such as "not talking" and "each other"."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Knowledge about words in addition to the lessons.

    `synonym_groups`: words in any form that mean nearly the same; a word may be in several groups. `off_topic_words`:
    words for things that no lesson is about.
    """

    synonym_groups: Sequence[Sequence[str]] = ()
    off_topic_words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class WordScores:
    """How well each lesson fits, shape (lessons,), and whether the best one fits at all or shares words by chance.

    Scores are comparable only within one question.
    """

    scores: "Floats"
    is_match: bool


@dataclass(frozen=True, slots=True)
class _Field:
    """A part of a lesson that is searched, and its weight."""

    weight: float
    text: Callable[[Lesson], str]
    pairs: bool = False
    """Whether word pairs count, too. In the other fields they would use memory without finding more."""


_FIELDS = (
    _Field(3.0, lambda lesson: " ".join(lesson.situations), pairs=True),
    _Field(1.2, lambda lesson: lesson.tip, pairs=True),
    _Field(0.7, lambda lesson: lesson.question.scenario, pairs=True),
    _Field(0.5, lambda lesson: " ".join(f"{each.text} {each.explanation}" for each in lesson.question.options)),
    _Field(0.8, lambda lesson: f"{lesson.skill.name} {lesson.skill.scope}"),
    _Field(0.6, lambda lesson: lesson.title),
    _Field(0.4, lambda lesson: lesson.words),
    _Field(0.4, lambda lesson: lesson.why),
    _Field(0.4, lambda lesson: lesson.reflection),
    _Field(0.3, lambda lesson: lesson.try_today),
)


class WordIndex:
    """An immutable index of the words of lessons."""

    def __init__(self, lessons: Sequence[Lesson], vocabulary: Vocabulary | None = None) -> None:
        vocabulary = vocabulary or Vocabulary()
        self._lessons = tuple(lessons)
        self._synonyms = _group_synonyms(vocabulary.synonym_groups)
        self._off_topic = frozenset(_stems(vocabulary.off_topic_words))
        # A query of one word matches only if it is in a lesson's name: "conflict" is a topic, "thanks" isn't.
        self._names = [set(_informative_stems(f"{lesson.title} {lesson.skill.name}")) for lesson in self._lessons]
        if self._lessons:
            self._evidence = _Evidence(self._lessons)

    def score(self, text: str) -> WordScores | None:
        """Return the scores of all lessons. None if the text has no word that carries meaning."""
        tokens = _tokenize(text[:MAX_TEXT_LENGTH])
        query_stems = list(dict.fromkeys(stem for stem, informative in tokens if informative))
        if not query_stems or not self._lessons:
            return None
        words = [self._score_word(stem) for stem in query_stems]
        pairs = [self._evidence.of(pair) for pair in dict.fromkeys(_pairs(tokens))]
        scores = self._evidence.scores([*words, *pairs], [*query_stems, *dict.fromkeys(_pairs(tokens))])
        is_match = self._is_match(query_stems, words, pairs, int(scores.argmax()))
        return WordScores(scores, is_match)

    def _score_word(self, stem: str) -> "Floats":
        """Return the scores, by lesson, of a word or of its best near-synonym."""
        scores = self._evidence.of(stem)
        for other in self._synonyms.get(stem, ()):
            scores = scores.clip(min=SYNONYM_WEIGHT * self._evidence.of(other))
        return scores

    def _is_match(self, query_stems: Sequence[str], words: "list[Floats]", pairs: "list[Floats]", place: int) -> bool:
        """Return whether a lesson matches at all. One shared word is chance unless it is in the lesson's name."""
        if len(query_stems) == 1:
            return query_stems[0] in self._names[place] and query_stems[0] not in self._off_topic
        off_topic = sum(stem in self._off_topic for stem in query_stems)
        threshold = (MIN_SCORE + OFF_TOPIC_PENALTY * off_topic) * self._evidence.unit
        score = sum(float(each[place]) for each in words) + WORD_PAIR_WEIGHT * sum(float(each[place]) for each in pairs)
        return sum(bool(each[place] > 0) for each in words) > 1 and score >= threshold


class _Evidence:
    """How strongly each term points to each lesson and each skill.

    A term is a stem or a pair of stems. Terms are the rows of a sparse matrix: `_keys` holds their numbers in order,
    and row `r` holds `_values[_starts[r]:_starts[r + 1]]` for the lessons at the same positions of `_columns`.
    """

    def __init__(self, lessons: Sequence[Lesson]) -> None:
        import numpy as np

        self._size = len(lessons)
        self._numbers: dict[str, int] = {}
        self._skills = SkillGroups(lessons)
        known = _Forms(self._numbers)
        fields = [_terms(map(field.text, lessons), known, pairs=field.pairs) for field in _FIELDS]
        self._keys = np.unique(np.concatenate([terms for terms, _ in fields]))
        parts = [
            (keys, places, field.weight * values)
            for field, (terms, places_of) in zip(_FIELDS, fields, strict=True)
            for keys, places, values in [_bm25(terms, places_of, self._size)]
        ]
        keys, places, values = (np.concatenate(each) for each in zip(*parts, strict=True))
        # Add up the scores of a term that occurs in several fields of a lesson.
        cells, at = np.unique(np.searchsorted(self._keys, keys) * self._size + places, return_inverse=True)
        self._columns = (cells % self._size).astype(np.int32)
        self._values = np.bincount(at, values).astype(np.float32)
        self._starts = np.searchsorted(cells, np.arange(len(self._keys) + 1) * self._size).astype(np.int32)
        self.unit = log1p((len(lessons) - 0.5) / 1.5)
        """BM25's inverse document frequency of a term that occurs in only one lesson."""
        self._skill_log_ratios = self._log_ratios(fields, len(self._skills.slugs))

    def of(self, term: "str | tuple[str, str]") -> "Floats":
        """Return a term's score for each lesson; shape (lessons,)."""
        import numpy as np

        scores = np.zeros(self._size, np.float32)
        row = self._row(term)
        if row is not None:
            cells = slice(self._starts[row], self._starts[row + 1])
            scores[self._columns[cells]] = self._values[cells]
        return scores

    def scores(self, term_scores: "Sequence[Floats]", terms: "Sequence[str | tuple[str, str]]") -> "Floats":
        """Return how well each lesson fits `terms`, given the terms' scores by lesson; shape (lessons,)."""
        import numpy as np

        own = sum(term_scores, np.zeros(self._size, np.float32))
        for row in filter(lambda row: row is not None, map(self._row, terms)):
            own = own + SKILL_EVIDENCE_WEIGHT * self._skill_log_ratios[row][self._skills.skill_of]
        return self._skills.blend(own, SKILL_SCORE_SHARE)

    def _row(self, term: "str | tuple[str, str]") -> int | None:
        import numpy as np

        stems = (term,) if isinstance(term, str) else term
        numbers = [self._numbers[stem] for stem in stems if stem in self._numbers]
        if len(numbers) < len(stems):
            return None
        key = numbers[0] if len(numbers) == 1 else _pair_key(*np.array(numbers))
        row = int(self._keys.searchsorted(key))
        return row if row < len(self._keys) and self._keys[row] == key else None

    def _log_ratios(self, fields: "Sequence[tuple[Floats, Floats]]", skills: int) -> "Floats":
        """Return how much likelier each term is in each skill's words than on average: the log ratio of naive Bayes.

        Smoothed by Laplace's rule, as in Manning, Raghavan, and Schütze, Introduction to Information Retrieval (2008),
        section 13.2. Shape (terms, skills).
        """
        import numpy as np

        chances: Floats = np.ones((len(self._keys), skills), np.float32)
        for terms, places in fields:
            np.add.at(chances, (self._keys.searchsorted(terms), self._skills.skill_of[places]), 1)
        chances /= chances.sum(axis=0)
        chances /= chances.mean(axis=1, keepdims=True)
        return np.log(chances, out=chances)


def _terms(texts: Iterable[str], known: "_Forms", *, pairs: bool) -> "tuple[Floats, Floats]":
    """Return the keys of all terms in these texts, and for each the index of its text, in that order."""
    import numpy as np

    found, lengths = array("q"), []
    for text in texts:
        before = len(found)
        found.extend(map(known.__getitem__, _forms(text)))
        lengths.append(len(found) - before)
    forms, places = np.array(found, np.int64), np.repeat(np.arange(len(lengths)), lengths)
    stems = np.array(known.stems, np.int64)[forms]
    informative = np.array(known.informative, np.bool_)[forms]
    keys, places_of = [stems[informative]], [places[informative]]
    if pairs:
        within = places[1:] == places[:-1]
        keys.append(_pair_key(stems[:-1][within], stems[1:][within]))
        places_of.append(places[1:][within])
    order = np.argsort(np.concatenate(places_of), kind="stable")
    return np.concatenate(keys)[order], np.concatenate(places_of)[order]


def _bm25(terms: "Floats", places: "Floats", texts: int) -> "tuple[Floats, Floats, Floats]":
    """Return BM25 scores (Lucene's form, k1 1.2, b 0.75): terms, the texts that contain them, and the scores there."""
    import bm25s
    import numpy as np

    keys, columns = np.unique(terms, return_inverse=True)
    if not len(keys):
        return keys, np.zeros(0, np.int32), np.zeros(0, np.float32)
    ranker: Any = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
    counted = [part.tolist() for part in np.split(columns, np.searchsorted(places, np.arange(1, texts)))]
    built = ranker.build_index_from_ids(list(range(len(keys))), counted, show_progress=False)
    return np.repeat(keys, np.diff(built["indptr"])), built["indices"], built["data"]


class _Forms(dict[str, int]):
    """Numbers the forms in which words appear as they are met: a lesson's words repeat, and stemming takes time.

    `stems` has the number of each form's stem, and `informative` whether it carries meaning alone.
    """

    def __init__(self, stem_numbers: dict[str, int]) -> None:
        super().__init__()
        self.stems, self.informative = array("q"), array("b")
        self._stem_numbers = stem_numbers

    def __missing__(self, form: str) -> int:
        ((stem, informative),) = _stems_of([form])
        self.stems.append(self._stem_numbers.setdefault(stem, len(self._stem_numbers)))
        self.informative.append(informative)
        self[form] = number = len(self)
        return number


def _pair_key(first: "Floats", second: "Floats") -> "Floats":
    """Return the keys of pairs of stems, given their numbers. The key of a single stem is its number."""
    return (first + 1) << 32 | second


def _forms(text: str) -> list[str]:
    """Return the words of a text in order, as they are written but for case and typography."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("-", " ")
    return _WORD.findall(plain)


def _stems_of(forms: Sequence[str]) -> list[tuple[str, bool]]:
    """Return the stem of each word, with whether the word carries meaning alone."""
    words = [form.split("'")[0] for form in forms]
    informative = [len(word) > 1 and word not in _STOP_WORDS for word in words]
    return list(zip(_stems(words), informative, strict=True))


def _tokenize(text: str) -> list[tuple[str, bool]]:
    """Return the stems of a text's words in order, each with whether it carries meaning alone."""
    return _stems_of(_forms(text))


def _informative_stems(text: str) -> list[str]:
    """Return the stems of a text's words in order, without stop words."""
    return [stem for stem, informative in _tokenize(text) if informative]


def _pairs(tokens: Sequence[tuple[str, bool]]) -> list[tuple[str, str]]:
    """Return all pairs of neighboring stems, including stop words."""
    return list(pairwise(stem for stem, _ in tokens))


def _stems(words: Iterable[str]) -> list[str]:
    with _STEMMING:
        return _stemmer()(list(words))


@cache
def _stemmer() -> Callable[[list[str]], list[str]]:
    import Stemmer

    return Stemmer.Stemmer("english", 0).stemWords  # type: ignore[no-any-return]


def _group_synonyms(groups: Sequence[Sequence[str]]) -> dict[str, frozenset[str]]:
    """Return the near-synonyms of each stem."""
    near: dict[str, set[str]] = {}
    for group in groups:
        stems = _informative_stems(" ".join(group))
        for stem in stems:
            near.setdefault(stem, set()).update(stems)
    return {stem: frozenset(others - {stem}) for stem, others in near.items()}
