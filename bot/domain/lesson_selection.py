"""Which lesson comes next: the next unseen one, skills taking turns, focus skills and weak ones oftener.

Within a skill lessons come level by level. Once all have been seen, the least remembered comes again.
Deterministic: the same history gives the same lesson, on any machine and after any restart.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.lesson import Lesson

EXTRA_TURNS = 1
"""How many more turns a focus skill gets for one of another's, and so does a weak one; one that is both gets twice as
many more."""

LEVEL_ORDER = ("foundation", "practice", "advanced")
"""The order in which a skill's lessons come; within a level, and for levels of another name, in the packs' order."""

NEVER_SEEN = -1

CACHE_SIZE = 1024
"""Choices kept in memory: people who began together have the same history."""


@dataclass(frozen=True, slots=True)
class SentLesson:
    """A lesson as it was given once. `is_postponed`: put off to a later shift, and neither answered nor reflected
    on."""

    lesson_id: str
    is_postponed: bool = False


class LessonSelector:
    """The lessons to choose from, those of the live packs in the packs' order: prepared once, for many learners."""

    def __init__(self, lessons: Sequence[Lesson]) -> None:
        self._choose = lru_cache(CACHE_SIZE)(self._choose_anew)
        self._skills = {lesson.id: lesson.skill.slug for lesson in lessons}
        self._places = {lesson.id: (place, lesson) for place, lesson in enumerate(lessons)}
        self._of_skill: dict[str, list[str]] = {}
        for lesson in sorted(lessons, key=_level):
            self._of_skill.setdefault(lesson.skill.slug, []).append(lesson.id)
        # Skills take turns in the packs' order, whatever the levels of their first lessons.
        self._of_skill = {slug: self._of_skill[slug] for slug in dict.fromkeys(self._skills.values())}

    def choose_next(
        self,
        seen: Sequence[str],
        focus_skills: Collection[str] = frozenset(),
        weak_skills: Collection[str] = frozenset(),
        least_remembered: Sequence[str] = (),
    ) -> Lesson | None:
        """The lesson to give next; None only if there are none.

        `seen`: ids of the lessons given so far, oldest first, with repeats; `focus_skills`, `weak_skills`: slugs of
        skills. `least_remembered`: ids of lessons that were answered, the least remembered first. Nothing is repeated
        until all have been seen; then all begin again: what was never answered, then the least remembered, then the one
        seen longest ago first.
        """
        return self._choose(tuple(seen), frozenset(focus_skills), frozenset(weak_skills), tuple(least_remembered))

    def has_seen_all(self, seen: Collection[str]) -> bool:
        """Whether every lesson has been given before, so that it matters which of them are remembered."""
        return self._skills.keys() <= set(seen)

    def choose_postponed_or_next(
        self,
        history: Sequence[SentLesson],
        focus_skills: Collection[str] = frozenset(),
        weak_skills: Collection[str] = frozenset(),
        least_remembered: Sequence[str] = (),
    ) -> Lesson | None:
        """Of the lessons that were put off the one that has waited longest; otherwise `choose_next`.

        `history`: oldest first. What was put off counts as seen only once it was brought again.
        """
        newest = {each.lesson_id: each.is_postponed for each in history}
        for each in history:
            if newest[each.lesson_id] and each.lesson_id in self._places:
                return self._places[each.lesson_id][1]
        return self.choose_next(
            [each.lesson_id for each in history if not each.is_postponed], focus_skills, weak_skills, least_remembered
        )

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
                first = min(left, key=lambda each: (fading.get(each, NEVER_SEEN), last_seen.get(each, NEVER_SEEN)))
                place, lesson = self._places[first]
                # Never the same skill on two days running while another has something left; then stride scheduling,
                # by the skill's share of turns; then what was seen longest ago, or never; then the packs' order.
                share = (turns[slug] + 1) / (1 + EXTRA_TURNS * ((slug in focus) + (slug in weak)))
                queue = (slug == yesterday, share, last_seen.get(first, NEVER_SEEN), place)
                if best is None or queue < best:
                    best, chosen = queue, lesson
        return chosen


def _level(lesson: Lesson) -> int:
    return LEVEL_ORDER.index(lesson.level) if lesson.level in LEVEL_ORDER else len(LEVEL_ORDER)


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
