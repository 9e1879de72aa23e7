"""Queries on learners and workspaces."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import col, func, select

from bot.domain.learner import Person
from bot.storage.database import Session
from bot.storage.tables import Learner, LearnerState, Workspace


def workspace(session: Session, team_id: str) -> Workspace | None:
    """The workspace, if it is known."""
    return session.get(Workspace, team_id)


def find(session: Session, person: Person) -> Learner | None:
    """The learner that this person is, in whichever workspace of their organisation they act."""
    return session.exec(
        select(Learner).where(Learner.home_id == person.home_id, Learner.user_id == person.user_id)
    ).one_or_none()


def find_many(session: Session, home_id: str, user_ids: Collection[str]) -> dict[str, Learner]:
    """Those of these users who are known, by user id."""
    found = session.exec(select(Learner).where(Learner.home_id == home_id, col(Learner.user_id).in_(user_ids)))
    return {learner.user_id: learner for learner in found}


def due(session: Session, now: datetime, limit: int) -> Sequence[Learner]:
    """Learners whose next message is due, the longest due first."""
    return session.exec(
        select(Learner)
        .where(col(Learner.next_due_at) <= now)
        .order_by(col(Learner.next_due_at))
        .limit(limit)
        .with_for_update(skip_locked=True)  # PostgreSQL, several workers; SQLite ignores it
    ).all()


def count_active(session: Session, team_id: str) -> int:
    """How many learners this workspace delivers to."""
    return session.exec(
        select(func.count())
        .select_from(Learner)
        .where(
            Learner.team_id == team_id,
            col(Learner.state).in_([LearnerState.ACTIVE, LearnerState.PAUSED, LearnerState.WAITING]),
        )
    ).one()
