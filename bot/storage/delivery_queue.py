"""The queue of deliveries as the engine works on it: whole batches, each look and each change one statement for all.

Rows are plain values here, not objects of the ORM, and statements are made once: at thousands of messages a minute both
are a good part of the cost.
The locks (`FOR UPDATE SKIP LOCKED`) are PostgreSQL's, where several workers run; SQLite has one writer at a time.
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
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
    true,
)

from bot.domain.schedule import DeliveryKind
from bot.storage import row_batches
from bot.storage.database import Session
from bot.storage.delivery_states import has_state
from bot.storage.tables import Answer, Delivery, Learner, Reflection, SendState, Workspace, get_table

_delivery, _learner, _workspace = get_table(Delivery), get_table(Learner), get_table(Workspace)
_answer, _reflection = get_table(Answer), get_table(Reflection)

_GIVEN = (SendState.SENT, SendState.SENDING)


class QueuedDelivery(NamedTuple):
    """A row of the queue, with what is needed of its learner (from `user_id` on) and workspace.

    `closes_week_from`: the first day of the week that a day's end closes, if it does. `is_expired`: it is too late for
    it by now; `is_requested`: its learner asked for it; `workspace_has_left`: the workspace took Rounds away.
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
    paused_until: date | None
    focus_skills: list[str]
    weak_skills: list[str]
    weekly_summary: bool
    is_expired: bool
    is_requested: bool
    workspace_has_left: bool


class LessonOfDay(NamedTuple):
    """The lesson's row of a learner and learning day, and what they did with it."""

    id: UUID
    learner_id: int
    learning_day: date
    state: str
    revision_id: int | None
    carried_over: bool
    answered: bool
    reflected: bool

    @property
    def is_done(self) -> bool:
        """Whether it was answered or reflected on."""
        return self.answered or self.reflected


class LessonHistory(NamedTuple):
    """The revisions of the lessons that a learner was given, oldest first.

    `carried_over_days`: those among them that were put off to a later shift, by their place, and their learning days.
    """

    revision_ids: list[int]
    carried_over_days: dict[int, date]


_now = bindparam("now", type_=_delivery.c.due_at.type)

_READY = (
    has_state(SendState.DUE),
    _delivery.c.due_at <= _now,
    or_(_delivery.c.not_before.is_(None), _delivery.c.not_before <= _now),
)
"""Due, and not to be left alone."""

_WAITING = (
    *(_delivery.c[name] for name in QueuedDelivery._fields[:9]),
    *(_learner.c["state" if name == "learner_state" else name] for name in QueuedDelivery._fields[9:17]),
    _delivery.c.expires_at <= _now,
    _delivery.c.requested_at.is_not(None),
    _workspace.c.left_at.is_not(None),
)

_TEAMS_DUE = select(_workspace.c.team_id).where(
    select(_delivery.c.id).where(_delivery.c.team_id == _workspace.c.team_id, *_READY).exists()
)
_TEAMS_ASKING = select(_delivery.c.team_id).where(_delivery.c.requested_at <= _now, *_READY).distinct()

_ASKED_FOR = (
    select(*_WAITING)
    .join_from(_delivery, _learner)
    .join(_workspace, _workspace.c.team_id == _delivery.c.team_id)
    .where(_delivery.c.requested_at <= _now, *_READY)
    .order_by(_delivery.c.requested_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=_delivery)
)


def list_teams_due(session: Session, now: datetime) -> list[str]:
    """Workspaces (team ids) with something that may be sent now.

    One look into an index for each: it doesn't matter how much is due, or was ever sent.
    """
    return list(_connection(session).execute(_TEAMS_DUE, {"now": now}).scalars())


def list_teams_with_requests(session: Session, now: datetime) -> list[str]:
    """Those among them where someone asked for a delivery and waits for it."""
    return list(_connection(session).execute(_TEAMS_ASKING, {"now": now}).scalars())


def lock_requested(session: Session, now: datetime, limit: int) -> list[QueuedDelivery]:
    """What its learner asked for and waits for, the longest waiting first."""
    found = _connection(session).execute(_ASKED_FOR, {"now": now, "most": limit})
    return [QueuedDelivery._make(row) for row in found]


def lock_due_of_teams(session: Session, shares: Mapping[str, int], now: datetime) -> list[QueuedDelivery]:
    """What nobody asked for: of each workspace (team id) at most its share, the longest due first."""
    teams, most = ((team_id,) for team_id in shares), max(shares.values())
    found = row_batches.fetch_with_rows(session, _of_teams, teams, {"now": now, "most": most})
    left, taken = dict(shares), []
    for row in sorted(map(QueuedDelivery._make, found), key=attrgetter("due_at")):
        if left[row.team_id] > 0:
            left[row.team_id] -= 1
            taken.append(row)
    return taken


