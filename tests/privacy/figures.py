"""The sentences of the tests, and what is found in them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.content.given_names import shipped_given_names
from bot.domain.patient_clues import PatientClue
from bot.domain.patient_details import find_patient_details
from tests.coaching import figures as coaching

OTHER_HANDS = sorted(Path(__file__).parent.glob("other_hand_*.jsonl"))


@dataclass(frozen=True, slots=True)
class Sentences:
    """Those that hold a patient's details, and those that don't."""

    details: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def missed(self) -> list[str]:
        """Details that are not noticed."""
        return [text for text in self.details if not found(text)]

    @property
    def stopped(self) -> list[str]:
        """Others that are taken for details."""
        return [text for text in self.others if found(text)]

    @property
    def noticed_share(self) -> float:
        """How many of those with details are noticed, 0 to 1."""
        return 1 - len(self.missed) / len(self.details)

    @property
    def stopped_share(self) -> float:
        """How many of the others are stopped, 0 to 1."""
        return len(self.stopped) / len(self.others)


@cache
def found(text: str) -> tuple[PatientClue, ...]:
    """What is found in a text, with the encoder's opinion."""
    return find_patient_details(text, shipped_given_names(), coaching.model().understand(text).weigh_patient)


@cache
def by_kind() -> dict[str, tuple[str, ...]]:
    """The rules' own sentences with details, by the kind that each holds."""
    return {kind: tuple(several) for kind, several in _read("sentences.yaml")["details"].items()}


@cache
def own() -> Sentences:
    """Those that the first rules were made with. The weights have been fitted to them, too."""
    return Sentences(
        tuple(text for several in by_kind().values() for text in several), _tuple("sentences.yaml", "others")
    )


@cache
def unseen() -> Sentences:
    """Those that the first rules were widened for. The weights have been fitted to them, too."""
    return Sentences(_tuple("unseen.yaml", "with_details"), _tuple("unseen.yaml", "without"))


@cache
def by_other_hands() -> Sentences:
    """Notes by five hands that had seen no rule. Nothing has been fitted to them."""
    notes = [json.loads(line) for file in OTHER_HANDS for line in file.read_text(encoding="utf-8").splitlines()]
    return Sentences(
        tuple(each["text"] for each in notes if each["detail"]),
        tuple(each["text"] for each in notes if not each["detail"]),
    )


def _tuple(file: str, key: str) -> tuple[str, ...]:
    texts: Sequence[str] = _read(file)[key]
    return tuple(texts)


def _read(file: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(Path(__file__).with_name(file).read_text(encoding="utf-8"))
    return read
