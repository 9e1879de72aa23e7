"""Section 3: options. Only the scenario may show which one is right."""

import re
from collections.abc import Iterator

from bot.content.answer_cues import TIP_WORDS, cues_to_answer
from bot.content.pack_draft import LessonDraft
from bot.content.rules import Finding
from bot.content.text import split_words
from bot.domain.lesson import OPTION_LETTERS

MAX_OPTION_LENGTH_RATIO = 1.6
MAX_EXTRA_WORDS_IN_CORRECT_OPTION = 3
MAX_CUES_TO_ANSWER = 3
MAX_EXTRA_TIP_WORDS = 2
"""Content words that the right option may share with the tip beyond those of any other option."""

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


def answer_is_not_given_away(lesson: LessonDraft) -> Iterator[Finding]:
    """Someone who knows how tests are written must not find the answer without reading the case."""
    if lesson.correct_option is None:
        return
    cues = cues_to_answer(lesson.parsed)
    if len(cues) > MAX_CUES_TO_ANSWER:
        names = ", ".join(cue.name for cue in cues)
        yield _OPTIONS, f"{len(cues)} rules of thumb find the right answer without the case: {names}. {cues[0].remedy}"


def answer_does_not_repeat_the_tip(lesson: LessonDraft) -> Iterator[Finding]:
    """If only the right option has the tip's words, readers match words and don't weigh the case."""
    if lesson.correct_option is not None and (lead := TIP_WORDS.lead(lesson.parsed)) > MAX_EXTRA_TIP_WORDS:
        yield _OPTIONS, f"The right answer has {lead:.0f} more of the tip's words than any other. {TIP_WORDS.remedy}"
