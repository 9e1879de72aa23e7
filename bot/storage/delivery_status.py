"""Queries for an operator: what is due, on its way or failed, and why. User ids alone; nothing that people wrote."""

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
    """What has come due: how many wait, how many are on their way, and since when the first of those that wait does."""

    due: int
    sending: int
    oldest_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class ListedDelivery:
    """A delivery as an operator sees it. `late_seconds`: how late it came, or is by now; None for what is dropped."""

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


def count_queue(session: Session, now: datetime) -> QueueCounts:
    """How much there is to do."""
    looks = [
        select(func.count(), func.min(col(Delivery.due_at))).where(has_state(state), col(Delivery.due_at) <= now)
        for state in (SendState.DUE, SendState.SENDING)
    ]
    (due, oldest), (sending, _) = (session.exec(look).one() for look in looks)
    return QueueCounts(due, sending, oldest)


def count_by_state(
    session: Session, states: Collection[SendState], team_id: str | None = None, user_id: str | None = None
) -> dict[SendState, int]:
    """How many deliveries stand in each of these states, of a workspace or a user where one is named."""
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
    """Deliveries in this state: what waits with the longest due first, what is done with the newest first."""
    waits = state in {SendState.DUE, SendState.SENDING}
    query = (
        select(Delivery, Learner.user_id)
        .join(Learner, col(Learner.id) == col(Delivery.learner_id))
        .where(has_state(state))
        .order_by(col(Delivery.due_at).asc() if waits else col(Delivery.due_at).desc(), col(Delivery.id))
        .limit(limit)
    )
    if team_id is not None:
        query = query.where(Delivery.team_id == team_id)
    if user_id is not None:
        query = query.where(Learner.user_id == user_id)
    return [_listed(row, user, now) for row, user in session.exec(query)]


def lock_delivery(session: Session, delivery_id: UUID) -> Delivery | None:
    """The delivery with this id, kept from other workers until the transaction ends."""
    return session.exec(select(Delivery).where(Delivery.id == delivery_id).with_for_update()).one_or_none()


def _listed(row: Delivery, user_id: str, now: datetime) -> ListedDelivery:
    ends = {SendState.SENT: row.sent_at, SendState.DUE: now, SendState.SENDING: now}.get(row.state)
    return ListedDelivery(
        id=row.id,
        state=SendState(row.state),
        team_id=row.team_id,
        user_id=user_id,
        kind=row.kind,
        learning_day=row.learning_day,
        due_at=row.due_at,
        late_seconds=max((ends - row.due_at).total_seconds(), 0.0) if ends else None,
        attempt=row.attempt,
        worker=row.worker,
        reason=row.reason,
        claimed_at=row.claimed_at,
        not_before=row.not_before,
        sent_at=row.sent_at,
    )
