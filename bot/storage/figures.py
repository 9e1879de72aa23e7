"""Queries behind the weekly figures of a workspace or a cohort. What they return is exact, and not to be shown."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, case
from sqlalchemy import select as select_columns
from sqlmodel import col, func, select

from bot.storage.cohorts import select_organization
from bot.storage.database import Session
from bot.storage.tables import (
    Answer,
    CohortMember,
    Learner,
    LearnerState,
    PracticeDay,
    RecallAnswer,
    Reflection,
    WeeklyFigures,
)

EVERYONE = 0
"""Stands for a workspace's learners in place of a cohort's id."""

_STARTED = (LearnerState.ACTIVE, LearnerState.PAUSED, LearnerState.WAITING)


class Group(NamedTuple):
    """The learners of a workspace, or of one of its cohorts (`EVERYONE`: of all).

    Of a cohort, those who were added before an instant and are counted.
    """

    team_id: str
    cohort_id: int
    added_before: datetime


class Answers(NamedTuple):
    """How many answers there were, how many of them were right, and how many people gave them."""

    people: int
    answers: int
    right: int


def has_week(session: Session, group: Group, monday: date) -> bool:
    """Return whether a week's figures were written."""
    return session.get(WeeklyFigures, (group.team_id, group.cohort_id, monday)) is not None


def list_weeks(session: Session, team_id: str, cohort_id: int, most: int) -> Sequence[WeeklyFigures]:
    """List the figures of a cohort's weeks, or a workspace's (`EVERYONE`), the newest first."""
    theirs = select(WeeklyFigures).where(WeeklyFigures.team_id == team_id, WeeklyFigures.cohort_id == cohort_id)
    return session.exec(theirs.order_by(col(WeeklyFigures.monday).desc()).limit(most)).all()


def count_learners(session: Session, group: Group) -> int:
    """Count who has started."""
    return session.exec(select(func.count()).select_from(_learners(group).subquery())).one()


def count_practiced(session: Session, group: Group, first: date, last: date) -> int:
    """Count who practiced on a learning day between these two, both included."""
    return session.exec(
        select(func.count(col(PracticeDay.learner_id).distinct())).where(
            col(PracticeDay.learner_id).in_(_learners(group)), col(PracticeDay.learning_day).between(first, last)
        )
    ).one()


def count_wrote(session: Session, group: Group, first: date, last: date) -> int:
    """Count who wrote a reflection for a learning day between these two, both included."""
    return session.exec(
        select(func.count(col(Reflection.learner_id).distinct())).where(
            col(Reflection.learner_id).in_(_learners(group)), col(Reflection.learning_day).between(first, last)
        )
    ).one()


def count_first_answers(session: Session, group: Group, first: date, last: date) -> Answers:
    """Count the first answers to questions on learning days between these two, both included."""
    return _count(session, Answer, group, first, last)


def count_recalls(session: Session, group: Group, first: date, last: date, least_days: int) -> Answers:
    """Count the answers to questions that came back so many days or more after the answer before."""
    return _count(session, RecallAnswer, group, first, last, col(RecallAnswer.days_since_answer) >= least_days)


def _learners(group: Group) -> Select[int]:
    theirs = select_columns(col(Learner.id)).where(col(Learner.state).in_(_STARTED))
    if group.cohort_id == EVERYONE:
        return theirs.where(col(Learner.team_id) == group.team_id)
    return theirs.join(CohortMember, col(CohortMember.user_id) == col(Learner.user_id)).where(
        col(Learner.organization_id) == select_organization(group.team_id),
        col(CohortMember.cohort_id) == group.cohort_id,
        col(CohortMember.is_counted),
        col(CohortMember.added_at) < group.added_before,
    )


def _count(
    session: Session,
    table: type[Answer] | type[RecallAnswer],
    group: Group,
    first: date,
    last: date,
    *conditions: ColumnElement[bool],
) -> Answers:
    people, answers, right = session.exec(
        select(
            func.count(col(table.learner_id).distinct()),
            func.count(col(table.learner_id)),
            func.coalesce(func.sum(case((col(table.correct), 1), else_=0)), 0),
        ).where(col(table.learner_id).in_(_learners(group)), col(table.learning_day).between(first, last), *conditions)
    ).one()
    return Answers(people, answers, right)
