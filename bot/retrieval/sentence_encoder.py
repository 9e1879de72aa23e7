"""Turns English texts into unit vectors that are close if the texts mean nearly the same.

The encoder is a fine-tuned all-MiniLM-L6-v2 (a BERT of six layers; Devlin et al., 2019; Wang et al., 2020), computed in
numpy: a deep-learning runtime would need several times the memory and isn't faster for one text. Weights are int8 with
one scale per row. `training/` holds the recipe, `model/README.md` the model card.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from bot.errors import ModelFileError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    Floats = NDArray[np.float32]
    Tensors = dict[str, NDArray[Any]]

MODEL_FOLDER = Path(__file__).with_name("model")
ENCODER_FILE = "encoder.safetensors"
VECTORS_FILE = "vectors.safetensors"
HASHES_FILE = "SHA256SUMS"

PIECES_TENSOR = "word"
"""The tensor with a vector for each piece that the tokenizer knows."""

MAX_TOKENS = 96
"""Tokens of a text that are read at once: about 75 words. A longer text is read in windows."""

MAX_WINDOWS = 6
"""The most windows of a text that are read, half of them from its end: about 450 words."""

STATE_LAYERS = (3, 4)
"""The layers, counted from 1, whose output for each token is kept. Names and numbers show best there: lower layers know
too little of the text, higher ones blur the words."""

BATCH_SIZE = 8
"""Texts encoded together. More doesn't make it faster, and needs more memory."""


@dataclass(frozen=True, slots=True)
class EncodedText:
    """A text's vector, shape (384,), those of its windows, shape (windows, 384), and what the heads say of it.

    `states`: for each window, what the layers `STATE_LAYERS` make of its tokens, side by side, shape (tokens, 768).
    `answerable`: the logit that a lesson answers it, in the window where it is highest. `dangers`: the probability of
    each kind of danger in the window where it is highest; in long texts they may add up to more than 1.
    `pieces_per_word`: how many pieces the encoder splits a word into; about 1.2 in English, over 2 in other languages.
    """

    vector: "Floats"
    windows: "Floats"
    states: "tuple[Floats, ...]"
    answerable: float
    dangers: dict[str, float]
    pieces_per_word: float


