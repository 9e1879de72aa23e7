"""Fits what tells that a patient could be recognized: a regression over clues, words, and the encoder's vector, and
heads that look at tokens (`training/patient_heads.py`).

Usage: python -m training.patient_details FOLDER [--example FILE]

FOLDER has the encoder; it gets `patients.safetensors` (`bot/retrieval/patient_model.py`) and new hashes. FILE gets one
sentence's states and what torch makes of them, for a test of what Rounds computes. Printed are the weights to copy into
`bot/domain/patient_details.py`, and how many sentences of each writer in `LATER_WRITERS` are noticed and stopped by a
fit that has seen none of theirs. The encoder hasn't learned from these either, so the constant is chosen on them. Needs
torch; about ten minutes on one core.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from scipy.sparse import csr_array, diags_array, hstack
from sklearn.linear_model import LogisticRegression

from bot.content.given_names import shipped_given_names
from bot.content.shipped_pack import shipped_pack
from bot.domain.patient_clues import ClueKind
from bot.domain.patient_details import are_sufficient, find_clues
from bot.retrieval.patient_model import (
    LINE_BIAS,
    LINE_TENSOR,
    MEANING_TENSOR,
    OUT_TENSOR,
    PATIENTS_FILE,
    PLACES,
    RARITY_TENSOR,
    WORDS_TENSOR,
    PatientModel,
    find_places,
)
from bot.retrieval.sentence_encoder import load_encoder
from training.examples import read_patients
from training.export import write_hashes
from training.patient_heads import Notes, Tensors, fit_heads, say

LATER_WRITERS = ("e", "f", "g", "h")
"""Whose sentences came after the encoder."""

STOPPED_SHARE = 0.02
"""The share of these writers' sentences without details that is stopped."""

STOPPED_ALONE_SHARE = 0.015
"""The same of all writers' by the clues alone, where there is no encoder."""

HEADS_SHARE = 0.6
"""How much the heads' opinion counts; the regression's counts for the rest."""

SEEDS = (1, 2, 3)
"""Of the heads: one each."""

MARGIN = 0.5
"""How far, in log odds, the nearest of the lessons' situations stays from being stopped: they are what people type to
the coach."""

MIN_SENTENCES = 3
"""Sentences that have an n-gram for it to count."""

CLUE_SCALE, WORDS_SCALE, MEANING_SCALE = 0.5, 2.0, 2.0
"""What each part is multiplied by before the fit, so that one regularization suits all; chosen by cross-validation
over writers, as was `STRENGTH`, the inverse regularization (scikit-learn's C)."""

STRENGTH, ALONE_STRENGTH = 3.0, 0.3
"""Of the joint fit, and of the clues' alone."""

EXAMPLE = 1
"""The sentence that torch and numpy are compared on."""

