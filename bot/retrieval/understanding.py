"""What Rounds makes of a text that somebody typed, before it looks for lessons. Nothing of it is stored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.lesson import Lesson
from bot.retrieval.known_vectors import KnownVectors, load_known_vectors
from bot.retrieval.lesson_texts import texts_of
from bot.retrieval.sentence_encoder import MODEL_FOLDER, EncodedText, SentenceEncoder, load_encoder

MAX_PIECES_PER_WORD = 1.9
"""How many pieces the encoder splits a word into, at most, for a text to count as English. Of 99 in 100 English
situations it is under 1.5, of German ones over 2."""


MAX_END_LENGTH = 2000
"""Characters of a text's beginning, and of its end, that the encoder reads: what matters most may come last."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """A text, and what the sentence encoder says about it; `encoded` is None while or where there is no encoder."""

    text: str
    encoded: EncodedText | None = None
    skill_log_probabilities: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_english(self) -> bool:
        """Whether the encoder can make something of it. Other languages are searched by words alone."""
        return self.encoded is not None and self.encoded.pieces_per_word <= MAX_PIECES_PER_WORD

    @property
    def dangers(self) -> Mapping[str, float]:
        """The probability of each kind of danger, as the encoder sees it; empty without it."""
        return self.encoded.dangers if self.encoded is not None and self.is_english else {}


@dataclass(frozen=True)
class SentenceModel:
    """The encoder with the vectors of texts that it knows. Safe to use from several threads."""

    encoder: SentenceEncoder
    known_vectors: KnownVectors

    def understand(self, text: str) -> Understanding:
        """Return what the encoder says about a text. Takes 10 to 30 ms for 60 words, and computes outside any lock
        but its own, so call it where that holds up nobody."""
        if not text.strip():
            return Understanding(text)
        encoded = self.encoder.read(text if len(text) <= 2 * MAX_END_LENGTH else _ends(text))
        return Understanding(text, encoded, self.encoder.skill_log_probabilities(encoded.vector))

    def knows_all_of(self, lessons: Iterable[Lesson]) -> bool:
        """Return whether the vectors of all these lessons' texts are known."""
        return all(self.known_vectors.find(text) is not None for lesson in lessons for text in texts_of(lesson))

    def learn(self, lessons: Sequence[Lesson]) -> int:
        """Encode what isn't known of these lessons, about 0.1 s a lesson, and return how many texts that were."""
        return self.known_vectors.encode_missing(
            self.encoder, (text for lesson in lessons for text in texts_of(lesson))
        )


def _ends(text: str) -> str:
    return f"{text[:MAX_END_LENGTH]} {text[-MAX_END_LENGTH:]}"


def load_sentence_model(folder: Path = MODEL_FOLDER) -> SentenceModel:
    """Read the model that comes with Rounds. Raises ModelFileError if a file isn't the one that was released."""
    return SentenceModel(load_encoder(folder), load_known_vectors(folder))
