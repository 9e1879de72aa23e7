"""Section 9: plain words, as you would say them aloud to a nurse manager."""

import re
from collections.abc import Iterator

from bot.content.pack_draft import DraftTexts, LessonDraft
from bot.content.rules import Finding
from bot.content.rules.verbs import ACTION_VERBS
from bot.content.text import normalize_word, reading_grade, split_sentences, split_words

MAX_ACTION_GRADE = 9
MAX_WHY_GRADE = 12

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


def action_is_easy_to_read(lesson: LessonDraft) -> Iterator[Finding]:
    """People read what to do in a hurry, and English may be their second or third language."""
    options = (option.text for option in lesson.parsed.question.options)
    grade = reading_grade(" ".join([lesson.parsed.tip, lesson.parsed.try_today, *options]))
    if grade > MAX_ACTION_GRADE:
        message = f"Tip, try today, and options read at grade {grade:.1f}. The limit is {MAX_ACTION_GRADE}."
        yield ("tip",), f"{message} Shorten the sentences."


def why_is_easy_to_read(lesson: LessonDraft) -> Iterator[Finding]:
    """Law and science need longer words, but not longer sentences."""
    if (grade := reading_grade(lesson.parsed.why)) > MAX_WHY_GRADE:
        yield ("why",), f"This reads at grade {grade:.1f}. The limit is {MAX_WHY_GRADE}. Shorten the sentences."


def no_filler(draft: DraftTexts) -> Iterator[Finding]:
    """These words fill space where something specific belongs."""
    for place, text in draft.visible_texts():
        for found in _FILLER.finditer(text):
            yield place, f"“{found[0]}” is filler. Say what you mean."


def no_exclamation(draft: DraftTexts) -> Iterator[Finding]:
    """A calm colleague doesn't shout."""
    for place, text in draft.visible_texts():
        if "!" in text:
            yield place, "This text has an exclamation mark. Use a period."


def one_dash_at_most(draft: DraftTexts) -> Iterator[Finding]:
    """Two sentences are easier to read than two thoughts joined by a dash."""
    dashed = [place for place, text in draft.visible_texts() for _ in _DASH.findall(text)]
    if len(dashed) > 1:
        yield dashed[1], f"There are {len(dashed)} dashes here. Keep at most one."


def step_begins_with_a_verb(lesson: LessonDraft) -> Iterator[Finding]:
    """The first word says what to do."""
    first = split_words(lesson.parsed.try_today)[:1]
    if first and normalize_word(first[0]) not in ACTION_VERBS:
        yield ("try_today",), f"“{first[0]}” isn't a verb on our list. Start with what to do: open, ask, write, call."


def reflection_is_an_open_question(lesson: LessonDraft) -> Iterator[Finding]:
    """People answer a yes-or-no question with yes or no, and stop thinking."""
    last = (split_sentences(lesson.parsed.reflection) or [""])[-1]
    if not last.rstrip("”\"'").endswith("?"):
        yield ("reflection",), "This doesn't end with a question. End with one, and a question mark."
    elif found := _CLOSED.match(last):
        yield ("reflection",), f"“{found[0]} …” can be answered yes or no. Ask which, what, when, who, or how."
