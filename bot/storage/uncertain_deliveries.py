"""Queries on deliveries that may or may not have arrived: attempts without a result, and what a restored backup lacks.

Rows that a restored backup makes uncertain are `sending` with the worker `UNCERTAIN_WORKER`, and are looked up in Slack
before they are sent.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Update, literal_column
from sqlmodel import col, func, or_, select, update

from bot.storage.database import Session
from bot.storage.delivery_states import has_state
from bot.storage.tables import Delivery, Heartbeat, Learner, LessonRevision, SendState, Workspace

UNCERTAIN_WORKER = "uncertain"
"""The worker of rows that nobody has claimed and that must be looked up before they are sent."""

_IS_UNCERTAIN = col(Delivery.worker) == literal_column(f"'{UNCERTAIN_WORKER}'")

HEARTBEAT_ID = 1
"""The id of the only `Heartbeat` row."""


def find_last_heartbeat(session: Session) -> datetime | None:
    """Return the last heartbeat of any worker; None in a database without one."""
    row = session.get(Heartbeat, HEARTBEAT_ID)
    return row.at if row else None


def record_heartbeat(session: Session, now: datetime) -> None:
    """Record that a worker is running."""
    row = session.get(Heartbeat, HEARTBEAT_ID)
    if row is None:
        session.add(Heartbeat(id=HEARTBEAT_ID, at=now))
    else:
        row.at = now


def mark_due_as_uncertain(session: Session, since: datetime, now: datetime, look_from: datetime, limit: int) -> int:
    """Mark up to `limit` rows due by `now` as uncertain, to be looked up from `look_from` on. Return how many.

    Their messages, if any, are no older than `since`.
    """
    due = select(Delivery.id).where(has_state(SendState.DUE), col(Delivery.due_at) <= now).limit(limit)
    return _update(
        session,
        update(Delivery)
        .where(col(Delivery.id).in_(due.with_for_update(skip_locked=True)))
        .values(
            state=SendState.SENDING,
            worker=UNCERTAIN_WORKER,
            claimed_at=since,
            not_before=look_from,
            attempt=col(Delivery.attempt) + 1,
        ),
    )


def requeue_uncertain(session: Session, team_id: str, limit: int) -> int:
    """Return up to `limit` of a workspace's uncertain rows to the queue. Return how many."""
    uncertain = (
        select(Delivery.id).where(has_state(SendState.SENDING), _IS_UNCERTAIN, Delivery.team_id == team_id).limit(limit)
    )
    return _update(
        session, update(Delivery).where(col(Delivery.id).in_(uncertain)).values(state=SendState.DUE, not_before=None)
    )


def has_any_arrived(session: Session, team_id: str, since: datetime) -> bool:
    """Return whether any of a workspace's uncertain rows was found in Slack, by any worker."""
    found = select(Delivery.id).where(
        col(Delivery.state) == SendState.SENT,
        Delivery.team_id == team_id,
        _IS_UNCERTAIN,
        Delivery.claimed_at == since,
    )
    return session.exec(found.limit(1)).first() is not None


def list_uncertain(
    session: Session,
    claimed_before: datetime,
    now: datetime,
    excluded_team_ids: Collection[str],
    limit_per_workspace: int,
) -> Sequence[tuple[Delivery, Learner]]:
    """List rows that have been `sending` since before an instant and may be looked up now.

    Returns the oldest `limit_per_workspace` rows of each workspace not in `excluded_team_ids`, so that a large
    workspace doesn't delay the others. Workspaces that have left are excluded, because their history can't be read
    until they return.
    """
    rank = func.row_number().over(
        partition_by=col(Delivery.team_id),
        order_by=(col(Delivery.claimed_at), col(Delivery.due_at), col(Delivery.learner_id)),
    )
    candidates = (
        select(Delivery.id, rank.label("rank"))
        .where(
            has_state(SendState.SENDING),
            col(Delivery.claimed_at) < claimed_before,
            or_(col(Delivery.not_before).is_(None), col(Delivery.not_before) <= now),
            col(Delivery.team_id).not_in(excluded_team_ids),
            col(Delivery.team_id).not_in(select(Workspace.team_id).where(col(Workspace.left_at).is_not(None))),
        )
        .subquery()
    )
    return session.exec(
        select(Delivery, Learner)
        .join(candidates, candidates.c.id == col(Delivery.id))
        .join(Learner, col(Learner.id) == col(Delivery.learner_id))
        .where(candidates.c.rank <= limit_per_workspace)
        .order_by(candidates.c.rank, col(Delivery.claimed_at))
    ).all()


def find_revision_id(session: Session, revision_id: int | None) -> int | None:
    """Return the id if this database has that revision; an old backup may not."""
    revision = session.get(LessonRevision, revision_id) if revision_id is not None else None
    return revision.id if revision else None


def list_learners_after(session: Session, team_id: str, after: int, limit: int) -> Sequence[Learner]:
    """List a workspace's learners with an id greater than `after`, ordered by id."""
    return session.exec(
        select(Learner).where(Learner.team_id == team_id, Learner.id > after).order_by(col(Learner.id)).limit(limit)
    ).all()


def _update(session: Session, change: Update) -> int:
    """Run the update and return how many rows it changed."""
    return int(session.connection().execute(change.execution_options(synchronize_session=False)).rowcount)
