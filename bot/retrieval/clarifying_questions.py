"""The short question that decides between two lessons, with one answer for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from bot.domain.lesson import Lesson

QUESTIONS_FILE = "clarifying_questions.yaml"

WHICH_IS_CLOSER = "Which is closer?"
"""What is asked between lessons of one skill, or of skills without a question: the answers are their situations."""


@dataclass(frozen=True, slots=True)
class ClarifyingQuestion:
    """A question and its two answers, the first for the first lesson."""

    text: str
    answers: tuple[str, str]


def ask_between(first: Lesson, second: Lesson) -> ClarifyingQuestion:
    """Return the question that decides between two lessons."""
    skills = first.skill.slug, second.skill.slug
    questions = _shipped_questions()
    if skills in questions:
        return questions[skills]
    if skills[::-1] in questions:
        turned = questions[skills[::-1]]
        return ClarifyingQuestion(turned.text, turned.answers[::-1])
    return ClarifyingQuestion(WHICH_IS_CLOSER, (_name(first), _name(second)))


def _name(lesson: Lesson) -> str:
    """Return what a lesson is for, as an answer: "People who agree in the meeting"."""
    said = lesson.fits_when or lesson.title
    return said[:1].upper() + said[1:]


@cache
def _shipped_questions() -> Mapping[tuple[str, str], ClarifyingQuestion]:
    text = resources.files("bot.retrieval").joinpath(QUESTIONS_FILE).read_text(encoding="utf-8")
    return {
        (each["skills"][0], each["skills"][1]): ClarifyingQuestion(
            each["ask"], (each["answers"][0], each["answers"][1])
        )
        for each in yaml.safe_load(text)
    }
