"""Queries on what learners did: answers, reflections, steps tried, days practised, lessons saved, tips shown."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlmodel import col, func, select

from bot.storage.database import Session
from bot.storage.tables import Answer, PracticeDay, Reflection, SavedLesson, Step, TipShown


def answer_to(session: Session, delivery_id: UUID) -> Answer | None:
    """The answer given to a delivered lesson."""
    return session.get(Answer, delivery_id)


def reflection_on(session: Session, delivery_id: UUID) -> Reflection | None:
    """The reflection written to a delivered lesson."""
    return session.exec(select(Reflection).where(Reflection.delivery_id == delivery_id)).one_or_none()


def step_of(session: Session, delivery_id: UUID) -> Step | None:
    """Whether the step of a delivered lesson was tried."""
    return session.get(Step, delivery_id)


def days_practised(session: Session, learner_id: int) -> list[date]:
    """Working learning days with an answer or a reflection."""
    return list(
        session.exec(
            select(col(PracticeDay.learning_day)).where(
                PracticeDay.learner_id == learner_id, col(PracticeDay.working).is_(True)
            )
        )
    )


def reflections(session: Session, learner_id: int, offset: int = 0, limit: int | None = None) -> Sequence[Reflection]:
    """A learner's reflections, newest first."""
    statement = (
        select(Reflection)
        .where(Reflection.learner_id == learner_id)
        .order_by(col(Reflection.learning_day).desc(), col(Reflection.id).desc())
        .offset(offset)
    )
    return session.exec(statement.limit(limit) if limit is not None else statement).all()


def count_reflections(session: Session, learner_id: int) -> int:
    """How many reflections a learner has written."""
    return session.exec(select(func.count()).select_from(Reflection).where(Reflection.learner_id == learner_id)).one()


def answers(session: Session, learner_id: int) -> Sequence[Answer]:
    """A learner's answers, oldest first."""
    return session.exec(select(Answer).where(Answer.learner_id == learner_id).order_by(col(Answer.at))).all()


def saved(session: Session, learner_id: int) -> list[int]:
    """Revisions of the lessons a learner saved, newest first."""
    return list(
        session.exec(
            select(SavedLesson.revision_id)
            .where(SavedLesson.learner_id == learner_id)
            .order_by(col(SavedLesson.at).desc())
        )
    )


def tips_shown(session: Session, learner_id: int) -> dict[str, datetime]:
    """When each lesson was last shown to a learner as a tip."""
    shown = session.exec(select(TipShown).where(TipShown.learner_id == learner_id))
    return {tip.lesson_id: tip.at for tip in shown}
