"""Collects everything that App Home shows."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.learner import Person
from bot.domain.lesson import Skill
from bot.domain.mastery import SkillMastery
from bot.domain.program import ProgramProgress
from bot.domain.schedule import DeliveryKindName
from bot.learning import enrollment, lesson_state, planning, programs, question_memory, recall_questions, streaks, teams
from bot.learning.enrollment import LearnerView
from bot.learning.lesson_state import LessonState
from bot.learning.library import Library
from bot.learning.recall_questions import RecallState
from bot.learning.streaks import StreakView
from bot.learning.teams import TeamView
from bot.storage import Session, deliveries
from bot.storage import practice as queries


@dataclass(frozen=True, slots=True)
class HomeView:
    """A learner's day, streak, skills, and the number of entries and saved lessons. Contains none of their words."""

    learner: LearnerView
    todays_lesson: LessonState | None
    streak: StreakView
    skills: tuple[Skill, ...]
    journal_entry_count: int
    saved_lesson_count: int
    recall: RecallState | None = None
    """Today's recall question, open or answered, or None if nothing is due."""
    masteries: tuple[SkillMastery, ...] = ()
    team: TeamView | None = None
    offers_programs: bool = False
    program: ProgramProgress | None = None
    """How far they are in the program that they follow, if any."""


@dataclass(frozen=True, slots=True)
class SkillsView:
    """How far a learner has come with each taught skill. `focus_skills`: the slugs of the skills they chose."""

    skills: tuple[Skill, ...]
    masteries: tuple[SkillMastery, ...]
    focus_skills: frozenset[str]


def read_home(session: Session, library: Library, person: Person, now: datetime) -> HomeView:
    """Return what App Home shows to a registered learner. Runs few statements, because every change reads it again."""
    learner = enrollment.get_learner(session, person)
    streak_status = streaks.get_streak_status(session, learner, now)
    curriculum = library.get_curriculum(session, person.in_workspace)
    memories = question_memory.load_memories(session, learner)
    entries, saved = queries.count_reflections_and_saved_lessons(session, learner.id)
    lessons = deliveries.find_lessons_of_day(session, learner.id, streak_status.today)
    lesson = lessons.get(DeliveryKindName.LESSON)
    return HomeView(
        learner=enrollment.build_learner_view(session, learner, now),
        todays_lesson=lesson_state.build_todays_lesson_state(session, library, learner, lesson, streak_status, now),
        streak=streaks.build_streak_view(streak_status),
        skills=curriculum.skills,
        journal_entry_count=entries,
        saved_lesson_count=saved,
        recall=recall_questions.find_todays_recall(
            session, library, curriculum, learner, now, memories, lessons.values()
        ),
        masteries=question_memory.assess_taught_skills(curriculum, memories, streak_status.today),
        team=teams.build_team_view(session, learner, now),
        offers_programs=bool(curriculum.programs),
        program=programs.find_progress(session, library, curriculum, learner),
    )


def read_skills(session: Session, library: Library, person: Person, now: datetime) -> SkillsView:
    """Return how far the learner has come with each skill."""
    learner = enrollment.get_learner(session, person)
    curriculum = library.get_curriculum(session, person.in_workspace)
    today = planning.get_learning_day(learner, now)
    masteries = question_memory.assess_taught_skills(curriculum, question_memory.load_memories(session, learner), today)
    return SkillsView(curriculum.skills, masteries, frozenset(learner.focus_skills))
