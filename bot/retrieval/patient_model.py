"""Whether a patient could be recognized in a text, as far as its words and its meaning tell.

Two opinions add up. One is a linear model over the sentence encoder's vector and hashed n-grams, weighed by how rare
they are (tf-idf; the hashing trick: Weinberger et al., 2009): up to three words in a row, up to five letters of a word,
and where capitals and numbers stand. The other is given by heads that look at what the encoder's middle layers make of
each token, because what tells of somebody is mostly a few words ("room 12 ... died"), which a vector of the whole text
blurs. `training/patient_details.py` fits both, with the clues' weights (`bot/domain/patient_details.py`).
"""

import re
import zlib
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.domain.patient_clues import ClueKind
from bot.retrieval.sentence_encoder import MODEL_FOLDER, gelu, read_model_file

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bot.retrieval.sentence_encoder import EncodedText, Floats, Tensors

PATIENTS_FILE = "patients.safetensors"

RARITY_TENSOR, WORDS_TENSOR, MEANING_TENSOR = "rarity", "words", "meaning"
"""The linear model's tensors: how rare an n-gram is (0: too rare to count) and what it adds, both of shape (`PLACES`,),
and what the encoder's vector adds, (384,)."""

QUERIES_TENSOR, TELLING_TENSOR, TELLING_BIAS = "queries.weight", "telling.weight", "telling.bias"
UNITS_TENSOR, UNITS_BIAS, OUT_TENSOR = "units.weight", "units.bias", "out.weight"
LINE_TENSOR, LINE_BIAS = "line.weight", "line.bias"
HEAD_TENSORS = (
    QUERIES_TENSOR,
    TELLING_TENSOR,
    TELLING_BIAS,
    UNITS_TENSOR,
    UNITS_BIAS,
    OUT_TENSOR,
    LINE_TENSOR,
    LINE_BIAS,
)
"""The heads' tensors; the first dimension is the head. `training/patient_heads.py` has their shapes."""

PLACES = 2**17
"""The size of the tables: n-grams whose hashes are the same share a place."""

MAX_WORDS_IN_ROW, LETTERS_IN_ROW = 3, range(2, 6)

WINDOW_LENGTH = 400
"""Characters whose n-grams are weighed at once: as long as most notes. Of a longer text the highest window counts."""

_TOKEN = re.compile(r"\w+|[^\w\s]")


class PatientModel:
    """The weights, as read from a file. Safe to use from several threads."""

    def __init__(self, tensors: "Tensors", read_units: "Callable[[], NDArray[Any]] | None" = None) -> None:
        """`tensors`: those of the words, of the meaning, and of the heads (`HEAD_TENSORS`).

        `read_units`: reads `UNITS_TENSOR`, if it isn't among them.
        """
        self._tensors = tensors
        self._read_units = read_units or (lambda: tensors[UNITS_TENSOR])

    def weigh(self, text: str, encoded: "EncodedText", kinds: Collection[ClueKind]) -> float:
        """Return the log odds, without a constant, that the text adds to those of its clues, which are of these kinds.

        Takes about 4 ms for 60 words.
        """
        meaning = float((encoded.windows @ self._tensors[MEANING_TENSOR]).max())
        words = max(map(self._weigh_words, split_windows(text)))
        return meaning + words + max(self.weigh_states(states, kinds) for states in encoded.states)

    def weigh_states(self, states: "Floats", kinds: Collection[ClueKind]) -> float:
        """Return what the heads make of a window's tokens, given all that is in the text: the mean of theirs.

        Each head looks at the window through a few queries (attention pooling; Yang et al., 2016), through its mean,
        and through the tokens that tell most, and adds a line and a layer of units over these.
        """
        import numpy as np

        tensors = {name: self._tensors[name].astype(np.float32) for name in HEAD_TENSORS if name != UNITS_TENSOR}
        clues = np.array([float(kind in kinds) for kind in ClueKind], np.float32)
        attention = np.einsum("td,hqd->hqt", states, tensors[QUERIES_TENSOR])
        attention = np.exp(attention - attention.max(axis=-1, keepdims=True))
        attention /= attention.sum(axis=-1, keepdims=True)
        heads = len(attention)
        telling = np.einsum("td,hed->het", states, tensors[TELLING_TENSOR]).max(axis=-1) + tensors[TELLING_BIAS]
        seen = np.concatenate(
            [
                (attention @ states).reshape(heads, -1),
                np.broadcast_to(states.mean(axis=0), (heads, states.shape[1])),
                telling,
                np.broadcast_to(clues, (heads, len(clues))),
            ],
            axis=1,
        )
        units = np.einsum("hx,hux->hu", seen, self._read_units().astype(np.float32)) + tensors[UNITS_BIAS]
        lines = (seen * tensors[LINE_TENSOR]).sum(axis=1) + (gelu(units) * tensors[OUT_TENSOR]).sum(axis=1)
        return float((lines + tensors[LINE_BIAS].ravel()).mean())

    def _weigh_words(self, text: str) -> float:
        import numpy as np

        places = find_places(text)
        rarity = self._tensors[RARITY_TENSOR][places].astype(np.float32)
        length = float(np.sqrt((rarity**2).sum()))
        words = self._tensors[WORDS_TENSOR][places].astype(np.float32)
        return float(words @ rarity) / length if length else 0.0


def load_patient_model(folder: Path = MODEL_FOLDER) -> PatientModel:
    """Read the model that comes with Rounds. Raises ModelFileError if its file isn't the one that was released.

    The heads' units, three quarters of the file, stay in it: notes are seldom looked at, and reading them takes a
    millisecond.
    """
    from safetensors import safe_open

    tensors, _ = read_model_file(folder, PATIENTS_FILE, without=UNITS_TENSOR)
    opened = safe_open(folder / PATIENTS_FILE, framework="numpy")
    return PatientModel(tensors, lambda: opened.get_tensor(UNITS_TENSOR))  # type: ignore[no-untyped-call]


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
