"""Queries on learners' consents to telling an LMS, and on the statements that wait for it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, delete, func, select, update

from bot.storage.database import Session
from bot.storage.tables import Learner, LmsConsent, LmsStatement, Workspace


def find_consent(session: Session, learner_id: int) -> LmsConsent | None:
    """Find the consent that a learner gave last, whether it still holds or not."""
    return session.get(LmsConsent, learner_id)


def count_statements(session: Session, learner_id: int) -> int:
    """Count a learner's waiting statements."""
    theirs = select(func.count()).select_from(LmsStatement).where(col(LmsStatement.learner_id) == learner_id)
    return session.exec(theirs).one()


def delete_statements(session: Session, learner_id: int) -> int:
    """Delete a learner's waiting statements. Return how many there were."""
    return session.exec(delete(LmsStatement).where(col(LmsStatement.learner_id) == learner_id)).rowcount


def is_any_due(session: Session, host: str, now: datetime) -> bool:
    """Return whether any statement for this host may be sent now."""
    due = select(LmsStatement.id).join(LmsConsent, col(LmsConsent.learner_id) == col(LmsStatement.learner_id))
    found = due.where(LmsConsent.host == host, col(LmsConsent.ended_at).is_(None), col(LmsStatement.next_at) <= now)
    return session.exec(found.limit(1)).first() is not None


def lock_due_statements(
    session: Session, host: str, happened_after: datetime, now: datetime, limit: int
) -> Sequence[LmsStatement]:
    """Lock statements that may be sent to this host now, longest due first. Skips workspaces that have left."""
    return session.exec(
        select(LmsStatement)
        .join(LmsConsent, col(LmsConsent.learner_id) == col(LmsStatement.learner_id))
        .join(Learner, col(Learner.id) == col(LmsStatement.learner_id))
        .join(Workspace, col(Workspace.team_id) == col(Learner.team_id))
        .where(
            LmsConsent.host == host,
            col(LmsConsent.ended_at).is_(None),
            col(Workspace.left_at).is_(None),
            col(LmsStatement.next_at) <= now,
            col(LmsStatement.at) > happened_after,
        )
        .order_by(col(LmsStatement.next_at), col(LmsStatement.id))
        .limit(limit)
        .with_for_update(skip_locked=True, of=LmsStatement)  # for several workers; SQLite ignores it
    ).all()


def lock_statements(session: Session, ids: Collection[UUID]) -> Sequence[LmsStatement]:
    """Lock those of these statements that are still there, in a fixed order. SQLite ignores the lock."""
    those = select(LmsStatement).where(col(LmsStatement.id).in_(ids)).order_by(col(LmsStatement.id))
    return session.exec(those.with_for_update()).all()


def delete_statements_by_id(session: Session, ids: Collection[UUID]) -> None:
    """Delete these statements."""
    session.exec(delete(LmsStatement).where(col(LmsStatement.id).in_(ids)))


def release_statements(session: Session, ids: Collection[UUID], claimed_until: datetime) -> None:
    """Make those of these statements due again, in their old order, that wait until this instant at most."""
    claimed = update(LmsStatement).where(col(LmsStatement.id).in_(ids), col(LmsStatement.next_at) <= claimed_until)
    session.exec(claimed.values(next_at=col(LmsStatement.at)))


def delete_old_statements(session: Session, before: datetime, limit: int) -> int:
    """Delete some statements about what happened before an instant. Return how many."""
    old = select(LmsStatement.id).where(col(LmsStatement.at) <= before).limit(limit)
    return session.exec(delete(LmsStatement).where(col(LmsStatement.id).in_(old))).rowcount


def count_waiting(session: Session, host: str) -> int:
    """Count the statements that wait for this host."""
    waiting = select(func.count()).select_from(LmsStatement)
    for_host = waiting.join(LmsConsent, col(LmsConsent.learner_id) == col(LmsStatement.learner_id))
    return session.exec(for_host.where(LmsConsent.host == host, col(LmsConsent.ended_at).is_(None))).one()
