"""Finds the lessons that fit a situation, and says how sure it is.

A lesson's score is the standard score of its words (BM25), three times that of its meaning, and a fifth of its skill's
log probability; a tenth comes from the best lessons of its skill. The weights were chosen on situations by two writers
that an encoder hadn't learned from (`training/README.md`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.lesson import Lesson
from bot.retrieval.calibration import Confidence, SearchFeatures, rate_confidence
from bot.retrieval.meaning_index import MeaningIndex
from bot.retrieval.understanding import SentenceModel, Understanding
from bot.retrieval.word_index import Vocabulary, WordIndex, WordScores

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

MEANING_WEIGHT = 3.0
SKILL_WEIGHT = 0.2
SKILL_SCORE_SHARE = 0.1
"""The share of a lesson's score that comes from the best `SKILL_SCORE_LESSONS` lessons of its skill."""

SKILL_SCORE_LESSONS = 4

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


class LessonIndex:
    """An index over lessons. It finds them by words, and by meaning once a model has the vectors of their texts."""

    def __init__(self, lessons: Sequence[Lesson], vocabulary: Vocabulary | None = None) -> None:
        self._lessons = tuple(lessons)
        self._words = WordIndex(lessons, vocabulary)
        self._meanings: MeaningIndex | None = None
        self._skills = [lesson.skill.slug for lesson in self._lessons]

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
        words = self._words.score(situation.text)
        if self._meanings is None or situation.encoded is None or not situation.is_english:
            return self._search_words(words, limit)
        features, places, shares = self.measure(situation, words)
        return self._result(rate_confidence(features), places, shares, limit)

    def score_words(self, text: str) -> WordScores | None:
        """Return the lessons' scores by words; None if no word carries meaning."""
        return self._words.score(text)

    def measure(self, situation: Understanding, words: WordScores | None) -> "tuple[SearchFeatures, list[int], Floats]":
        """Return what is known of a search by meaning, the lessons' places, best first, and their shares.

        Callers make sure that the index finds by meaning and that the situation is encoded.
        """
        if self._meanings is None or situation.encoded is None:
            raise AssertionError("there are no meanings to compare")
        meanings = self._meanings.score(situation.encoded.vector)
        scores = MEANING_WEIGHT * _standardize(meanings)
        if words is not None:
            scores += _standardize(words.scores)
        scores += SKILL_WEIGHT * self._skill_scores(situation)
        scores = (1 - SKILL_SCORE_SHARE) * scores + SKILL_SCORE_SHARE * self._best_of_skill(scores)
        shares = _softmax(scores)
        places = sorted(range(len(self._lessons)), key=lambda place: -scores[place])
        features = SearchFeatures(
            float(shares[places[0]]),
            float(shares[places[1]]) if len(places) > 1 else 0.0,
            words is not None and words.is_match,
            float(meanings.max()),
            situation.encoded.answerable,
        )
        return features, places, shares

    def _search_words(self, words: WordScores | None, limit: int) -> SearchResult:
        if words is None or not words.is_match:
            return NOTHING_FOUND
        scores = words.scores
        places = sorted(range(len(self._lessons)), key=lambda place: -scores[place])
        shares = _softmax(scores / scores[places[0]] * WORD_SHARPNESS)
        fitting = [place for place in places if scores[place] >= MIN_SHARE_OF_BEST_WORD_SCORE * scores[places[0]]]
        second = float(shares[places[1]]) if len(places) > 1 else 0.0
        features = SearchFeatures(float(shares[places[0]]), second, is_word_match=True)
        return self._result(rate_confidence(features), fitting, shares, limit)

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
        return np.array([known.get(skill, mean) for skill in self._skills], np.float32)

    def _best_of_skill(self, scores: "Floats") -> "Floats":
        """Return for each lesson the mean of its skill's best scores."""
        import numpy as np

        by_skill: dict[str, list[float]] = {}
        for skill, score in zip(self._skills, scores, strict=True):
            by_skill.setdefault(skill, []).append(float(score))
        means = {skill: np.mean(sorted(several)[-SKILL_SCORE_LESSONS:]) for skill, several in by_skill.items()}
        return np.array([means[skill] for skill in self._skills], np.float32)

    def _diversify_skills(self, places: list[int]) -> list[int]:
        first, rest = places[:2], places[2:]
        seen = {self._skills[place] for place in first}
        other = next((place for place in rest if self._skills[place] not in seen), None)
        return places if other is None else [*first, other, *(place for place in rest if place != other)]


def _standardize(scores: "Floats") -> "Floats":
    """Return scores minus their mean, in standard deviations. All 0 if they are equal."""
    deviation = scores.std()
    return (scores - scores.mean()) / deviation if deviation > 0 else scores * 0


def _softmax(scores: "Floats") -> "Floats":
    import numpy as np

    powers = np.exp(scores - scores.max())
    return np.asarray(powers / powers.sum(), np.float32)
