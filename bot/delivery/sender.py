"""A row becomes a message: claim, post, record; the next batch is claimed while the one before is posted."""

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
"""Claimed in a row, before the engine looks what else has come due."""

RATE_LIMIT_PAUSE_SECONDS = 0.5
"""Seconds in which room gathers where all that is due waits for it: to claim each message by itself would cost more."""

MAX_TIME_TO_CAPACITY_SECONDS = 5.0
"""Seconds within which there must be room for a rest to be worth it; the engine's next beat is no further off."""

LEASE_RENEWAL_INTERVAL = timedelta(seconds=5)
"""How often leases are renewed, and asked for where another worker had them: they last several times as long."""

MAX_WORKER_NAME_LENGTH = 64
"""Characters of a worker's name that the table holds; the end tells workers apart, the beginning is the machine's."""


class Sender:
    """Sends what is due, each workspace at its pace and in its turn.

    What a crash leaves to the reconciler is bounded: what was claimed and not posted, the posts under way, and what
    is not written down yet (`claim.MAX_DELIVERIES_PER_CLAIM`, and `REFILL_THRESHOLD`, `MAX_CONCURRENT_POSTS` and
    `MAX_RESULTS_PER_TRANSACTION` of the outbox): a few hundred.
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
        self._due: list[str] = []
        self._held: list[str] = []
        self._leased: Collection[str] = ()
        self._asked_for: frozenset[str] = frozenset()
        self._leased_at = datetime.min.replace(tzinfo=UTC)
        self._round_robin = RoundRobin(
            lambda team_id: self._rate_limiter.available(team_id) - self._outbox.count_unposted(team_id)
        )

    async def send_due(self, should_continue: Callable[[], bool]) -> bool:
        """Send what is due, up to `MAX_BATCHES_PER_RUN` batches and as long as `should_continue` says so; whether there
        may be more to send.

        Where all that is due waits for room that is about to come, it is waited for a moment.
        """
        return await self._send(MAX_BATCHES_PER_RUN, should_continue) > 0 or await self._rest()

    async def _send(self, batches: int, go_on: Callable[[], bool]) -> int:
        await self._outbox.record_results()  # what could not be written down the last time
        rows = 0
        self._due = []
        try:
            while batches > 0 and go_on() and (claimed := await self._claim()).row_count:
                batches -= 1
                rows += claimed.row_count
                self._outbox.enqueue(claimed)
                await self._outbox.wait_until_nearly_empty()
        finally:
            await self._outbox.drain()
        return rows

    async def _claim(self) -> ClaimedBatch:
        now = self._clock()
        asking = await self._transactions.read(delivery_queue.list_teams_with_requests, now)
        if not self._due or not set(asking) <= set(self._due):
            self._due = await self._transactions.read(delivery_queue.list_teams_due, now)
        due = await self._ours(self._due, now)
        shares = self._round_robin.allocate(due, MAX_DELIVERIES_PER_CLAIM, priority=asking)
        self._held = [team_id for team_id in due if team_id not in shares]
        if not shares:
            return ClaimedBatch((), 0, now)
        claimed = await self._transactions.write_in_background(
            claim_deliveries, self._library, self._kinds, self._worker, now, MAX_DELIVERIES_PER_CLAIM, shares
        )
        if claimed.row_count < sum(shares.values()):
            self._due = []  # one of them at least has nothing left: look again whose turn it may be
        return claimed

    async def _ours(self, due: Sequence[str], now: datetime) -> list[str]:
        """Those among these workspaces that are this worker's: a second one at the same would double its pace."""
        anew = not timedelta(0) <= now - self._leased_at < LEASE_RENEWAL_INTERVAL or not self._asked_for.issuperset(due)
        if due and anew:
            self._leased = await self._transactions.write_in_background(
                workspace_leases.acquire_leases, self._worker, due, now
            )
            self._asked_for, self._leased_at = frozenset(due), now
        return [team_id for team_id in due if team_id in self._leased]

    async def _rest(self) -> bool:
        """Wait a moment for room, if some workspace for which something is due will have it soon."""
        soon = any(
            0.0 < self._rate_limiter.seconds_until_available(team_id) <= MAX_TIME_TO_CAPACITY_SECONDS
            for team_id in self._held
        )
        if soon:
            await self._rate_limiter.sleep(RATE_LIMIT_PAUSE_SECONDS)
        return soon
