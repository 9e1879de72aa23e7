"""Chooses the next lesson: the next unseen one. Skills take turns; focus skills and weak skills come up more often.

Within a skill lessons come level by level. Once all have been seen, the least remembered one comes again.
Deterministic: the same history gives the same lesson on any machine and after any restart.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.lesson import Lesson

EXTRA_TURNS = 1
"""How many extra turns a focus skill gets for each turn of another skill. A weak skill gets as many, and a skill that
is both gets twice as many."""

LEVEL_ORDER = ("foundation", "practice", "advanced")
"""The order of a skill's lessons. Within a level, and for other level names, lessons stay in the packs' order."""

NEVER_SEEN = -1

CACHE_SIZE = 1024
"""Choices cached in memory. Learners who started together have the same history."""


@dataclass(frozen=True, slots=True)
class SentLesson:
    """A lesson as it was sent once.

    `is_postponed`: postponed to a later shift, and since then neither answered nor reflected on.
    """

    lesson_id: str
    is_postponed: bool = False


class LessonSelector:
    """Chooses among the lessons of the live packs, given in the packs' order. Built once and used for many learners."""

    def __init__(self, lessons: Sequence[Lesson]) -> None:
        self._choose = lru_cache(CACHE_SIZE)(self._choose_uncached)
        self._skills = {lesson.id: lesson.skill.slug for lesson in lessons}
        self._places = {lesson.id: (place, lesson) for place, lesson in enumerate(lessons)}
        self._of_skill: dict[str, list[str]] = {}
        for lesson in sorted(lessons, key=_level):
            self._of_skill.setdefault(lesson.skill.slug, []).append(lesson.id)
        # Skills take turns in the packs' order, regardless of the levels of their first lessons.
        self._of_skill = {slug: self._of_skill[slug] for slug in dict.fromkeys(self._skills.values())}

    def choose_next(
        self,
        seen: Sequence[str],
        focus_skills: Collection[str] = frozenset(),
        weak_skills: Collection[str] = frozenset(),
        least_remembered: Sequence[str] = (),
    ) -> Lesson | None:
        """Return the lesson to send next, or None if there are no lessons.

        `seen`: ids of the lessons sent so far, oldest first, with repeats. `focus_skills`, `weak_skills`: skill slugs.
        `least_remembered`: ids of answered lessons, the least remembered first.

        No lesson is repeated until all have been seen. Then a new round begins: first what was never answered, then the
        least remembered, then what was seen longest ago.
        """
        return self._choose(tuple(seen), frozenset(focus_skills), frozenset(weak_skills), tuple(least_remembered))

    def has_seen_all(self, seen: Collection[str]) -> bool:
        """Return whether every lesson was sent before. Only then does `least_remembered` matter."""
        return self._skills.keys() <= set(seen)

    def find_postponed(self, history: Sequence[SentLesson]) -> Lesson | None:
        """Return the postponed lesson that has waited longest, or None. `history`: oldest first."""
        newest = {each.lesson_id: each.is_postponed for each in history}
        for each in history:
            if newest[each.lesson_id] and each.lesson_id in self._places:
                return self._places[each.lesson_id][1]
        return None

    def _choose_uncached(
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
                first = min(left, key=lambda each: (fading.get(each, NEVER_SEEN), last_seen.get(each, NEVER_SEEN)))
                place, lesson = self._places[first]
                # Avoid the same skill on two days in a row while another has lessons left. Then use stride scheduling
                # by the skill's share of turns; then prefer unseen or longest unseen lessons; then the packs' order.
                share = (turns[slug] + 1) / (1 + EXTRA_TURNS * ((slug in focus) + (slug in weak)))
                priority = (slug == yesterday, share, last_seen.get(first, NEVER_SEEN), place)
                if best is None or priority < best:
                    best, chosen = priority, lesson
        return chosen


def _level(lesson: Lesson) -> int:
    return LEVEL_ORDER.index(lesson.level) if lesson.level in LEVEL_ORDER else len(LEVEL_ORDER)


def _this_round(live: Collection[str], seen: Sequence[str]) -> set[str]:
    """Return which of the live lessons were sent since the last time that all of them had been.

    This replays the history instead of counting: a lesson added after five rounds has to be sent once, not five times.
    """
    given: set[str] = set()
    for lesson_id in seen:
        if lesson_id in live:
            given.add(lesson_id)
        if len(given) == len(live):
            given.clear()
    return given
