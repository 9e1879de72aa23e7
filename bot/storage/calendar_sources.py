"""Queries on the calendars that rosters come from."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, delete, select

from bot.storage.database import Session
from bot.storage.tables import CalendarSource, Learner, LearnerState, Workspace


def find_source(session: Session, learner_id: int) -> CalendarSource | None:
    """Find the calendar of a learner's roster; None if they have none."""
    return session.get(CalendarSource, learner_id)


def lock_source(session: Session, learner_id: int) -> tuple[CalendarSource, Learner] | None:
    """Lock a learner's calendar source for an update, and return it with its learner. SQLite ignores the lock."""
    return session.exec(
        select(CalendarSource, Learner)
        .join(Learner, col(Learner.id) == col(CalendarSource.learner_id))
        .where(CalendarSource.learner_id == learner_id)
        .with_for_update()
    ).one_or_none()


def lock_due_sources(session: Session, now: datetime, limit: int) -> Sequence[tuple[CalendarSource, Learner]]:
    """Lock sources due for a fetch or a check, longest due first. Skips learners and workspaces that have left."""
    return session.exec(
        select(CalendarSource, Learner)
        .join(Learner, col(Learner.id) == col(CalendarSource.learner_id))
        .join(Workspace, col(Workspace.team_id) == col(Learner.team_id))
        .where(
            col(CalendarSource.next_fetch_at) <= now,
            col(Learner.state) != LearnerState.LEFT,
            col(Workspace.left_at).is_(None),
        )
        .order_by(col(CalendarSource.next_fetch_at))
        .limit(limit)
        .with_for_update(skip_locked=True, of=CalendarSource)  # for several workers; SQLite ignores it
    ).all()


def delete_source(session: Session, learner_id: int) -> None:
    """Delete the source. The shifts in the learner's schedule stay."""
    if session.exec(delete(CalendarSource).where(col(CalendarSource.learner_id) == learner_id)).rowcount:
        session.delete_words_for_good()
