"""Group 9: plain words, as one would say them aloud to a nurse manager."""

import re
from collections.abc import Iterator

from bot.content.draft import DraftLesson
from bot.content.rules import Finding
from bot.content.rules.verbs import VERBS
from bot.content.text import bare, reading_grade, sentences_of, words_of

ACTION_GRADE = 9
WHY_GRADE = 12

_FILLER = re.compile(
    r"\b(?:in today['’]s fast-paced(?: world)?|leverag(?:es?|ed|ing)"
    r"|foster(?:s|ed|ing)?(?! (?:care|parent|famil|child|home))"
    r"|navigat(?:es?|ed|ing)|delv(?:es?|ed|ing)|robust(?:ly)?|holistic(?:ally)?|journeys?|landscapes?|unlock(?:s|ed|ing)?"
    r"|empower(?:s|ed|ing|ment)?|game[- ]chang(?:er|ers|ing)|crucial(?:ly)?|seamless(?:ly)?"
    r"|not just [^.!?]{1,60}?[,;:] (?:it['’]s|it is|but)\b)",
    re.IGNORECASE,
)
_DASH = re.compile(r"—|\s[–-]\s")
_CLOSED = re.compile(r"(?:Do|Did|Is|Are|Was|Have|Can|Will)\b")


def easy_action(lesson: DraftLesson) -> Iterator[Finding]:
    """What to do is read in a hurry, by people for whom English may be a second or third language."""
    options = (option.text for option in lesson.shape.question.options)
    grade = reading_grade(" ".join([lesson.shape.tip, lesson.shape.try_today, *options]))
    if grade > ACTION_GRADE:
        yield (
            ("tip",),
            f"Tip, try_today and options read at grade {grade:.1f}; keep to {ACTION_GRADE}. Shorten sentences.",
        )


def readable_why(lesson: DraftLesson) -> Iterator[Finding]:
    """Law and science need longer words, but not longer sentences."""
    if (grade := reading_grade(lesson.shape.why)) > WHY_GRADE:
        yield ("why",), f"This reads at grade {grade:.1f}; keep to {WHY_GRADE}. Shorten sentences."


def no_filler(lesson: DraftLesson) -> Iterator[Finding]:
    """These words fill space where something specific belongs."""
    for place, text in lesson.texts():
        for found in _FILLER.finditer(text):
            yield place, f"“{found[0]}” is filler. Say what you mean."


def no_exclamation(lesson: DraftLesson) -> Iterator[Finding]:
    """A calm colleague doesn't shout."""
    for place, text in lesson.texts():
        if "!" in text:
            yield place, "There is an exclamation mark here. A full stop will do."


def one_dash_at_most(lesson: DraftLesson) -> Iterator[Finding]:
    """Dashes string thoughts together; two sentences are easier."""
    dashed = [place for place, text in lesson.texts() for _ in _DASH.findall(text)]
    if len(dashed) > 1:
        yield dashed[1], f"This lesson has {len(dashed)} dashes. Keep one at most."


def step_begins_with_a_verb(lesson: DraftLesson) -> Iterator[Finding]:
    """The first word says what to do, so that somebody can start on it while still reading."""
    first = words_of(lesson.shape.try_today)[:1]
    if first and bare(first[0]) not in VERBS:
        yield ("try_today",), f"Begin with what to do: open, ask, write, call. “{first[0]}” isn't a verb we know here."


def reflection_is_an_open_question(lesson: DraftLesson) -> Iterator[Finding]:
    """A question that can be answered yes or no is answered so, and nothing is thought about."""
    last = (sentences_of(lesson.shape.reflection) or [""])[-1]
    if not last.rstrip("”\"'").endswith("?"):
        yield ("reflection",), "End with the question, and a question mark."
    elif found := _CLOSED.match(last):
        yield ("reflection",), f"“{found[0]} …” can be answered yes or no. Ask which, what, when, who or how."
