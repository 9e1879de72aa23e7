"""The live lessons, cached: a lesson never changes within a revision, and a pack never changes within a version."""

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from bot.content.codec import lesson_from_json, program_from_json
from bot.domain.audience import choose_packs
from bot.domain.learner import WorkspaceUser
from bot.domain.lesson import Lesson, Skill
from bot.domain.lesson_review import WithdrawalDates, is_in_use
from bot.domain.lesson_selection import LessonSelector
from bot.domain.program import Program
from bot.errors import NotFound
from bot.language import gettext as _
from bot.retrieval.background_model import BackgroundModel
from bot.retrieval.lesson_index import LessonIndex
from bot.retrieval.understanding import SentenceModel
from bot.retrieval.vocabulary import shipped_vocabulary
from bot.storage import Session, pack_audiences, pack_pilots, packs
from bot.storage.packs import LiveContent, PilotVersion, RetractedLesson
from bot.storage.tables import LessonRevision, PackVersion

_BUILDING = threading.Lock()

NONE_RETRACTED: frozenset[RetractedLesson] = frozenset()
NOT_CHOSEN: frozenset[str] = frozenset()
NO_PILOTS: frozenset[PilotVersion] = frozenset()

UNREADABLE_LESSON_ERRORS = (KeyError, ValueError, TypeError, NotFound)
"""Errors from reading a lesson that is gone or was written by a later version of Rounds."""

MAX_CACHED_CURRICULA = 16
"""How many curricula are cached; most installations have one. The least recently used are dropped."""


@dataclass(frozen=True)
class Curriculum:
    """What somebody is taught: skills, lessons, and programs in the packs' order, each lesson's revision id, and the
    ids of the packs' versions.

    Retracted lessons aren't taught. A program without any lesson that is taught isn't offered.
    """

    skills: tuple[Skill, ...]
    lessons: tuple[Lesson, ...]
    revision_ids: dict[str, int]
    programs: tuple[Program, ...] = ()
    version_ids: frozenset[int] = frozenset()

    def get_search_index(self, model: SentenceModel | None = None) -> LessonIndex:
        """Return the search index over these lessons. It is built on first use, while concurrent callers wait for it,
        and finds by meaning as soon as `model` knows all lessons."""
        with _BUILDING:
            if model is not None:
                self._index.add_meanings(model)
            return self._index

    @cached_property
    def _index(self) -> LessonIndex:
        return LessonIndex(self.lessons, shipped_vocabulary())

    @cached_property
    def selector(self) -> LessonSelector:
        """Chooses a learner's next lesson among these."""
        return LessonSelector(self.lessons)

    def on_date(self, today: date) -> "Curriculum":
        """Return this curriculum without the lessons that are withdrawn on this day."""
        withdrawn_count = self._withdrawal_dates.count_withdrawn(today)
        if withdrawn_count == 0:
            return self
        if withdrawn_count not in self._curricula_by_withdrawn_count:
            given = tuple(each for each in self.lessons if is_in_use(each, today))
            revision_ids = {each.id: self.revision_ids[each.id] for each in given}
            self._curricula_by_withdrawn_count[withdrawn_count] = Curriculum(
                self.skills, given, revision_ids, self.programs, self.version_ids
            )
        return self._curricula_by_withdrawn_count[withdrawn_count]

    @cached_property
    def _withdrawal_dates(self) -> WithdrawalDates:
        return WithdrawalDates(self.lessons)

    @cached_property
    def _curricula_by_withdrawn_count(self) -> dict[int, "Curriculum"]:
        return {}

    @cached_property
    def lessons_by_id(self) -> Mapping[str, Lesson]:
        """The lessons by id."""
        return {lesson.id: lesson for lesson in self.lessons}

    def find_program(self, slug: str | None) -> Program | None:
        """Return the program with this slug, or None if it isn't offered."""
        return next((program for program in self.programs if program.slug == slug), None)

    def find_skill(self, slug: str) -> Skill | None:
        """Return the skill with this slug, or None if it isn't taught."""
        return next((skill for skill in self.skills if skill.slug == slug), None)

    def get_lesson(self, lesson_id: str) -> Lesson:
        """Return the live lesson with this id. Raises NotFound if it is no longer taught."""
        if lesson_id in self.lessons_by_id:
            return self.lessons_by_id[lesson_id]
        raise NotFound(_("That lesson is no longer in use. Nothing was changed. Try another tip."))

    def list_lessons_of_skill(self, slug: str) -> tuple[Lesson, ...]:
        """Return the lessons of one skill, in order."""
        return tuple(lesson for lesson in self.lessons if lesson.skill.slug == slug)


