"""The engine's queries on the delivery queue. They work on whole batches: one statement for all rows.

At thousands of messages per minute, ORM objects and building statements cost a lot. So rows are plain values here, and
statements are built once. The locks (`FOR UPDATE SKIP LOCKED`) matter on PostgreSQL, where several workers run; SQLite
has one writer.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    Connection,
    Select,
    Text,
    Update,
    and_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
    true,
)

from bot.domain.learner import WorkspaceUser
from bot.domain.schedule import LESSON_KINDS, DeliveryKindName
from bot.storage import retractions, row_batches
from bot.storage.database import Session
from bot.storage.delivery_states import has_state
from bot.storage.tables import Answer, Delivery, Learner, Reflection, SendState, Workspace, get_table

_delivery, _learner, _workspace = get_table(Delivery), get_table(Learner), get_table(Workspace)
_answer, _reflection = get_table(Answer), get_table(Reflection)

_SENT_STATES = (SendState.SENT, SendState.SENDING)


class QueuedDelivery(NamedTuple):
    """A row of the queue with columns of its learner (from `user_id` on) and workspace.

    `closes_week_from`: the first day of the week that a day-end message closes, or None. `is_expired`: it is too late
    to send it. `is_requested`: the learner asked for it. `workspace_has_left`: the workspace removed Rounds.
    `has_declined`: the learner pressed *Not now*. `program`: the program (slug) that the learner follows, or None.
    """

    id: UUID
    learner_id: int
    team_id: str
    learning_day: date
    kind: str
    due_at: datetime
    attempt: int
    revision_id: int | None
    closes_week_from: date | None
    user_id: str
    channel: str | None
    learner_state: str
    tz: str
    locale: str | None
    paused_until: date | None
    focus_skills: list[str]
    weak_skills: list[str]
    weekly_summary: bool
    program: str | None
    is_expired: bool
    is_requested: bool
    workspace_has_left: bool
    has_declined: bool

    @property
    def user(self) -> WorkspaceUser:
        """The learner's user in their workspace."""
        return WorkspaceUser(self.team_id, self.user_id)


class LessonOfDay(NamedTuple):
    """A learner's lesson row for a learning day, and what the learner did with it.

    `is_unusable`: the lesson was retracted, or its pack removed.
    """

    id: UUID
    learner_id: int
    learning_day: date
    state: str
    revision_id: int | None
    carried_over: bool
    answered: bool
    reflected: bool
    is_unusable: bool = False

    @property
    def is_done(self) -> bool:
        """Whether the lesson was answered or reflected on."""
        return self.answered or self.reflected


class LessonHistory(NamedTuple):
    """The revisions of the lessons sent to a learner, oldest first.

    `carried_over_days` maps the positions of lessons carried over to a later shift to their learning days.
    """

    revision_ids: list[int]
    carried_over_days: dict[int, date]


_now = bindparam("now", type_=_delivery.c.due_at.type)

_READY = (
    has_state(SendState.DUE),
    _delivery.c.due_at <= _now,
    or_(_delivery.c.not_before.is_(None), _delivery.c.not_before <= _now),
)
"""Conditions for a row that is due and not deferred."""

_QUEUED_COLUMNS = (
    *(_delivery.c[name] for name in QueuedDelivery._fields[:9]),
    *(_learner.c["state" if name == "learner_state" else name] for name in QueuedDelivery._fields[9:19]),
    _delivery.c.expires_at <= _now,
    _delivery.c.requested_at.is_not(None),
    _workspace.c.left_at.is_not(None),
    _learner.c.declined_at.is_not(None),
)

_TEAMS_DUE = select(_workspace.c.team_id).where(
    select(_delivery.c.id).where(_delivery.c.team_id == _workspace.c.team_id, *_READY).exists()
)
_TEAMS_WITH_REQUESTS = select(_delivery.c.team_id).where(_delivery.c.requested_at <= _now, *_READY).distinct()

_REQUESTED = (
    select(*_QUEUED_COLUMNS)
    .join_from(_delivery, _learner)
    .join(_workspace, _workspace.c.team_id == _delivery.c.team_id)
    .where(_delivery.c.requested_at <= _now, *_READY)
    .order_by(_delivery.c.requested_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=_delivery)
)


def list_teams_due(session: Session, now: datetime) -> list[str]:
    """List workspaces (team ids) with anything to send now.

    This is one index look-up per workspace, however much is due or was ever sent.
    """
    return list(_connection(session).execute(_TEAMS_DUE, {"now": now}).scalars())


