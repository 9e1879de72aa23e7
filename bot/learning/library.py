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
from bot.domain.review import Rotation, in_rotation
from bot.domain.search import LessonIndex
from bot.domain.selection import Selection
from bot.errors import NotFound
from bot.storage import Session, packs
from bot.storage.tables import LessonRevision, PackVersion

_BUILDING = threading.Lock()

UNREADABLE = (KeyError, ValueError, TypeError, NotFound)
"""What reading a lesson that a later version wrote, or that is gone, ends in."""

SHELVES = 16
"""Shelves kept at once; most installations have one. Beyond that the least used is read again when needed."""


@dataclass(frozen=True)
class Shelf:
    """What one workspace teaches: skills and lessons in the packs' order, and which revision each lesson is."""

    skills: tuple[Skill, ...]
    lessons: tuple[Lesson, ...]
    revision_ids: dict[str, int]

    @property
    def index(self) -> LessonIndex:
        """The search over these lessons, built when first asked for; whoever asks meanwhile waits for that one."""
        with _BUILDING:
            return self._index

    @cached_property
    def _index(self) -> LessonIndex:
        return LessonIndex(self.lessons, shipped_vocabulary())

    @cached_property
    def selection(self) -> Selection:
        """What chooses a learner's next lesson among these."""
        return Selection(self.lessons)

    def on(self, today: date) -> "Shelf":
        """What is given on this day: the same, without lessons whose review was due too long ago."""
        left_out = self._rotation.left_out(today)
        if left_out == 0:
            return self
        if left_out not in self._in_rotation:
            given = tuple(each for each in self.lessons if in_rotation(each, today))
            self._in_rotation[left_out] = Shelf(self.skills, given, self.revision_ids)
        return self._in_rotation[left_out]

    @cached_property
    def _rotation(self) -> Rotation:
        return Rotation(self.lessons)

    @cached_property
    def _in_rotation(self) -> dict[int, "Shelf"]:
        return {}

    def skill(self, slug: str) -> Skill | None:
        """The skill with this slug, if it is taught."""
        return next((skill for skill in self.skills if skill.slug == slug), None)

    def lesson(self, lesson_id: str) -> Lesson:
        """The live lesson with this id; NotFound if it is no longer taught."""
        for lesson in self.lessons:
            if lesson.id == lesson_id:
                return lesson
        raise NotFound("That lesson isn't in use any more. Nothing was changed. Try another tip.")

    def of_skill(self, slug: str) -> tuple[Lesson, ...]:
        """The lessons of one skill, in order."""
        return tuple(lesson for lesson in self.lessons if lesson.skill.slug == slug)


class Library:
    """Every lesson asked for so far. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._revisions: dict[int, Lesson] = {}
        self._lesson_ids: dict[int, str] = {}
        self._shelves: OrderedDict[tuple[int, ...], Shelf] = OrderedDict()

    def shelf(self, session: Session, team_id: str) -> Shelf:
        """What this workspace teaches now."""
        return self.shelves(session, [team_id])[team_id]

    def shelves(self, session: Session, team_ids: Collection[str]) -> dict[str, Shelf]:
        """What each of these workspaces teaches now; one query while nothing of it is new."""
        live = packs.live_everywhere(session)
        everyones = live.get(packs.EVERYONE, {})
        usual: Shelf | None = None
        shelves: dict[str, Shelf] = {}
        for team_id in team_ids:
            if team_id in live:
                shelves[team_id] = self._shelf(session, {**everyones, **live[team_id]})
            else:
                usual = usual or self._shelf(session, everyones)
                shelves[team_id] = usual
        return shelves

    def _shelf(self, session: Session, live: Mapping[str, int]) -> Shelf:
        """The shelf of these versions (ids by slug)."""
        key = tuple(version_id for _, version_id in sorted(live.items()))
        with self._lock:
            if key in self._shelves:
                self._shelves.move_to_end(key)
                return self._shelves[key]
        found = packs.versions(session, key)
        shelf = self._read(session, [found[version_id] for version_id in key])
        with self._lock:
            self._shelves[key] = shelf
            while len(self._shelves) > SHELVES:
                self._shelves.popitem(last=False)
        return shelf

    def lesson_ids(self, session: Session, revision_ids: Iterable[int]) -> Mapping[int, str]:
        """Which lesson each revision is of, readable or not; one query for those not met before."""
        unknown = set(revision_ids) - self._lesson_ids.keys()
        if unknown:
            found = packs.lesson_ids(session, unknown)
            with self._lock:
                self._lesson_ids.update(found)
        return self._lesson_ids

    def readable(self, session: Session, revision_ids: Collection[int]) -> dict[int, Lesson]:
        """Lessons by revision, without those that this version can't read or that are gone."""
        try:
            return self.lessons(session, revision_ids)
        except UNREADABLE:
            return {each: lesson for each in set(revision_ids) if (lesson := self._if_readable(session, each))}

    def _if_readable(self, session: Session, revision_id: int) -> Lesson | None:
        try:
            return self.lesson(session, revision_id)
        except UNREADABLE:
            return None

    def lesson(self, session: Session, revision_id: int) -> Lesson:
        """The lesson as it read in this revision, live or not. NotFound if there is no such revision."""
        return self.lessons(session, [revision_id])[revision_id]

    def lessons(self, session: Session, revision_ids: Iterable[int]) -> dict[int, Lesson]:
        """Lessons by revision; one query for those not read before."""
        wanted = set(revision_ids)
        missing = wanted - self._revisions.keys()
        if missing:
            rows = packs.revisions(session, missing)
            if gone := missing - rows.keys():
                raise NotFound(f"There is no lesson revision {min(gone)}. Nothing was changed.")
            self._keep(rows.values())
        return {revision_id: self._revisions[revision_id] for revision_id in wanted}

    def _keep(self, rows: Iterable[LessonRevision]) -> None:
        read = {row.id: lesson_from_json(row.content) for row in rows}
        with self._lock:
            self._revisions.update(read)
            self._lesson_ids.update({revision_id: lesson.id for revision_id, lesson in read.items()})

    def _read(self, session: Session, versions: list[PackVersion]) -> Shelf:
        rows = [row for version in versions for row in packs.revisions_of(session, version.id)]
        self._keep(row for row in rows if row.id not in self._revisions)
        skills = {skill["slug"]: Skill(**skill) for version in versions for skill in version.skills}
        return Shelf(
            skills=tuple(skills.values()),
            lessons=tuple(self._revisions[row.id] for row in rows),
            revision_ids={row.lesson_id: row.id for row in rows},
        )
