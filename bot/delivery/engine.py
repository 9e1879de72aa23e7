"""The engine's heartbeat: one APScheduler interval job, however many learners there are."""

import asyncio
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.delivery import metrics
from bot.delivery.delivery_kind import KindsByName
from bot.delivery.failures import log_failure
from bot.delivery.reconcile import Reconciler
from bot.delivery.sender import Sender
from bot.delivery.tick import MAX_LEARNERS_PER_TRANSACTION, is_anyone_due, plan_due_deliveries
from bot.delivery.transactions import Transactions
from bot.domain.clock import Clock

log = structlog.get_logger(__name__)

BEAT_INTERVAL_SECONDS = 5.0
"""Seconds between two checks for due deliveries."""

MAX_PAUSE = timedelta(minutes=1)
"""The longest wait after beats that failed, such as while the database is down."""


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
        self._failures = 0
        self._paused_until: datetime | None = None
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    def start(self) -> None:
        """Start beating. A late run still runs, once; by default APScheduler drops runs that are a second late."""
        self._scheduler.add_job(
            self._at_interval, "interval", seconds=self._interval_seconds, coalesce=True, misfire_grace_time=None
        )
        self._scheduler.start()
        self.wake()

    async def stop(self) -> None:
        """Finish the current posts and start no others. What remains is in the database."""
        self._stopping = True
        self._sender.stop()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        await asyncio.gather(*self._beats)
        await self._reconciler.stop()

    async def wait_for_lookups(self) -> None:
        """Wait until all current look-ups are done."""
        await self._reconciler.wait_for_runs()

    def wake(self) -> None:
        """Beat now instead of at the next interval. One beat waiting behind the current one serves all callers."""
        if self._scheduler.running and not self._stopping and not self._is_paused and len(self._beats) < 2:
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
            except Exception as error:
                self._failures += 1
                self._paused_until = self._clock() + self._pause
                log_failure("delivery.beat_broke", error, next_try_seconds=self._pause.total_seconds())
            else:
                if self._failures:
                    log.info("delivery.beats_again", failed_before=self._failures)
                self._failures, self._paused_until = 0, None
                metrics.set_last_beat(self._clock())

    @property
    def _pause(self) -> timedelta:
        """How long to wait after a failed beat: twice as long after each, up to `MAX_PAUSE`."""
        return min(timedelta(seconds=2 ** min(self._failures - 1, 10)), MAX_PAUSE)

    @property
    def _is_paused(self) -> bool:
        """Whether the last beats failed, and the next one should wait. A clock that was set back ends the wait."""
        return self._paused_until is not None and timedelta(0) < self._paused_until - self._clock() <= MAX_PAUSE

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
