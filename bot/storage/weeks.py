"""Queries on the weeks that days' ends close: of any number of learners, each one statement."""

from collections.abc import Collection
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, Table, and_, func, select

from bot.domain.schedule import Kind
from bot.storage import rows
from bot.storage.database import Session
from bot.storage.tables import Answer, Delivery, PracticeDay, Recall, Reflection, SendState, Step, table

Week = tuple[int, date, date]
"""A learner (id), the last learning day that is looked at, and the first."""


class DoneInWeek(NamedTuple):
    """How much was done in the week that ends on `learning_day`: days practised, recalls, those that were right."""

    learner_id: int
    learning_day: date
    days: int
    recalled: int
    known: int


class LessonInWeek(NamedTuple):
    """A lesson that came in the week that ends on `ends`, and what its learner did with it."""

    learner_id: int
    ends: date
    learning_day: date
    revision_id: int
    answered: bool
    written: bool
    tried: bool


class Written(NamedTuple):
    """What a learner wrote, without the words; `learning_day`: when."""

    learner_id: int
    learning_day: date
    id: int
    revision_id: int


_delivery, _answer, _step, _reflection = table(Delivery), table(Answer), table(Step), table(Reflection)
_practiced, _recall = table(PracticeDay), table(Recall)


def done(session: Session, weeks: Collection[Week]) -> list[DoneInWeek]:
    """How much was done in each of these weeks."""
    return [DoneInWeek._make(row) for row in rows.fetch(session, _done, sorted(weeks))]


def lessons(session: Session, weeks: Collection[Week]) -> list[LessonInWeek]:
    """The lessons that came in these weeks, in order; those that were put off, where they came again."""
    return sorted(LessonInWeek._make(row) for row in rows.fetch(session, _lessons, sorted(weeks)))


def written(session: Session, weeks: Collection[Week]) -> list[Written]:
    """What was written in these weeks, the newest last."""
    return sorted(Written._make(row) for row in rows.fetch(session, _written, sorted(weeks)))


def _weeks(dialect: str) -> Subquery:
    return rows.table_of(dialect, _delivery.c.learner_id, _delivery.c.learning_day, _delivery.c.week_from)


def _in_week(table: Table, given: Subquery) -> ColumnElement[bool]:
    return and_(
        table.c.learner_id == given.c.learner_id,
        table.c.learning_day.between(given.c.week_from, given.c.learning_day),
    )


@cache
def _done(dialect: str) -> Select[Any]:
    given = _weeks(dialect)
    days = select(func.count()).where(_in_week(_practiced, given)).correlate(given).scalar_subquery()
    recalled = select(func.count()).where(_in_week(_recall, given)).correlate(given).scalar_subquery()
    known = select(func.count()).where(_in_week(_recall, given), _recall.c.correct).correlate(given).scalar_subquery()
    return select(given.c.learner_id, given.c.learning_day, days, recalled, known)


@cache
def _lessons(dialect: str) -> Select[Any]:
    given = _weeks(dialect)
    came = (_delivery.c.kind == Kind.LESSON, _delivery.c.state == SendState.SENT, ~_delivery.c.carried)
    return (
        select(
            given.c.learner_id,
            given.c.learning_day.label("ends"),
            _delivery.c.learning_day,
            _delivery.c.revision_id,
            _answer.c.delivery_id.is_not(None),
            _reflection.c.delivery_id.is_not(None),
            func.coalesce(_step.c.tried, False),
        )
        .join_from(given, _delivery, and_(_in_week(_delivery, given), *came))
        .outerjoin(_answer, _answer.c.delivery_id == _delivery.c.id)
        .outerjoin(_reflection, _reflection.c.delivery_id == _delivery.c.id)
        .outerjoin(_step, _step.c.delivery_id == _delivery.c.id)
    )


@cache
def _written(dialect: str) -> Select[Any]:
    given = _weeks(dialect)
    return select(
        given.c.learner_id, _reflection.c.learning_day, _reflection.c.id, _reflection.c.revision_id
    ).join_from(given, _reflection, _in_week(_reflection, given))
