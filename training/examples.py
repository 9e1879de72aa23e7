"""Reads what the coach's encoder learns from: the shipped lessons, and the situations in `data/`."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parent / "data"

FOLDS = 5
"""Parts of the texts that have no single writer to leave out: one part can be kept from a training."""


@dataclass(frozen=True, slots=True)
class Example:
    """A situation in a manager's words, its writer, the lessons that fit (ids, the best first), and some that don't.

    `skill` is the slug of the skill that its writer filed it under before reading any lesson, `other_skills` are others
    that can be argued for; None and empty where the writer started from a lesson. `fits` is empty where no lesson
    helps.
    """

    text: str
    writer: str
    fits: tuple[str, ...]
    misfits: tuple[str, ...] = ()
    skill: str | None = None
    other_skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DangerExample:
    """A text, its writer, the kind of danger in it ("none" in a lookalike), and `how`: plain, oblique, or lookalike."""

    text: str
    writer: str
    kind: str
    how: str


@dataclass(frozen=True, slots=True)
class PatientExample:
    """A note, its writer, and whether it has details that could tell who a patient is."""

    text: str
    writer: str
    has_details: bool


def read_examples(without: Collection[str] = ()) -> tuple[Example, ...]:
    """Return every situation of `data/`, except those by the writers in `without`."""
    return tuple(example for example in _read_all() if example.writer not in without)


def read_unanswerable() -> tuple[str, ...]:
    """Return what no lesson answers."""
    return tuple((DATA / "unanswerable.txt").read_text(encoding="utf-8").splitlines())


def read_danger() -> tuple[DangerExample, ...]:
    """Return texts about danger, and texts that only look like it."""
    return tuple(
        DangerExample(writer=file.stem, **json.loads(line))
        for file in sorted(DATA.glob("danger-*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    )


def read_patients() -> tuple[PatientExample, ...]:
    """Return notes with and without details that could tell who a patient is."""
    return tuple(
        PatientExample(fields["text"], file.stem.removeprefix("patient-"), fields["detail"])
        for file in sorted(DATA.glob("patient-*.jsonl"))
        for fields in map(json.loads, file.read_text(encoding="utf-8").splitlines())
    )


def read_verdicts() -> dict[str, dict[str, bool]]:
    """Return, by situation, the lessons (ids) that a reader was shown with it, and whether each was called helpful."""
    lines = (DATA / "judged.jsonl").read_text(encoding="utf-8").splitlines()
    return {fields["text"]: fields["verdicts"] for fields in map(json.loads, lines)}


def _read_all() -> Iterator[Example]:
    for file in sorted(DATA.glob("situations-*.jsonl")):
        writer = file.stem.removeprefix("situations-")
        for line in file.read_text(encoding="utf-8").splitlines():
            fields = json.loads(line)
            yield Example(
                fields["text"],
                writer,
                tuple(fields["fits"]),
                tuple(fields.get("not", ())),
                fields.get("skill"),
                tuple(fields.get("also", ())),
            )
