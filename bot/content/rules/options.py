"""Group 3: the answers. Nothing but the scenario may tell which is right."""

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
    """The buttons say A, B, C, D from the top, so the options must too."""
    for number, (option, letter) in enumerate(zip(lesson.parsed.question.options, OPTION_LETTERS, strict=False)):
        if option.key != letter:
            yield (*_OPTIONS, number, "key"), f"This option's key is {option.key}, and {letter} comes next."


def one_correct_option(lesson: LessonDraft) -> Iterator[Finding]:
    """The result says which option fits best; two would make it false, none would leave nothing to say."""
    marked = [number for number, option in enumerate(lesson.parsed.question.options) if option.correct]
    if not marked:
        yield _OPTIONS, "No answer is marked correct. Mark one."
    elif len(marked) > 1:
        count = {2: "Two", 3: "Three", 4: "Four"}[len(marked)]
        yield (*_OPTIONS, marked[1], "correct"), f"{count} answers are marked correct. Keep one."


def options_have_similar_lengths(lesson: LessonDraft) -> Iterator[Finding]:
    """An option much longer or shorter than the others stands out for the wrong reason."""
    lengths = [len(option.text) for option in lesson.parsed.question.options]
    if max(lengths) > MAX_OPTION_LENGTH_RATIO * min(lengths):
        longest, shortest = OPTION_LETTERS[lengths.index(max(lengths))], OPTION_LETTERS[lengths.index(min(lengths))]
        message = f"{longest} is more than {MAX_OPTION_LENGTH_RATIO} times as long as {shortest}. Make them more even."
        yield _OPTIONS, f"{message} ({max(lengths)} and {min(lengths)} characters.)"


def correct_option_is_not_much_longer(lesson: LessonDraft) -> Iterator[Finding]:
    """People who test well pick the longest answer; then the lesson taught them nothing."""
    if lesson.correct_option is None:
        return
    right = len(split_words(lesson.correct_option.text))
    others = [len(split_words(option.text)) for option in lesson.parsed.question.options if not option.correct]
    if right > max(others) + MAX_EXTRA_WORDS_IN_CORRECT_OPTION:
        over = right - max(others)
        yield _OPTIONS, f"The right answer is {over} words longer than the next. Shorten it, or fill out another."


def no_option_of_the_above(lesson: LessonDraft) -> Iterator[Finding]:
    """Options come back in another order, so nothing is "above"; and such an option tests reading, not judgement."""
    for number, option in enumerate(lesson.parsed.question.options):
        if found := _OF_THE_ABOVE.search(option.text):
            yield (*_OPTIONS, number, "text"), f"“{found[0]}” is no choice of its own. Write what the person would do."
