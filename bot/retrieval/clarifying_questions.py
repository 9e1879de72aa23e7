"""The short question that decides between two lessons, with one answer for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from bot.domain.lesson import Lesson

QUESTIONS_FILE = "clarifying_questions.yaml"


@dataclass(frozen=True, slots=True)
class ClarifyingQuestion:
    """A question and its two answers, the first for the first lesson. English, and translated where it is shown."""

    text: str
    answers: tuple[str, str]


def ask_between(first: Lesson, second: Lesson) -> ClarifyingQuestion | None:
    """Return the question that decides between two lessons. None for lessons of one skill, or of skills without one."""
    skills = first.skill.slug, second.skill.slug
    questions = _shipped_questions()
    if skills[::-1] in questions:
        turned = questions[skills[::-1]]
        return ClarifyingQuestion(turned.text, turned.answers[::-1])
    return questions.get(skills)


@cache
def _shipped_questions() -> Mapping[tuple[str, str], ClarifyingQuestion]:
    text = resources.files("bot.retrieval").joinpath(QUESTIONS_FILE).read_text(encoding="utf-8")
    return {
        (each["skills"][0], each["skills"][1]): ClarifyingQuestion(
            each["ask"], (each["answers"][0], each["answers"][1])
        )
        for each in yaml.safe_load(text)
    }
