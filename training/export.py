"""Writes what Rounds loads: the encoder with int8 weights and a smaller vocabulary, and the vectors of known texts.

Usage: python -m training.export TRAINED FOLDER [--without WRITER ...]
       python -m training.export --vectors-only FOLDER

TRAINED is a folder that `training.train` wrote. FOLDER gets `encoder.safetensors`, `vectors.safetensors`, and
`SHA256SUMS`.
"""

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from bot.content.shipped_pack import shipped_pack
from bot.retrieval.known_vectors import text_key, title_key, to_int8
from bot.retrieval.lesson_texts import texts_of
from bot.retrieval.sentence_encoder import (
    ENCODER_FILE,
    HASHES_FILE,
    MAX_TOKENS,
    PIECES_TENSOR,
    VECTORS_FILE,
    load_encoder,
)
from training.examples import read_danger, read_examples, read_unanswerable
from training.train import HEAD_SCALE

VOCABULARY_SIZE = 16_000
"""Tokens that are kept: all of the training data's and the lessons', then the most frequent of English."""

Tensors = dict[str, NDArray[Any]]


def export_encoder(trained: Path, folder: Path) -> None:
    """Write `encoder.safetensors` and its hash."""
    weights = load_file(trained / "model.safetensors")
    tokenizer = json.loads((trained / "tokenizer.json").read_text(encoding="utf-8"))
    kept = _choose_tokens(tokenizer)
    tensors: Tensors = {
        "position": (
            weights["embeddings.position_embeddings.weight"][:MAX_TOKENS]
            + weights["embeddings.token_type_embeddings.weight"][0]
        ).astype(np.float16),
        "heads": np.array([12], np.int32),
        "head_scale": np.array([HEAD_SCALE], np.float32),
    }
    tensors[PIECES_TENSOR], tensors["word.scale"] = _int8(weights["embeddings.word_embeddings.weight"][kept])
    _copy_norm(tensors, "embedding.norm", weights, "embeddings.LayerNorm")
    for layer in range(6):
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            _copy_linear(tensors, f"{layer}.attention.{part}", weights, f"encoder.layer.{layer}.attention.{part}")
        for part in ("intermediate.dense", "output.dense"):
            _copy_linear(tensors, f"{layer}.{part}", weights, f"encoder.layer.{layer}.{part}")
        for part in ("attention.output", "output"):
            _copy_norm(tensors, f"{layer}.{part}.norm", weights, f"encoder.layer.{layer}.{part}.LayerNorm")
    saved = torch.load(trained / "heads.pt")
    for name, value in saved["heads"].items():
        tensors[name] = value.numpy().astype(np.float32)
    vocabulary = {token: number for number, token in enumerate(_tokens(tokenizer)[each] for each in kept)}
    tokenizer["model"]["vocab"] = vocabulary
    for special in tokenizer["added_tokens"]:
        special["id"] = vocabulary[special["content"]]
    for name, special in tokenizer["post_processor"]["special_tokens"].items():
        special["ids"] = [vocabulary[name]]
    tokenizer["padding"] = tokenizer["truncation"] = None
    metadata = {
        "tokenizer": json.dumps(tokenizer, ensure_ascii=False),
        "skills": json.dumps(saved["skills"]),
        "dangers": json.dumps(saved["dangers"]),
    }
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / ENCODER_FILE, metadata)
    write_hashes(folder)


def export_vectors(folder: Path, without: Sequence[str]) -> None:
    """Write `vectors.safetensors`: the vectors of the lessons' texts and of the situations, and its hash."""
    encoder, lessons = load_encoder(folder), shipped_pack().lessons
    texts = list(dict.fromkeys(text for lesson in lessons for text in texts_of(lesson)))
    examples = [(example, lesson_id) for example in read_examples(without) for lesson_id in example.fits[:1]]
    titles = {lesson.id: title_key(lesson) for lesson in lessons}
    keys = np.array([text_key(text) for text in texts], np.uint64)
    order = keys.argsort()
    tensors: Tensors = {
        "text.keys": keys[order],
        "text.vectors": to_int8(encoder.encode(texts))[order],
        "example.titles": np.array([titles[lesson_id] for _, lesson_id in examples], np.uint64),
        "example.vectors": to_int8(encoder.encode([example.text for example, _ in examples])),
    }
    save_file(tensors, folder / VECTORS_FILE)
    write_hashes(folder)


def _choose_tokens(tokenizer: dict[str, Any]) -> list[int]:
    """Return the ids of the tokens to keep, in their order."""
    tokens, lessons = _tokens(tokenizer), shipped_pack().lessons
    split = Tokenizer.from_str(json.dumps({**tokenizer, "padding": None, "truncation": None}))
    texts = [
        *(text for lesson in lessons for text in texts_of(lesson)),
        *(f"{lesson.why} {lesson.try_today} {lesson.words}" for lesson in lessons),
        *(example.text for example in read_examples()),
        *(example.text for example in read_danger()),
        *read_unanswerable(),
    ]
    kept = {number for encoding in split.encode_batch(texts) for number in encoding.ids}
    kept |= {number for number, token in enumerate(tokens) if token in {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}}
    # Single characters, so that any other word can still be spelled.
    kept |= {n for n, token in enumerate(tokens) if len(token.removeprefix("##")) == 1 and token.isascii()}
    words = (n for n, token in enumerate(tokens) if n not in kept and token.isascii() and "[unused" not in token)
    while len(kept) < VOCABULARY_SIZE:
        kept.add(next(words))
    return sorted(kept)


def _tokens(tokenizer: dict[str, Any]) -> list[str]:
    return sorted(tokenizer["model"]["vocab"], key=tokenizer["model"]["vocab"].__getitem__)


def _copy_linear(tensors: Tensors, name: str, weights: Tensors, source: str) -> None:
    tensors[name], tensors[f"{name}.scale"] = _int8(weights[f"{source}.weight"])
    tensors[f"{name}.bias"] = weights[f"{source}.bias"].astype(np.float32)


def _copy_norm(tensors: Tensors, name: str, weights: Tensors, source: str) -> None:
    for part in ("weight", "bias"):
        tensors[f"{name}.{part}"] = weights[f"{source}.{part}"].astype(np.float32)


def _int8(weights: NDArray[Any]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return weights as int8 with one scale per row."""
    scale = np.abs(weights).max(axis=1) / 127 + 1e-12
    return np.round(weights / scale[:, None]).astype(np.int8), scale.astype(np.float32)


def write_hashes(folder: Path) -> None:
    """Write the SHA-256 of each file in `folder` beside them."""
    files = sorted(folder.glob("*.safetensors"))
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (folder / HASHES_FILE).write_text("".join(lines), encoding="ascii")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the files that Rounds loads.")
    parser.add_argument("trained", type=Path, nargs="?")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--without", nargs="*", default=[])
    parser.add_argument("--vectors-only", action="store_true")
    given = parser.parse_args()
    if not given.vectors_only:
        export_encoder(given.trained, given.folder)
    export_vectors(given.folder, given.without)
