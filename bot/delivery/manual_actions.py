"""What an operator may do to a delivery by hand: try it again, or skip it. Never so that a message could come twice."""

from datetime import datetime, timedelta
from uuid import UUID

from bot.delivery.reconcile import GRACE_PERIOD
from bot.errors import NotFound, Refused
from bot.storage import Session, delivery_status
from bot.storage.tables import Delivery, SendState

SKIPPED_BY_OPERATOR = "by_hand"
"""The reason of what was skipped."""


def retry_delivery(session: Session, delivery_id: UUID, now: datetime, grace_period: timedelta = GRACE_PERIOD) -> str:
    """Try a delivery again; what happens now, in words. Refused, with why, where that could make a second message."""
    row = _find(session, delivery_id)
    if row.state == SendState.SENDING:
        _past_grace(row, now, grace_period)
        row.not_before = None
        return "Slack may have it already, so its history is looked up first: sent again only if it isn't there."
    if row.state == SendState.SENT:
        raise Refused("This one was sent. Nothing was changed: a second message would be one too many.")
    if now >= row.expires_at:
        raise Refused(
            f"Its time was over at {row.expires_at:%Y-%m-%d %H:%M} UTC, and what is late is not sent. "
            "Nothing was changed."
        )
    row.state, row.reason, row.not_before = SendState.DUE, None, None
    return "It is due again, and goes out at its workspace's next turn."


def skip_delivery(session: Session, delivery_id: UUID, now: datetime, grace_period: timedelta = GRACE_PERIOD) -> str:
    """Take a delivery out of the queue for good; what that means, in words. Refused where it is on its way."""
    row = _find(session, delivery_id)
    if row.state in {SendState.SENT, SendState.SKIPPED}:
        raise Refused(f"This one was {row.state} already. Nothing was changed.")
    unknown = row.state == SendState.SENDING
    if unknown:
        _past_grace(row, now, grace_period)
    row.state, row.reason, row.not_before = SendState.SKIPPED, SKIPPED_BY_OPERATOR, None
    if unknown:
        return "Skipped. Whether Slack had taken it before was not known, and is not looked up any more."
    return "Skipped. It won't be sent."


def _find(session: Session, delivery_id: UUID) -> Delivery:
    row = delivery_status.lock_delivery(session, delivery_id)
    if row is None:
        raise NotFound(f"There is no delivery {delivery_id}. Nothing was changed. `rounds deliveries` lists them.")
    return row


def _past_grace(row: Delivery, now: datetime, grace: timedelta) -> None:
    """Within the grace its post may still be under way, and Slack may not show it yet."""
    known_from = (row.claimed_at or now) + grace
    if now <= known_from:
        raise Refused(
            f"It is on its way to Slack just now. Nothing was changed. If nothing is heard of it, it is looked up by "
            f"itself from {known_from:%H:%M:%S} UTC on."
        )
