"""Finds the lessons that fit a situation, and says how sure it is.

A lesson's score is the standard score of its words (BM25), six times that of its meaning, and 1.2 times its skill's log
probability; a fifth comes from the best lessons of its skill. The weights were chosen on situations by a writer whom
the encoder hasn't learned from (`training/README.md`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.lesson import Lesson
from bot.retrieval.calibration import Confidence, SearchFeatures, rate_confidence, rate_words
from bot.retrieval.meaning_index import MeaningIndex
from bot.retrieval.skill_groups import SkillGroups
from bot.retrieval.understanding import SentenceModel, Understanding
from bot.retrieval.word_index import Vocabulary, WordIndex

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

MEANING_WEIGHT = 6.0
SKILL_WEIGHT = 1.2
SKILL_SCORE_SHARE = 0.2
"""The share of a lesson's score that comes from the best lessons of its skill."""

WORD_SHARPNESS = 6.0
"""What scores by words alone are multiplied by, as shares of the best one, before they become shares of 1."""

MIN_SHARE_OF_BEST_WORD_SCORE = 0.4
"""The share of the best lesson's score that another lesson needs to be found by words alone."""


@dataclass(frozen=True, slots=True)
class SearchMatch:
    """A lesson that fits, and its share: how likely it is the best one, as far as the scores tell."""

    lesson: Lesson
    share: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The lessons that fit, best first, and how sure the search is. None fit if `confidence` is NONE."""

    confidence: Confidence
    matches: tuple[SearchMatch, ...]


NOTHING_FOUND = SearchResult(Confidence.NONE, ())


@dataclass(frozen=True, slots=True)
class Ranking:
    """The lessons' places, best first, their shares by place, shape (lessons,), and what is known of the search."""

    places: tuple[int, ...]
    shares: "Floats"
    features: SearchFeatures


class LessonIndex:
    """An index over lessons. It finds them by words, and by meaning once a model has the vectors of their texts."""

    def __init__(self, lessons: Sequence[Lesson], vocabulary: Vocabulary | None = None) -> None:
        self._lessons = tuple(lessons)
        self._words = WordIndex(lessons, vocabulary)
        self._meanings: MeaningIndex | None = None
        if self._lessons:
            self._groups = SkillGroups(self._lessons)

    @property
    def finds_by_meaning(self) -> bool:
        """Whether this index compares meanings, too."""
        return self._meanings is not None

    def add_meanings(self, model: SentenceModel) -> None:
        """Compare meanings from now on, if the model knows the vectors of all texts. Callers take turns."""
        if self._meanings is None and self._lessons and model.knows_all_of(self._lessons):
            self._meanings = MeaningIndex(self._lessons, model.known_vectors)

    def search(self, situation: Understanding, limit: int = 3) -> SearchResult:
        """Return the lessons that fit a situation, at most `limit`.

        If possible, the third lesson has a different skill than the first two, because a situation often has another
        side.
        """
        ranking = self.rank_by_meaning(situation)
        if ranking is None:
            return self._search_words(situation.text, limit)
        return self._result(rate_confidence(ranking.features), ranking.places, ranking.shares, limit)

    def rank_by_meaning(self, situation: Understanding) -> Ranking | None:
        """Return the order of all lessons, and what is known of it. None if this index or the text has only words."""
        if self._meanings is None or situation.encoded is None or not situation.is_english:
            return None
        meanings = self._meanings.score(situation.encoded.vector)
        scores = MEANING_WEIGHT * _standardize(meanings) + SKILL_WEIGHT * self._skill_scores(situation)
        if (words := self._words.score(situation.text)) is not None:
            scores += _standardize(words.scores)
        shares = _softmax(self._groups.blend(scores, SKILL_SCORE_SHARE))
        places = _best_first(shares)
        second = float(shares[places[1]]) if len(places) > 1 else 0.0
        features = SearchFeatures(float(shares[places[0]]), second, float(meanings.max()), situation.encoded.answerable)
        return Ranking(tuple(places), shares, features)

    def _search_words(self, text: str, limit: int) -> SearchResult:
        words = self._words.score(text)
        if words is None or not words.is_match:
            return NOTHING_FOUND
        relative = words.scores / words.scores.max()
        shares = _softmax(relative * WORD_SHARPNESS)
        places = [place for place in _best_first(relative) if relative[place] >= MIN_SHARE_OF_BEST_WORD_SCORE]
        return self._result(rate_words(float(shares[places[0]])), places, shares, limit)

    def _result(self, confidence: Confidence, places: Sequence[int], shares: "Floats", limit: int) -> SearchResult:
        if confidence is Confidence.NONE:
            return NOTHING_FOUND
        chosen = self._diversify_skills(list(places))[:limit]
        return SearchResult(
            confidence, tuple(SearchMatch(self._lessons[place], float(shares[place])) for place in chosen)
        )

    def _skill_scores(self, situation: Understanding) -> "Floats":
        """Return the log probability of each lesson's skill; of a skill that the encoder doesn't know, the mean."""
        import numpy as np

        known = situation.skill_log_probabilities
        mean = sum(known.values()) / max(len(known), 1)
        of_skill = np.array([known.get(skill, mean) for skill in self._groups.slugs], np.float32)
        return np.asarray(of_skill[self._groups.skill_of])

    def _diversify_skills(self, places: list[int]) -> list[int]:
        first, rest = places[:2], places[2:]
        skill_of = self._groups.skill_of
        seen = {skill_of[place] for place in first}
        other = next((place for place in rest if skill_of[place] not in seen), None)
        return places if other is None else [*first, other, *(place for place in rest if place != other)]


def _standardize(scores: "Floats") -> "Floats":
    """Return scores minus their mean, in standard deviations. All 0 if they are equal."""
    deviation = scores.std()
    return (scores - scores.mean()) / deviation if deviation > 0 else scores * 0


def _best_first(scores: "Floats") -> list[int]:
    """Return the places of scores, the highest first. Ties stay in the packs' order on every machine."""
    return sorted(range(len(scores)), key=lambda place: -scores[place])


def _softmax(scores: "Floats") -> "Floats":
    import numpy as np

    powers = np.exp(scores - scores.max())
    return np.asarray(powers / powers.sum(), np.float32)
