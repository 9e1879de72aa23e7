"""Collects what a learner has learned: for `/rounds progress`."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.certificate import MIN_LESSONS_ANSWERED, Achievement
from bot.domain.learned_weeks import WeekSoFar, add_up_weeks
from bot.domain.learner import Person
from bot.domain.lesson import Skill
from bot.domain.mastery import SkillMastery
from bot.domain.program import ProgramProgress
from bot.learning import certificates, enrollment, programs, question_memory, self_ratings, streaks
from bot.learning.enrollment import LearnerView
from bot.learning.library import Library
from bot.learning.self_ratings import SelfRatingCourse
from bot.learning.streaks import StreakView
from bot.storage import Session, recalls
from bot.storage import practice as queries


@dataclass(frozen=True, slots=True)
class ProgressView:
    """What a learner has learned. Contains none of their words.

    `since`: the first learning day on which they answered a lesson; None before. `achievements`: what they can have a
    certificate about. `came_back`: how many questions were asked again, and `remembered`: how many of them they knew,
    without guessing. `weeks`: how that adds up; none while there is too little to see.
    `self_ratings`: how ready they felt, by question.
    """

    learner: LearnerView
    lessons: int
    since: date | None
    reflections: int
    streak: StreakView
    skills: tuple[Skill, ...]
    masteries: tuple[SkillMastery, ...]
    program: ProgramProgress | None
    achievements: tuple[Achievement, ...]
    came_back: int = 0
    remembered: int = 0
    weeks: tuple[WeekSoFar, ...] = ()
    self_ratings: tuple[SelfRatingCourse, ...] = ()

    @property
    def lessons_until_certificate(self) -> int | None:
        """How many lessons are missing for a certificate about all lessons; None if there can be one, or if a program
        leads to one first."""
        if self.achievements or (self.program is not None and not self.program.is_over):
            return None
        return max(0, MIN_LESSONS_ANSWERED - self.lessons) or None


def read_progress(session: Session, library: Library, person: Person, now: datetime) -> ProgressView:
    """Return what a learner has learned. Refused if they haven't started."""
    learner = enrollment.get_started_learner(session, person)
    curriculum = library.get_curriculum(session, person.in_workspace)
    streak_status = streaks.get_streak_status(session, learner, now)
    memories = question_memory.load_memories(session, learner)
    answered = certificates.find_answered(session, library, curriculum, learner)
    answered_on = [each.day for each in answered.lessons.values()]
    came_back = recalls.list_recalls(session, learner.id)
    remembered_on = [each.learning_day for each in came_back if each.correct and not each.guessed]
    return ProgressView(
        learner=enrollment.build_learner_view(session, learner, now),
        lessons=len(answered.lessons),
        since=min(answered_on, default=None),
        reflections=queries.count_reflections(session, learner.id),
        streak=streaks.build_streak_view(streak_status),
        skills=curriculum.skills,
        masteries=question_memory.assess_taught_skills(curriculum, memories, streak_status.today),
        program=programs.find_progress(session, library, curriculum, learner),
        achievements=answered.achievements,
        came_back=len(came_back),
        remembered=len(remembered_on),
        weeks=add_up_weeks(answered_on, remembered_on, streak_status.today),
        self_ratings=self_ratings.list_courses(session, learner.id),
    )
