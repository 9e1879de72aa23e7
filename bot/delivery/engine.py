"""The engine's heartbeat: one APScheduler interval job, however many learners there are."""

import asyncio

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.delivery.delivery_kind import KindsByName
from bot.delivery.reconcile import Reconciler
from bot.delivery.sender import Sender
from bot.delivery.tick import MAX_LEARNERS_PER_TRANSACTION, is_anyone_due, plan_due_deliveries
from bot.delivery.transactions import Transactions
from bot.domain.clock import Clock

log = structlog.get_logger(__name__)

BEAT_INTERVAL_SECONDS = 5.0
"""Seconds between two checks for due deliveries."""


class Engine:
    """Plans, sends, and reconciles at an interval, and at once when somebody requests a lesson."""

    def __init__(
        self,
        transactions: Transactions,
        kinds: KindsByName,
        sender: Sender,
        reconciler: Reconciler,
        clock: Clock,
        interval_seconds: float = BEAT_INTERVAL_SECONDS,
    ) -> None:
        self._transactions = transactions
        self._kinds = kinds
        self._sender = sender
        self._reconciler = reconciler
        self._clock = clock
        self._interval_seconds = interval_seconds
        self._one_at_a_time = asyncio.Lock()
        self._beats: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    def start(self) -> None:
        """Start beating. A late run still runs, once; by default APScheduler drops runs that are a second late."""
        self._scheduler.add_job(
            self._at_interval, "interval", seconds=self._interval_seconds, coalesce=True, misfire_grace_time=None
        )
        self._scheduler.start()
        self.wake()

    async def stop(self) -> None:
        """Finish the current batch and start no other. What remains is in the database."""
        self._stopping = True
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        await asyncio.gather(*self._beats)
        await self._reconciler.stop()

    async def wait_for_lookups(self) -> None:
        """Wait until all current look-ups are done."""
        await self._reconciler.wait_for_runs()

    def wake(self) -> None:
        """Beat now instead of at the next interval. One beat waiting behind the current one serves all callers."""
        if self._scheduler.running and not self._stopping and len(self._beats) < 2:
            beat = asyncio.create_task(self.beat())
            self._beats.add(beat)
            beat.add_done_callback(self._beats.discard)

    async def beat(self) -> None:
        """Plan and send until nothing is due, and look up uncertain deliveries meanwhile.

        Planning happens between batches, because a large workspace's rush can take half an hour. An error is logged and
        ends only this beat; what remains is in the database.
        """
        async with self._one_at_a_time:
            try:
                while await self._plan_and_send():
                    pass
            except Exception:
                log.exception("delivery.beat_broke")

    async def _plan_and_send(self) -> bool:
        """Plan, start look-ups, and send some batches. Return whether there may be more to send."""
        if await self._transactions.read(is_anyone_due, self._clock()):
            while (
                await self._transactions.write_in_background(
                    plan_due_deliveries, self._kinds, self._clock(), MAX_LEARNERS_PER_TRANSACTION
                )
                == MAX_LEARNERS_PER_TRANSACTION
            ):
                pass
        await self._reconciler.start_run()
        return await self._sender.send_due(lambda: not self._stopping) and not self._stopping

    async def _at_interval(self) -> None:
        # Don't await the beat here: APScheduler cancels running jobs when it shuts down.
        self.wake()