def list_teams_with_requests(session: Session, now: datetime) -> list[str]:
    """List workspaces (team ids) where somebody waits for a requested delivery."""
    return list(_connection(session).execute(_TEAMS_WITH_REQUESTS, {"now": now}).scalars())


def lock_requested(session: Session, now: datetime, limit: int) -> list[QueuedDelivery]:
    """Lock requested deliveries, longest waiting first."""
    found = _connection(session).execute(_REQUESTED, {"now": now, "most": limit})
    return [QueuedDelivery._make(row) for row in found]


def lock_due_of_teams(session: Session, shares: Mapping[str, int], now: datetime) -> list[QueuedDelivery]:
    """Lock deliveries that nobody requested: at most `shares[team_id]` per workspace, longest due first."""
    teams, most = ((team_id,) for team_id in shares), max(shares.values())
    found = row_batches.fetch_with_rows(session, _due_of_teams, teams, {"now": now, "most": most})
    left, taken = dict(shares), []
    for row in sorted(map(QueuedDelivery._make, found), key=attrgetter("due_at")):
        if left[row.team_id] > 0:
            left[row.team_id] -= 1
            taken.append(row)
    return taken


@cache
def _due_of_teams(dialect: str) -> Select[Any]:
    given = row_batches.rows_as_table(dialect, _workspace.c.team_id)
    firsts = (
        select(_delivery.c.id)
        .where(_delivery.c.team_id == given.c.team_id, _delivery.c.requested_at.is_(None), *_READY)
        .order_by(_delivery.c.due_at, _delivery.c.learner_id)
        .limit(bindparam("most"))
        .correlate(given)  # not to the workspace table, or rows of other workspaces would be locked
    )
    if dialect == "sqlite":
        statement = select(*_QUEUED_COLUMNS).join_from(given, _delivery, _delivery.c.id.in_(firsts))
    else:
        turn = firsts.with_for_update(skip_locked=True).lateral("turn")
        statement = select(*_QUEUED_COLUMNS).join_from(given, turn, true()).join(_delivery, _delivery.c.id == turn.c.id)
    statement = statement.join(_workspace, _workspace.c.team_id == given.c.team_id)
    return statement.join(_learner, _learner.c.id == _delivery.c.learner_id)


def find_lessons_of_days(session: Session, days: Collection[tuple[int, date]]) -> dict[tuple[int, date], LessonOfDay]:
    """Find the lesson rows of these learners (ids) and learning days."""
    statement = (
        select(
            *(_delivery.c[name] for name in LessonOfDay._fields[:6]),
            select(_answer.c.delivery_id).where(_answer.c.delivery_id == _delivery.c.id).exists(),
            select(_reflection.c.id).where(_reflection.c.delivery_id == _delivery.c.id).exists(),
            retractions.is_unusable(_delivery),
        )
        .where(_delivery.c.learner_id.in_({learner_id for learner_id, _ in days}))
        .where(_delivery.c.learning_day.in_({day for _, day in days}))
        .where(_delivery.c.kind == DeliveryKindName.LESSON)
    )
    lessons = map(LessonOfDay._make, _connection(session).execute(statement))
    return {(lesson.learner_id, lesson.learning_day): lesson for lesson in lessons}


def find_arrived(session: Session, days: Collection[tuple[int, date]], kind: str) -> set[tuple[int, date]]:
    """Find the learners (ids) and learning days among these whose delivery of a kind arrived."""
    statement = select(_delivery.c.learner_id, _delivery.c.learning_day).where(
        _delivery.c.learner_id.in_({learner_id for learner_id, _ in days}),
        _delivery.c.learning_day.in_({day for _, day in days}),
        _delivery.c.kind == kind,
        _delivery.c.state == SendState.SENT,
    )
    return {(learner_id, day) for learner_id, day in _connection(session).execute(statement)}


def find_lesson_histories(session: Session, learner_ids: Collection[int]) -> dict[int, LessonHistory]:
    """Find the lessons sent to each of these learners (ids), oldest first, including those being sent.

    A lesson that was chosen and still waits for another attempt counts, so that no other delivery chooses it meanwhile.
    Of one day, the extra lesson comes last.

    Each learner's history is read as one text; reading a year of rows would take longer than posting the next lesson.
    """
    return {
        learner_id: _parse_history(text)
        for learner_id, text in row_batches.fetch_with_values(session, _lesson_histories, learner_ids)
    }


