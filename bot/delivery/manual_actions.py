"""What an operator can do to a delivery by hand: retry or skip it, but never cause a duplicate message."""

from datetime import datetime, timedelta
from uuid import UUID

from bot.delivery.reconcile import GRACE_PERIOD
from bot.errors import NotFound, Refused
from bot.storage import Session, delivery_status
from bot.storage.tables import Delivery, SendState

SKIPPED_BY_OPERATOR = "by_hand"
"""The reason stored with deliveries that an operator skipped."""


def retry_delivery(session: Session, delivery_id: UUID, now: datetime, grace_period: timedelta = GRACE_PERIOD) -> str:
    """Retry a delivery, and return what happens next. Raises Refused if that could cause a duplicate message."""
    row = _find(session, delivery_id)
    if row.state == SendState.SENDING:
        _require_past_grace(row, now, grace_period)
        row.not_before = None
        return (
            "Slack may already have it. Rounds looks in Slack's history first, and sends it again only if it's missing."
        )
    if row.state == SendState.SENT:
        raise Refused("This delivery was already sent. Nothing was changed, so that nobody gets it twice.")
    if now >= row.expires_at:
        raise Refused(
            f"This delivery expired at {row.expires_at:%Y-%m-%d %H:%M} UTC. Nothing was changed. "
            "Late messages aren't sent, so there is nothing to do."
        )
    row.state, row.reason, row.not_before = SendState.DUE, None, None
    return "It's due again. Rounds sends it at its workspace's next turn."


def skip_delivery(session: Session, delivery_id: UUID, now: datetime, grace_period: timedelta = GRACE_PERIOD) -> str:
    """Remove a delivery from the queue for good, and return what that means. Raises Refused while it is being sent."""
    row = _find(session, delivery_id)
    if row.state in {SendState.SENT, SendState.SKIPPED}:
        raise Refused(f"This delivery was already {row.state}. Nothing was changed.")
    is_uncertain = row.state == SendState.SENDING
    if is_uncertain:
        _require_past_grace(row, now, grace_period)
    row.state, row.reason, row.not_before = SendState.SKIPPED, SKIPPED_BY_OPERATOR, None
    if is_uncertain:
        return "Skipped. Slack may have received it before; Rounds no longer checks."
    return "Skipped. It won't be sent."


def _find(session: Session, delivery_id: UUID) -> Delivery:
    row = delivery_status.lock_delivery(session, delivery_id)
    if row is None:
        raise NotFound(f"There is no delivery {delivery_id}. Nothing was changed. To list them: rounds deliveries")
    return row


def _require_past_grace(row: Delivery, now: datetime, grace_period: timedelta) -> None:
    """Raise Refused within the grace period: the post may still be running, or Slack may not show it yet."""
    known_from = (row.claimed_at or now) + grace_period
    if now <= known_from:
        raise Refused(
            f"This delivery is being sent right now. Nothing was changed. If Slack doesn't confirm it, Rounds looks it "
            f"up after {known_from:%H:%M:%S} UTC."
        )