@cache
def _of_teams(dialect: str) -> Select[Any]:
    given = row_batches.rows_as_table(dialect, _workspace.c.team_id)
    firsts = (
        select(_delivery.c.id)
        .where(_delivery.c.team_id == given.c.team_id, _delivery.c.requested_at.is_(None), *_READY)
        .order_by(_delivery.c.due_at, _delivery.c.learner_id)
        .limit(bindparam("most"))
        .correlate(given)  # and not to the workspace: the rows of those that were not named must not be locked
    )
    if dialect == "sqlite":
        statement = select(*_WAITING).join_from(given, _delivery, _delivery.c.id.in_(firsts))
    else:
        turn = firsts.with_for_update(skip_locked=True).lateral("turn")
        statement = select(*_WAITING).join_from(given, turn, true()).join(_delivery, _delivery.c.id == turn.c.id)
    statement = statement.join(_workspace, _workspace.c.team_id == given.c.team_id)
    return statement.join(_learner, _learner.c.id == _delivery.c.learner_id)


def find_lessons_of_days(session: Session, days: Collection[tuple[int, date]]) -> dict[tuple[int, date], LessonOfDay]:
    """The lessons' rows of these learners (ids) and learning days."""
    statement = (
        select(
            *(_delivery.c[name] for name in LessonOfDay._fields[:6]),
            select(_answer.c.delivery_id).where(_answer.c.delivery_id == _delivery.c.id).exists(),
            select(_reflection.c.id).where(_reflection.c.delivery_id == _delivery.c.id).exists(),
        )
        .where(_delivery.c.learner_id.in_({learner_id for learner_id, _ in days}))
        .where(_delivery.c.learning_day.in_({day for _, day in days}))
        .where(_delivery.c.kind == DeliveryKind.LESSON)
    )
    lessons = map(LessonOfDay._make, _connection(session).execute(statement))
    return {(lesson.learner_id, lesson.learning_day): lesson for lesson in lessons}


def find_lesson_histories(session: Session, learner_ids: Collection[int]) -> dict[int, LessonHistory]:
    """What these learners were given, by learner, oldest first; what is on its way included.

    A year of lessons comes as one text a learner: as rows it would take longer than posting the next one.
    """
    return {
        learner_id: _given(text)
        for learner_id, text in row_batches.fetch_with_values(session, _lessons_given, learner_ids)
    }


@cache
def _lessons_given(dialect: str) -> Select[int, str]:
    one = cast(_delivery.c.learning_day, Text) + case((_delivery.c.carried_over, "+"), else_="-")
    return (
        select(_delivery.c.learner_id, func.aggregate_strings(one + cast(_delivery.c.revision_id, Text), ","))
        .where(row_batches.is_among_values(dialect, _delivery.c.learner_id), _delivery.c.kind == DeliveryKind.LESSON)
        .where(_delivery.c.state.in_(_GIVEN), _delivery.c.revision_id.is_not(None))
        .group_by(_delivery.c.learner_id)
    )


def _given(text: str) -> LessonHistory:
    """`2026-03-02-17,2026-03-03+4`: revision 17, then 4, which was put off (`+`). Whatever order the database gave."""
    days = sorted(text.split(","))
    put_off = {place: date.fromisoformat(each[:10]) for place, each in enumerate(days) if each[10] == "+"}
    return LessonHistory([int(each[11:]) for each in days], put_off)


def mark_as_sending(
    session: Session, taken: Collection[tuple[UUID, int | None, int | None]], worker: str, now: datetime
) -> None:
    """Mark these rows as on their way: this worker's attempt, one more.

    `taken`: each with the revision that it brings, and the one whose question it asks again, if any.
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
    """Take rows out of the queue for good: skipped or failed, each with why."""
    row_batches.execute_with_rows(session, _drop, removed)


@cache
def _drop(dialect: str) -> Update:
    given = row_batches.rows_as_table(dialect, _delivery.c.id, _delivery.c.state, _delivery.c.reason)
    statement = _delivery.update().where(_delivery.c.id == given.c.id)
    return statement.values(state=given.c.state, reason=given.c.reason)


def defer_until(session: Session, row_ids: Collection[UUID], until: datetime) -> None:
    """Leave rows in the queue, and alone until an instant."""
    _change(session, row_ids, not_before=until)


def carry_over_lessons(session: Session, row_ids: Collection[UUID]) -> None:
    """Put the lessons of these rows off to their learners' next shifts."""
    _change(session, row_ids, carried_over=True)


def _change(session: Session, row_ids: Collection[UUID], **values: Any) -> None:  # noqa: ANN401
    """Give these rows the same values."""
    if row_ids:
        _connection(session).execute(_delivery.update().where(_delivery.c.id.in_(row_ids)).values(values))


def _connection(session: Session) -> Connection:
    """The transaction's connection, after what waits in the session has been written: what comes next must see it."""
    session.flush()
    return session.connection()
