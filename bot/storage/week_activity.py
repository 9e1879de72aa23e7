"""Queries on the weeks that day-end messages close. Each takes any number of learners and runs one statement."""

from collections.abc import Collection
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, Table, and_, func, or_, select

from bot.domain.schedule import LESSON_KINDS, DeliveryKindName
from bot.storage import row_batches
from bot.storage.database import Session
from bot.storage.tables import Answer, Delivery, PracticeDay, RecallAnswer, Reflection, SendState, StepReport, get_table

LearnerWeek = tuple[int, date, date]
"""A learner (id), and the last and the first learning day of the week."""


class WeekActivity(NamedTuple):
    """Activity in the week that ends on `learning_day`: days practiced, recalls, and correct recalls."""

    learner_id: int
    learning_day: date
    practice_days: int
    recalled: int
    recalled_correctly: int


class LessonInWeek(NamedTuple):
    """A lesson sent in the week that ends on `week_ends_on`, and what the learner did with it."""

    learner_id: int
    week_ends_on: date
    learning_day: date
    revision_id: int
    answered: bool
    reflected: bool
    tried: bool


class WrittenEntry(NamedTuple):
    """A journal entry of a learner without its words, with the learning day it was written on."""

    learner_id: int
    learning_day: date
    id: int
    revision_id: int


_delivery, _answer, _step, _reflection = (
    get_table(Delivery),
    get_table(Answer),
    get_table(StepReport),
    get_table(Reflection),
)
_practiced, _recall = get_table(PracticeDay), get_table(RecallAnswer)


def find_activity(session: Session, weeks: Collection[LearnerWeek]) -> list[WeekActivity]:
    """Find the activity in each of these weeks."""
    return [WeekActivity._make(row) for row in row_batches.fetch_with_rows(session, _done, sorted(weeks))]


def find_lessons(session: Session, weeks: Collection[LearnerWeek]) -> list[LessonInWeek]:
    """Find the lessons sent in these weeks, in order. A carried-over lesson counts only when it was sent again.

    An extra lesson counts if something was done with it.
    """
    return sorted(LessonInWeek._make(row) for row in row_batches.fetch_with_rows(session, _lessons, sorted(weeks)))


def find_entries(session: Session, weeks: Collection[LearnerWeek]) -> list[WrittenEntry]:
    """Find the journal entries of these weeks, newest last."""
    return sorted(WrittenEntry._make(row) for row in row_batches.fetch_with_rows(session, _written, sorted(weeks)))


def _weeks(dialect: str) -> Subquery:
    return row_batches.rows_as_table(
        dialect, _delivery.c.learner_id, _delivery.c.learning_day, _delivery.c.closes_week_from
    )


def _in_week(table: Table, given: Subquery) -> ColumnElement[bool]:
    return and_(
        table.c.learner_id == given.c.learner_id,
        table.c.learning_day.between(given.c.closes_week_from, given.c.learning_day),
    )


@cache
def _done(dialect: str) -> Select[Any]:
    given = _weeks(dialect)
    days = select(func.count()).where(_in_week(_practiced, given)).correlate(given).scalar_subquery()
    recalled = select(func.count()).where(_in_week(_recall, given)).correlate(given).scalar_subquery()
    recalled_correctly = (
        select(func.count()).where(_in_week(_recall, given), _recall.c.correct).correlate(given).scalar_subquery()
    )
    return select(given.c.learner_id, given.c.learning_day, days, recalled, recalled_correctly)


@cache
def _lessons(dialect: str) -> Select[Any]:
    given = _weeks(dialect)
    was_sent = (
        _delivery.c.kind.in_(LESSON_KINDS),
        _delivery.c.state == SendState.SENT,
        ~_delivery.c.carried_over,
    )
    is_expected = _delivery.c.kind == DeliveryKindName.LESSON
    was_used = or_(_answer.c.delivery_id.is_not(None), _reflection.c.delivery_id.is_not(None), _step.c.tried)
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
        .join_from(given, _delivery, and_(_in_week(_delivery, given), *was_sent))
        .outerjoin(_answer, _answer.c.delivery_id == _delivery.c.id)
        .outerjoin(_reflection, _reflection.c.delivery_id == _delivery.c.id)
        .outerjoin(_step, _step.c.delivery_id == _delivery.c.id)
        .where(or_(is_expected, was_used))
    )


@cache
def _written(dialect: str) -> Select[Any]:
    given = _weeks(dialect)
    return select(
        given.c.learner_id, _reflection.c.learning_day, _reflection.c.id, _reflection.c.revision_id
    ).join_from(given, _reflection, _in_week(_reflection, given))
