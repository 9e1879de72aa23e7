"""The engine's heartbeat: one interval job, whatever the number of learners (APScheduler)."""

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
"""Seconds between two looks at what is due."""


class Engine:
    """Plans, sends and reconciles, again and again, and at once when someone asks for their lesson."""

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
        self._every = interval_seconds
        self._one_at_a_time = asyncio.Lock()
        self._beats: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    def start(self) -> None:
        """Begin. Runs that come late run once, however late: APScheduler would drop them after a second."""
        self._scheduler.add_job(
            self._at_interval, "interval", seconds=self._every, coalesce=True, misfire_grace_time=None
        )
        self._scheduler.start()
        self.wake()

    async def stop(self) -> None:
        """Finish the batch at hand, and begin no other; the rows say what is left to do."""
        self._stopping = True
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        await asyncio.gather(*self._beats)
        await self._reconciler.stop()

    async def wait_for_lookups(self) -> None:
        """Wait until what is being looked up is settled."""
        await self._reconciler.wait_for_runs()

    def wake(self) -> None:
        """Beat now and not at the next interval. One beat that waits for the one at hand is enough for all who ask."""
        if self._scheduler.running and not self._stopping and len(self._beats) < 2:
            beat = asyncio.create_task(self.beat())
            self._beats.add(beat)
            beat.add_done_callback(self._beats.discard)

    async def beat(self) -> None:
        """Until nothing is due: what is due becomes rows, some are sent; what is uncertain is looked up beside that.

        Between two batches new rows are made, for a workspace's rush takes half an hour. An error is told and ends
        this beat alone; the rows say what is left to do.
        """
        async with self._one_at_a_time:
            try:
                while await self._round():
                    pass
            except Exception:
                log.exception("delivery.beat_broke")

    async def _round(self) -> bool:
        """Plan, begin to look up, send some batches; whether there may be more to send."""
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
        # Not the beat itself: APScheduler cancels the jobs under way when it shuts down.
        self.wake()
