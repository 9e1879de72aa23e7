"""Scores how well lessons fit a situation by its meaning."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.domain.lesson import Lesson
from bot.retrieval.known_vectors import KnownVectors, title_key
from bot.retrieval.lesson_texts import tip_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

NEAREST = 8
"""How many of a lesson's nearest situations are averaged."""

NEAREST_WEIGHT = 2.0
"""The weight of their mean; that of the nearest one is 1."""

TIP_WEIGHT = 0.5

_ROWS_AT_ONCE = 2048
"""Vectors multiplied at once: as many need 3 MB as numbers with a fraction."""


class MeaningIndex:
    """The vectors of lessons' texts, and of examples that fit them. Immutable."""

    def __init__(self, lessons: Sequence[Lesson], known: KnownVectors) -> None:
        """`known` must hold the vectors of all texts of these lessons. There is at least one lesson."""
        import numpy as np

        self._size = len(lessons)
        self._tips = np.array([known.get(tip_text(lesson)) for lesson in lessons])
        own = [(place, text) for place, lesson in enumerate(lessons) for text in lesson.situations]
        places = {title_key(lesson): place for place, lesson in enumerate(lessons)}
        owners = np.array([places.get(int(title), -1) for title in known.examples.titles])
        places_of = np.concatenate([[place for place, _ in own], owners[owners >= 0]])
        vectors = np.concatenate([[known.get(text) for _, text in own], known.examples.vectors[owners >= 0]])
        order = places_of.argsort(kind="stable")
        self._situations = vectors[order]
        starts = places_of[order].searchsorted(np.arange(self._size + 1))
        # Row r holds the places of lesson r's situations. Where it has fewer than others, it points to one that is
        # never near.
        self._of_lesson = np.full((self._size, int(np.diff(starts).max())), len(vectors), np.int32)
        for row in range(self._size):
            self._of_lesson[row, : starts[row + 1] - starts[row]] = np.arange(starts[row], starts[row + 1])
        self._counts = np.minimum(np.diff(starts), NEAREST)

    def score(self, vector: "Floats") -> "Floats":
        """Return how near each lesson is to a situation's unit vector, at most 3.5; shape (lessons,)."""
        import numpy as np

        scores = np.float32(TIP_WEIGHT) * _similarities(self._tips, vector)
        near = np.append(_similarities(self._situations, vector), np.float32(-1))
        best = np.sort(near[self._of_lesson], axis=1)[:, : -NEAREST - 1 : -1]
        sums = np.where(np.arange(best.shape[1]) < self._counts[:, None], best, 0).sum(axis=1)
        scores += best[:, 0] + np.float32(NEAREST_WEIGHT) * sums / self._counts
        return np.asarray(scores, np.float32)


def _similarities(vectors: "NDArray[np.int8]", vector: "Floats") -> "Floats":
    """Return the cosine of each int8 vector and a unit vector."""
    import numpy as np

    parts = [
        vectors[start : start + _ROWS_AT_ONCE].astype(np.float32) @ vector
        for start in range(0, len(vectors), _ROWS_AT_ONCE)
    ]
    return np.asarray(np.concatenate(parts) / 127, np.float32)
