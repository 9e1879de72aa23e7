"""Scores options by what test-wise readers go by when they haven't read the case: length, numbers, the tip's words.

The cues are those that item-writing guides warn of (Haladyna, Downing and Rodriguez, 2002: length, grammar, absolute
words, words repeated from the text). In a fair question, none of them leads to the right option more often than chance.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from bot.content.schema import LessonSchema, OptionSchema
from bot.content.text import normalized_words

_FUNCTION_WORDS = frozenset(
    {
        "a", "about", "after", "all", "an", "and", "any", "are", "as", "at", "be", "because", "been", "before",
        "being", "both", "but", "by", "can", "could", "did", "do", "does", "each", "every", "first", "for",
        "from", "get", "give", "had", "has", "have", "he", "her", "him", "his", "how", "i", "if", "in", "into",
        "is", "it", "its", "just", "like", "may", "me", "might", "more", "most", "must", "my", "no", "nor",
        "not", "now", "of", "off", "on", "once", "one", "only", "or", "other", "our", "out", "over", "own",
        "same", "she", "should", "so", "some", "such", "than", "that", "the", "their", "them", "then", "there",
        "these", "they", "this", "those", "through", "to", "too", "two", "until", "up", "us", "was", "we",
        "were", "what", "when", "where", "which", "while", "who", "whose", "why", "will", "with", "would",
        "you", "your",
    }
)  # fmt: skip
_SUFFIXES = ("ing", "ed", "es", "s")
_REASON = re.compile(r"\b(?:because|since|so that)\b|, (?:so|as|for) ")
_ABSOLUTE = re.compile(r"\b(?:all|always|any|entire|every\w*|never|no one|nobody|none|nothing|only|whole)\b")
_HEDGE = re.compile(r"\b(?:before|could|first|if|may|might|some|then|until)\b")
_NUMBER = re.compile(r"\d+|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|half|once|twice)\b")
_CLAUSE = re.compile(r"[,;:]|\band\b|\bthen\b")
_QUOTE = re.compile(r"[\"“]")

CueScore: TypeAlias = Callable[[OptionSchema, LessonSchema], float]


@dataclass(frozen=True, slots=True)
class AnswerCue:
    """A rule of thumb: choose the option with the highest `score`. `remedy` tells authors how to take it away."""

    name: str
    score: CueScore
    remedy: str

    def favorites(self, lesson: LessonSchema) -> tuple[OptionSchema, ...]:
        """Return the options that the rule of thumb can't decide between: all of them if it says nothing."""
        options = lesson.question.options
        scores = [self.score(option, lesson) for option in options]
        return tuple(option for option, score in zip(options, scores, strict=True) if score == max(scores))

    def points_to_answer(self, lesson: LessonSchema) -> bool:
        """Return whether the rule of thumb picks the right option and no other."""
        found = self.favorites(lesson)
        return len(found) == 1 and found[0].correct

    def lead(self, lesson: LessonSchema) -> float:
        """Return by how much the right option's score exceeds the best wrong one's; negative if it doesn't."""
        right = [self.score(option, lesson) for option in lesson.question.options if option.correct]
        wrong = [self.score(option, lesson) for option in lesson.question.options if not option.correct]
        return max(right, default=0.0) - max(wrong, default=0.0)


def count_clauses(text: str) -> int:
    """Count what separates the parts of an option: commas, semicolons, colons, "and", "then"."""
    return len(_CLAUSE.findall(text.lower()))


def gives_reason(text: str) -> bool:
    """Return whether the option says why: "because", "so that", ", so"."""
    return bool(_REASON.search(text.lower()))


def count_absolutes(text: str) -> int:
    """Count words such as "all", "never", and "only"."""
    return len(_ABSOLUTE.findall(text.lower()))


def count_hedges(text: str) -> int:
    """Count words such as "may", "first", and "until"."""
    return len(_HEDGE.findall(text.lower()))


def count_numbers(text: str) -> int:
    """Count numbers, in digits or words up to ten and some above."""
    return len(_NUMBER.findall(text.lower()))


def has_quotation(text: str) -> bool:
    """Return whether the option quotes what somebody would say."""
    return bool(_QUOTE.search(text))


def shared_words(first: str, second: str) -> int:
    """Count the content words, without their endings, that two texts share."""
    return len(_content_words(first) & _content_words(second))


def overlap_with_others(option: OptionSchema, lesson: LessonSchema) -> int:
    """Count the content words that an option shares with the other options, one by one."""
    return sum(shared_words(option.text, other.text) for other in lesson.question.options if other is not option)


TIP_WORDS = AnswerCue(
    "most words of the tip",
    lambda option, lesson: shared_words(option.text, lesson.tip),
    "Say it in other words than the tip, or let the other options use the tip's words too.",
)
CUES: tuple[AnswerCue, ...] = (
    AnswerCue("longest option", lambda option, _: len(option.text), "Give another option as much detail."),
    AnswerCue("longest explanation", lambda option, _: len(option.explanation), "Explain the others as fully."),
    AnswerCue("most clauses", lambda option, _: count_clauses(option.text), "Let another option have two parts too."),
    AnswerCue("no reason given", lambda option, _: -gives_reason(option.text), "Drop the reasons from the others."),
    TIP_WORDS,
    AnswerCue(
        "most words of the title",
        lambda option, lesson: shared_words(option.text, lesson.title),
        "Say it in other words than the title.",
    ),
    AnswerCue(
        "most words of the words to say",
        lambda option, lesson: shared_words(option.text, lesson.words),
        "Say it in other words than the words to say.",
    ),
    AnswerCue(
        "fewest absolute words",
        lambda option, _: -count_absolutes(option.text),
        "Take “all”, “never”, and “only” out of the others.",
    ),
    AnswerCue(
        "most hedged", lambda option, _: count_hedges(option.text), "Let another option wait, try, or ask first too."
    ),
    AnswerCue("most numbers", lambda option, _: count_numbers(option.text), "Give another option a number."),
    AnswerCue("quotes words", lambda option, _: has_quotation(option.text), "Let the others quote words too."),
    AnswerCue(
        "most unlike the others",
        lambda option, lesson: -overlap_with_others(option, lesson),
        "Let the options share more of what they are about.",
    ),
)
"""Every rule of thumb that the audit tries."""


def cues_to_answer(lesson: LessonSchema) -> tuple[AnswerCue, ...]:
    """Return the rules of thumb that pick the right option of this lesson, and no other."""
    return tuple(cue for cue in CUES if cue.points_to_answer(lesson))


@lru_cache(maxsize=64)  # the texts of one lesson, each compared many times
def _content_words(text: str) -> frozenset[str]:
    words = (word.removesuffix("'s").removesuffix("’s") for word in normalized_words(text))
    return frozenset(_stem(word) for word in words if len(word) > 2 and word not in _FUNCTION_WORDS)


def _stem(word: str) -> str:
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word[: -len(suffix)]
    return word
