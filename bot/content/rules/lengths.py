"""Section 2: length. People read lessons on a phone, between two interruptions."""

from collections.abc import Iterator

from bot.content.pack_draft import LessonDraft
from bot.content.rules import Finding
from bot.content.text import split_sentences, split_words

MAX_WORDS_BY_FIELD = {
    "title": 8, "tip": 60, "why": 75, "try_today": 40, "words": 30, "scenario": 80, "text": 16, "explanation": 45,
    "reflection": 30, "notice": 35, "elsewhere": 35, "they": 14, "you": 45,
}  # fmt: skip
MAX_SITUATION_WORDS = 16
MIN_EXPLANATION_WORDS = 15
MAX_LESSON_WORDS = 520
MAX_SENTENCE_WORDS = 25


def field_lengths(lesson: LessonDraft) -> Iterator[Finding]:
    """On a phone, a longer field pushes the buttons out of sight."""
    for place, text in lesson.visible_texts():
        limit, count = MAX_WORDS_BY_FIELD.get(str(place[-1])), len(split_words(text))
        if limit and count > limit:
            yield place, f"This is {count} words. The limit is {limit}."
    for number, situation in enumerate(lesson.parsed.situations):
        if (count := len(split_words(situation))) > MAX_SITUATION_WORDS:
            yield ("situations", number), f"This is {count} words. The limit is {MAX_SITUATION_WORDS}."


def explanations_are_long_enough(lesson: LessonDraft) -> Iterator[Finding]:
    """It takes this many words to say what is good about a choice, what it costs here, and when it would fit."""
    for number, option in enumerate(lesson.parsed.question.options):
        if (count := len(split_words(option.explanation))) < MIN_EXPLANATION_WORDS:
            message = f"This is {count} words. Write at least {MIN_EXPLANATION_WORDS}: why it fits, and what it costs."
            yield ("question", "options", number, "explanation"), message


_ONLY_COACHED = frozenset({"pushback", "fits_when"})
"""Fields that aren't part of a lesson as it is sent."""


def lesson_length(lesson: LessonDraft) -> Iterator[Finding]:
    """A lesson takes three minutes. Even slow readers finish 520 words. What only the coach says isn't counted."""
    count = sum(len(split_words(text)) for place, text in lesson.visible_texts() if place[0] not in _ONLY_COACHED)
    if count > MAX_LESSON_WORDS:
        yield (), f"The whole lesson is {count} words. The limit is {MAX_LESSON_WORDS}."


def sentence_length(lesson: LessonDraft) -> Iterator[Finding]:
    """People read a sentence over 25 words twice, or not at all."""
    for place, text in lesson.visible_texts():
        for sentence in split_sentences(text):
            if (count := len(split_words(sentence))) > MAX_SENTENCE_WORDS:
                yield place, f"A sentence here is {count} words: “{sentence[:40]}…”. The limit is {MAX_SENTENCE_WORDS}."
