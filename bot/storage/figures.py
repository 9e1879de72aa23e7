"""Queries behind the weekly figures of a workspace or a cohort. What they return is exact, and not to be shown."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, Text, case, literal
from sqlalchemy import select as select_columns
from sqlmodel import col, func, select

from bot.storage.cohorts import select_organization
from bot.storage.database import Session
from bot.storage.tables import (
    STARTED_STATES,
    Answer,
    CohortMember,
    Delivery,
    Learner,
    LearnerState,
    LessonRevision,
    PracticeDay,
    RecallAnswer,
    Reflection,
    SelfRating,
    StepReport,
    WeeklyFigures,
    Workspace,
)

EVERYONE = 0
"""Stands for a workspace's learners in place of a cohort's id."""


class Group(NamedTuple):
    """The learners of one of a workspace's cohorts, or with `EVERYONE` of the workspace.

    Of a cohort, those who were added before an instant and are counted. Of the workspace, all but those who are counted
    in one of the cohorts `apart` (ids).
    """

    team_id: str
    cohort_id: int
    added_before: datetime
    apart: tuple[int, ...] = ()


class Answers(NamedTuple):
    """How many answers there were, how many of them were right, and how many people gave them."""

    people: int
    answers: int
    right: int


class RatingsCounted(NamedTuple):
    """How many answers on how ready people feel were counted, how many of them feel ready, and those of which days.

    `until`: the learning day of the last one that was counted, None if none was. Later answers may count yet.
    """

    answers: int
    ready: int
    until: date | None


NO_RATINGS = RatingsCounted(0, 0, None)


def has_week(session: Session, team_id: str, cohort_id: int, monday: date) -> bool:
    """Return whether a week's figures of a cohort, or a workspace (`EVERYONE`), were written."""
    return session.get(WeeklyFigures, (team_id, cohort_id, monday)) is not None


def find_weeks(session: Session, team_id: str, cohort_ids: Collection[int], monday: date) -> Sequence[WeeklyFigures]:
    """Find the figures of these cohorts' week."""
    theirs = select(WeeklyFigures).where(
        WeeklyFigures.team_id == team_id,
        col(WeeklyFigures.cohort_id).in_(cohort_ids),
        WeeklyFigures.monday == monday,
    )
    return session.exec(theirs).all()


def list_weeks(session: Session, team_id: str, cohort_id: int, most: int) -> Sequence[WeeklyFigures]:
    """List the figures of a cohort's weeks, or a workspace's (`EVERYONE`), the newest first."""
    theirs = select(WeeklyFigures).where(WeeklyFigures.team_id == team_id, WeeklyFigures.cohort_id == cohort_id)
    return session.exec(theirs.order_by(col(WeeklyFigures.monday).desc()).limit(most)).all()


def list_newest_weeks(session: Session, team_id: str, until: date) -> Sequence[WeeklyFigures]:
    """List the newest figures of a workspace (`EVERYONE`) and of each cohort that ever had some, until a Monday."""
    newest = (
        select(col(WeeklyFigures.cohort_id), func.max(col(WeeklyFigures.monday)).label("monday"))
        .where(WeeklyFigures.team_id == team_id, col(WeeklyFigures.monday) <= until)
        .group_by(col(WeeklyFigures.cohort_id))
        .subquery()
    )
    theirs = select(WeeklyFigures).join(
        newest,
        (col(WeeklyFigures.cohort_id) == newest.c.cohort_id) & (col(WeeklyFigures.monday) == newest.c.monday),
    )
    return session.exec(theirs.where(WeeklyFigures.team_id == team_id)).all()


def count_learners(session: Session, group: Group) -> int:
    """Count who has started."""
    return session.exec(select(func.count()).select_from(_learners(group).subquery())).one()


def count_known(session: Session, group: Group) -> int:
    """Count whom Rounds has met of a workspace (`EVERYONE`), whether they have started or not, and who hasn't left."""
    theirs = select(func.count()).select_from(Learner).where(col(Learner.state) != LearnerState.LEFT, *_rest(group))
    return session.exec(theirs).one()


