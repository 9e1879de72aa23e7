"""From the async edge into one whole synchronous transaction, and back."""

import asyncio
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from bot.errors import DatabaseBusy
from bot.storage import Priority, Session, Store

P = ParamSpec("P")
T = TypeVar("T")

MAX_WAIT_SECONDS = 2.0
"""Seconds a person waits for their work to begin: Slack gives a handler three in all."""


class Transactions:
    """Runs use cases on a store, for people first."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def write_for_person(
        self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """One transaction for a person who waits. DatabaseBusy if it did not begin in time: nothing was saved."""
        future = self._store.write(Priority.PERSON, work, *args, **kwargs)
        try:
            return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(future)), MAX_WAIT_SECONDS)
        except TimeoutError:
            if future.cancel():
                raise DatabaseBusy from None
            # It has begun, and ends within SQLite's busy timeout, one way or the other: its outcome is the truth.
            return await asyncio.wrap_future(future)

    async def write_in_background(
        self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """One transaction that may wait behind people's."""
        return await asyncio.wrap_future(self._store.write(Priority.BACKGROUND, work, *args, **kwargs))

    async def read(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """A transaction that changes nothing, beside the writing ones."""
        return await asyncio.wrap_future(self._store.read(work, *args, **kwargs))
