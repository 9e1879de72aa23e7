"""Repeats a piece of background work at an interval until it is stopped."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from bot.delivery.failures import log_failure


class RepeatingWork:
    """Runs work again and again, at once as long as there is more to do. A failure is logged and ends one run only."""

    def __init__(self, work: Callable[[], Awaitable[bool]], interval_seconds: float, failure_event: str) -> None:
        """`work` returns whether there may be more to do now. `failure_event`: what a failure is logged as."""
        self._work = work
        self._interval_seconds = interval_seconds
        self._failure_event = failure_event
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Finish the current run and start no other."""
        self._stop.set()
        if self._task is not None:
            await self._task

    async def cancel(self) -> None:
        """Stop the current run at once, for work that may be cut off anywhere."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while not self._stop.is_set():
            try:
                more = await self._work()
            except Exception as error:
                log_failure(self._failure_event, error)
                more = False
            if not more:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), self._interval_seconds)
