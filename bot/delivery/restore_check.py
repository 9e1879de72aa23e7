"""Was the database put back to an earlier state? Then what is due may have been sent already, and is looked up first.

A worker writes down once a minute that it is at work. A start that finds the last heartbeat long ago follows an outage,
or a restored backup: the database can't tell which, Slack can. What is due then is in doubt: it stays out of the queue
until Slack's history was asked (`reconcile.py`). After an outage a few look-ups a workspace show that nothing was sent.
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
"""How often a worker writes down that it is at work."""

MAX_HEARTBEAT_AGE = timedelta(minutes=3)
"""A heartbeat that is older than this at a start is one too old to be our own last: a restart takes less."""

MAX_ROWS_PER_TRANSACTION = 500
"""Rows a transaction, as in the tick: a person's click must not wait for more."""


class RestoreCheck:
    """Beats before anything is sent."""

    def __init__(self, transactions: Transactions, clock: Clock, grace_period: timedelta) -> None:
        """`grace_period`: how long Slack may take to show what it accepted, so how long a look-up waits."""
        self._transactions = transactions
        self._clock = clock
        self._grace = grace_period
        self._kept: datetime | None = None

    async def run(self) -> None:
        """Once a minute write down that we are at work, and how much is due; first doubt what must be doubted.

        All that is due by now must be rows. Until this has succeeded, nothing may be sent.
        """
        now = self._clock()
        last = await self._transactions.read(uncertain_deliveries.find_last_heartbeat)
        if last is not None and self._is_old(last, now):
            await self._doubt(last, now)
        elif self._kept is not None and timedelta(0) <= now - self._kept < HEARTBEAT_INTERVAL:
            return
        await self._transactions.write_in_background(uncertain_deliveries.record_heartbeat, now)
        self._kept = now
        waiting = await self._transactions.read(delivery_status.count_queue, now)
        late = (now - waiting.oldest_due_at).total_seconds() if waiting.oldest_due_at else 0.0
        metrics.set_queue_size(waiting.due, waiting.sending, late)

    def _is_old(self, last: datetime, now: datetime) -> bool:
        """Whether the database may know less than Slack: long ago at our start, or before what we wrote ourselves."""
        return (now if self._kept is None else self._kept) - last > MAX_HEARTBEAT_AGE

    async def _doubt(self, since: datetime, now: datetime) -> None:
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
    """Doubt the lessons that a workspace's learners get later today: whoever asked for theirs early has it already.

    `after_learner_id`: the id of the last learner that was looked at, 0 to begin; gives the next `after_learner_id`,
    None at the end.
    """
    several = uncertain_deliveries.list_learners_after(session, team_id, after_learner_id, MAX_ROWS_PER_TRANSACTION)
    for learner in several:
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
    return several[-1].id if several else None
