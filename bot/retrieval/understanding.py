"""What Rounds makes of a text that somebody typed, before it looks for lessons. Nothing of it is stored."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.domain.lesson import Lesson
from bot.domain.patient_clues import ClueKind
from bot.domain.safety import FoundCards
from bot.retrieval.known_vectors import KnownVectors, load_known_vectors
from bot.retrieval.lesson_texts import texts_of
from bot.retrieval.patient_model import PatientModel, load_patient_model
from bot.retrieval.sentence_encoder import MODEL_FOLDER, EncodedText, SentenceEncoder, load_encoder

MAX_PIECES_PER_WORD = 1.9
"""How many pieces the encoder splits a word into, at most, for a text to count as English. Of 99 in 100 English
situations it is under 1.5, of German ones over 2."""


MAX_TEXT_LENGTH = 2000
"""Most characters of a text that are read, half of them at its end: what matters most may come last. The encoder and
the patterns for danger take a third of a second for so many, which is a good part of the three that Slack waits."""

_OMITTED = " … "
_END_LENGTH = (MAX_TEXT_LENGTH - len(_OMITTED)) // 2


@dataclass(frozen=True, slots=True)
class Understanding:
    """A text, and what the sentence encoder says about it; `encoded` is None while or where there is no encoder.

    `is_part`: the text was longer, and this is its beginning and its end. `found_cards`: the cards for the danger in
    it, or None if nobody has looked yet. `patients`: what `weigh_patient` asks.
    """

    text: str
    encoded: EncodedText | None = None
    skill_log_probabilities: Mapping[str, float] = field(default_factory=dict)
    is_part: bool = False
    found_cards: FoundCards | None = None
    patients: PatientModel | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of_text(cls, text: str) -> "Understanding":
        """Return what is known without the encoder: the words, of a long text only those that are read."""
        if len(text) <= MAX_TEXT_LENGTH:
            return cls(text)
        return cls(f"{text[:_END_LENGTH]}{_OMITTED}{text[-_END_LENGTH:]}", is_part=True)

    @property
    def shows_danger(self) -> bool:
        """Whether a safety card is shown for it."""
        return self.found_cards is not None and bool(self.found_cards.shown)

    @property
    def is_english(self) -> bool:
        """Whether the encoder can make something of it. Other languages are searched by words alone."""
        return self.encoded is not None and self.encoded.pieces_per_word <= MAX_PIECES_PER_WORD

    @property
    def dangers(self) -> Mapping[str, float]:
        """The probability of each kind of danger, as the encoder sees it; empty without it."""
        return self.encoded.dangers if self.encoded is not None and self.is_english else {}

    def weigh_patient(self, kinds: Collection[ClueKind]) -> float | None:
        """Return the log odds, without a constant, that its words and meaning add to those of the clues to a patient.

        `kinds`: those of the clues that were found in it. None without the encoder, and for another language. Takes
        about 4 ms for 60 words.
        """
        if self.encoded is None or self.patients is None or not self.is_english:
            return None
        return self.patients.weigh(self.text, self.encoded, kinds)


@dataclass(frozen=True)
class SentenceModel:
    """The encoder with the vectors of texts that it knows, and what tells of patients. Safe to use from several
    threads."""

    encoder: SentenceEncoder
    known_vectors: KnownVectors
    patients: PatientModel

    def understand(self, text: str) -> Understanding:
        """Return what the encoder says about a text. Takes 10 to 30 ms for 60 words, and computes outside any lock
        but its own, so call it where that holds up nobody."""
        known = Understanding.of_text(text)
        if not known.text.strip():
            return known
        encoded = self.encoder.read(known.text)
        probabilities = self.encoder.skill_log_probabilities(encoded.vector)
        return replace(known, encoded=encoded, skill_log_probabilities=probabilities, patients=self.patients)

    def knows_all_of(self, lessons: Iterable[Lesson]) -> bool:
        """Return whether the vectors of all these lessons' texts are known."""
        return all(self.known_vectors.find(text) is not None for lesson in lessons for text in texts_of(lesson))

    def learn(self, lessons: Sequence[Lesson]) -> int:
        """Encode what isn't known of these lessons, about 0.1 s a lesson, and return how many texts that were."""
        return self.known_vectors.encode_missing(
            self.encoder, (text for lesson in lessons for text in texts_of(lesson))
        )


def load_sentence_model(folder: Path = MODEL_FOLDER) -> SentenceModel:
    """Read the model that comes with Rounds. Raises ModelFileError if a file isn't the one that was released."""
    return SentenceModel(load_encoder(folder), load_known_vectors(folder), load_patient_model(folder))
