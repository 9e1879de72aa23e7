"""Group 1: how long things are. A lesson is read in ten seconds, on a phone, between two interruptions."""

from collections.abc import Iterator

from bot.content.draft import DraftLesson
from bot.content.rules import Finding
from bot.content.text import sentences_of, words_of

WORDS = {
    "title": 8, "tip": 60, "why": 75, "try_today": 40, "words": 30, "scenario": 80, "text": 16, "explanation": 45,
    "reflection": 30, "notice": 35, "elsewhere": 35,
}  # fmt: skip
SITUATION_WORDS = 16
LEAST_EXPLANATION_WORDS = 15
LESSON_WORDS = 520
SENTENCE_WORDS = 25


def word_limits(lesson: DraftLesson) -> Iterator[Finding]:
    """Each field has its place on the screen; a longer one pushes the buttons out of sight."""
    for place, text in lesson.texts():
        limit, count = WORDS.get(str(place[-1])), len(words_of(text))
        if limit and count > limit:
            yield place, f"This is {count} words. The limit is {limit}."
    for number, situation in enumerate(lesson.shape.situations):
        if (count := len(words_of(situation))) > SITUATION_WORDS:
            yield ("situations", number), f"This is {count} words. The limit is {SITUATION_WORDS}."


def explanation_says_enough(lesson: DraftLesson) -> Iterator[Finding]:
    """Fewer words can't say what is good about a choice, what it costs here, and when it would fit."""
    for number, option in enumerate(lesson.shape.question.options):
        if (count := len(words_of(option.explanation))) < LEAST_EXPLANATION_WORDS:
            place = ("question", "options", number, "explanation")
            yield (
                place,
                f"This is {count} words. Give it at least {LEAST_EXPLANATION_WORDS}: why it fits, what it costs.",
            )


def lesson_length(lesson: DraftLesson) -> Iterator[Finding]:
    """A lesson takes three minutes; at 520 words the slowest readers still finish it."""
    count = sum(len(words_of(text)) for _, text in lesson.texts())
    if count > LESSON_WORDS:
        yield (), f"The whole lesson is {count} words. The limit is {LESSON_WORDS}."


def sentence_length(lesson: DraftLesson) -> Iterator[Finding]:
    """A sentence over 25 words is read twice, or not at all."""
    for place, text in lesson.texts():
        for sentence in sentences_of(text):
            if (count := len(words_of(sentence))) > SENTENCE_WORDS:
                yield place, f"A sentence here is {count} words: “{sentence[:40]}…”. The limit is {SENTENCE_WORDS}."
