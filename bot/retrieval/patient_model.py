"""Whether a patient could be recognized in a text, as far as its words and its meaning tell.

A linear model over the sentence encoder's vector and hashed n-grams, weighed by how rare they are (tf-idf; the hashing
trick: Weinberger et al., 2009): up to three words in a row, up to five letters of a word, and where capitals and
numbers stand. N-grams tell names and turns of phrase apart that the encoder blurs. `training/patient_details.py` fits
it together with the clues' weights (`bot/domain/patient_details.py`).
"""

import re
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from bot.retrieval.sentence_encoder import MODEL_FOLDER, read_model_file

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bot.retrieval.sentence_encoder import Floats, Tensors

PATIENTS_FILE = "patients.safetensors"

RARITY_TENSOR, WORDS_TENSOR, MEANING_TENSOR = "rarity", "words", "meaning"
"""The file's tensors: how rare an n-gram is (0: too rare to count) and what it adds, both of shape (`PLACES`,), and
what the encoder's vector adds, (384,)."""

PLACES = 2**17
"""The size of the tables: n-grams whose hashes are the same share a place."""

MAX_WORDS_IN_ROW, LETTERS_IN_ROW = 3, range(2, 6)

WINDOW_LENGTH = 400
"""Characters whose n-grams are weighed at once: as long as most notes. Of a longer text the highest window counts."""

_TOKEN = re.compile(r"\w+|[^\w\s]")


class PatientModel:
    """The weights, as read from a file. Safe to use from several threads."""

    def __init__(self, tensors: "Tensors") -> None:
        """`tensors`: `RARITY_TENSOR`, `WORDS_TENSOR`, and `MEANING_TENSOR`."""
        self._rarity, self._words = tensors[RARITY_TENSOR], tensors[WORDS_TENSOR]
        self._meaning = tensors[MEANING_TENSOR]

    def weigh(self, text: str, windows: "Floats") -> float:
        """Return the log odds, without a constant, that the text adds to those of its clues.

        `windows`: the encoder's unit vectors of its windows, shape (windows, 384). Takes about 3 ms for 60 words.
        """
        return float((windows @ self._meaning).max()) + max(map(self._weigh_words, split_windows(text)))

    def _weigh_words(self, text: str) -> float:
        import numpy as np

        places = find_places(text)
        rarity = self._rarity[places].astype(np.float32)
        length = float(np.sqrt((rarity**2).sum()))
        return float((self._words[places].astype(np.float32) * rarity).sum()) / length if length else 0.0


def load_patient_model(folder: Path = MODEL_FOLDER) -> PatientModel:
    """Read the model that comes with Rounds. Raises ModelFileError if its file isn't the one that was released."""
    return PatientModel(read_model_file(folder, PATIENTS_FILE)[0])


def find_places(text: str) -> "NDArray[np.int64]":
    """Return the places of a text's n-grams in the tables, each once, in order."""
    import numpy as np

    tokens = _TOKEN.findall(text)
    lower = [token.lower() for token in tokens]
    shapes = [_shape(token) for token in tokens]
    found: set[str] = set()
    for count in range(1, MAX_WORDS_IN_ROW + 1):
        found.update("w " + " ".join(lower[start : start + count]) for start in range(len(lower) - count + 1))
    for count in range(2, MAX_WORDS_IN_ROW + 1):
        rows = (shapes[start : start + count] for start in range(len(shapes) - count + 1))
        found.update("s" + " ".join(row) for row in rows if _CAPITAL in row or _NUMBER in row)
    for token in tokens:
        padded = f" {token} "
        for count in LETTERS_IN_ROW:
            found.update("c" + padded[start : start + count] for start in range(len(padded) - count + 1))
    return np.array(sorted({zlib.crc32(feature.encode(errors="replace")) % PLACES for feature in found}), np.int64)


_CAPITAL, _NUMBER = "A", "9"


def _shape(token: str) -> str:
    if token[0].isupper() and len(token) > 1:
        return _CAPITAL
    return _NUMBER if token[0].isdigit() else token.lower()


def split_windows(text: str) -> list[str]:
    """Cut a text at blanks into pieces of at most `WINDOW_LENGTH` characters; a word that is longer is cut, too."""
    windows, start = [], 0
    while len(text) - start > WINDOW_LENGTH:
        blank = text.rfind(" ", start, start + WINDOW_LENGTH + 1)
        end = blank if blank > start else start + WINDOW_LENGTH
        windows.append(text[start:end])
        start = end
    return [*windows, text[start:]]
