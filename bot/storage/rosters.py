"""Queries on where rosters come from."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, delete, select

from bot.storage.database import Session
from bot.storage.tables import Learner, LearnerState, RosterSource, Workspace


def find(session: Session, learner_id: int) -> RosterSource | None:
    """Where a learner's roster comes from; None if they have none."""
    return session.get(RosterSource, learner_id)


def locked(session: Session, learner_id: int) -> tuple[RosterSource, Learner] | None:
    """The same with its learner, for changing both: whoever else wants to waits (PostgreSQL)."""
    return session.exec(
        select(RosterSource, Learner)
        .join(Learner, col(Learner.id) == col(RosterSource.learner_id))
        .where(RosterSource.learner_id == learner_id)
        .with_for_update()
    ).one_or_none()


def due(session: Session, now: datetime, limit: int) -> Sequence[tuple[RosterSource, Learner]]:
    """Sources that are to be fetched or looked at, the longest due first; not of people or workspaces that left."""
    return session.exec(
        select(RosterSource, Learner)
        .join(Learner, col(Learner.id) == col(RosterSource.learner_id))
        .join(Workspace, col(Workspace.team_id) == col(Learner.team_id))
        .where(
            col(RosterSource.fetch_at) <= now,
            col(Learner.state) != LearnerState.LEFT,
            col(Workspace.left_at).is_(None),
        )
        .order_by(col(RosterSource.fetch_at))
        .limit(limit)
        .with_for_update(skip_locked=True, of=RosterSource)  # several workers; SQLite ignores it
    ).all()


def forget(session: Session, learner_id: int) -> None:
    """Delete the source; the shifts in the learner's schedule are another matter."""
    session.exec(delete(RosterSource).where(col(RosterSource.learner_id) == learner_id))
