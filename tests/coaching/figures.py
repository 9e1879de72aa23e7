"""What coaching found for the evaluation set, and the shares of it that were right."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import mean, quantiles

import yaml

from bot.domain.lesson import Lesson
from bot.retrieval.lesson_index import LessonIndex, SearchResult
from bot.retrieval.understanding import SentenceModel, load_sentence_model
from bot.retrieval.vocabulary import shipped_vocabulary
from tests.shipped import shipped_pack

OWN, INDEPENDENT = "situations.yaml", "independent.yaml"
"""The set that the search was tuned on one half of, by who wrote the lessons too; and the one by somebody who had seen
no lesson, which nothing was tuned on."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A situation, the skill that it belongs to, and the lessons (ids) that fit it."""

    text: str
    skill: str
    fits: frozenset[str]


@dataclass(frozen=True, slots=True)
class Answered:
    """What was found for a situation, best first, and how long it took (seconds)."""

    asked: Asked
    found: tuple[Lesson, ...]
    seconds: float


@cache
def index() -> LessonIndex:
    """The search over the shipped lessons, as coaching has it once the sentence model is loaded."""
    found = LessonIndex(shipped_pack().lessons, shipped_vocabulary())
    model().learn(shipped_pack().lessons)
    found.add_meanings(model())
    return found


@cache
def model() -> SentenceModel:
    """The sentence model that comes with Rounds."""
    return load_sentence_model()


def search(text: str) -> SearchResult:
    """What coaching finds for a text."""
    return index().search(model().understand(text))


@cache
def situations(file: str = OWN) -> tuple[Asked, ...]:
    """An evaluation set."""
    by_skill = _read(file)["situations"].items()
    return tuple(Asked(text, skill, frozenset(fits)) for skill, several in by_skill for text, fits in several.items())


@cache
def unanswerable(file: str = OWN) -> tuple[str, ...]:
    """Questions that no lesson answers."""
    return tuple(_read(file)["unanswerable"])


@cache
def answers(file: str = OWN) -> tuple[Answered, ...]:
    """Every situation of a set, searched for once."""
    search("warm up")
    return tuple(_answer(asked) for asked in situations(file))


def hit_at_1(several: Sequence[Answered]) -> float:
    """The share whose best answer is of the right skill."""
    return mean(bool(_skills(each)[:1] == [each.asked.skill]) for each in several)


def hit_at_3(several: Sequence[Answered]) -> float:
    """The share whose best three answers hold one of the right skill."""
    return mean(each.asked.skill in _skills(each) for each in several)


def lesson_at_3(several: Sequence[Answered]) -> float:
    """The share whose best three answers hold a lesson that was named as fitting."""
    return mean(bool(each.asked.fits & {lesson.id for lesson in each.found}) for each in several)


def milliseconds(several: Sequence[Answered]) -> tuple[float, float]:
    """Median and 95th percentile of the time a question takes."""
    shares = quantiles([1000 * each.seconds for each in several], n=20)
    return shares[9], shares[18]


def _answer(asked: Asked) -> Answered:
    began = time.perf_counter()
    found = search(asked.text)
    return Answered(asked, tuple(match.lesson for match in found.matches), time.perf_counter() - began)


def _skills(answer: Answered) -> list[str]:
    return [lesson.skill.slug for lesson in answer.found]


def _read(file: str) -> dict[str, dict[str, dict[str, list[str]]]]:
    read: dict[str, dict[str, dict[str, list[str]]]] = yaml.safe_load(
        Path(__file__).with_name(file).read_text(encoding="utf-8")
    )
    return read
