"""Queries on what a workspace's people do with lessons besides answering. The counts are exact, and not to be shown."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import case
from sqlalchemy import select as select_columns
from sqlmodel import and_, col, func, or_

from bot.domain.schedule import DeliveryKindName
from bot.storage.database import Session
from bot.storage.lesson_feedback import number_answers
from bot.storage.lesson_health import select_known
from bot.storage.tables import Answer, Delivery, LessonFeedback, SavedLesson, SendState


class Received(NamedTuple):
    """How many people got a lesson, postponed it, and left its question open on its day."""

    people: int
    postponed: int
    unanswered: int


NOT_RECEIVED = Received(0, 0, 0)


class Said(NamedTuple):
    """How many people said that a lesson was useful or not, and how many said that it wasn't."""

    people: int
    not_useful: int


NOTHING_SAID = Said(0, 0)


def count_received(session: Session, team_id: str, until: date) -> dict[int, Received]:
    """Count what people did with the lessons that they got up to a learning day, by revision.

    A postponed lesson isn't unanswered on the day that it was postponed from.
    """
    is_copy = col(Delivery.kind) == DeliveryKindName.POSTPONED_LESSON
    is_sent = col(Delivery.state) == SendState.SENT
    is_open = or_(col(Answer.delivery_id).is_(None), col(Answer.learning_day) > col(Delivery.learning_day))
    is_days_lesson = col(Delivery.kind) == DeliveryKindName.LESSON
    person = col(Delivery.learner_id)
    rows = session.execute(
        select_columns(
            col(Delivery.revision_id),
            func.count(case((is_sent, person)).distinct()),
            func.count(case((or_(is_copy, col(Delivery.carried_over)), person)).distinct()),
            func.count(case((and_(is_days_lesson, is_sent, ~col(Delivery.carried_over), is_open), person)).distinct()),
        )
        .outerjoin(Answer, col(Answer.delivery_id) == col(Delivery.id))
        .where(
            person.in_(select_known(team_id)),
            col(Delivery.revision_id).is_not(None),
            col(Delivery.learning_day) <= until,
            or_(is_sent, is_copy),
        )
        .group_by(col(Delivery.revision_id))
    )
    return {revision_id: Received(*counts) for revision_id, *counts in rows}


def count_saved(session: Session, team_id: str) -> dict[int, int]:
    """Count who has saved each lesson, by revision."""
    rows = session.execute(
        select_columns(col(SavedLesson.revision_id), func.count())
        .where(col(SavedLesson.learner_id).in_(select_known(team_id)))
        .group_by(col(SavedLesson.revision_id))
    )
    return {revision_id: int(count) for revision_id, count in rows}


def count_asked(session: Session, team_id: str, every: int, until: date) -> dict[int, int]:
    """Count how many people are asked whether a lesson was useful, by revision.

    To them it is the last of so many (`every`) that they answered, and they hadn't answered it before.
    Answers from before Rounds asked count, too: their messages ask when they are next written.
    """
    numbered = number_answers(col(Answer.learner_id).in_(select_known(team_id)))
    rows = session.execute(
        select_columns(numbered.c.revision_id, func.count())
        .where(numbered.c.number % every == 0, numbered.c.time == 1, numbered.c.learning_day <= until)
        .group_by(numbered.c.revision_id)
    )
    return {revision_id: int(count) for revision_id, count in rows}


def count_said(session: Session, team_id: str, until: date) -> dict[int, Said]:
    """Count who said up to a learning day whether each lesson was useful, by revision."""
    rows = session.execute(
        select_columns(
            col(LessonFeedback.revision_id),
            func.count(),
            func.sum(case((col(LessonFeedback.useful), 0), else_=1)),
        )
        .where(col(LessonFeedback.learner_id).in_(select_known(team_id)), col(LessonFeedback.learning_day) <= until)
        .group_by(col(LessonFeedback.revision_id))
    )
    return {revision_id: Said(*counts) for revision_id, *counts in rows}
