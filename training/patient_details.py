"""Fits how much each clue to a patient weighs, and the encoder's opinion (`bot/domain/patient_details.py`).

Usage: python -m training.patient_details FOLDER --fold N

FOLDER is what `training.export` wrote for a model trained with the same `--fold`; its encoder gets the head `patient`.
Printed are the weights to copy, and how many sentences of the fold, which neither encoder nor fit has learned from, are
noticed and stopped: in all, and of each writer by a fit that hasn't seen this writer's other sentences either.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.numpy import load_file, save_file
from sklearn.linear_model import LogisticRegression

from bot.content.given_names import shipped_given_names
from bot.content.shipped_pack import shipped_pack
from bot.domain.patient_clues import ClueKind
from bot.domain.patient_details import are_sufficient, find_clues
from bot.retrieval.sentence_encoder import ENCODER_FILE, load_encoder
from training.examples import FOLDS, read_patients
from training.export import write_hashes
from training.train import HEAD_SCALE

STOPPED_SHARE = 0.017
"""Of the fold's sentences without details, the share that the constant lets be stopped. Of the lessons' situations it
lets none: they are what people type to the coach."""

MARGIN = 0.01
"""How far, in log odds, the nearest of those situations stays from being stopped."""

STRENGTH = 0.3
"""The inverse regularization of all regressions (scikit-learn's C)."""

LESSONS = "lessons"
"""Stands for the writer of the lessons' situations, which hold no details."""

LESSONS_WEIGHT = 3.0
"""How much one of those counts in a fit, compared with a writer's sentence."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sentences:
    """Texts, who wrote each, whether it has details, its vector, and its clues; the last two have a row each."""

    texts: list[str]
    writers: NDArray[np.str_]
    has_details: Mask
    vectors: NDArray[Any]
    clues: NDArray[Any]

    @property
    def of_lessons(self) -> Mask:
        """Which are situations of lessons."""
        return self.writers == LESSONS

    @property
    def weights(self) -> NDArray[Any]:
        """How much each counts in a fit."""
        return np.where(self.of_lessons, LESSONS_WEIGHT, 1.0)


def read_sentences(folder: Path) -> Sentences:
    """Return the sentences of `data/patient-*.jsonl`, and the lessons' situations."""
    rows = [(each.text, each.writer, each.has_details) for each in read_patients()]
    rows += [(text, LESSONS, False) for lesson in shipped_pack().lessons for text in lesson.situations]
    texts, writers, details = zip(*rows, strict=True)
    vectors = load_encoder(folder).encode(list(texts))
    return Sentences(list(texts), np.array(writers), np.array(details), vectors, count_clues(texts))


def count_clues(texts: tuple[str, ...]) -> NDArray[np.float32]:
    """Return which kinds of clues each text has, as 0 or 1; shape (texts, kinds)."""
    names = shipped_given_names()
    kinds = [{each.kind for each in find_clues(text, names)} for text in texts]
    return np.array([[float(kind in found) for kind in ClueKind] for found in kinds], np.float32)


@dataclass(frozen=True, slots=True)
class Fit:
    """The encoder's opinion, and the weights of the clues and, last, of the opinion."""

    head: LogisticRegression
    weights: NDArray[Any]

    def score(self, sentences: Sentences, here: Mask) -> NDArray[Any]:
        """Return the log odds of these sentences, without a constant; infinite with a clue that suffices."""
        opinions = self.head.decision_function(sentences.vectors[here] * HEAD_SCALE)
        return _unless_sufficient(sentences.clues[here], np.c_[sentences.clues[here], opinions] @ self.weights)


def fit(sentences: Sentences, seen: Mask) -> Fit:
    """Fit to the sentences of a mask. The weights are fitted to opinions of heads that haven't seen each sentence."""
    places = np.flatnonzero(seen)
    parts, opinions = np.arange(len(places)) % FOLDS, np.zeros(len(places))
    for part in range(FOLDS):
        head = _fit_head(sentences, places[parts != part])
        opinions[parts == part] = head.decision_function(sentences.vectors[places[parts == part]] * HEAD_SCALE)
    columns = np.c_[sentences.clues[seen], opinions]
    return Fit(_fit_head(sentences, places), _fit_weights(columns, sentences, seen))


def find_constant(scores: NDArray[Any], of_lessons: NDArray[Any]) -> float:
    """Return the constant for scores of sentences without details, and for those of the lessons' situations."""
    return -max(float(np.quantile(scores, 1 - STOPPED_SHARE)), float(of_lessons.max()) + MARGIN)


def measure(sentences: Sentences, fold: Mask) -> None:
    """Print how many of each writer's sentences in the fold are noticed and stopped by a fit that hasn't seen them."""
    plain = fold & ~sentences.has_details
    for writer in dict.fromkeys(sentences.writers[~sentences.of_lessons]):
        theirs = sentences.writers == writer
        fitted = fit(sentences, ~fold & ~theirs)
        constant = find_constant(
            fitted.score(sentences, plain & ~theirs), fitted.score(sentences, sentences.of_lessons)
        )
        _report(str(writer), fitted.score(sentences, fold & theirs) + constant, sentences.has_details[fold & theirs])


def fit_all(folder: Path, number: int) -> None:
    """Print what is noticed and the weights, and add the head."""
    sentences = read_sentences(folder)
    fold = (np.arange(len(sentences.texts)) % FOLDS == number) & ~sentences.of_lessons
    measure(sentences, fold)
    fitted, plain = fit(sentences, ~fold), fold & ~sentences.has_details
    constant = find_constant(fitted.score(sentences, plain), fitted.score(sentences, sentences.of_lessons))
    _report("all", fitted.score(sentences, fold) + constant, sentences.has_details[fold])
    print(f"WITH_ENCODER: constant {constant:.2f}, opinion {fitted.weights[-1]:.2f}")  # noqa: T201
    _print_weights(fitted.weights[:-1])
    alone = _fit_weights(sentences.clues[~fold], sentences, ~fold)
    written = ~sentences.of_lessons & ~sentences.has_details
    scores = _unless_sufficient(sentences.clues, sentences.clues @ alone)
    constant = -float(np.quantile(scores[written], 1 - STOPPED_SHARE))
    _report("all, without the encoder", scores[fold] + constant, sentences.has_details[fold])
    print(f"WITHOUT_ENCODER: constant {constant:.2f}")  # noqa: T201
    _print_weights(alone)
    add_head(folder, fitted.head)


def add_head(folder: Path, head: LogisticRegression) -> None:
    """Write the head `patient` into the encoder's file."""
    file = folder / ENCODER_FILE
    with safe_open(file, "numpy") as opened:
        metadata = opened.metadata()
    tensors = load_file(file)
    tensors["patient.weight"] = head.coef_.astype(np.float32)
    tensors["patient.bias"] = head.intercept_.astype(np.float32)
    save_file(tensors, file, metadata)
    write_hashes(folder)


def _unless_sufficient(clues: NDArray[Any], scores: NDArray[Any]) -> NDArray[Any]:
    kinds = list(ClueKind)
    sufficient = [are_sufficient({kinds[place] for place in np.flatnonzero(row)}) for row in clues]
    return np.where(sufficient, np.inf, scores)


def _fit_head(sentences: Sentences, places: NDArray[Any]) -> LogisticRegression:
    regression = LogisticRegression(C=STRENGTH, max_iter=5000)
    return regression.fit(
        sentences.vectors[places] * HEAD_SCALE, sentences.has_details[places], sentences.weights[places]
    )


def _fit_weights(columns: NDArray[Any], sentences: Sentences, seen: Mask) -> NDArray[Any]:
    regression = LogisticRegression(C=STRENGTH, max_iter=5000, class_weight="balanced")
    fitted = regression.fit(columns, sentences.has_details[seen], sentences.weights[seen])
    return np.asarray(fitted.coef_[0])


def _report(name: str, scores: NDArray[Any], details: Mask) -> None:
    noticed, stopped = (scores[details] >= 0).mean(), (scores[~details] >= 0).mean()
    print(f"{name}: noticed {noticed:.2f}, stopped {stopped:.3f} of {len(details)}")  # noqa: T201


def _print_weights(weights: NDArray[Any]) -> None:
    for kind, weight in zip(ClueKind, weights, strict=True):
        print(f"        ClueKind.{kind.name}: {weight:.2f},")  # noqa: T201


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Fit what tells of a patient.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fold", type=int, required=True)
    given = parser.parse_args()
    fit_all(given.folder, given.fold)