def count_known_in_no_cohort(session: Session, team_id: str) -> int:
    """Count those of a workspace whom Rounds has met, who haven't left, and never were in a cohort."""
    theirs = (
        select(func.count())
        .select_from(Learner)
        .where(col(Learner.state) != LearnerState.LEFT, Learner.team_id == team_id, _in_no_cohort(team_id))
    )
    return session.exec(theirs).one()


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


def count_steps(session: Session, group: Group, first: date, last: date) -> Answers:
    """Count the steps of lessons of these learning days that people said about whether they tried them."""
    people, steps, tried = session.exec(
        select(
            func.count(col(StepReport.learner_id).distinct()),
            func.count(col(StepReport.learner_id)),
            func.coalesce(func.sum(case((col(StepReport.tried).is_(True), 1), else_=0)), 0),
        )
        .join(Delivery, col(Delivery.id) == col(StepReport.delivery_id))
        .where(
            col(Delivery.learner_id).in_(_learners(group)),  # the index has learner and day, so few rows are read
            col(StepReport.tried).is_not(None),
            col(Delivery.learning_day).between(first, last),
        )
    ).one()
    return Answers(people, steps, tried)


def count_further_ratings(
    session: Session,
    group: Group,
    weeks: int,
    last: date,
    counted: RatingsCounted,
    least: int,
    round_down: Callable[[int, int], int],
) -> RatingsCounted:
    """Add further answers to those that were counted of people asked so many weeks after their start.

    They feel ready from an answer (`least`) on. Of the answers after the days of those counted until a learning day
    (`last`), only the first ones are added, in the order of their days: as many as `round_down` returns for all of them
    and for how many people of the group answered before they came to it. These people's answers aren't added: they may
    have been counted elsewhere. Nor, of a workspace, are those of anybody who is or was in a cohort.
    """
    elsewhere = _rated_before_they_came(group, weeks)
    theirs = (
        select_columns(SelfRating)
        .where(
            col(SelfRating.learner_id).in_(_raters(group)),
            col(SelfRating.learner_id).not_in(elsewhere),
            col(SelfRating.weeks) == weeks,
            col(SelfRating.learning_day) <= last,
        )
        .order_by(
            col(SelfRating.learning_day),
            col(SelfRating.at),
            col(SelfRating.learner_id),
            col(SelfRating.question),
        )
    )
    if counted.until is not None:
        theirs = theirs.where(col(SelfRating.learning_day) > counted.until)
    waiting = session.exec(select(func.count()).select_from(theirs.subquery())).one()
    if not waiting:
        return counted
    came = session.exec(select(func.count()).select_from(elsewhere.subquery())).one()
    added = theirs.limit(round_down(waiting, came)).subquery()
    answers, ready, until = session.exec(
        select(
            func.count(added.c.learner_id),
            func.coalesce(func.sum(case((added.c.value >= least, 1), else_=0)), 0),
            func.max(added.c.learning_day),
        )
    ).one()
    return RatingsCounted(counted.answers + answers, counted.ready + ready, until) if answers else counted


def list_answered_lessons(session: Session, group: Group, first: date, last: date) -> dict[int, str]:
    """List the revisions that were first answered on learning days between these two: the lesson's id by revision."""
    answered = select_columns(col(Answer.revision_id)).where(
        col(Answer.learner_id).in_(_learners(group)), col(Answer.learning_day).between(first, last)
    )
    rows = session.exec(select(LessonRevision.id, LessonRevision.lesson_id).where(col(LessonRevision.id).in_(answered)))
    return dict(rows.all())


