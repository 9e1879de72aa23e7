"""Group 3: the answers. Nothing but the scenario may tell which is right."""

import re
from collections.abc import Iterator

from bot.content.draft import DraftLesson
from bot.content.rules import Finding
from bot.content.text import words_of
from bot.domain.lesson import OPTION_LETTERS

MOST_UNEVEN = 1.6
MOST_WORDS_OVER_THE_REST = 3

_OF_THE_ABOVE = re.compile(r"\b(?:all|none|both|any|neither|either) of (?:the above|these|them)\b", re.IGNORECASE)
_OPTIONS = ("question", "options")


def keys_in_order(lesson: DraftLesson) -> Iterator[Finding]:
    """The buttons say A, B, C, D from the top, so the options must too."""
    for number, (option, letter) in enumerate(zip(lesson.shape.question.options, OPTION_LETTERS, strict=False)):
        if option.key != letter:
            yield (*_OPTIONS, number, "key"), f"This option's key is {option.key}, and {letter} comes next."


def one_right_answer(lesson: DraftLesson) -> Iterator[Finding]:
    """The result says which option fits best; two would make it false, none would leave nothing to say."""
    marked = [number for number, option in enumerate(lesson.shape.question.options) if option.correct]
    if not marked:
        yield _OPTIONS, "No answer is marked correct. Mark one."
    elif len(marked) > 1:
        count = {2: "Two", 3: "Three", 4: "Four"}[len(marked)]
        yield (*_OPTIONS, marked[1], "correct"), f"{count} answers are marked correct. Keep one."


def even_options(lesson: DraftLesson) -> Iterator[Finding]:
    """An option much longer or shorter than the others stands out for the wrong reason."""
    lengths = [len(option.text) for option in lesson.shape.question.options]
    if max(lengths) > MOST_UNEVEN * min(lengths):
        longest, shortest = OPTION_LETTERS[lengths.index(max(lengths))], OPTION_LETTERS[lengths.index(min(lengths))]
        message = f"{longest} is more than {MOST_UNEVEN} times as long as {shortest}. Make them more even."
        yield _OPTIONS, f"{message} ({max(lengths)} and {min(lengths)} characters.)"


def right_answer_does_not_stand_out(lesson: DraftLesson) -> Iterator[Finding]:
    """People who test well pick the longest answer; then the lesson taught them nothing."""
    if lesson.right is None:
        return
    right = len(words_of(lesson.right.text))
    others = [len(words_of(option.text)) for option in lesson.shape.question.options if not option.correct]
    if right > max(others) + MOST_WORDS_OVER_THE_REST:
        over = right - max(others)
        yield _OPTIONS, f"The right answer is {over} words longer than the next. Shorten it, or fill out another."


def no_option_of_the_above(lesson: DraftLesson) -> Iterator[Finding]:
    """Options come back in another order, so nothing is "above"; and such an option tests reading, not judgement."""
    for number, option in enumerate(lesson.shape.question.options):
        if found := _OF_THE_ABOVE.search(option.text):
            yield (*_OPTIONS, number, "text"), f"“{found[0]}” is no choice of its own. Write what the person would do."
