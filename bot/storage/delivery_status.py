"""Queries for operators: what is due, being sent, or failed, and why. Results never contain what people wrote."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import col, func, select

from bot.storage.database import Session
from bot.storage.delivery_states import has_state
from bot.storage.tables import Delivery, Learner, SendState


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many due deliveries wait and are being sent, and since when the oldest waiting one has been due."""

    due: int
    sending: int
    oldest_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class ListedDelivery:
    """A delivery as operators see it. `late_seconds`: how late it was sent, or is by now; None if skipped or failed."""

    id: UUID
    state: SendState
    team_id: str
    user_id: str
    kind: str
    learning_day: date
    due_at: datetime
    late_seconds: float | None
    attempt: int
    worker: str | None
    reason: str | None
    claimed_at: datetime | None
    not_before: datetime | None
    sent_at: datetime | None


def count_due_and_sending(session: Session, now: datetime) -> QueueCounts:
    """Count the due deliveries that wait or are being sent."""
    queries = [
        select(func.count(), func.min(col(Delivery.due_at))).where(has_state(state), col(Delivery.due_at) <= now)
        for state in (SendState.DUE, SendState.SENDING)
    ]
    (due, oldest), (sending, _) = (session.exec(query).one() for query in queries)
    return QueueCounts(due, sending, oldest)


def count_by_state(
    session: Session, states: Collection[SendState], team_id: str | None = None, user_id: str | None = None
) -> dict[SendState, int]:
    """Count deliveries in each of these states, optionally of one workspace or user."""
    query = select(func.count()).select_from(Delivery)
    if team_id is not None:
        query = query.where(Delivery.team_id == team_id)
    if user_id is not None:
        query = query.join(Learner, col(Learner.id) == col(Delivery.learner_id)).where(Learner.user_id == user_id)
    return {state: session.exec(query.where(has_state(state))).one() for state in states}


def list_deliveries(
    session: Session,
    state: SendState,
    now: datetime,
    limit: int,
    team_id: str | None = None,
    user_id: str | None = None,
) -> list[ListedDelivery]:
    """List deliveries in this state: due or sending ones longest due first, others newest first."""
    is_open = state in {SendState.DUE, SendState.SENDING}
    query = (
        select(Delivery, Learner.user_id)
        .join(Learner, col(Learner.id) == col(Delivery.learner_id))
        .where(has_state(state))
        .order_by(col(Delivery.due_at).asc() if is_open else col(Delivery.due_at).desc(), col(Delivery.id))
        .limit(limit)
    )
    if team_id is not None:
        query = query.where(Delivery.team_id == team_id)
    if user_id is not None:
        query = query.where(Learner.user_id == user_id)
    return [_listed(row, user, now) for row, user in session.exec(query)]


def lock_delivery(session: Session, delivery_id: UUID) -> Delivery | None:
    """Lock the delivery with this id until the transaction ends."""
    return session.exec(select(Delivery).where(Delivery.id == delivery_id).with_for_update()).one_or_none()


def _listed(row: Delivery, user_id: str, now: datetime) -> ListedDelivery:
    ended_at = {SendState.SENT: row.sent_at, SendState.DUE: now, SendState.SENDING: now}.get(row.state)
    return ListedDelivery(
        id=row.id,
        state=SendState(row.state),
        team_id=row.team_id,
        user_id=user_id,
        kind=row.kind,
        learning_day=row.learning_day,
        due_at=row.due_at,
        late_seconds=max((ended_at - row.due_at).total_seconds(), 0.0) if ended_at else None,
        attempt=row.attempt,
        worker=row.worker,
        reason=row.reason,
        claimed_at=row.claimed_at,
        not_before=row.not_before,
        sent_at=row.sent_at,
    )
