"""Time that passes only when nobody has anything left to do: hours of waiting take as long as the work in them."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar

from bot.delivery.transactions import Transactions
from bot.storage import Session, Store

P = ParamSpec("P")
T = TypeVar("T")


class SimulatedLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps to the next timer, once no transaction is under way in another thread."""

    def __init__(self) -> None:
        self._now = 0.0
        self.transactions = 0
        super().__init__(_Jumping(self))

    def time(self) -> float:
        """Simulated seconds since the start."""
        return self._now

    def jump(self, seconds: float) -> None:
        """Let this much time pass."""
        self._now += seconds


class _Jumping(selectors.DefaultSelector):
    """Where the loop would wait for its next timer, the clock goes there instead."""

    def __init__(self, loop: SimulatedLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if self._loop.transactions or not timeout:
            return super().select(None if self._loop.transactions and timeout != 0 else timeout)
        events = super().select(0)
        if not events:
            self._loop.jump(timeout)
        return events


class CountedHop(Transactions):
    """A hop that tells the loop about its transactions, which take no simulated time."""

    def __init__(self, store: Store, loop: SimulatedLoop) -> None:
        super().__init__(store)
        self._loop = loop

    async def write_in_background(
        self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """One transaction that may wait behind people's."""
        return await self._counted(super().write_in_background(work, *args, **kwargs))

    async def read(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """A transaction that changes nothing, beside the writing ones."""
        return await self._counted(super().read(work, *args, **kwargs))

    async def _counted(self, transaction: Coroutine[Any, Any, T]) -> T:
        self._loop.transactions += 1
        try:
            return await transaction
        finally:
            self._loop.transactions -= 1


def clock_of(loop: SimulatedLoop, start: datetime) -> Callable[[], datetime]:
    """The loop's time as instants."""
    return lambda: start + timedelta(seconds=loop.time())
