"""What happens once, whichever process meets it: an event of Slack's, an hour's housekeeping.

An id is taken for a short while first, and kept only when it has been dealt with. So a process that is killed half-way
holds an event for `HANDLING_TIMEOUT` and no longer, and one that fails gives it back: Slack sends it again, and it is
handled.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import col, delete, select, update

from bot.storage import row_batches
from bot.storage.database import Session
from bot.storage.tables import SeenEvent

DONE_RETENTION = timedelta(minutes=15)
"""How long an event is left alone once it was handled. Slack sends it again about 0, 1 and 5 minutes later."""

HANDLING_TIMEOUT = timedelta(seconds=50)
"""How long whoever took an event may work at it. Shorter than the wait before Slack's second retry: a minute."""


class EventClaim(StrEnum):
    """How an event stands for the process that meets it."""

    CLAIMED = "ours"
    BEING_HANDLED = "in hand"
    ALREADY_DONE = "done"


def claim_event(session: Session, event_id: str, now: datetime) -> EventClaim:
    """Take an event for `HANDLING_TIMEOUT`, unless it is in hand or done. One statement where it is new.

    `at` is set back by as much as it is not to be kept yet: it counts as forgotten when `DONE_RETENTION` has passed
    since.
    """
    new = row_batches.insert_or_conflict(session, SeenEvent).values(event_id=event_id, at=_in_hand_since(now))
    taken = new.on_conflict_do_update(
        index_elements=[col(SeenEvent.event_id)],
        set_={"at": new.excluded.at},
        where=col(SeenEvent.at) <= now - DONE_RETENTION,
    ).returning(col(SeenEvent.event_id))
    if session.execute(taken).one_or_none() is not None:
        return EventClaim.CLAIMED
    at = session.exec(select(col(SeenEvent.at)).where(SeenEvent.event_id == event_id)).one_or_none()
    return EventClaim.BEING_HANDLED if at is None or at <= _in_hand_since(now) else EventClaim.ALREADY_DONE


def mark_event_done(session: Session, event_id: str, now: datetime) -> None:
    """It was handled: whoever meets it within `DONE_RETENTION` leaves it."""
    session.exec(update(SeenEvent).where(col(SeenEvent.event_id) == event_id).values(at=now))


def release_event(session: Session, event_id: str) -> None:
    """Handling failed: whoever meets it next tries again."""
    session.exec(delete(SeenEvent).where(col(SeenEvent.event_id) == event_id))


def delete_old_events(session: Session, before: datetime, limit: int) -> int:
    """Delete some that were kept since before an instant; how many (fewer than `limit`: none is left)."""
    old = select(col(SeenEvent.event_id)).where(col(SeenEvent.at) <= before).limit(limit)
    return session.exec(delete(SeenEvent).where(col(SeenEvent.event_id).in_(old))).rowcount


def _in_hand_since(now: datetime) -> datetime:
    return now - (DONE_RETENTION - HANDLING_TIMEOUT)
