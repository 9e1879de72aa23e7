"""Section 3: options. Only the scenario may show which one is right."""

import re
from collections.abc import Iterator

from bot.content.pack_draft import LessonDraft
from bot.content.rules import Finding
from bot.content.text import split_words
from bot.domain.lesson import OPTION_LETTERS

MAX_OPTION_LENGTH_RATIO = 1.6
MAX_EXTRA_WORDS_IN_CORRECT_OPTION = 3

_OF_THE_ABOVE = re.compile(r"\b(?:all|none|both|any|neither|either) of (?:the above|these|them)\b", re.IGNORECASE)
_OPTIONS = ("question", "options")


def keys_in_order(lesson: LessonDraft) -> Iterator[Finding]:
    """The buttons read A, B, C, D from the top, so the options must too."""
    for number, (option, letter) in enumerate(zip(lesson.parsed.question.options, OPTION_LETTERS, strict=False)):
        if option.key != letter:
            yield (*_OPTIONS, number, "key"), f"This option's key is {option.key}. Change it to {letter}."


def one_correct_option(lesson: LessonDraft) -> Iterator[Finding]:
    """The result names the one option that fits best."""
    marked = [number for number, option in enumerate(lesson.parsed.question.options) if option.correct]
    if not marked:
        yield _OPTIONS, "No option is marked correct. Mark one."
    elif len(marked) > 1:
        count = {2: "Two", 3: "Three", 4: "Four"}[len(marked)]
        yield (*_OPTIONS, marked[1], "correct"), f"{count} options are marked correct. Keep one."


def options_have_similar_lengths(lesson: LessonDraft) -> Iterator[Finding]:
    """An option much longer or shorter than the others stands out for the wrong reason."""
    lengths = [len(option.text) for option in lesson.parsed.question.options]
    if max(lengths) > MAX_OPTION_LENGTH_RATIO * min(lengths):
        longest, shortest = OPTION_LETTERS[lengths.index(max(lengths))], OPTION_LETTERS[lengths.index(min(lengths))]
        counts = f"({max(lengths)} and {min(lengths)} characters)"
        message = f"{longest} is more than {MAX_OPTION_LENGTH_RATIO} times as long as {shortest} {counts}."
        yield _OPTIONS, f"{message} Make them more even."


def correct_option_is_not_much_longer(lesson: LessonDraft) -> Iterator[Finding]:
    """Experienced test takers pick the longest answer and learn nothing."""
    if lesson.correct_option is None:
        return
    right = len(split_words(lesson.correct_option.text))
    others = [len(split_words(option.text)) for option in lesson.parsed.question.options if not option.correct]
    if right > max(others) + MAX_EXTRA_WORDS_IN_CORRECT_OPTION:
        over = right - max(others)
        yield _OPTIONS, f"The right answer is {over} words longer than the next. Shorten it, or lengthen another."


def no_option_of_the_above(lesson: LessonDraft) -> Iterator[Finding]:
    """Options come back in a different order, so nothing is "above", and such an option tests reading, not judgment."""
    for number, option in enumerate(lesson.parsed.question.options):
        if found := _OF_THE_ABOVE.search(option.text):
            yield (*_OPTIONS, number, "text"), f"“{found[0]}” isn't an action. Write what the person would do."