LESSONS = "lessons"
"""Stands for the writer of the lessons' situations, which hold no details."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sentences:
    """Who wrote each sentence, whether it has details, its clues, n-grams, and vector by rows, and its states."""

    writers: NDArray[np.str_]
    has_details: Mask
    clues: NDArray[Any]
    ngrams: csr_array
    vectors: NDArray[Any]
    states: list[NDArray[np.float16]]

    @property
    def sufficient(self) -> Mask:
        """Which have clues that need nothing else."""
        kinds = list(ClueKind)
        return np.array([are_sufficient({kinds[place] for place in np.flatnonzero(row)}) for row in self.clues])


def read_sentences(folder: Path) -> Sentences:
    """Return the sentences of `data/patient-*.jsonl`, and the lessons' situations."""
    rows = [(each.text, each.writer, each.has_details) for each in read_patients()]
    rows += [(text, LESSONS, False) for lesson in shipped_pack().lessons for text in lesson.situations]
    texts, writers, details = zip(*rows, strict=True)
    encoder = load_encoder(folder)
    return Sentences(
        np.array(writers),
        np.array(details),
        _mark_clues(texts),
        _mark_ngrams(texts),
        encoder.encode(list(texts)),
        [encoder.read(text).states[0].astype(np.float16) for text in texts],
    )


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights of the clues, of n-grams by place, and of the vector; how rare n-grams are (0: not counted); heads."""

    clues: NDArray[Any]
    words: NDArray[Any]
    meaning: NDArray[Any]
    rarity: NDArray[Any]
    heads: Tensors

    @property
    def tensors(self) -> Tensors:
        """What `PatientModel` reads."""
        return {
            RARITY_TENSOR: self.rarity.astype(np.float16),
            WORDS_TENSOR: self.words.astype(np.float16),
            MEANING_TENSOR: self.meaning.astype(np.float32),
            **self.heads,
        }

    def score(self, sentences: Sentences, chosen: Mask) -> NDArray[Any]:
        """Return the log odds of chosen sentences, without a constant; infinite with clues that need nothing else."""
        model, kinds = PatientModel(self.tensors), list(ClueKind)
        of_states = [
            model.weigh_states(
                sentences.states[place].astype(np.float32),
                {kinds[kind] for kind in np.flatnonzero(sentences.clues[place])},
            )
            for place in np.flatnonzero(chosen)
        ]
        scores = (
            sentences.clues[chosen] @ self.clues
            + weigh_ngrams(sentences.ngrams[chosen], self.rarity) @ self.words
            + sentences.vectors[chosen] @ self.meaning
            + np.array(of_states)
        )
        return np.where(sentences.sufficient[chosen], np.inf, scores)


def fit(sentences: Sentences, seen: Mask) -> Fit:
    """Fit to the sentences of a mask."""
    counts = np.asarray(sentences.ngrams[seen].sum(axis=0)).ravel()
    rarity = np.where(counts >= MIN_SENTENCES, np.log((seen.sum() + 1) / (counts + 1)) + 1, 0.0)
    columns = hstack(
        [
            csr_array(sentences.clues[seen] * CLUE_SCALE),
            weigh_ngrams(sentences.ngrams[seen], rarity) * WORDS_SCALE,
            csr_array(sentences.vectors[seen] * MEANING_SCALE),
        ]
    ).tocsr()
    regression = LogisticRegression(C=STRENGTH, max_iter=2000).fit(columns, sentences.has_details[seen])
    weights = regression.coef_[0] * (1 - HEADS_SHARE)
    clues, words, meaning = np.split(weights, [len(ClueKind), len(ClueKind) + PLACES])
    heads = fit_heads(Notes(sentences.states, sentences.clues, sentences.has_details), seen, SEEDS)
    for name in (OUT_TENSOR, LINE_TENSOR, LINE_BIAS):
        heads[name] = heads[name] * np.float16(HEADS_SHARE)
    return Fit(clues * CLUE_SCALE, words * WORDS_SCALE, meaning * MEANING_SCALE, rarity, heads)


def weigh_ngrams(ngrams: csr_array, rarity: NDArray[Any]) -> csr_array:
    """Return tf-idf vectors of length one."""
    weighed = ngrams @ diags_array(rarity)
    lengths = np.sqrt(weighed.power(2).sum(axis=1))
    return diags_array(1 / np.maximum(lengths, 1e-9)) @ weighed


def fit_all(folder: Path, example: Path | None) -> None:
    """Print what is noticed and the weights, and write the model, and the example that a test compares with."""
    sentences = read_sentences(folder)
    later = np.isin(sentences.writers, LATER_WRITERS)
    scores = np.zeros(len(later))
    for writer in LATER_WRITERS:
        theirs = sentences.writers == writer
        scores[theirs] = fit(sentences, ~theirs).score(sentences, theirs)
    fitted = fit(sentences, np.ones(len(later), bool))
    of_lessons = fitted.score(sentences, sentences.writers == LESSONS)
    constant = find_constant(scores[later & ~sentences.has_details], of_lessons)
    for writer in LATER_WRITERS:
        theirs = sentences.writers == writer
        _report(f"patient-{writer}", scores[theirs] + constant, sentences.has_details[theirs])
    _report("all of these", scores[later] + constant, sentences.has_details[later])
    _print_weights("WITH_ENCODER", constant, fitted.clues)
    _fit_clues_alone(sentences)
    save_file(fitted.tensors, folder / PATIENTS_FILE)
    write_hashes(folder)
    if example:
        states, clues = sentences.states[EXAMPLE], sentences.clues[EXAMPLE]
        np.savez_compressed(example, states=states, clues=clues, said=say(fitted.heads, states, clues))


def find_constant(scores: NDArray[Any], of_lessons: NDArray[Any]) -> float:
    """Return the constant for scores of sentences without details, and for those of the lessons' situations."""
    return -max(float(np.quantile(scores, 1 - STOPPED_SHARE)), float(of_lessons.max()) + MARGIN)


def _fit_clues_alone(sentences: Sentences) -> None:
    """Print the weights for where there is no encoder."""
    regression = LogisticRegression(C=ALONE_STRENGTH, max_iter=2000, class_weight="balanced")
    regression.fit(sentences.clues, sentences.has_details)
    weights = regression.coef_[0]
    written = (sentences.writers != LESSONS) & ~sentences.has_details
    scores = np.where(sentences.sufficient, np.inf, sentences.clues @ weights)
    constant = -float(np.quantile(scores[written], 1 - STOPPED_ALONE_SHARE))
    _report("by clues alone, fitted to the same", scores + constant, sentences.has_details)
    _print_weights("WITHOUT_ENCODER", constant, weights)


def _mark_clues(texts: tuple[str, ...]) -> NDArray[np.float32]:
    """Return which kinds of clues each text has, as 0 or 1; shape (texts, kinds)."""
    names = shipped_given_names()
    kinds = [{each.kind for each in find_clues(text, names)} for text in texts]
    return np.array([[float(kind in found) for kind in ClueKind] for found in kinds], np.float32)


def _mark_ngrams(texts: tuple[str, ...]) -> csr_array:
    """Return which places of n-grams each text has, as 0 or 1; shape (texts, `PLACES`)."""
    rows = [find_places(text) for text in texts]
    starts = np.cumsum([0, *map(len, rows)])
    places = np.concatenate(rows)
    return csr_array((np.ones(len(places)), places, starts), shape=(len(texts), PLACES))


def _report(name: str, scores: NDArray[Any], details: Mask) -> None:
    noticed, stopped = (scores[details] >= 0).mean(), (scores[~details] >= 0).mean()
    print(f"{name}: noticed {noticed:.2f}, stopped {stopped:.3f} of {len(details)}")  # noqa: T201


def _print_weights(name: str, constant: float, weights: NDArray[Any]) -> None:
    print(f"{name}: constant {constant:.2f}")  # noqa: T201
    for kind, weight in zip(ClueKind, weights, strict=True):
        print(f"        ClueKind.{kind.name}: {weight:.2f},")  # noqa: T201


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Fit what tells of a patient.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--example", type=Path)
    given = parser.parse_args()
    fit_all(given.folder, given.example)