class SentenceEncoder:
    """An encoder that was read from a file. Safe to use from several threads; they take turns."""

    def __init__(
        self,
        tensors: "Tensors",
        pieces: "PieceTable",
        tokenizer: "Tokenizer",
        skills: Sequence[str],
        dangers: Sequence[str],
    ) -> None:
        """`pieces` holds the vectors of the tokenizer's pieces, and `tensors` all other weights.

        `skills` and `dangers` name what the heads tell apart, in their order.
        """
        self._tensors = tensors
        self._pieces = pieces
        self._tokenizer = tokenizer
        self._skills = tuple(skills)
        self._dangers = tuple(dangers)
        self._layers = sum(name.endswith("attention.self.query") for name in tensors)
        self._lock = Lock()

    def encode(self, texts: Sequence[str]) -> "Floats":
        """Return the unit vectors of short texts, of which `MAX_TOKENS` are read. Shape (texts, 384)."""
        import numpy as np

        tokens = [each.ids[:MAX_TOKENS] for each in self._tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(texts)), key=lambda place: len(tokens[place]))
        vectors = np.zeros((len(texts), self._tensors["position"].shape[1]), np.float32)
        for start in range(0, len(order), BATCH_SIZE):
            places = order[start : start + BATCH_SIZE]
            vectors[places], _ = self._encode_tokens([tokens[place] for place in places])
        return vectors

    def read(self, text: str) -> EncodedText:
        """Return all that the encoder says about a text of any length, of which `MAX_WINDOWS` windows are read."""
        import numpy as np

        encoding = self._tokenizer.encode(text)
        words = {word for word in encoding.word_ids if word is not None}
        windows = list(_windows(encoding.ids))
        if len(windows) > MAX_WINDOWS:
            windows = [*windows[: MAX_WINDOWS // 2], *windows[-MAX_WINDOWS // 2 :]]
        read = [self._encode_tokens([window]) for window in windows]
        vectors = np.concatenate([vector for vector, _ in read])
        scaled = vectors * float(self._tensors["head_scale"][0])
        kinds = scaled @ self._tensors["danger.weight"].T + self._tensors["danger.bias"]
        kinds = np.exp(kinds - kinds.max(axis=1, keepdims=True))
        most = (kinds / kinds.sum(axis=1, keepdims=True)).max(axis=0)
        answerable = scaled @ self._tensors["answerable.weight"].T + self._tensors["answerable.bias"]
        mean = vectors.mean(axis=0)
        return EncodedText(
            mean / np.linalg.norm(mean),
            vectors,
            tuple(states[0] for _, states in read),
            float(answerable.max()),
            {kind: float(most[place]) for place, kind in enumerate(self._dangers)},
            (len(encoding.ids) - 2) / max(len(words), 1),
        )

    def skill_log_probabilities(self, vector: "Floats") -> dict[str, float]:
        """Return the log probability of each skill that the encoder was trained for, given a text's unit vector."""
        import numpy as np

        scaled = vector * float(self._tensors["head_scale"][0])
        logits = scaled @ self._tensors["skill.weight"].T + self._tensors["skill.bias"]
        logits -= logits.max()
        return dict(zip(self._skills, map(float, logits - np.log(np.exp(logits).sum())), strict=True))

    def _encode_tokens(self, tokens: "Sequence[Sequence[int]]") -> "tuple[Floats, Floats]":
        """Return the unit vectors of texts of token ids, shape (texts, 384), and their states, (texts, tokens, 768)."""
        with self._lock:
            return self._forward(tokens)

    def _forward(self, tokens: "Sequence[Sequence[int]]") -> "tuple[Floats, Floats]":
        import numpy as np

        tensors, longest, batch = self._tensors, max(map(len, tokens)), len(tokens)
        ids = np.zeros((batch, longest), np.int64)
        mask = np.zeros((batch, longest), np.float32)
        for row, each in enumerate(tokens):
            ids[row, : len(each)], mask[row, : len(each)] = each, 1
        hidden = self._pieces.look_up(ids).astype(np.float32) * tensors["word.scale"][ids][..., None]
        hidden = (hidden + tensors["position"][:longest].astype(np.float32)).reshape(batch * longest, -1)
        hidden = self._normalize(hidden, "embedding.norm")
        heads = int(tensors["heads"][0])
        hidden_from_padding = (1 - mask)[:, None, None, :] * np.float32(-1e9)
        states = []
        for layer in range(self._layers):
            prefix = f"{layer}.attention.self."
            query, key, value = (
                self._linear(hidden, prefix + part).reshape(batch, longest, heads, -1).transpose(0, 2, 1, 3)
                for part in ("query", "key", "value")
            )
            scores = query @ key.transpose(0, 1, 3, 2) * np.float32(query.shape[-1] ** -0.5) + hidden_from_padding
            scores -= scores.max(axis=-1, keepdims=True)
            np.exp(scores, out=scores)
            scores /= scores.sum(axis=-1, keepdims=True)
            mixed = (scores @ value).transpose(0, 2, 1, 3).reshape(batch * longest, -1)
            hidden = self._normalize(
                hidden + self._linear(mixed, f"{layer}.attention.output.dense"), f"{layer}.attention.output.norm"
            )
            wide = gelu(self._linear(hidden, f"{layer}.intermediate.dense"))
            hidden = self._normalize(hidden + self._linear(wide, f"{layer}.output.dense"), f"{layer}.output.norm")
            if layer + 1 in STATE_LAYERS:
                states.append(hidden.reshape(batch, longest, -1))
        hidden = hidden.reshape(batch, longest, -1)
        mean = (hidden * mask[..., None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        vectors = np.asarray(mean / np.linalg.norm(mean, axis=1, keepdims=True), np.float32)
        return vectors, np.concatenate(states, axis=-1)

    def _linear(self, hidden: "Floats", name: str) -> "Floats":
        import numpy as np

        result: Floats = hidden @ self._tensors[name].astype(np.float32).T
        result *= self._tensors[f"{name}.scale"]
        result += self._tensors[f"{name}.bias"]
        return result

    def _normalize(self, hidden: "Floats", name: str) -> "Floats":
        """Layer normalization, in place."""
        import numpy as np

        hidden -= hidden.mean(axis=-1, keepdims=True)
        variance = np.einsum("ij,ij->i", hidden, hidden)[:, None] / hidden.shape[-1]
        hidden /= np.sqrt(variance + np.float32(1e-12))
        hidden *= self._tensors[f"{name}.weight"]
        hidden += self._tensors[f"{name}.bias"]
        return hidden


def load_encoder(folder: Path = MODEL_FOLDER) -> SentenceEncoder:
    """Read the encoder, a few tenths of a second. Raises ModelFileError if its file isn't the one that was released."""
    from tokenizers import Tokenizer

    tensors, metadata = read_model_file(folder, ENCODER_FILE, without=PIECES_TENSOR)
    tokenizer = Tokenizer.from_str(metadata["tokenizer"])
    skills, dangers = json.loads(metadata["skills"]), json.loads(metadata["dangers"])
    return SentenceEncoder(tensors, PieceTable(folder / ENCODER_FILE), tokenizer, skills, dangers)


class PieceTable:
    """The vectors of the tokenizer's pieces. They stay in the file, because most of them are never asked for.

    Not safe to use from several threads at once.
    """

    def __init__(self, file: Path) -> None:
        """`file` is the encoder's, already checked."""
        from safetensors import safe_open

        self._rows = safe_open(file, framework="numpy").get_slice(PIECES_TENSOR)  # type: ignore[no-untyped-call]

    def look_up(self, ids: "NDArray[np.int64]") -> "NDArray[np.int8]":
        """Return the vectors of these pieces, with the shape of `ids` and one dimension more of 384."""
        import numpy as np

        rows = np.concatenate([self._rows[place : place + 1] for place in ids.ravel().tolist()])
        return rows.reshape(*ids.shape, -1)


def read_model_file(folder: Path, name: str, *, without: str = "") -> "tuple[Tensors, dict[str, str]]":
    """Return a model file's tensors, `without` one, and its metadata.

    Raises ModelFileError if the file is missing, or its hash is another.
    """
    from safetensors import SafetensorError, safe_open

    path = folder / name
    try:
        released = dict(line.split()[::-1] for line in (folder / HASHES_FILE).read_text("ascii").splitlines())
        with path.open("rb") as opened:
            found = hashlib.file_digest(opened, "sha256").hexdigest()
    except (OSError, ValueError) as error:
        raise ModelFileError(f"{path} can't be read ({error}). Install Rounds again.") from error
    if found != released.get(name):
        raise ModelFileError(
            f"{path} has the SHA-256 {found}, not {released.get(name)}, so it is damaged or of another release. "
            "Install Rounds again."
        )
    try:
        with safe_open(path, framework="numpy") as file:
            names = [each for each in file.keys() if each != without]  # noqa: SIM118 - the file can't be iterated
            return {each: file.get_tensor(each) for each in names}, dict(file.metadata() or {})
    except SafetensorError as error:
        raise ModelFileError(f"{path} can't be read ({error}). Install Rounds again.") from error


def _windows(ids: Sequence[int]) -> Iterator[list[int]]:
    """Yield windows of at most `MAX_TOKENS`, each with the text's first and last token, which mark start and end."""
    start, *inner, end = ids
    size = MAX_TOKENS - 2
    count = max(1, -(-len(inner) // size))
    for place in range(count):
        # Windows of equal length: a last one of three words would say little.
        yield [start, *inner[place * len(inner) // count : (place + 1) * len(inner) // count], end]


def gelu(values: "Floats") -> "Floats":
    """x Φ(x), in place, with Φ's approximation by tanh (Hendrycks and Gimpel, 2016), which is off by 0.0005 at most."""
    import numpy as np

    inner = values * values
    inner *= np.float32(0.044715)
    inner += 1
    inner *= values
    inner *= np.float32(0.7978845608)
    np.tanh(inner, out=inner)
    inner += 1
    inner *= values
    inner *= np.float32(0.5)
    return inner
