"""Queries on what learners did: answers, reflections, steps tried, days practised, lessons saved, tips shown."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, func, select

from bot.storage.database import Session
from bot.storage.tables import Answer, Learner, PracticeDay, Reflection, SavedLesson, Step, TipShown


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
    return dict(session.exec(select(TipShown.lesson_id, TipShown.at).where(TipShown.learner_id == learner_id)).all())


def note_tips(session: Session, notes: Mapping[tuple[int, str], datetime]) -> None:
    """Keep when these lessons were shown as tips, by learner and lesson; learners that are gone are left out."""
    there = set(session.exec(select(Learner.id).where(col(Learner.id).in_({learner for learner, _ in notes}))))
    rows = [
        {"learner_id": learner, "lesson_id": lesson, "at": at}
        for (learner, lesson), at in sorted(notes.items())
        if learner in there
    ]
    if rows:
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        adding = insert(TipShown)
        newest = adding.on_conflict_do_update(
            index_elements=["learner_id", "lesson_id"], set_={"at": adding.excluded["at"]}
        )
        session.connection().execute(newest, rows)
