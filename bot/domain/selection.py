"""Which lesson comes next: the next unseen one, skills taking turns, focus skills twice as often.

Deterministic: the same history gives the same lesson, on any machine and after any restart.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.domain.lesson import Lesson

FOCUS_WEIGHT = 2
"""A focus skill's turn comes this many times as often as another's."""


@dataclass(frozen=True, slots=True)
class Given:
    """A lesson as it was given once. `waits`: put off to a later shift, and neither answered nor reflected on."""

    lesson_id: str
    waits: bool = False


def choose(lessons: Sequence[Lesson], given: Sequence[Given], focus: Collection[str]) -> Lesson | None:
    """The lesson to give next: of those put off, the one that has waited longest; otherwise `next_lesson`.

    `given`: oldest first. What was put off counts as seen only once it was brought again.
    """
    by_id = {lesson.id: lesson for lesson in lessons}
    newest = {each.lesson_id: each.waits for each in given}
    waiting = (by_id[each.lesson_id] for each in given if newest[each.lesson_id] and each.lesson_id in by_id)
    return next(waiting, None) or next_lesson(lessons, [each.lesson_id for each in given if not each.waits], focus)


def next_lesson(lessons: Sequence[Lesson], seen: Sequence[str], focus: Collection[str]) -> Lesson | None:
    """The lesson to give next; None only if there are none.

    `lessons`: those of the live packs, in the packs' order; `seen`: ids of the lessons given so far, oldest first,
    with repeats; `focus`: slugs of skills. Nothing is repeated until all have been seen; then all begin again, the one
    seen longest ago first.
    """
    skills = {lesson.id: lesson.skill.slug for lesson in lessons}
    given = _this_round(skills.keys(), seen)
    turns = Counter(skills[lesson_id] for lesson_id in given)
    yesterday = skills.get(seen[-1]) if seen else None
    last_seen = {lesson_id: place for place, lesson_id in enumerate(seen)}

    def queue(lesson: Lesson) -> tuple[bool, float, int]:
        """A lesson's place, smallest first: never the same skill on two days running while another has something
        left; then stride scheduling, by the skill's share of turns; then what was seen longest ago, or never."""
        slug = lesson.skill.slug
        share = (turns[slug] + 1) / (FOCUS_WEIGHT if slug in focus else 1)
        return slug == yesterday, share, last_seen.get(lesson.id, -1)

    return min((lesson for lesson in lessons if lesson.id not in given), key=queue, default=None)


def _this_round(live: Collection[str], seen: Sequence[str]) -> set[str]:
    """Which of the live lessons have been given since the last time that all of them had been.

    Replayed, not counted: a lesson added after five rounds has to be seen once, not five times, to catch up.
    """
    given: set[str] = set()
    for lesson_id in seen:
        if lesson_id in live:
            given.add(lesson_id)
        if len(given) == len(live):
            given.clear()
    return given
