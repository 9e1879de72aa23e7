"""Vectors of texts: those that come with the model, and those encoded since.

A vector has 384 components as int8, 127 times the unit vector's, so 6 MB hold those of 393 lessons and 11,190
examples.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from bot.domain.lesson import Lesson
from bot.retrieval.sentence_encoder import MODEL_FOLDER, VECTORS_FILE, SentenceEncoder, read_model_file

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Int8 = NDArray[np.int8]

MAX_ENCODED_TEXTS = 20_000
"""Texts whose vectors are kept besides the model's own: about 8 MB, or 2,500 added lessons."""


def text_key(text: str) -> int:
    """Return a text's number. Two texts with the same one don't occur (64 bits)."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def title_key(lesson: Lesson) -> int:
    """Return the number of a lesson's id and title. Examples count only for the lesson that they were written for."""
    return text_key(f"{lesson.id}\n{lesson.title}")


def to_int8(vectors: "NDArray[Any]") -> "Int8":
    """Return unit vectors as int8, 127 times as long."""
    import numpy as np

    return np.round(vectors * 127).astype(np.int8)


@dataclass(frozen=True)
class Examples:
    """Situations that the encoder learned from, and the lesson (`title_key`) that fits each best."""

    titles: "NDArray[np.uint64]"
    vectors: "Int8"


class KnownVectors:
    """The vectors of texts seen so far. Safe to use from several threads."""

    def __init__(self, keys: "NDArray[np.uint64]", vectors: "Int8", examples: Examples) -> None:
        self.examples = examples
        self._keys = keys
        self._vectors = vectors
        self._added: dict[int, Int8] = {}
        self._lock = Lock()

    def find(self, text: str) -> "Int8 | None":
        """Return a text's vector, or None if it wasn't encoded yet."""
        key = text_key(text)
        place = int(self._keys.searchsorted(key))
        if place < len(self._keys) and int(self._keys[place]) == key:
            return self._vectors[place]  # type: ignore[no-any-return]
        return self._added.get(key)

    def get(self, text: str) -> "Int8":
        """Return a text's vector, shape (384,). Raises KeyError if it wasn't encoded yet."""
        vector = self.find(text)
        if vector is None:
            raise KeyError(text_key(text))
        return vector

    def encode_missing(self, encoder: SentenceEncoder, texts: Iterable[str]) -> int:
        """Encode the texts that have no vector yet, which takes about 10 ms each, and return how many that were."""
        missing = [text for text in dict.fromkeys(texts) if self.find(text) is None]
        missing = missing[: max(0, MAX_ENCODED_TEXTS - len(self._added))]
        for start in range(0, len(missing), 64):
            some: Sequence[str] = missing[start : start + 64]
            vectors = to_int8(encoder.encode(some))
            with self._lock:
                self._added.update(zip(map(text_key, some), vectors, strict=True))
        return len(missing)


def load_known_vectors(folder: Path = MODEL_FOLDER) -> KnownVectors:
    """Read the vectors that come with the model. Raises ModelFileError if the file isn't the one that was released."""
    tensors, _ = read_model_file(folder, VECTORS_FILE)
    return KnownVectors(
        tensors["text.keys"],
        tensors["text.vectors"],
        Examples(tensors["example.titles"], tensors["example.vectors"]),
    )
