"""Makes sure that an event is handled once, by whichever process sees it: a Slack event, or an hour's housekeeping.

A process claims an event's id for a short time, renews the claim while it works on it, and marks it as done afterward.
So a killed process blocks an event for `HANDLING_TIMEOUT` at most. A process that fails releases it, and Slack's retry
is handled.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import col, delete, select, update

from bot.storage import row_batches
from bot.storage.database import Session
from bot.storage.tables import SeenEvent

DONE_RETENTION = timedelta(minutes=15)
"""How long a handled event is remembered. Slack retries after about 0, 1, and 5 minutes."""

HANDLING_TIMEOUT = timedelta(seconds=50)
"""How long a claim lasts unless it is renewed: less than the minute before Slack's second retry."""


class EventClaim(StrEnum):
    """The result of claiming an event."""

    CLAIMED = "ours"
    BEING_HANDLED = "in hand"
    ALREADY_DONE = "done"


def claim_event(session: Session, event_id: str, now: datetime) -> EventClaim:
    """Claim an event for `HANDLING_TIMEOUT`, unless it is being handled or done. A new event takes one statement.

    A claim stores `at` in the past, so that `DONE_RETENTION` after `at` is `HANDLING_TIMEOUT` from now. Whether an
    event is done isn't concluded from `at`: of two processes that claim it at once, each has looked at its own clock.
    """
    new = row_batches.insert_or_conflict(session, SeenEvent).values(event_id=event_id, at=_claimed_at(now), done=False)
    claim = new.on_conflict_do_update(
        index_elements=[col(SeenEvent.event_id)],
        set_={"at": new.excluded.at, "done": False},
        where=col(SeenEvent.at) <= now - DONE_RETENTION,
    ).returning(col(SeenEvent.event_id))
    if session.execute(claim).one_or_none() is not None:
        return EventClaim.CLAIMED
    done = session.exec(select(col(SeenEvent.done)).where(SeenEvent.event_id == event_id)).one_or_none()
    return EventClaim.ALREADY_DONE if done else EventClaim.BEING_HANDLED


def renew_claim(session: Session, event_id: str, now: datetime) -> None:
    """Keep a claim for another `HANDLING_TIMEOUT`. Only the process that has it may call this."""
    until = _claimed_at(now)
    ours = (col(SeenEvent.event_id) == event_id, col(SeenEvent.done).is_(False))
    session.exec(update(SeenEvent).where(*ours).values(at=until))


def mark_event_done(session: Session, event_id: str, now: datetime) -> None:
    """Mark an event as handled: it is ignored for `DONE_RETENTION`."""
    session.exec(update(SeenEvent).where(col(SeenEvent.event_id) == event_id).values(at=now, done=True))


def release_event(session: Session, event_id: str) -> None:
    """Release an event after a failure, so that its retry is handled."""
    session.exec(delete(SeenEvent).where(col(SeenEvent.event_id) == event_id))


def delete_old_events(session: Session, before: datetime, limit: int) -> int:
    """Delete up to `limit` events recorded before an instant. Return how many; fewer than `limit` means it's done."""
    old = select(col(SeenEvent.event_id)).where(col(SeenEvent.at) <= before).limit(limit)
    return session.exec(delete(SeenEvent).where(col(SeenEvent.event_id).in_(old))).rowcount


def _claimed_at(now: datetime) -> datetime:
    return now - (DONE_RETENTION - HANDLING_TIMEOUT)
