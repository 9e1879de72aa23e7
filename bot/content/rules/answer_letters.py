"""Section 4: answer spread. If a letter is right too often, readers press it without reading."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from bot.content.pack_draft import LessonDraft, PackDraft
from bot.content.pack_loading import PACK_FILE
from bot.content.rules import PackFinding

MAX_LETTER_SHARE = 0.4
MIN_LESSONS_FOR_SHARE = 5
"""With fewer lessons than this, a share means nothing: two of four is half."""
MAX_LETTER_RUN = 3


def no_letter_correct_too_often(draft: PackDraft) -> Iterator[PackFinding]:
    """Readers notice if one letter is right in more than 40% of a skill's lessons."""
    for skill, lessons in _by_skill(draft):
        letters = Counter(lesson.correct_option.key for lesson in lessons if lesson.correct_option)
        if letters.total() < MIN_LESSONS_FOR_SHARE:
            continue
        letter, count = letters.most_common(1)[0]
        if count > MAX_LETTER_SHARE * letters.total():
            share = f"{count} of {letters.total()} lessons ({count / letters.total():.0%})"
            yield PACK_FILE, _line_of(draft, skill), f"In `{skill}`, {letter} is right in {share}. The limit is 40%."


def no_letter_correct_four_times_in_a_row(draft: PackDraft) -> Iterator[PackFinding]:
    """Readers notice four in a row, and guess the fifth."""
    for _, lessons in _by_skill(draft):
        keyed = [lesson for lesson in lessons if lesson.correct_option]
        for letter, run in groupby(
            keyed, key=lambda lesson: lesson.correct_option.key if lesson.correct_option else ""
        ):
            if len(same := list(run)) > MAX_LETTER_RUN:
                last = same[MAX_LETTER_RUN]
                message = f"{letter} is right here and in the {MAX_LETTER_RUN} lessons before. Swap two options here."
                yield last.path, last.line_of("question", "options"), message


def _by_skill(draft: PackDraft) -> Iterator[tuple[str, list[LessonDraft]]]:
    readable = sorted(
        (lesson for lesson in draft.lessons if lesson.can_read("question")), key=lambda lesson: lesson.path
    )
    for skill, lessons in groupby(readable, key=lambda lesson: lesson.path.partition("/")[0]):
        yield skill, list(lessons)


def _line_of(draft: PackDraft, slug: str) -> int:
    if draft.pack is None or draft.pack_tree is None:
        return 1
    numbers = (number for number, skill in enumerate(draft.pack.skills) if skill.slug == slug)
    return draft.pack_tree.line_of(("skills", next(numbers, 0), "slug"))
