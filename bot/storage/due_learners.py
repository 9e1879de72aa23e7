"""Queries of the tick: finds learners whose next message is due and inserts their rows, in batches."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Insert, Select, Text, Update, bindparam, cast, func, literal, literal_column, or_, select

from bot.domain.schedule import DeliveryKindName
from bot.storage import row_batches
from bot.storage.database import Session
from bot.storage.tables import Answer, Delivery, Learner, LearnerState, Reflection, SendState, get_table

_delivery, _learner = get_table(Delivery), get_table(Learner)
_answer, _reflection = get_table(Answer), get_table(Reflection)


class DueLearner(NamedTuple):
    """A learner whose next message is due, with what decides the times of messages. `schedule` is JSON."""

    id: int
    team_id: str
    user_id: str
    state: str
    tz: str
    schedule: str
    cadence: str
    paused_until: date | None
    next_due_at: datetime


_LEARNERS_DUE = (
    select(*(cast(_learner.c[name], Text) if name == "schedule" else _learner.c[name] for name in DueLearner._fields))
    .where(_learner.c.next_due_at <= bindparam("now"))
    .order_by(_learner.c.next_due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


class NewDelivery(NamedTuple):
    """A delivery row to insert."""

    id: UUID
    learner_id: int
    team_id: str
    learning_day: date
    kind: str
    due_at: datetime
    expires_at: datetime
    state: SendState
    reason: str | None
    closes_week_from: date | None = None


def is_anyone_due(session: Session, now: datetime) -> bool:
    """Return whether any learner's next message is due. Reads only the first entry of an index."""
    first = session.connection().execute(select(func.min(_learner.c.next_due_at))).scalar_one()
    return first is not None and first <= now


def lock_due_learners(session: Session, now: datetime, limit: int) -> list[DueLearner]:
    """Lock learners whose next message is due, longest due first. Skips those that another worker is planning.

    The locks (`FOR UPDATE`) matter on PostgreSQL; SQLite has one writer.
    """
    found = session.connection().execute(_LEARNERS_DUE, {"now": now, "most": limit})
    return [DueLearner._make(row) for row in found]


def find_existing_deliveries(session: Session, days: Collection[tuple[int, date]]) -> set[tuple[int, date, str]]:
    """Find the existing rows of these learners (ids) and learning days, as (learner, day, kind)."""
    statement = select(_delivery.c.learner_id, _delivery.c.learning_day, _delivery.c.kind).where(
        _delivery.c.learner_id.in_({learner_id for learner_id, _ in days}),
        _delivery.c.learning_day.in_({day for _, day in days}),
    )
    return {(learner_id, day, kind) for learner_id, day, kind in session.connection().execute(statement)}


def find_silent_learners(session: Session, learner_ids: Collection[int], lessons: int) -> set[int]:
    """Find learners who had at least this many lessons and neither answered nor reflected on any of the last ones.

    Lessons before `silence_counted_from` don't count. Slack doesn't say what was read, so this is all that can be
    known.
    """
    return {
        row.id for row in row_batches.fetch_with_values(session, lambda dialect: _silent(dialect, lessons), learner_ids)
    }


@cache
def _silent(dialect: str, lessons: int) -> Select[int]:
    last = (
        select(_answer.c.delivery_id.label("answer"), _reflection.c.delivery_id.label("reflection"))
        .select_from(_delivery)
        .outerjoin(_answer, _answer.c.delivery_id == _delivery.c.id)
        .outerjoin(_reflection, _reflection.c.delivery_id == _delivery.c.id)
        .where(
            _delivery.c.learner_id == _learner.c.id,
            _delivery.c.kind == DeliveryKindName.LESSON,
            _delivery.c.state == SendState.SENT,
            or_(_learner.c.silence_counted_from.is_(None), _delivery.c.learning_day >= _learner.c.silence_counted_from),
        )
        .order_by(_delivery.c.learning_day.desc())
        .limit(lessons)
        .correlate(_learner)
        .subquery("last")
    )
    unanswered = (
        select(func.count())
        .select_from(last)
        .where(last.c.answer.is_(None), last.c.reflection.is_(None))
        .scalar_subquery()
    )
    return select(_learner.c.id).where(row_batches.is_among_values(dialect, _learner.c.id), unanswered == lessons)


def insert_deliveries(session: Session, new_deliveries: Sequence[NewDelivery]) -> None:
    """Insert new rows. A row that already exists, because the learner just requested it, stays as it is."""
    row_batches.execute_with_rows(session, _insert, new_deliveries)


@cache
def _insert(dialect: str) -> Insert:
    given = row_batches.rows_as_table(dialect, *(_delivery.c[name] for name in NewDelivery._fields))
    fixed = {"attempt": literal(0), "counts_for_streak": literal(True), "carried_over": literal(False)}
    values = select(*given.c, *fixed.values()).where(literal_column("1") == 1)  # SQLite: before ON CONFLICT
    return (
        row_batches.insert_for(dialect, _delivery)
        .from_select([*NewDelivery._fields, *fixed], values)
        .on_conflict_do_nothing()
    )


def save_next_due_times(session: Session, plans: Mapping[int, datetime | None]) -> None:
    """Save when the tick plans each of these learners (ids) next; None means never by itself."""
    row_batches.execute_with_rows(session, _set_next_due, plans.items())


@cache
def _set_next_due(dialect: str) -> Update:
    given = row_batches.rows_as_table(dialect, _learner.c.id, _learner.c.next_due_at)
    return _learner.update().where(_learner.c.id == given.c.id).values(next_due_at=given.c.next_due_at)


def mark_as_waiting(session: Session, learner_ids: Collection[int]) -> None:
    """Mark these learners as waiting for their check-in answer: nothing is planned until then."""
    if learner_ids:
        waiting = {"state": LearnerState.WAITING, "next_due_at": None}
        session.connection().execute(_learner.update().where(_learner.c.id.in_(learner_ids)).values(waiting))