def count_first_answers_by(
    session: Session, group: Group, first: date, last: date, names: Mapping[int, str]
) -> dict[str, Answers]:
    """Count the first answers on these learning days by the names that their revisions have, such as skills."""
    if not names:
        return {}
    revisions: dict[str, list[int]] = defaultdict(list)
    for revision_id, name in names.items():
        revisions[name].append(revision_id)
    # Not a join with a list of values: SQLite would read a learner's answers again for each value.
    name_of = case(*((col(Answer.revision_id).in_(ids), literal(name, Text)) for name, ids in revisions.items()))
    answered = (
        select_columns(name_of.label("name"), col(Answer.learner_id), col(Answer.correct))
        .where(col(Answer.learner_id).in_(_learners(group)), col(Answer.learning_day).between(first, last))
        .subquery()
    )
    rows = session.exec(
        select(
            answered.c.name,
            func.count(answered.c.learner_id.distinct()),
            func.count(answered.c.learner_id),
            func.coalesce(func.sum(case((answered.c.correct, 1), else_=0)), 0),
        )
        .where(answered.c.name.is_not(None))
        .group_by(answered.c.name)
    )
    return {name: Answers(*counts) for name, *counts in rows}


def count_stayed(session: Session, group: Group, started_by: datetime, first: date, last: date) -> tuple[int, int]:
    """Count who started by an instant, and who of them practiced on a learning day between these two."""
    early = _learners(group).where(col(Learner.started_at) <= started_by)
    started = session.exec(select(func.count()).select_from(early.subquery())).one()
    stayed = session.exec(
        select(func.count(col(PracticeDay.learner_id).distinct())).where(
            col(PracticeDay.learner_id).in_(early), col(PracticeDay.learning_day).between(first, last)
        )
    ).one()
    return started, stayed


def _learners(group: Group) -> Select[int]:
    theirs = select_columns(col(Learner.id)).where(col(Learner.state).in_(STARTED_STATES))
    if group.cohort_id == EVERYONE:
        return theirs.where(*_rest(group))
    return theirs.join(CohortMember, col(CohortMember.user_id) == col(Learner.user_id)).where(
        col(Learner.organization_id) == select_organization(group.team_id),
        col(CohortMember.cohort_id) == group.cohort_id,
        col(CohortMember.is_counted),
        col(CohortMember.added_at) < group.added_before,
    )


def _raters(group: Group) -> Select[int]:
    theirs = _learners(group)
    return theirs.where(_in_no_cohort(group.team_id)) if group.cohort_id == EVERYONE else theirs


def _rated_before_they_came(group: Group, weeks: int) -> Select[int]:
    """Select the people of a cohort who answered before they were in it; of a workspace, nobody."""
    return (
        select_columns(col(SelfRating.learner_id))
        .join(Learner, col(Learner.id) == col(SelfRating.learner_id))
        .join(CohortMember, col(CohortMember.user_id) == col(Learner.user_id))
        .where(
            col(SelfRating.learner_id).in_(_raters(group)),
            col(CohortMember.cohort_id) == group.cohort_id,
            col(SelfRating.weeks) == weeks,
            col(SelfRating.at) < col(CohortMember.added_at),
        )
        .distinct()
    )


def _in_no_cohort(team_id: str) -> ColumnElement[bool]:
    """Those who never were in a cohort of this workspace or another of its organization, counted or not."""
    own = func.coalesce(col(Workspace.enterprise_id), col(Workspace.team_id))
    teams = select_columns(col(Workspace.team_id)).where(own == select_organization(team_id))
    return col(Learner.user_id).not_in(
        select_columns(col(CohortMember.user_id)).where(col(CohortMember.team_id).in_(teams))
    )


def _rest(group: Group) -> tuple[ColumnElement[bool], ...]:
    elsewhere = select_columns(col(CohortMember.user_id)).where(
        col(CohortMember.cohort_id).in_(group.apart),
        col(CohortMember.is_counted),
        col(CohortMember.added_at) < group.added_before,
    )
    here = col(Learner.team_id) == group.team_id
    return (here, col(Learner.user_id).not_in(elsewhere)) if group.apart else (here,)


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
