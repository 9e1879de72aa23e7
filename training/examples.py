"""Reads what the coach's encoder learns from: the shipped lessons, and the situations in `data/`."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Example:
    """A situation in a manager's words, its writer, the lessons that fit (ids, the best first), and some that don't."""

    text: str
    writer: str
    fits: tuple[str, ...]
    misfits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DangerExample:
    """A text, its writer, the kind of danger in it ("none" in a lookalike), and `how`: plain, oblique, or lookalike."""

    text: str
    writer: str
    kind: str
    how: str


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


def _read_all() -> Iterator[Example]:
    for file in sorted(DATA.glob("situations-*.jsonl")):
        writer = file.stem.removeprefix("situations-")
        for line in file.read_text(encoding="utf-8").splitlines():
            fields = json.loads(line)
            yield Example(fields["text"], writer, tuple(fields["fits"]), tuple(fields.get("not", ())))
