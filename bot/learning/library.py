"""The lessons that are live, read once and kept: a lesson never changes within a revision, nor a version of a pack."""

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from bot.content.codec import lesson_from_json
from bot.content.vocabulary import shipped_vocabulary
from bot.domain.lesson import Lesson, Skill
from bot.domain.lesson_review import WithdrawalDates, is_in_use
from bot.domain.lesson_search import LessonIndex
from bot.domain.lesson_selection import LessonSelector
from bot.errors import NotFound
from bot.storage import Session, packs
from bot.storage.tables import LessonRevision, PackVersion

_BUILDING = threading.Lock()

UNREADABLE_LESSON_ERRORS = (KeyError, ValueError, TypeError, NotFound)
"""What reading a lesson that a later version wrote, or that is gone, ends in."""

MAX_CACHED_CURRICULA = 16
"""Shelves kept at once; most installations have one. Beyond that the least used is read again when needed."""


@dataclass(frozen=True)
class Curriculum:
    """What one workspace teaches: skills and lessons in the packs' order, and which revision each lesson is."""

    skills: tuple[Skill, ...]
    lessons: tuple[Lesson, ...]
    revision_ids: dict[str, int]

    @property
    def search_index(self) -> LessonIndex:
        """The search over these lessons, built when first asked for; whoever asks meanwhile waits for that one."""
        with _BUILDING:
            return self._index

    @cached_property
    def _index(self) -> LessonIndex:
        return LessonIndex(self.lessons, shipped_vocabulary())

    @cached_property
    def selector(self) -> LessonSelector:
        """What chooses a learner's next lesson among these."""
        return LessonSelector(self.lessons)

    def on_date(self, today: date) -> "Curriculum":
        """What is given on this day: the same, without lessons whose review was due too long ago."""
        left_out = self._rotation.count_withdrawn(today)
        if left_out == 0:
            return self
        if left_out not in self._in_rotation:
            given = tuple(each for each in self.lessons if is_in_use(each, today))
            self._in_rotation[left_out] = Curriculum(self.skills, given, self.revision_ids)
        return self._in_rotation[left_out]

    @cached_property
    def _rotation(self) -> WithdrawalDates:
        return WithdrawalDates(self.lessons)

    @cached_property
    def _in_rotation(self) -> dict[int, "Curriculum"]:
        return {}

    def find_skill(self, slug: str) -> Skill | None:
        """The skill with this slug, if it is taught."""
        return next((skill for skill in self.skills if skill.slug == slug), None)

    def get_lesson(self, lesson_id: str) -> Lesson:
        """The live lesson with this id; NotFound if it is no longer taught."""
        for lesson in self.lessons:
            if lesson.id == lesson_id:
                return lesson
        raise NotFound("That lesson isn't in use any more. Nothing was changed. Try another tip.")

    def list_lessons_of_skill(self, slug: str) -> tuple[Lesson, ...]:
        """The lessons of one skill, in order."""
        return tuple(lesson for lesson in self.lessons if lesson.skill.slug == slug)


class Library:
    """Every lesson asked for so far. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._revisions: dict[int, Lesson] = {}
        self._lesson_ids: dict[int, str] = {}
        self._curricula: OrderedDict[tuple[int, ...], Curriculum] = OrderedDict()

    def get_curriculum(self, session: Session, team_id: str) -> Curriculum:
        """What this workspace teaches now."""
        return self.get_curricula(session, [team_id])[team_id]

    def get_curricula(self, session: Session, team_ids: Collection[str]) -> dict[str, Curriculum]:
        """What each of these workspaces teaches now; one query while nothing of it is new."""
        live = packs.find_live_version_ids_by_scope(session)
        everyones = live.get(packs.EVERYONES_SCOPE, {})
        usual: Curriculum | None = None
        curricula: dict[str, Curriculum] = {}
        for team_id in team_ids:
            if team_id in live:
                curricula[team_id] = self._get_curriculum_of_versions(session, {**everyones, **live[team_id]})
            else:
                usual = usual or self._get_curriculum_of_versions(session, everyones)
                curricula[team_id] = usual
        return curricula

    def _get_curriculum_of_versions(self, session: Session, live: Mapping[str, int]) -> Curriculum:
        """The shelf of these versions (ids by slug)."""
        key = tuple(version_id for _, version_id in sorted(live.items()))
        with self._lock:
            if key in self._curricula:
                self._curricula.move_to_end(key)
                return self._curricula[key]
        found = packs.find_versions(session, key)
        curriculum = self._read_curriculum(session, [found[version_id] for version_id in key])
        with self._lock:
            self._curricula[key] = curriculum
            while len(self._curricula) > MAX_CACHED_CURRICULA:
                self._curricula.popitem(last=False)
        return curriculum

    def find_lesson_ids(self, session: Session, revision_ids: Iterable[int]) -> Mapping[int, str]:
        """Which lesson each revision is of, readable or not; one query for those not met before."""
        unknown = set(revision_ids) - self._lesson_ids.keys()
        if unknown:
            found = packs.find_lesson_ids(session, unknown)
            with self._lock:
                self._lesson_ids.update(found)
        return self._lesson_ids

    def get_readable_lessons(self, session: Session, revision_ids: Collection[int]) -> dict[int, Lesson]:
        """Lessons by revision, without those that this version can't read or that are gone."""
        try:
            return self.get_lessons(session, revision_ids)
        except UNREADABLE_LESSON_ERRORS:
            return {each: lesson for each in set(revision_ids) if (lesson := self._get_if_readable(session, each))}

    def _get_if_readable(self, session: Session, revision_id: int) -> Lesson | None:
        try:
            return self.get_lesson(session, revision_id)
        except UNREADABLE_LESSON_ERRORS:
            return None

    def get_lesson(self, session: Session, revision_id: int) -> Lesson:
        """The lesson as it read in this revision, live or not. NotFound if there is no such revision."""
        return self.get_lessons(session, [revision_id])[revision_id]

    def get_lessons(self, session: Session, revision_ids: Iterable[int]) -> dict[int, Lesson]:
        """Lessons by revision; one query for those not read before."""
        wanted = set(revision_ids)
        missing = wanted - self._revisions.keys()
        if missing:
            rows = packs.find_revisions(session, missing)
            if gone := missing - rows.keys():
                raise NotFound(f"There is no lesson revision {min(gone)}. Nothing was changed.")
            self._cache(rows.values())
        return {revision_id: self._revisions[revision_id] for revision_id in wanted}

    def _cache(self, rows: Iterable[LessonRevision]) -> None:
        read = {row.id: lesson_from_json(row.content) for row in rows}
        with self._lock:
            self._revisions.update(read)
            self._lesson_ids.update({revision_id: lesson.id for revision_id, lesson in read.items()})

    def _read_curriculum(self, session: Session, versions: list[PackVersion]) -> Curriculum:
        rows = [row for version in versions for row in packs.list_revisions_of_version(session, version.id)]
        self._cache(row for row in rows if row.id not in self._revisions)
        skills = {skill["slug"]: Skill(**skill) for version in versions for skill in version.skills}
        return Curriculum(
            skills=tuple(skills.values()),
            lessons=tuple(self._revisions[row.id] for row in rows),
            revision_ids={row.lesson_id: row.id for row in rows},
        )
