"""Queries on what learners did: answers, reflections, steps tried, lessons saved, and tips shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import and_, col, func, select

from bot.storage import row_batches
from bot.storage.database import Session
from bot.storage.tables import Answer, Delivery, Learner, Reflection, SavedLesson, StepReport, TipShown


def find_answer(session: Session, delivery_id: UUID) -> Answer | None:
    """Find the answer to a delivered lesson."""
    return session.get(Answer, delivery_id)


def find_reflection(session: Session, delivery_id: UUID) -> Reflection | None:
    """Find the reflection on a delivered lesson."""
    return session.exec(select(Reflection).where(Reflection.delivery_id == delivery_id)).one_or_none()


def find_step(session: Session, delivery_id: UUID) -> StepReport | None:
    """Find the report on whether a delivered lesson's step was tried."""
    return session.get(StepReport, delivery_id)


def list_coach_exchanges(
    session: Session, learner_id: int, learning_day: date, revision_id: int
) -> Sequence[Reflection]:
    """List the coach exchanges about this revision that a learner saved on a day."""
    return session.exec(
        select(Reflection).where(
            Reflection.learner_id == learner_id,
            Reflection.learning_day == learning_day,
            Reflection.revision_id == revision_id,
            col(Reflection.delivery_id).is_(None),
        )
    ).all()


def list_reflections(
    session: Session, learner_id: int, offset: int = 0, limit: int | None = None
) -> Sequence[Reflection]:
    """List a learner's reflections, newest first."""
    statement = (
        select(Reflection)
        .where(Reflection.learner_id == learner_id)
        .order_by(col(Reflection.learning_day).desc(), col(Reflection.id).desc())
        .offset(offset)
    )
    return session.exec(statement.limit(limit) if limit is not None else statement).all()


@dataclass(frozen=True, slots=True)
class LessonActivity:
    """What a learner did with a delivered lesson. `reflection_id` is the id of their reflection."""

    answer: Answer | None
    step: StepReport | None
    reflection_id: int | None
    is_saved: bool


def find_lesson_activity(session: Session, lesson: Delivery) -> LessonActivity:
    """Find all that was done with a delivered lesson, in one statement."""
    answer, step, written, saved_at = session.exec(
        select(Answer, StepReport, col(Reflection.id), col(SavedLesson.at))
        .select_from(Delivery)
        .outerjoin(Answer, col(Answer.delivery_id) == col(Delivery.id))
        .outerjoin(StepReport, col(StepReport.delivery_id) == col(Delivery.id))
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
    return LessonActivity(answer, step, written, is_saved=saved_at is not None)


def was_practiced_since(session: Session, learner_id: int, revision_id: int, since: datetime) -> bool:
    """Return whether a learner answered or reflected on this lesson since an instant, in any message that showed it."""
    for table, at in ((Answer, Answer.at), (Reflection, Reflection.written_at)):
        of_learner = (col(table.learner_id) == learner_id, col(table.revision_id) == revision_id, col(at) >= since)
        of_delivery = col(table.delivery_id).is_not(None)
        if session.exec(select(table.delivery_id).where(*of_learner, of_delivery).limit(1)).first() is not None:
            return True
    return False


def count_reflections_and_saved_lessons(session: Session, learner_id: int) -> tuple[int, int]:
    """Count a learner's reflections and saved lessons."""
    written = select(func.count()).select_from(Reflection).where(Reflection.learner_id == learner_id)
    saves = select(func.count()).select_from(SavedLesson).where(SavedLesson.learner_id == learner_id)
    entries, lessons = session.exec(select(written.scalar_subquery(), saves.scalar_subquery())).one()
    return int(entries or 0), int(lessons or 0)


def count_reflections(session: Session, learner_id: int) -> int:
    """Count a learner's reflections."""
    return session.exec(select(func.count()).select_from(Reflection).where(Reflection.learner_id == learner_id)).one()


def list_answers(session: Session, learner_id: int) -> Sequence[Answer]:
    """List a learner's answers, oldest first."""
    return session.exec(select(Answer).where(Answer.learner_id == learner_id).order_by(col(Answer.at))).all()


def list_saved_revision_ids(session: Session, learner_id: int) -> list[int]:
    """List the revision ids of a learner's saved lessons, newest first."""
    return list(
        session.exec(
            select(SavedLesson.revision_id)
            .where(SavedLesson.learner_id == learner_id)
            .order_by(col(SavedLesson.at).desc())
        )
    )


def find_shown_tips(session: Session, learner_id: int) -> dict[str, datetime]:
    """Find when each lesson was last shown to a learner as a tip."""
    return dict(session.exec(select(TipShown.lesson_id, TipShown.at).where(TipShown.learner_id == learner_id)).all())


def record_shown_tips(session: Session, shown_tips: Mapping[tuple[int, str], datetime]) -> None:
    """Record when lessons were shown as tips, by learner and lesson. Skips learners who have been erased."""
    existing = set(session.exec(select(Learner.id).where(col(Learner.id).in_({learner for learner, _ in shown_tips}))))
    shown = [
        {"learner_id": learner, "lesson_id": lesson, "at": at}
        for (learner, lesson), at in sorted(shown_tips.items())
        if learner in existing
    ]
    if shown:
        adding = row_batches.insert_or_conflict(session, TipShown)
        newest = adding.on_conflict_do_update(
            index_elements=["learner_id", "lesson_id"], set_={"at": adding.excluded["at"]}
        )
        session.connection().execute(newest, shown)
