"""Detects that the database may be a restored backup. Then due messages may already be in Slack, and are looked up
first.

Workers write a heartbeat once per minute. If a starting worker finds an old heartbeat, there was an outage or a
restored backup. The database can't tell which, but Slack can. So everything due is marked as uncertain and stays out of
the queue until Slack's history has been read (`reconcile.py`). After an outage, a few look-ups per workspace show that
nothing was sent.
"""

from datetime import datetime, timedelta

import structlog

from bot.delivery import metrics
from bot.delivery.transactions import Transactions
from bot.domain.clock import Clock
from bot.learning import planning
from bot.storage import Session, delivery_status, uncertain_deliveries
from bot.storage.tables import SendState

log = structlog.get_logger(__name__)

HEARTBEAT_INTERVAL = timedelta(minutes=1)
"""How often a worker writes its heartbeat."""

MAX_HEARTBEAT_AGE = timedelta(minutes=3)
"""The oldest heartbeat at a start that counts as normal: a restart takes less than this."""

MAX_ROWS_PER_TRANSACTION = 500
"""Most rows per transaction, so that users' clicks never wait long."""


class RestoreCheck:
    """Checks the heartbeat before anything is sent."""

    def __init__(self, transactions: Transactions, clock: Clock, grace_period: timedelta) -> None:
        """Create a check. Slack may take `grace_period` to show what it accepted, so look-ups wait that long."""
        self._transactions = transactions
        self._clock = clock
        self._grace = grace_period
        self._written_at: datetime | None = None

    async def run(self) -> None:
        """Once per minute, write a heartbeat and update the queue metrics. First mark what may have been sent as
        uncertain.

        All that is due must have rows by now. Until this succeeds, nothing may be sent.
        """
        now = self._clock()
        last = await self._transactions.read(uncertain_deliveries.find_last_heartbeat)
        if last is not None and self._is_old(last, now):
            await self._mark_due_as_uncertain(last, now)
        elif self._written_at is not None and timedelta(0) <= now - self._written_at < HEARTBEAT_INTERVAL:
            return
        await self._transactions.write_in_background(uncertain_deliveries.record_heartbeat, now)
        self._written_at = now
        queue = await self._transactions.read(delivery_status.count_due_and_sending, now)
        late = (now - queue.oldest_due_at).total_seconds() if queue.oldest_due_at else 0.0
        metrics.set_queue_size(queue.due, queue.sending, late)

    def _is_old(self, last: datetime, now: datetime) -> bool:
        """Return whether Slack may know more than the database.

        That is so if the heartbeat is old at our start, or is older than the one we wrote ourselves.
        """
        return (now if self._written_at is None else self._written_at) - last > MAX_HEARTBEAT_AGE

    async def _mark_due_as_uncertain(self, since: datetime, now: datetime) -> None:
        rows = changed = await self._transactions.write_in_background(
            uncertain_deliveries.mark_due_as_uncertain, since, now, now + self._grace, MAX_ROWS_PER_TRANSACTION
        )
        while changed == MAX_ROWS_PER_TRANSACTION:
            changed = await self._transactions.write_in_background(
                uncertain_deliveries.mark_due_as_uncertain, since, now, now + self._grace, MAX_ROWS_PER_TRANSACTION
            )
            rows += changed
        log.warning("delivery.gap", since=since.isoformat(timespec="seconds"), in_doubt=rows)


def mark_todays_lessons_uncertain(
    session: Session, team_id: str, since: datetime, now: datetime, after_learner_id: int
) -> int | None:
    """Mark later lessons of today as uncertain: learners who requested theirs early may already have it.

    `after_learner_id` is the last learner already processed, 0 at first. Returns the next value, or None at the end.
    """
    learners = uncertain_deliveries.list_learners_after(session, team_id, after_learner_id, MAX_ROWS_PER_TRANSACTION)
    for learner in learners:
        due = planning.find_upcoming_lesson(session, learner, now)
        if due is not None and due.learning_day <= planning.get_learning_day(learner, now):
            row = planning.new_delivery(learner, due)
            row.state, row.worker, row.claimed_at, row.attempt = (
                SendState.SENDING,
                uncertain_deliveries.UNCERTAIN_WORKER,
                since,
                1,
            )
            session.add(row)
    return learners[-1].id if learners else None
