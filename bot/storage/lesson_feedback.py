"""Queries on whether learners said that lessons were useful."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Subquery
from sqlalchemy import select as select_columns
from sqlmodel import col, func, select

from bot.storage.database import Session
from bot.storage.tables import Answer, LessonFeedback, LessonRevision


class AnswerPlace(NamedTuple):
    """Where an answer stands among its learner's.

    `number`: of their answers so far, it included. `is_repeated`: they answered the same lesson before, as it read then
    or now. `useful`: what they said of the lesson, None if nothing.
    """

    number: int
    is_repeated: bool
    useful: bool | None


def number_answers(*which: ColumnElement[bool]) -> Subquery:
    """Return the answers of learners (`which`), with the `number` of each among its learner's, and with how many times
    (`time`) they had answered its lesson by then, as it read then or before."""
    in_order = (col(Answer.at), col(Answer.delivery_id))
    number = func.row_number().over(partition_by=col(Answer.learner_id), order_by=in_order)
    of_lesson = (col(Answer.learner_id), col(LessonRevision.lesson_id))
    time = func.row_number().over(partition_by=of_lesson, order_by=in_order)
    return (
        select_columns(
            col(Answer.delivery_id),
            col(Answer.revision_id),
            col(Answer.learning_day),
            number.label("number"),
            time.label("time"),
        )
        .join(LessonRevision, col(LessonRevision.id) == col(Answer.revision_id))
        .where(*which)
        .subquery()
    )


def find_place(session: Session, answer: Answer) -> AnswerPlace:
    """Find where an answer stands, in one statement."""
    theirs = number_answers(col(Answer.learner_id) == answer.learner_id)
    said = select_columns(col(LessonFeedback.useful)).where(
        col(LessonFeedback.learner_id) == answer.learner_id, col(LessonFeedback.revision_id) == answer.revision_id
    )
    row = session.execute(
        select_columns(theirs.c.number, theirs.c.time > 1, said.scalar_subquery()).where(
            theirs.c.delivery_id == answer.delivery_id
        )
    ).one()
    return AnswerPlace._make(row)


def list_feedback(session: Session, learner_id: int) -> Sequence[LessonFeedback]:
    """List what a learner said of lessons, oldest first."""
    theirs = select(LessonFeedback).where(LessonFeedback.learner_id == learner_id)
    return session.exec(theirs.order_by(col(LessonFeedback.learning_day), col(LessonFeedback.revision_id))).all()