@dataclass(frozen=True, slots=True)
class _CurriculumKey:
    """What decides a curriculum: the versions' ids by slug, and what was retracted for everyone and for a workspace."""

    version_ids: tuple[int, ...]
    for_all: frozenset[RetractedLesson]
    own: frozenset[RetractedLesson]

    @classmethod
    def of(cls, live: LiveContent, team_id: str, versions: Iterable[tuple[str, int]]) -> "_CurriculumKey":
        """Return the key for these versions (slug and id) in a workspace."""
        return cls(
            tuple(version_id for _, version_id in sorted(versions)),
            live.retracted.get(packs.EVERYONES_SCOPE, NONE_RETRACTED),
            NONE_RETRACTED if team_id == packs.EVERYONES_SCOPE else live.retracted.get(team_id, NONE_RETRACTED),
        )

    def is_retracted(self, row: LessonRevision) -> bool:
        """Return whether this revision was retracted. Everyone's retractions cover everyone's lessons alone."""
        retracted = self.own | self.for_all if row.scope == packs.EVERYONES_SCOPE else self.own
        return any(
            (each.pack_slug, each.lesson_id) == (row.pack_slug, row.lesson_id) and row.id <= each.up_to_revision_id
            for each in retracted
        )


class Library:
    """A cache of every lesson and curriculum read so far. Safe to use from several threads.

    `sentence_model` is told of every curriculum, so that its lessons can be found by meaning.
    """

    def __init__(self, sentence_model: BackgroundModel | None = None) -> None:
        self._sentence_model = sentence_model
        self._lock = threading.Lock()
        self._revisions: dict[int, Lesson] = {}
        self._scopes: dict[int, str] = {}
        self._lesson_ids: dict[int, str] = {}
        self._curricula: OrderedDict[_CurriculumKey, Curriculum] = OrderedDict()

    def get_curriculum(self, session: Session, user: WorkspaceUser) -> Curriculum:
        """Return what this user is taught now."""
        return self.get_curricula(session, [user])[user]

    def get_curricula(
        self, session: Session, users: Collection[WorkspaceUser], *, skip_unreadable: bool = False
    ) -> dict[WorkspaceUser, Curriculum]:
        """Return what each of these users is taught now. With `skip_unreadable`, those are left out who are taught
        something that this version can't read; otherwise that raises one of `UNREADABLE_LESSON_ERRORS`.

        Runs one query if everything is cached, another one if a pack of their workspaces isn't for everyone there, and
        another one if a cohort there tries a version.
        """
        live = packs.find_live_content(session)
        choosing = [user for user in users if user.team_id in live.audiences]
        chosen = pack_audiences.find_chosen_packs(session, choosing) if choosing else {}
        trying = [user for user in users if user.team_id in live.pilots]
        pilots = [pilot for team_id in {user.team_id for user in trying} for pilot in live.pilots[team_id]]
        piloted = pack_pilots.find_piloted(session, pilots, trying) if trying else {}
        taught: dict[tuple[str, frozenset[str], frozenset[PilotVersion]], Curriculum] = {}
        kinds = {user: (user.team_id, chosen.get(user, NOT_CHOSEN), piloted.get(user, NO_PILOTS)) for user in users}
        for kind in set(kinds.values()):
            try:
                taught[kind] = self._get_curriculum(session, _choose_key(live, *kind))
            except UNREADABLE_LESSON_ERRORS:
                if not skip_unreadable:
                    raise
        return {user: taught[kind] for user, kind in kinds.items() if kind in taught}

    def get_workspace_curriculum(self, session: Session, team_id: str) -> Curriculum:
        """Return everything that a workspace teaches now, to whomever (`EVERYONES_SCOPE`: taught everywhere).

        What only a cohort tries isn't part of it.
        """
        live = packs.find_live_content(session)
        shared, own = live.versions.get(packs.EVERYONES_SCOPE, {}), live.versions.get(team_id, {})
        # An own version of everyone's pack replaces it only for those who get it.
        hidden = own.keys() - live.audiences.get(team_id, {}).keys()
        versions = {*own.items(), *((slug, version) for slug, version in shared.items() if slug not in hidden)}
        return self._get_curriculum(session, _CurriculumKey.of(live, team_id, versions))

    def _get_curriculum(self, session: Session, key: "_CurriculumKey") -> Curriculum:
        with self._lock:
            if key in self._curricula:
                self._curricula.move_to_end(key)
                return self._curricula[key]
        found = packs.find_versions(session, key.version_ids)
        curriculum = self._read_curriculum(session, [found[version_id] for version_id in key.version_ids], key)
        if self._sentence_model is not None:
            self._sentence_model.learn_soon(curriculum.lessons)
        with self._lock:
            self._curricula[key] = curriculum
            while len(self._curricula) > MAX_CACHED_CURRICULA:
                self._curricula.popitem(last=False)
        return curriculum

    def get_search_index(self, curriculum: Curriculum) -> LessonIndex:
        """Return the search index over a curriculum, which finds by meaning if the sentence model is loaded."""
        return curriculum.get_search_index(self._sentence_model.model if self._sentence_model else None)

    def learn_meanings(self) -> None:
        """Have the sentence model encode the lessons of every curriculum read so far, once it is loaded."""
        with self._lock:
            known = list(self._curricula.values())
        if self._sentence_model is not None:
            for curriculum in known:
                self._sentence_model.learn_soon(curriculum.lessons)

    def find_lesson_ids(self, session: Session, revision_ids: Iterable[int]) -> Mapping[int, str]:
        """Return the lesson id of each revision, readable or not. Runs one query for those that aren't cached."""
        unknown = set(revision_ids) - self._lesson_ids.keys()
        if unknown:
            found = packs.find_lesson_ids(session, unknown)
            with self._lock:
                self._lesson_ids.update(found)
        return self._lesson_ids

    def get_readable_lessons(self, session: Session, revision_ids: Collection[int]) -> dict[int, Lesson]:
        """Return lessons by revision id, without those that are gone or that this version can't read."""
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
        """Return the lesson as it read in this revision, live or not. Raises NotFound for an unknown revision."""
        return self.get_lessons(session, [revision_id])[revision_id]

    def get_visible_lesson(self, session: Session, team_id: str, revision_id: int) -> Lesson:
        """Return the lesson as it read in this revision, if it belongs to everyone's packs or to this workspace's own.

        For revision ids that come back from Slack, in buttons and threads. NotFound for another workspace's, in the
        same words as for an unknown one.
        """
        lesson = self.get_lesson(session, revision_id)
        if self._scopes[revision_id] not in {packs.EVERYONES_SCOPE, team_id}:
            raise NotFound(_unknown_revision(revision_id))
        return lesson

    def get_lessons(self, session: Session, revision_ids: Iterable[int]) -> dict[int, Lesson]:
        """Return lessons by revision id. Runs one query for those that aren't cached. NotFound if a revision is
        missing.
        """
        wanted = set(revision_ids)
        missing = wanted - self._revisions.keys()
        if missing:
            rows = packs.find_revisions(session, missing)
            if gone := missing - rows.keys():
                raise NotFound(_unknown_revision(min(gone)))
            self._cache(rows.values())
        return {revision_id: self._revisions[revision_id] for revision_id in wanted}

    def _cache(self, rows: Iterable[LessonRevision]) -> None:
        found = list(rows)
        read = {row.id: lesson_from_json(row.content) for row in found}
        with self._lock:
            self._scopes.update({row.id: row.scope for row in found})
            self._revisions.update(read)
            self._lesson_ids.update({revision_id: lesson.id for revision_id, lesson in read.items()})

    def _read_curriculum(self, session: Session, versions: list[PackVersion], key: "_CurriculumKey") -> Curriculum:
        rows = [
            row
            for version in versions
            for row in packs.list_revisions_of_version(session, version.id)
            if not key.is_retracted(row)
        ]
        self._cache(row for row in rows if row.id not in self._revisions)
        skills = {skill["slug"]: Skill(**skill) for version in versions for skill in version.skills}
        taught = {row.lesson_id for row in rows}
        programs = (program_from_json(fields) for version in versions for fields in version.programs)
        return Curriculum(
            programs=tuple(program for program in programs if taught.intersection(program.lesson_ids)),
            skills=tuple(skills.values()),
            lessons=tuple(self._revisions[row.id] for row in rows),
            revision_ids={row.lesson_id: row.id for row in rows},
            version_ids=frozenset(version.id for version in versions),
        )


def _choose_key(
    live: LiveContent, team_id: str, chosen: frozenset[str], pilots: frozenset[PilotVersion]
) -> _CurriculumKey:
    """Return the key for somebody of this workspace who was chosen for these packs (slugs) and gets these pilots.

    They get what they would if the versions in these pilots were live.
    """
    versions = choose_packs(
        live.versions.get(packs.EVERYONES_SCOPE, {}),
        {**live.versions.get(team_id, {}), **{each.pack_slug: each.version_id for each in pilots}},
        live.audiences.get(team_id, {}),
        chosen,
    )
    return _CurriculumKey.of(live, team_id, versions.items())


def _unknown_revision(revision_id: int) -> str:
    return _("There is no lesson revision {revision}. Nothing was changed.", revision=revision_id)
