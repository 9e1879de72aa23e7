"""Queries on what learners did: answers, reflections, steps tried, lessons saved, and tips shown."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, union_all
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import and_, col, func, select

from bot.domain.schedule import LESSON_KINDS, DeliveryKindName
from bot.storage import row_batches
from bot.storage.database import Session
from bot.storage.retractions import covers
from bot.storage.tables import (
    Answer,
    Delivery,
    Learner,
    LessonRevision,
    Reflection,
    Retraction,
    SavedLesson,
    SendState,
    StepReport,
    TipShown,
    TrialMember,
    get_table,
)


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
class PlannedReport:
    """The report on a step that was planned after a lesson, with that lesson's learning day and revision."""

    step: StepReport
    learning_day: date
    revision_id: int


@dataclass(frozen=True, slots=True)
class LessonActivity:
    """What a learner did with a delivered lesson.

    `reflection_id` is the id of their reflection, and `reflected_at` when they first wrote it. `planned_before`: the
    step that they planned after the lesson before this one. `retraction_id`: the lesson's retraction, if it was
    retracted. `has_extra`: an extra lesson of the same learning day was sent or is on its way. `told_trial_id`: the
    trial of which they are told on the lesson's learning day that it is over.
    """

    answer: Answer | None
    step: StepReport | None
    reflection_id: int | None
    is_saved: bool
    retraction_id: int | None = None
    reflected_at: datetime | None = None
    planned_before: PlannedReport | None = None
    has_extra: bool = False
    told_trial_id: int | None = None


def find_lesson_activity(session: Session, lesson: Delivery) -> LessonActivity:
    """Find all that was done with a delivered lesson, in one statement."""
    revision, retraction, delivery = get_table(LessonRevision), get_table(Retraction), get_table(Delivery)
    retracted = (
        select_columns(func.max(retraction.c.id))
        .select_from(retraction)
        .join(revision, covers(revision, retraction.c.scope == delivery.c.team_id))
        .where(revision.c.id == delivery.c.revision_id, retraction.c.lifted_at.is_(None))
        .correlate(delivery)
        .scalar_subquery()
    )
    planned, before, other = aliased(StepReport), aliased(Delivery), aliased(Delivery)
    is_with_extra = (
        select_columns(col(other.id))
        .where(
            col(other.learner_id) == lesson.learner_id,
            col(other.learning_day) == lesson.learning_day,
            col(other.kind) == DeliveryKindName.EXTRA_LESSON,
            col(other.state).in_([SendState.DUE, SendState.SENDING, SendState.SENT]),
        )
        .exists()
    )
    told_trial = (
        select(TrialMember.trial_id)
        .where(TrialMember.learner_id == lesson.learner_id, TrialMember.told_on == lesson.learning_day)
        .scalar_subquery()
    )
    answer, step, written, written_at, saved_at, retraction_id, planned_step, day, revision_id, extra, told = (
        session.execute(
            select_columns(
                Answer,
                StepReport,
                col(Reflection.id),
                col(Reflection.written_at),
                col(SavedLesson.at),
                retracted,
                planned,
                col(before.learning_day),
                col(before.revision_id),
                is_with_extra,
                told_trial,
            )
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
            .outerjoin(
                before,
                and_(
                    col(before.learner_id) == col(Delivery.learner_id),
                    col(before.kind) == DeliveryKindName.LESSON,
                    col(before.learning_day)
                    == select(func.max(col(_earlier.learning_day)))
                    .where(
                        _earlier.learner_id == lesson.learner_id,
                        _earlier.kind == DeliveryKindName.LESSON,
                        _earlier.state == SendState.SENT,
                        col(_earlier.learning_day) < lesson.learning_day,
                    )
                    .scalar_subquery(),
                    ~col(before.carried_over),
                ),
            )
            .outerjoin(planned, and_(col(planned.delivery_id) == col(before.id), col(planned.planned_at).is_not(None)))
            .where(col(Delivery.id) == lesson.id)
        ).one()
    )
    return LessonActivity(
        answer,
        step,
        written,
        is_saved=saved_at is not None,
        retraction_id=retraction_id,
        reflected_at=written_at,
        planned_before=PlannedReport(planned_step, day, revision_id) if planned_step else None,
        has_extra=extra,
        told_trial_id=told,
    )


_earlier = aliased(Delivery)
"""The lessons before one, to find the last."""


class PlannedStepRow(NamedTuple):
    """A step that a learner planned after their last lesson, and didn't report on."""

    learner_id: int
    delivery_id: UUID
    learning_day: date
    revision_id: int


def find_planned_steps(session: Session, learner_ids: Collection[int]) -> Sequence[PlannedStepRow]:
    """Find the steps that these learners planned after their last lesson and said nothing about, in one statement."""
    return [PlannedStepRow._make(row) for row in row_batches.fetch_with_values(session, _planned_steps, learner_ids)]


@cache
def _planned_steps(dialect: str) -> Select[int, UUID, date, int | None]:
    last_day = (
        select(func.max(col(_earlier.learning_day)))
        .where(
            _earlier.learner_id == StepReport.learner_id,
            _earlier.kind == DeliveryKindName.LESSON,
            _earlier.state == SendState.SENT,
        )
        .correlate(StepReport)
        .scalar_subquery()
    )
    return (
        select_columns(
            col(StepReport.learner_id), col(Delivery.id), col(Delivery.learning_day), col(Delivery.revision_id)
        )
        .join(Delivery, col(Delivery.id) == col(StepReport.delivery_id))
        .where(
            row_batches.is_among_values(dialect, get_table(StepReport).c.learner_id),
            col(StepReport.planned_at).is_not(None),
            col(StepReport.tried).is_(None),
            col(Delivery.kind) == DeliveryKindName.LESSON,
            ~col(Delivery.carried_over),
            col(Delivery.learning_day) == last_day,
        )
    )


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


def find_shown_tips(session: Session, learner_id: int, lessons_since: datetime) -> dict[str, datetime]:
    """Find when each lesson was last shown to a learner: as a tip, or since an instant as a lesson."""
    tips = select(TipShown.lesson_id, TipShown.at).where(TipShown.learner_id == learner_id)
    lessons = (
        select(LessonRevision.lesson_id, Delivery.sent_at)
        .join(Delivery, col(Delivery.revision_id) == col(LessonRevision.id))
        .where(Delivery.learner_id == learner_id, col(Delivery.kind).in_(LESSON_KINDS))
        .where(col(Delivery.sent_at) >= lessons_since)
    )
    found: dict[str, datetime] = {}
    for lesson_id, at in session.execute(union_all(tips, lessons)):
        found[lesson_id] = max(at, found.get(lesson_id, at))
    return found


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
