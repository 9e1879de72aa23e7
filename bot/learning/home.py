"""What App Home shows, gathered in one look."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.learner import Person
from bot.domain.lesson import Skill
from bot.domain.mastery import Mastery
from bot.domain.schedule import Kind
from bot.learning import enrolment, memory, planning, practice, streaks, teams
from bot.learning.enrolment import LearnerView
from bot.learning.library import Library
from bot.learning.memory import RecallState
from bot.learning.practice import LessonState
from bot.learning.streaks import StreakView
from bot.learning.teams import TeamView
from bot.storage import Session, deliveries
from bot.storage import practice as queries


@dataclass(frozen=True, slots=True)
class HomeView:
    """A learner's day, streak, skills, and how much there is to read again. No words of theirs."""

    learner: LearnerView
    today: LessonState | None
    streak: StreakView
    skills: tuple[Skill, ...]
    entries: int
    saved: int
    recall: RecallState | None = None
    """The question that comes back today, open or answered; None: nothing is due."""
    mastery: tuple[Mastery, ...] = ()
    team: TeamView | None = None


@dataclass(frozen=True, slots=True)
class Skills:
    """How a learner stands with each skill that is taught; `focus`: those (slugs) that they chose."""

    skills: tuple[Skill, ...]
    mastery: tuple[Mastery, ...]
    focus: frozenset[str]


def read_home(session: Session, library: Library, person: Person, now: datetime) -> HomeView:
    """Home of someone whom Rounds has met: a handful of statements, for it is read whenever something changes."""
    learner = enrolment.known(session, person)
    stands = streaks.standing(session, learner, now)
    shelf = library.shelf(session, person.team_id)
    known = memory.all_of(session, learner)
    entries, saved = queries.kept(session, learner.id)
    lesson = deliveries.find(session, learner.id, stands.today, Kind.LESSON)
    return HomeView(
        learner=enrolment.view(session, learner, now),
        today=practice.shown_today(session, library, learner, lesson, stands, now),
        streak=streaks.view_of(stands),
        skills=shelf.skills,
        entries=entries,
        saved=saved,
        recall=memory.todays(session, library, shelf, learner, now, known, lesson),
        mastery=memory.masteries(shelf, known, stands.today),
        team=teams.view_of(session, learner, now),
    )


def read_skills(session: Session, library: Library, person: Person, now: datetime) -> Skills:
    """How far the learner has come with each skill."""
    learner = enrolment.known(session, person)
    shelf = library.shelf(session, person.team_id)
    today = planning.learning_day(learner, now)
    found = memory.masteries(shelf, memory.all_of(session, learner), today)
    return Skills(shelf.skills, found, frozenset(learner.focus))
