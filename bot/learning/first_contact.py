"""First contact: from a few answers to a lesson time, a skill to focus on, a program, and the first lesson.

Neither the role nor the words are stored: they only choose the first lesson, and no transaction here gets them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from enum import StrEnum

from bot.domain.learner import Person
from bot.domain.lesson import Skill
from bot.domain.program import Program, ProgramProgress
from bot.domain.schedule import DeliveryKindName
from bot.domain.schedule_kinds import WeeklySchedule, find_lesson_time, weekly_from_lesson_time
from bot.errors import Refused
from bot.language import gettext as _
from bot.language import mark
from bot.learning import enrollment, planning, practice, programs
from bot.learning.enrollment import LearnerView
from bot.learning.library import Library
from bot.storage import Session, deliveries
from bot.storage.tables import Learner, SendState

BEGUN = mark(
    "You already have your first lesson, so nothing was changed. To change times or skills, type `/rounds settings`. "
    "To find a lesson for what is hard just now, type `/coach` and a sentence."
)


class Role(StrEnum):
    """What somebody does."""

    NEW_MANAGER = "new_manager"
    SHIFT_LEAD = "shift_lead"
    UNIT = "unit"
    PRACTICE = "practice"
    HOME_CARE = "home_care"
    DEPARTMENT = "department"
    EXECUTIVE = "executive"


TYPICAL_SITUATIONS: Mapping[Role, str] = {
    Role.NEW_MANAGER: "I was promoted and now I manage my former colleagues.",
    Role.SHIFT_LEAD: "As a charge nurse I have to assign the patients fairly.",
    Role.UNIT: "Two of my nurses are not speaking to each other.",
    Role.PRACTICE: "Patients in our clinic wait too long because the schedule runs late.",
    Role.HOME_CARE: "My home-care staff work alone and hardly see each other as a team.",
    Role.DEPARTMENT: "My department depends on other departments that have different goals.",
    Role.EXECUTIVE: "As an executive I have more good projects than people, and must choose priorities.",
}
"""What the first lesson is searched for, if somebody says their role and nothing else."""


@dataclass(frozen=True, slots=True)
class FirstQuestions:
    """What to ask: the skills and programs on offer, and the lesson time so far (None if their shifts decide it)."""

    skills: tuple[Skill, ...]
    lesson_at: time | None
    programs: tuple[Program, ...] = ()
    followed: str | None = None
    """The slug of the program that they follow already, because their cohort does."""


@dataclass(frozen=True, slots=True)
class FirstAnswers:
    """What somebody answered. All of it is optional. `words`: what is hardest just now, in their own words.

    `skill` and `program` are slugs.
    """

    role: Role | None = None
    lesson_at: time | None = None
    skill: str | None = None
    words: str = ""
    program: str | None = None

    @property
    def choices(self) -> "FirstChoices":
        """What is saved of them."""
        return FirstChoices(self.lesson_at, self.skill, self.program)


def find_questions(session: Session, library: Library, person: Person, now: datetime) -> FirstQuestions | None:
    """Return what to ask somebody who has started, or None if they have had a lesson already."""
    learner = enrollment.get_started_learner(session, person)
    if _has_begun(session, learner):
        return None
    schedule = planning.get_preferences(learner).schedule
    curriculum = library.get_curriculum(session, person.in_workspace)
    return FirstQuestions(curriculum.skills, find_lesson_time(schedule), curriculum.programs, learner.program)


@dataclass(frozen=True, slots=True)
class FirstChoices:
    """What is saved of the answers: the lesson time, and the slugs of a skill to focus on and of a program."""

    lesson_at: time | None = None
    skill: str | None = None
    program: str | None = None


@dataclass(frozen=True, slots=True)
class Beginning:
    """How somebody begins: when the next lesson comes, and the program that they follow, if any."""

    learner: LearnerView
    program: ProgramProgress | None


def begin(session: Session, library: Library, person: Person, choices: FirstChoices, now: datetime) -> Beginning:
    """Save what somebody chose. A skill or a program that isn't offered isn't saved.

    Raises Refused for somebody who hasn't started, or has had a lesson already.
    """
    learner = enrollment.get_started_learner(session, person)
    if _has_begun(session, learner):
        raise Refused(_(BEGUN))
    present = planning.get_preferences(learner)
    preferences = present
    if choices.lesson_at is not None and isinstance(present.schedule, WeeklySchedule):
        schedule = weekly_from_lesson_time(present.schedule.weekdays, choices.lesson_at)
        preferences = replace(preferences, schedule=schedule)
    curriculum = library.get_curriculum(session, person.in_workspace)
    if choices.skill and curriculum.find_skill(choices.skill):
        preferences = replace(preferences, focus=present.focus | {choices.skill})
    if preferences != present:
        enrollment.change_preferences(session, person, preferences, now)
    if curriculum.find_program(choices.program):
        programs.set_program(curriculum, learner, choices.program, now)
    return _build_beginning(session, library, learner, now)


def begin_with_lesson(
    session: Session,
    library: Library,
    person: Person,
    choices: FirstChoices,
    revision_id: int | None,
    now: datetime,
) -> Beginning:
    """Do the same as `begin`, and request the first lesson. `revision_id`: which one, or None for any day's choice."""
    begin(session, library, person, choices, now)
    practice.request_todays_lesson(session, library, person, now)
    learner = enrollment.get_started_learner(session, person)
    today = planning.get_learning_day(learner, now)
    delivery = deliveries.find(session, learner.id, today, DeliveryKindName.LESSON)
    if delivery is not None and revision_id is not None:
        delivery.revision_id = revision_id  # the engine keeps it
    return _build_beginning(session, library, learner, now)


def _build_beginning(session: Session, library: Library, learner: Learner, now: datetime) -> Beginning:
    view = enrollment.build_learner_view(session, learner, now)
    curriculum = library.get_curriculum(session, view.person.in_workspace)
    return Beginning(view, programs.find_progress(session, library, curriculum, learner))


def _has_begun(session: Session, learner: Learner) -> bool:
    newest = deliveries.find_newest(session, learner.id, DeliveryKindName.LESSON)
    return newest is not None and newest.state in {SendState.SENT, SendState.SENDING}
