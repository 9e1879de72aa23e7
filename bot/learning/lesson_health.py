"""Which lessons may need another look, for admins, authors, and viewers of a workspace (`lesson_figures.py`)."""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.lesson import Lesson
from bot.domain.lesson_health import HealthProblem
from bot.learning.lesson_figures import LessonFigure, read_figures
from bot.learning.library import Library
from bot.storage import Session
from bot.storage import lesson_health as queries

_ORDER = (HealthProblem.TOO_HARD, HealthProblem.TELLS_NOTHING, HealthProblem.NOT_USEFUL, HealthProblem.TOO_EASY)


@dataclass(frozen=True, slots=True)
class LessonToCheck:
    """A lesson with a problem, and what shows it."""

    lesson: Lesson
    revision_id: int
    figure: LessonFigure


@dataclass(frozen=True, slots=True)
class HealthReport:
    """The lessons to look at, the worst first, of `assessed` with enough answers, of `taught` in all.

    `as_of`: the Monday after the week that was written last; None before the first.
    """

    to_check: tuple[LessonToCheck, ...]
    assessed: int
    taught: int
    as_of: date | None


def read_health(session: Session, library: Library, team_id: str) -> HealthReport:
    """Return the lessons of a workspace that may need another look, as they read now."""
    curriculum = library.get_workspace_curriculum(session, team_id)
    taught = {curriculum.revision_ids[lesson.id]: lesson for lesson in curriculum.lessons}
    newest = queries.find_newest(session, team_id)
    figures = {revision_id: each for revision_id, each in read_figures(newest).items() if revision_id in taught}
    to_check = [
        LessonToCheck(taught[revision_id], revision_id, each) for revision_id, each in figures.items() if each.problems
    ]
    to_check.sort(key=_place)
    return HealthReport(
        tuple(to_check),
        assessed=sum(each.health is not None for each in figures.values()),
        taught=len(taught),
        as_of=newest.monday + timedelta(weeks=1) if newest else None,
    )


def get_lesson(session: Session, library: Library, team_id: str, revision_id: int) -> Lesson:
    """Return a lesson to look at. Raises NotFound if it isn't for their workspace."""
    return library.get_visible_lesson(session, team_id, revision_id)


def _place(each: LessonToCheck) -> tuple[int, int, str]:
    health = each.figure.health
    percent = health.percent or 0 if health is not None else 0
    return _ORDER.index(each.figure.problems[0]), percent, each.lesson.id
