"""Runs synchronous transactions from asynchronous code."""

import asyncio
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from bot.errors import DatabaseBusy
from bot.storage import Priority, Session, Store

P = ParamSpec("P")
T = TypeVar("T")

MAX_WAIT_TO_BEGIN_SECONDS = 2.0
"""Seconds a user waits for their transaction to begin; Slack gives a handler three seconds in total."""


class Transactions:
    """Runs use cases as transactions on a store, users' first."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def write_for_person(
        self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a transaction that a user waits for. Raises DatabaseBusy, with nothing saved, if it can't start soon."""
        future = self._store.write(Priority.PERSON, work, *args, **kwargs)
        try:
            return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(future)), MAX_WAIT_TO_BEGIN_SECONDS)
        except TimeoutError:
            if future.cancel():
                raise DatabaseBusy from None
            # It has started and will end within the lock timeout, so wait for its real outcome.
            return await asyncio.wrap_future(future)

    async def write_in_background(
        self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a transaction that may wait behind users' transactions."""
        return await asyncio.wrap_future(self._store.write(Priority.BACKGROUND, work, *args, **kwargs))

    async def read(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a read-only transaction, in parallel with writes."""
        return await asyncio.wrap_future(self._store.read(work, *args, **kwargs))
