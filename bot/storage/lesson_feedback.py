"""Queries on whether learners said that lessons were useful."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
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


def find_place(session: Session, answer: Answer) -> AnswerPlace:
    """Find where an answer stands, in one statement."""
    other, before, here = aliased(Answer), aliased(LessonRevision), aliased(LessonRevision)
    number = select_columns(func.count()).select_from(other).where(
        col(other.learner_id) == answer.learner_id, col(other.at) <= answer.at
    )  # fmt: skip
    repeated = (
        select_columns(col(other.delivery_id))
        .join(before, col(before.id) == col(other.revision_id))
        .join(here, (col(here.lesson_id) == col(before.lesson_id)) & (col(here.id) == answer.revision_id))
        .where(
            col(other.learner_id) == answer.learner_id,
            col(other.at) <= answer.at,
            col(other.delivery_id) != answer.delivery_id,
        )
        .exists()
    )
    said = select_columns(col(LessonFeedback.useful)).where(
        col(LessonFeedback.learner_id) == answer.learner_id, col(LessonFeedback.revision_id) == answer.revision_id
    )
    row = session.execute(select_columns(number.scalar_subquery(), repeated, said.scalar_subquery())).one()
    return AnswerPlace._make(row)


def list_feedback(session: Session, learner_id: int) -> Sequence[LessonFeedback]:
    """List what a learner said of lessons, oldest first."""
    theirs = select(LessonFeedback).where(LessonFeedback.learner_id == learner_id)
    return session.exec(theirs.order_by(col(LessonFeedback.learning_day), col(LessonFeedback.revision_id))).all()
