"""Which lessons' questions may need another look, for admins and authors of a workspace."""

from dataclasses import dataclass

from bot.domain.lesson import Lesson
from bot.domain.lesson_health import HealthProblem, LessonHealth, assess_health
from bot.learning.library import Library
from bot.storage import Session
from bot.storage import lesson_health as queries

_ORDER = (HealthProblem.TOO_HARD, HealthProblem.TELLS_NOTHING, HealthProblem.TOO_EASY)


@dataclass(frozen=True, slots=True)
class LessonToCheck:
    """A lesson with a problem, and what shows it."""

    lesson: Lesson
    health: LessonHealth
    problem: HealthProblem


@dataclass(frozen=True, slots=True)
class HealthReport:
    """The lessons to look at, the worst first, of `assessed` with enough answers, of `taught` in all."""

    to_check: tuple[LessonToCheck, ...]
    assessed: int
    taught: int


def read_health(session: Session, library: Library, team_id: str) -> HealthReport:
    """Return the lessons of a workspace whose questions may need another look, as they read now."""
    curriculum = library.get_workspace_curriculum(session, team_id)
    taught = {curriculum.revision_ids[lesson.id]: lesson for lesson in curriculum.lessons}
    sums = queries.add_up_answers(session, team_id, taught)
    wrong = queries.count_wrong_choices(session, team_id, taught)
    assessed = {
        revision_id: health
        for revision_id, each in sums.items()
        if (health := assess_health(each, wrong.get(revision_id, {}))) is not None
    }
    to_check = [
        LessonToCheck(taught[revision_id], health, health.problem)
        for revision_id, health in assessed.items()
        if health.problem is not None
    ]
    to_check.sort(key=lambda each: (_ORDER.index(each.problem), each.health.right, each.lesson.id))
    return HealthReport(tuple(to_check), len(assessed), len(taught))
