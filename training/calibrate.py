"""Fits how sure a search is (`bot/retrieval/calibration.py`) on texts that a model hasn't learned from.

Usage: python -m training.calibrate FOLDER [--plot FILE] --without WRITER ... --fold N

FOLDER is what `training.export` wrote for a model trained with the same `--without` and `--fold`. It prints the
coefficients, and for each band the share whose best lesson fits; the plot is a reliability diagram.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bot.content.shipped_pack import shipped_pack
from bot.retrieval.calibration import Confidence, SearchFeatures, rate_confidence
from bot.retrieval.lesson_index import LessonIndex
from bot.retrieval.understanding import SentenceModel, load_sentence_model
from bot.retrieval.vocabulary import shipped_vocabulary
from training.examples import FOLDS, Example, read_examples, read_unanswerable, read_verdicts

Measured = list[tuple[SearchFeatures, list[str]]]


def measure(model: SentenceModel, texts: list[str]) -> Measured:
    """Return what is known of each search by meaning, and the ids of all lessons, best first."""
    lessons = shipped_pack().lessons
    index = LessonIndex(lessons, shipped_vocabulary())
    model.learn(lessons)
    index.add_meanings(model)
    found = []
    for text in texts:
        ranking = index.rank_by_meaning(model.understand(text))
        if ranking is not None:
            found.append((ranking.features, [lessons[place].id for place in ranking.places]))
    return found


def calibrate(folder: Path, without: list[str], fold: int, plot: Path | None) -> None:
    """Fit and print the coefficients, and what they say."""
    model, verdicts = load_sentence_model(folder), read_verdicts()
    examples = [
        each
        for each in read_examples()
        if each.fits and each.writer in without and each.text in verdicts and model.understand(each.text).is_english
    ]
    answerable = measure(model, [each.text for each in examples])
    foreign = measure(model, [text for n, text in enumerate(read_unanswerable()) if n % FOLDS == fold])
    first, either = (
        np.array([_helps(each, ids[:most], verdicts) for (_, ids), each in zip(answerable, examples, strict=True)])
        for most in (1, 2)
    )

    def columns(measured: Measured, of: str) -> NDArray[Any]:
        left = {"answerable": "answerable", "best": "best"}.get(of)
        values = [(getattr(each, left) if left else each.best + each.second, each.nearness) for each, _ in measured]
        return np.array(values)

    both = np.r_[np.ones(len(answerable)), np.zeros(len(foreign))]
    fitted = {
        "ANSWERABLE": _fit(
            np.r_[columns(answerable, "answerable"), columns(foreign, "answerable")], both, balanced=True
        ),
        "BEST_FITS": _fit(columns(answerable, "best"), first),
        "ONE_OF_TWO_FITS": _fit(columns(answerable, "two"), either),
    }
    for name, regression in fitted.items():
        coefficients = (*regression.coef_[0], regression.intercept_[0])
        print(name, "=", tuple(round(float(each), 2) for each in coefficients))  # noqa: T201
    bands = np.array([rate_confidence(features) for features, _ in answerable])
    for band in Confidence:
        here = bands == band
        shares = f"first helps {first[here].mean():.2f}, one of two {either[here].mean():.2f}" if here.any() else ""
        print(f"{band}: {here.mean():.2f} of the answerable, {shares}")  # noqa: T201
    refused = np.mean([rate_confidence(features) is Confidence.NONE for features, _ in foreign])
    print(f"of what no lesson answers {refused:.2f} gets none")  # noqa: T201
    if plot:
        _draw(fitted["BEST_FITS"].predict_proba(columns(answerable, "best"))[:, 1], first, plot)


def _helps(example: Example, ids: list[str], verdicts: Mapping[str, Mapping[str, bool]]) -> bool:
    """Return whether one of these lessons helps: by a reader's verdict or, where there is none, by the writer's."""
    judged = verdicts.get(example.text, {})
    return any(judged.get(each, each in example.fits) for each in ids)


def _fit(columns: NDArray[Any], labels: NDArray[Any], *, balanced: bool = False) -> Any:  # noqa: ANN401 - untyped
    regression = LogisticRegression(C=10, max_iter=5000, class_weight="balanced" if balanced else None)
    return regression.fit(columns, labels)


def _draw(said: NDArray[Any], happened: NDArray[Any], file: Path) -> None:
    """Draw the reliability diagram: said probability against how often it happened, in tenths of the texts."""
    mpl.use("svg")
    from matplotlib import pyplot as plt

    parts = np.array_split(said.argsort(), 10)
    figure, axes = plt.subplots(figsize=(4.5, 4.5))
    axes.plot([0, 1], [0, 1], color="0.8", linestyle="--", label="perfectly calibrated")
    axes.plot([said[part].mean() for part in parts], [happened[part].mean() for part in parts], marker="o")
    axes.set(xlabel="Probability that the first lesson helps", ylabel="Share whose first lesson helps", aspect="equal")
    axes.set(xlim=(0, 1), ylim=(0, 1))
    figure.tight_layout()
    figure.savefig(file)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Fit how sure a search is.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--without", nargs="+", required=True)
    parser.add_argument("--fold", type=int, required=True)
    parser.add_argument("--plot", type=Path)
    given = parser.parse_args()
    calibrate(given.folder, given.without, given.fold, given.plot)
