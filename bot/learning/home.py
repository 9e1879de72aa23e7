"""What App Home shows, gathered in one look."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.learner import Person
from bot.domain.lesson import Skill
from bot.domain.mastery import SkillMastery
from bot.domain.schedule import DeliveryKind
from bot.learning import enrollment, lesson_state, planning, question_memory, recall_questions, streaks, teams
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
    """A learner's day, streak, skills, and how much there is to read again. No words of theirs."""

    learner: LearnerView
    todays_lesson: LessonState | None
    streak: StreakView
    skills: tuple[Skill, ...]
    journal_entry_count: int
    saved_lesson_count: int
    recall: RecallState | None = None
    """The question that comes back today, open or answered; None: nothing is due."""
    masteries: tuple[SkillMastery, ...] = ()
    team: TeamView | None = None


@dataclass(frozen=True, slots=True)
class SkillsView:
    """How a learner stands with each skill that is taught; `focus_skills`: those (slugs) that they chose."""

    skills: tuple[Skill, ...]
    masteries: tuple[SkillMastery, ...]
    focus_skills: frozenset[str]


def read_home(session: Session, library: Library, person: Person, now: datetime) -> HomeView:
    """Home of someone whom Rounds has met: a handful of statements, for it is read whenever something changes."""
    learner = enrollment.get_learner(session, person)
    streak_status = streaks.get_streak_status(session, learner, now)
    curriculum = library.get_curriculum(session, person.team_id)
    known = question_memory.load_memories(session, learner)
    entries, saved = queries.count_reflections_and_saved_lessons(session, learner.id)
    lesson = deliveries.find(session, learner.id, streak_status.today, DeliveryKind.LESSON)
    return HomeView(
        learner=enrollment.build_learner_view(session, learner, now),
        todays_lesson=lesson_state.build_todays_lesson_state(session, library, learner, lesson, streak_status, now),
        streak=streaks.build_streak_view(streak_status),
        skills=curriculum.skills,
        journal_entry_count=entries,
        saved_lesson_count=saved,
        recall=recall_questions.find_todays_recall(session, library, curriculum, learner, now, known, lesson),
        masteries=question_memory.assess_taught_skills(curriculum, known, streak_status.today),
        team=teams.build_team_view(session, learner, now),
    )


def read_skills(session: Session, library: Library, person: Person, now: datetime) -> SkillsView:
    """How far the learner has come with each skill."""
    learner = enrollment.get_learner(session, person)
    curriculum = library.get_curriculum(session, person.team_id)
    today = planning.get_learning_day(learner, now)
    found = question_memory.assess_taught_skills(curriculum, question_memory.load_memories(session, learner), today)
    return SkillsView(curriculum.skills, found, frozenset(learner.focus_skills))
