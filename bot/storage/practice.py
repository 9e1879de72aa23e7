"""Queries on what learners did: answers, reflections, steps tried, lessons saved, tips shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import and_, col, func, select

from bot.storage import rows
from bot.storage.database import Session
from bot.storage.tables import Answer, Delivery, Learner, Reflection, SavedLesson, Step, TipShown


def answer_to(session: Session, delivery_id: UUID) -> Answer | None:
    """The answer given to a delivered lesson."""
    return session.get(Answer, delivery_id)


def reflection_on(session: Session, delivery_id: UUID) -> Reflection | None:
    """The reflection written to a delivered lesson."""
    return session.exec(select(Reflection).where(Reflection.delivery_id == delivery_id)).one_or_none()


def step_of(session: Session, delivery_id: UUID) -> Step | None:
    """Whether the step of a delivered lesson was tried."""
    return session.get(Step, delivery_id)


def exchanges_on(session: Session, learner_id: int, learning_day: date, revision_id: int) -> Sequence[Reflection]:
    """What a learner kept on a day of exchanges with the coach that brought this revision."""
    return session.exec(
        select(Reflection).where(
            Reflection.learner_id == learner_id,
            Reflection.learning_day == learning_day,
            Reflection.revision_id == revision_id,
            col(Reflection.delivery_id).is_(None),
        )
    ).all()


def reflections(session: Session, learner_id: int, offset: int = 0, limit: int | None = None) -> Sequence[Reflection]:
    """A learner's reflections, newest first."""
    statement = (
        select(Reflection)
        .where(Reflection.learner_id == learner_id)
        .order_by(col(Reflection.learning_day).desc(), col(Reflection.id).desc())
        .offset(offset)
    )
    return session.exec(statement.limit(limit) if limit is not None else statement).all()


@dataclass(frozen=True, slots=True)
class Done:
    """What a learner did with a delivered lesson; `written`: the id of their reflection."""

    answer: Answer | None
    step: Step | None
    written: int | None
    saved: bool


def done_with(session: Session, lesson: Delivery) -> Done:
    """All that was done with a delivered lesson, in one statement."""
    answer, step, written, saved_at = session.exec(
        select(Answer, Step, col(Reflection.id), col(SavedLesson.at))
        .select_from(Delivery)
        .outerjoin(Answer, col(Answer.delivery_id) == col(Delivery.id))
        .outerjoin(Step, col(Step.delivery_id) == col(Delivery.id))
        .outerjoin(Reflection, col(Reflection.delivery_id) == col(Delivery.id))
        .outerjoin(
            SavedLesson,
            and_(
                col(SavedLesson.learner_id) == col(Delivery.learner_id),
                col(SavedLesson.revision_id) == col(Delivery.revision_id),
            ),
        )
        .where(col(Delivery.id) == lesson.id)
    ).one()
    return Done(answer, step, written, saved=saved_at is not None)


def was_answered(session: Session, learner_id: int, revision_id: int, since: datetime) -> bool:
    """Whether a learner answered or reflected on this lesson since an instant, in whichever message it came."""
    for table, at in ((Answer, Answer.at), (Reflection, Reflection.written_at)):
        theirs = (col(table.learner_id) == learner_id, col(table.revision_id) == revision_id, col(at) >= since)
        to_one = col(table.delivery_id).is_not(None)
        if session.exec(select(table.delivery_id).where(*theirs, to_one).limit(1)).first() is not None:
            return True
    return False


def kept(session: Session, learner_id: int) -> tuple[int, int]:
    """How many reflections a learner has written, and how many lessons they saved."""
    written = select(func.count()).select_from(Reflection).where(Reflection.learner_id == learner_id)
    saves = select(func.count()).select_from(SavedLesson).where(SavedLesson.learner_id == learner_id)
    entries, lessons = session.exec(select(written.scalar_subquery(), saves.scalar_subquery())).one()
    return int(entries or 0), int(lessons or 0)


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
    shown = [
        {"learner_id": learner, "lesson_id": lesson, "at": at}
        for (learner, lesson), at in sorted(notes.items())
        if learner in there
    ]
    if shown:
        adding = rows.insert(session, TipShown)
        newest = adding.on_conflict_do_update(
            index_elements=["learner_id", "lesson_id"], set_={"at": adding.excluded["at"]}
        )
        session.connection().execute(newest, shown)