@cache
def _lesson_histories(dialect: str) -> Select[int, str]:
    is_extra = _delivery.c.kind == DeliveryKindName.EXTRA_LESSON
    mark = case((is_extra, "="), (_delivery.c.carried_over, "+"), else_="-")
    one = cast(_delivery.c.learning_day, Text) + mark
    was_sent = _delivery.c.state.in_(_SENT_STATES)
    is_chosen = and_(has_state(SendState.DUE), ~retractions.is_unusable(_delivery))
    return (
        select(_delivery.c.learner_id, func.aggregate_strings(one + cast(_delivery.c.revision_id, Text), ","))
        .where(row_batches.is_among_values(dialect, _delivery.c.learner_id), _delivery.c.kind.in_(LESSON_KINDS))
        .where(_delivery.c.revision_id.is_not(None), or_(was_sent, is_chosen))
        .group_by(_delivery.c.learner_id)
    )


def _parse_history(text: str) -> LessonHistory:
    """Parse a history such as `2026-03-02-17,2026-03-03+4`, in any order: revision 17, then 4, carried over (`+`).

    An extra lesson has an `=`, which is sorted after the other two marks.
    """
    days = sorted(text.split(","))
    carried_over = {place: date.fromisoformat(each[:10]) for place, each in enumerate(days) if each[10] == "+"}
    return LessonHistory([int(each[11:]) for each in days], carried_over)


def mark_as_sending(
    session: Session, taken: Collection[tuple[UUID, int | None, int | None]], worker: str, now: datetime
) -> None:
    """Mark these rows as being sent: a new attempt of this worker.

    `taken` has each row's id, its revision, and the revision of its recall question, if any.
    """
    row_batches.execute_with_rows(session, _begin_sending, taken, {"by": worker, "now": now})


@cache
def _begin_sending(dialect: str) -> Update:
    given = row_batches.rows_as_table(dialect, _delivery.c.id, _delivery.c.revision_id, _delivery.c.recall_revision_id)
    return (
        _delivery.update()
        .where(_delivery.c.id == given.c.id)
        .values(
            state=SendState.SENDING,
            revision_id=given.c.revision_id,
            recall_revision_id=given.c.recall_revision_id,
            claimed_at=bindparam("now"),
            worker=bindparam("by"),
            attempt=_delivery.c.attempt + 1,
            not_before=None,
        )
    )


def remove_from_queue(session: Session, removed: Collection[tuple[UUID, SendState, str]]) -> None:
    """Remove rows from the queue for good, as skipped or failed, each with a reason."""
    row_batches.execute_with_rows(session, _remove, removed)


@cache
def _remove(dialect: str) -> Update:
    given = row_batches.rows_as_table(dialect, _delivery.c.id, _delivery.c.state, _delivery.c.reason)
    statement = _delivery.update().where(_delivery.c.id == given.c.id)
    return statement.values(state=given.c.state, reason=given.c.reason)


def defer_until(session: Session, row_ids: Collection[UUID], until: datetime) -> None:
    """Leave rows in the queue, but don't send them before an instant."""
    _update(session, row_ids, not_before=until)


def move(session: Session, times: Collection[tuple[UUID, datetime]]) -> None:
    """Move rows that are due to other times. Other rows stay as they are."""
    row_batches.execute_with_rows(session, _move, times)


@cache
def _move(dialect: str) -> Update:
    given = row_batches.rows_as_table(dialect, _delivery.c.id, _delivery.c.due_at)
    statement = _delivery.update().where(_delivery.c.id == given.c.id, has_state(SendState.DUE))
    return statement.values(due_at=given.c.due_at)


def carry_over_lessons(session: Session, row_ids: Collection[UUID]) -> None:
    """Move these lessons to their learners' next shifts."""
    _update(session, row_ids, carried_over=True)


def _update(session: Session, row_ids: Collection[UUID], **values: Any) -> None:  # noqa: ANN401
    """Set the same values in all these rows."""
    if row_ids:
        _connection(session).execute(_delivery.update().where(_delivery.c.id.in_(row_ids)).values(values))


def _connection(session: Session) -> Connection:
    """Return the transaction's connection after a flush, so that statements see the session's changes."""
    session.flush()
    return session.connection()
