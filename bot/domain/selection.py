"""Which lesson comes next: the next unseen one, skills taking turns, focus skills and weak ones oftener.

Within a skill lessons come level by level. Once all have been seen, the least remembered comes again.
Deterministic: the same history gives the same lesson, on any machine and after any restart.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.lesson import Lesson

OFTENER = 1
"""How many more turns a focus skill gets for one of another's, and so does a weak one; one that is both gets twice as
many more."""

LEVELS = ("foundation", "practice", "advanced")
"""The order in which a skill's lessons come; within a level, and for levels of another name, in the packs' order."""

NEVER = -1

REMEMBERED = 1024
"""Choices kept in memory: people who began together have the same history."""


@dataclass(frozen=True, slots=True)
class Given:
    """A lesson as it was given once. `waits`: put off to a later shift, and neither answered nor reflected on."""

    lesson_id: str
    waits: bool = False


class Selection:
    """The lessons to choose from, those of the live packs in the packs' order: prepared once, for many learners."""

    def __init__(self, lessons: Sequence[Lesson]) -> None:
        self._choose = lru_cache(REMEMBERED)(self._choose_anew)
        self._skills = {lesson.id: lesson.skill.slug for lesson in lessons}
        self._places = {lesson.id: (place, lesson) for place, lesson in enumerate(lessons)}
        self._of_skill: dict[str, list[str]] = {}
        for lesson in sorted(lessons, key=_level):
            self._of_skill.setdefault(lesson.skill.slug, []).append(lesson.id)
        # Skills take turns in the packs' order, whatever the levels of their first lessons.
        self._of_skill = {slug: self._of_skill[slug] for slug in dict.fromkeys(self._skills.values())}

    def next(
        self,
        seen: Sequence[str],
        focus: Collection[str] = frozenset(),
        weak: Collection[str] = frozenset(),
        forgotten: Sequence[str] = (),
    ) -> Lesson | None:
        """The lesson to give next; None only if there are none.

        `seen`: ids of the lessons given so far, oldest first, with repeats; `focus`, `weak`: slugs of skills.
        `forgotten`: ids of lessons that were answered, the least remembered first. Nothing is repeated until all have
        been seen; then all begin again: what was never answered, then the least remembered, then the one seen longest
        ago first.
        """
        return self._choose(tuple(seen), frozenset(focus), frozenset(weak), tuple(forgotten))

    def all_seen(self, seen: Collection[str]) -> bool:
        """Whether every lesson has been given before, so that it matters which of them are remembered."""
        return self._skills.keys() <= set(seen)

    def bring(
        self,
        given: Sequence[Given],
        focus: Collection[str] = frozenset(),
        weak: Collection[str] = frozenset(),
        forgotten: Sequence[str] = (),
    ) -> Lesson | None:
        """Of the lessons that were put off the one that has waited longest; otherwise `next`.

        `given`: oldest first. What was put off counts as seen only once it was brought again.
        """
        newest = {each.lesson_id: each.waits for each in given}
        for each in given:
            if newest[each.lesson_id] and each.lesson_id in self._places:
                return self._places[each.lesson_id][1]
        return self.next([each.lesson_id for each in given if not each.waits], focus, weak, forgotten)

    def _choose_anew(
        self, seen: tuple[str, ...], focus: frozenset[str], weak: frozenset[str], forgotten: tuple[str, ...]
    ) -> Lesson | None:
        given = _this_round(self._skills.keys(), seen)
        turns = Counter(self._skills[lesson_id] for lesson_id in given)
        yesterday = self._skills.get(seen[-1]) if seen else None
        last_seen = {lesson_id: place for place, lesson_id in enumerate(seen)}
        fading = {lesson_id: place for place, lesson_id in enumerate(forgotten)}
        best: tuple[bool, float, int, int] | None = None
        chosen: Lesson | None = None
        for slug, lesson_ids in self._of_skill.items():
            left = [lesson_id for lesson_id in lesson_ids if lesson_id not in given]
            if left:
                first = min(left, key=lambda each: (fading.get(each, NEVER), last_seen.get(each, NEVER)))
                place, lesson = self._places[first]
                # Never the same skill on two days running while another has something left; then stride scheduling,
                # by the skill's share of turns; then what was seen longest ago, or never; then the packs' order.
                share = (turns[slug] + 1) / (1 + OFTENER * ((slug in focus) + (slug in weak)))
                queue = (slug == yesterday, share, last_seen.get(first, NEVER), place)
                if best is None or queue < best:
                    best, chosen = queue, lesson
        return chosen


def _level(lesson: Lesson) -> int:
    return LEVELS.index(lesson.level) if lesson.level in LEVELS else len(LEVELS)


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
