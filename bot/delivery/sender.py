"""Turns rows into messages: claim, post, record. The next batch is claimed while the current one is posted."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta

from bot.delivery.claim import MAX_DELIVERIES_PER_CLAIM, ClaimedBatch, claim_deliveries
from bot.delivery.delivery_kind import KindsByName
from bot.delivery.outbox import Outbox
from bot.delivery.ports import Messenger
from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.round_robin import RoundRobin
from bot.delivery.transactions import Transactions
from bot.domain.clock import Clock
from bot.learning.library import Library
from bot.storage import delivery_queue, workspace_leases

MAX_BATCHES_PER_RUN = 25
"""Most batches in a row before the engine plans what else has come due."""

RATE_LIMIT_PAUSE_SECONDS = 0.5
"""Seconds to wait for capacity if everything due needs it; claiming each message by itself would cost more."""

MAX_TIME_TO_CAPACITY_SECONDS = 5.0
"""The wait is worth it only if capacity comes within this many seconds; the engine's next beat comes no later."""

LEASE_RENEWAL_INTERVAL = timedelta(seconds=5)
"""How often leases are renewed, and other workers' leases are asked for. A lease lasts several times as long."""

MAX_WORKER_NAME_LENGTH = 64
"""Characters of a worker's name that fit into the table. The end is unique; the beginning is the host's name."""


class Sender:
    """Sends what is due: workspaces in turn, each within its rate limit.

    A crash leaves a few hundred deliveries at most to the reconciler: those claimed and not posted, being posted, and
    not yet recorded (`claim.MAX_DELIVERIES_PER_CLAIM`, and the outbox's `REFILL_THRESHOLD`, `MAX_CONCURRENT_POSTS`, and
    `MAX_RESULTS_PER_TRANSACTION`).
    """

    def __init__(
        self,
        transactions: Transactions,
        library: Library,
        kinds: KindsByName,
        messenger: Messenger,
        rate_limiter: RateLimiter,
        clock: Clock,
        worker: str,
    ) -> None:
        self._transactions = transactions
        self._library = library
        self._kinds = kinds
        self._rate_limiter = rate_limiter
        self._clock = clock
        self._worker = worker[-MAX_WORKER_NAME_LENGTH:]
        self._outbox = Outbox(transactions, messenger, rate_limiter, clock)
        self._teams_due: list[str] = []
        self._without_capacity: list[str] = []
        self._leased: Collection[str] = ()
        self._lease_requests: frozenset[str] = frozenset()
        self._leased_at = datetime.min.replace(tzinfo=UTC)
        self._round_robin = RoundRobin(
            lambda team_id: self._rate_limiter.available(team_id) - self._outbox.count_unposted(team_id)
        )

    def stop(self) -> None:
        """Begin no other post. Those that run, end."""
        self._outbox.stop_posting()

    async def send_due(self, should_continue: Callable[[], bool]) -> bool:
        """Send up to `MAX_BATCHES_PER_RUN` batches while `should_continue` allows it. Return whether there may be more.

        If everything due waits for capacity that is about to come, wait a moment for it.
        """
        return await self._send_batches(MAX_BATCHES_PER_RUN, should_continue) > 0 or await self._wait_for_capacity()

    async def _send_batches(self, batches: int, should_continue: Callable[[], bool]) -> int:
        await self._outbox.record_results()  # those that couldn't be recorded last time
        rows = 0
        self._teams_due = []
        try:
            while batches > 0 and should_continue() and (claimed := await self._claim()).row_count:
                batches -= 1
                rows += claimed.row_count
                self._outbox.enqueue(claimed)
                await self._outbox.wait_until_nearly_empty()
        finally:
            await self._outbox.drain()
        return rows

    async def _claim(self) -> ClaimedBatch:
        now = self._clock()
        requesting = await self._transactions.read(delivery_queue.list_teams_with_requests, now)
        if not self._teams_due or not set(requesting) <= set(self._teams_due):
            self._teams_due = await self._transactions.read(delivery_queue.list_teams_due, now)
        teams_due = await self._filter_leased(self._teams_due, now)
        allocation = self._round_robin.allocate(teams_due, MAX_DELIVERIES_PER_CLAIM, priority=requesting)
        self._without_capacity = [team_id for team_id in teams_due if team_id not in allocation]
        if not allocation:
            return ClaimedBatch((), 0, now)
        claimed = await self._transactions.write_in_background(
            claim_deliveries, self._library, self._kinds, self._worker, now, MAX_DELIVERIES_PER_CLAIM, allocation
        )
        if claimed.row_count < sum(allocation.values()):
            self._teams_due = []  # at least one workspace has nothing left: list them again
        return claimed

    async def _filter_leased(self, teams_due: Sequence[str], now: datetime) -> list[str]:
        """Return the workspaces leased to this worker: a second worker would double their rate."""
        must_renew = not timedelta(
            0
        ) <= now - self._leased_at < LEASE_RENEWAL_INTERVAL or not self._lease_requests.issuperset(teams_due)
        if teams_due and must_renew:
            self._leased = await self._transactions.write_in_background(
                workspace_leases.acquire_leases, self._worker, teams_due, now
            )
            self._lease_requests, self._leased_at = frozenset(teams_due), now
        return [team_id for team_id in teams_due if team_id in self._leased]

    async def _wait_for_capacity(self) -> bool:
        """Wait a moment if some workspace with due deliveries will soon have capacity. Return whether it will."""
        soon = any(
            0.0 < self._rate_limiter.seconds_until_available(team_id) <= MAX_TIME_TO_CAPACITY_SECONDS
            for team_id in self._without_capacity
        )
        if soon:
            await self._rate_limiter.sleep(RATE_LIMIT_PAUSE_SECONDS)
        return soon
