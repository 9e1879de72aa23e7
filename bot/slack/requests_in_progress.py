"""Counts the requests that run, so that a process that stops ends none of them halfway."""

import asyncio
import contextlib
from collections.abc import Iterator


class RequestsInProgress:
    """The commands, presses, submissions, and events that are being handled, acknowledged or not."""

    def __init__(self) -> None:
        self._count = 0
        self._none_left = asyncio.Event()
        self._none_left.set()

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Count one request until the end of the block."""
        self._count += 1
        self._none_left.clear()
        try:
            yield
        finally:
            self._count -= 1
            if not self._count:
                self._none_left.set()

    async def wait_until_none(self) -> None:
        """Wait until no request runs. One that comes meanwhile is waited for, too."""
        while self._count:
            await self._none_left.wait()
