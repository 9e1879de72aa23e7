"""Finds what to confirm before a version goes live or into a pilot: each is allowed, and is often a mistake."""

from collections.abc import Iterator

from bot.content.pack_changes import one_line
from bot.content.text import normalized_words, word_overlap
from bot.domain.lesson import Lesson, Pack
from bot.language import gettext as _
from bot.language import mark

MIN_TITLE_OVERLAP = 0.5
MIN_TEXT_OVERLAP = 0.3
"""A lesson is another one if its titles share at most half of their words, and its texts less than three tenths.

Texts are the title, the tip, the scenario, the question, and its options. Measured on the shipped lessons: no two of
316 are taken for the same one, and when all 260 of an earlier version were rewritten, none was taken for another.
"""

ANOTHER_LESSON = mark(
    "To Rounds, a lesson with the same number is the same lesson. People who had the old one won't get the new one, so "
    "give it a number of its own."
)


def find_load_warnings(before: Pack | None, new: Pack, *, is_for_pilot: bool = False) -> tuple[str, ...]:
    """Return what is unusual about replacing a version with this one, in sentences. Empty if nothing is.

    It replaces the live version, or the one in the pilot if it `is_for_pilot`. Lessons that both packs have unchanged
    may be left out of both.
    """
    if before is None or before.digest == new.digest:
        return ()
    others = tuple(_describe(*pair) for pair in _pairs(before, new) if is_another_lesson(*pair))
    warn = _warn_of_version_in_pilot if is_for_pilot else _warn_of_version
    return (*warn(before.version, new.version), *others, *([_(ANOTHER_LESSON)] if others else []))


def is_another_lesson(before: Lesson, after: Lesson) -> bool:
    """Return whether a lesson was replaced rather than rewritten."""
    titles = word_overlap(normalized_words(before.title), normalized_words(after.title))
    return titles <= MIN_TITLE_OVERLAP and word_overlap(_words(before), _words(after)) < MIN_TEXT_OVERLAP


def _warn_of_version(live: str, new: str) -> Iterator[str]:
    if _numbers(new) == _numbers(live):
        yield _(
            "Version {version} is live with other content. Raise the version number to tell the two apart.",
            version=live,
        )
    elif _numbers(new) < _numbers(live):
        yield _("Version {version} is lower than the live version, {live}.", version=new, live=live)


def _warn_of_version_in_pilot(before: str, new: str) -> Iterator[str]:
    if _numbers(new) == _numbers(before):
        yield _(
            "Version {version} is in the pilot with other content. Raise the version number to tell the two apart.",
            version=before,
        )
    elif _numbers(new) < _numbers(before):
        yield _("Version {version} is lower than the version in the pilot, {before}.", version=new, before=before)


def _numbers(version: str) -> tuple[int, ...]:
    """Return a version's numbers for comparing: 1.2 is 1.2.0."""
    numbers = [int(part) for part in version.split(".")]
    return (*numbers, *(0,) * (3 - len(numbers)))


def _pairs(before: Pack, new: Pack) -> Iterator[tuple[Lesson, Lesson]]:
    now = {lesson.id: lesson for lesson in new.lessons}
    return ((lesson, now[lesson.id]) for lesson in before.lessons if lesson.id in now)


def _describe(before: Lesson, after: Lesson) -> str:
    return _(
        "{lesson} is another lesson now: “{before}” became “{after}”.",
        lesson=before.id,
        before=one_line(before.title),
        after=one_line(after.title),
    )


def _words(lesson: Lesson) -> frozenset[str]:
    question = lesson.question
    options = (option.text for option in question.options)
    return normalized_words(" ".join((lesson.title, lesson.tip, question.scenario, question.stem, *options)))
