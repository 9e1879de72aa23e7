"""Programs: which are offered, following one, and how far somebody is in it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.learner import Person
from bot.domain.program import Program, ProgramProgress, measure_progress
from bot.errors import NotFound
from bot.language import gettext as _
from bot.learning import enrollment
from bot.learning.enrollment import LearnerView
from bot.learning.lesson_choice import find_readable_curriculum
from bot.learning.library import Curriculum, Library
from bot.storage import Session, delivery_queue, practice
from bot.storage.tables import Learner


@dataclass(frozen=True, slots=True)
class ProgramsView:
    """The programs on offer, each with the learner's progress, and the slug of the one that they follow, or None."""

    offered: tuple[ProgramProgress, ...]
    followed: str | None

    @property
    def current(self) -> ProgramProgress | None:
        """The progress in the program that they follow."""
        return next((each for each in self.offered if each.program.slug == self.followed), None)


@dataclass(frozen=True, slots=True)
class ProgramChange:
    """What a choice changed: the programs followed before and now, and when the next lesson comes (`learner`)."""

    before: ProgramProgress | None
    now: ProgramProgress | None
    learner: LearnerView

    @property
    def is_none(self) -> bool:
        """Whether nothing changed."""
        return _slug(self.before) == _slug(self.now)


@dataclass(frozen=True, slots=True)
class ProgramPlace:
    """A lesson's place in the program that its learner follows, from 1 to `count`."""

    name: str
    place: int
    count: int

    @property
    def is_last(self) -> bool:
        """Whether no lesson follows it in the program."""
        return self.place == self.count


def read_programs(session: Session, library: Library, person: Person) -> ProgramsView:
    """Return the programs that somebody can choose from. Refused if they haven't started."""
    learner = enrollment.get_started_learner(session, person)
    return _build_view(session, library, library.get_curriculum(session, person.in_workspace), learner)


def list_offered(session: Session, library: Library, team_id: str) -> tuple[Program, ...]:
    """Return the programs that a workspace offers to anybody."""
    return library.get_workspace_curriculum(session, team_id).programs


def follow_program(
    session: Session, library: Library, person: Person, slug: str | None, now: datetime
) -> ProgramChange:
    """Follow a program from the next lesson on, or none (None).

    Raises NotFound if it isn't offered anymore, and Refused if they haven't started.
    """
    learner = enrollment.get_started_learner(session, person)
    curriculum = library.get_curriculum(session, person.in_workspace)
    before = _build_view(session, library, curriculum, learner)
    set_program(curriculum, learner, slug, now)
    after = _build_view(session, library, curriculum, learner)
    return ProgramChange(before.current, after.current, enrollment.build_learner_view(session, learner, now))


def set_program(curriculum: Curriculum, learner: Learner, slug: str | None, now: datetime) -> None:
    """Store the program that a learner follows. NotFound if it isn't offered."""
    if slug is not None and curriculum.find_program(slug) is None:
        raise NotFound(_("That program isn't offered anymore. Nothing was changed. Choose another one."))
    if slug != learner.program:
        learner.program = slug
        learner.program_since = now if slug else None


def find_progress(
    session: Session, library: Library, curriculum: Curriculum, learner: Learner
) -> ProgramProgress | None:
    """Return how far a learner is in the program that they follow; None if they follow none that is offered."""
    if curriculum.find_program(learner.program) is None:
        return None
    return _build_view(session, library, curriculum, learner).current


def find_place(
    session: Session, library: Library, learner: Learner, lesson_id: str, sent_at: datetime | None
) -> ProgramPlace | None:
    """Return the place of a lesson that was sent at an instant. None if the program didn't bring it."""
    if learner.program is None or learner.program_since is None or sent_at is None or sent_at < learner.program_since:
        return None
    user = Person(learner.team_id, learner.user_id, learner.enterprise_id).in_workspace
    curriculum = find_readable_curriculum(session, library, user)
    program = curriculum.find_program(learner.program) if curriculum else None
    return place_in(program, lesson_id) if program else None


def place_in(program: Program, lesson_id: str) -> ProgramPlace | None:
    """Return a lesson's place in a program; None if it isn't in it."""
    place = program.place_of(lesson_id)
    return ProgramPlace(program.name, place, len(program.lesson_ids)) if place else None


def _build_view(session: Session, library: Library, curriculum: Curriculum, learner: Learner) -> ProgramsView:
    if not curriculum.programs:
        return ProgramsView((), None)
    taught: Mapping[str, object] = curriculum.lessons_by_id
    had = _find_lessons_had(session, library, learner)
    revisions = {each.revision_id for each in practice.list_answers(session, learner.id)}
    answered = _find_lessons(session, library, revisions)
    offered = tuple(measure_progress(program, had, taught.keys(), answered) for program in curriculum.programs)
    return ProgramsView(offered, learner.program if curriculum.find_program(learner.program) else None)


def _find_lessons_had(session: Session, library: Library, learner: Learner) -> frozenset[str]:
    """Return the ids of the lessons that a learner was sent."""
    history = delivery_queue.find_lesson_histories(session, [learner.id]).get(learner.id)
    return frozenset() if history is None else _find_lessons(session, library, history.revision_ids)


def _find_lessons(session: Session, library: Library, revision_ids: Collection[int]) -> frozenset[str]:
    ids = library.find_lesson_ids(session, revision_ids)
    return frozenset(ids[each] for each in revision_ids)


def _slug(progress: ProgramProgress | None) -> str | None:
    return progress.program.slug if progress else None
