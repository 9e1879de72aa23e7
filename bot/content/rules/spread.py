"""Group 4: where the right answers are. A letter that is right too often is soon pressed unread."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from bot.content.draft import Draft, DraftLesson
from bot.content.rules import PackFinding
from bot.content.sources import PACK_FILE

MOST_SHARE = 0.4
FEWEST_LESSONS = 5
"""With fewer lessons than this, shares say nothing: two of four is half."""
LONGEST_RUN = 3


def no_letter_right_too_often(draft: Draft) -> Iterator[PackFinding]:
    """In a skill, no letter is right in more than 40% of the lessons."""
    for skill, lessons in _by_skill(draft):
        letters = Counter(lesson.right.key for lesson in lessons if lesson.right)
        if letters.total() < FEWEST_LESSONS:
            continue
        letter, count = letters.most_common(1)[0]
        if count > MOST_SHARE * letters.total():
            share = f"{count} of {letters.total()} lessons ({count / letters.total():.0%})"
            yield PACK_FILE, _line_of(draft, skill), f"In `{skill}`, {letter} is right in {share}. The limit is 40%."


def no_letter_right_four_times_running(draft: Draft) -> Iterator[PackFinding]:
    """Four in a row are noticed, and then the fifth is guessed."""
    for _, lessons in _by_skill(draft):
        keyed = [lesson for lesson in lessons if lesson.right]
        for letter, run in groupby(keyed, key=lambda lesson: lesson.right.key if lesson.right else ""):
            if len(same := list(run)) > LONGEST_RUN:
                last = same[LONGEST_RUN]
                message = f"{letter} is right here and in the {LONGEST_RUN} lessons before. Put this answer elsewhere."
                yield last.path, last.line("question", "options"), message


def _by_skill(draft: Draft) -> Iterator[tuple[str, list[DraftLesson]]]:
    readable = sorted((lesson for lesson in draft.lessons if lesson.has("question")), key=lambda lesson: lesson.path)
    for skill, lessons in groupby(readable, key=lambda lesson: lesson.path.partition("/")[0]):
        yield skill, list(lessons)


def _line_of(draft: Draft, slug: str) -> int:
    if draft.pack is None or draft.pack_tree is None:
        return 1
    numbers = (number for number, skill in enumerate(draft.pack.skills) if skill.slug == slug)
    return draft.pack_tree.line(("skills", next(numbers, 0), "slug"))
