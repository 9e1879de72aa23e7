"""Runs synchronous transactions from asynchronous code."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from typing import Concatenate, ParamSpec, TypeVar

from bot.delivery import metrics
from bot.errors import DatabaseBusy, DatabaseUnavailable
from bot.language import in_current_language
from bot.storage import Priority, Session, Store

P = ParamSpec("P")
T = TypeVar("T")

MAX_WAIT_TO_BEGIN_SECONDS = 2.0
"""Seconds a user waits for their transaction to begin; Slack gives a handler three seconds in total."""


@contextlib.contextmanager
def _counted_failures() -> Iterator[None]:
    """Count writes that the database didn't take."""
    try:
        yield
    except DatabaseBusy:
        metrics.count_write_failure("busy")
        raise
    except DatabaseUnavailable as error:
        metrics.count_write_failure(error.trouble)
        raise


class Transactions:
    """Runs use cases as transactions on a store, users' first. What they say is in the language of whoever calls."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def write_for_person(
        self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a transaction that a user waits for. Raises DatabaseBusy, with nothing saved, if it can't start soon."""
        with _counted_failures():
            future = self._store.write(Priority.PERSON, in_current_language(work), *args, **kwargs)
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
        with _counted_failures():
            return await asyncio.wrap_future(
                self._store.write(Priority.BACKGROUND, in_current_language(work), *args, **kwargs)
            )

    async def read(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a read-only transaction, in parallel with writes."""
        return await asyncio.wrap_future(self._store.read(in_current_language(work), *args, **kwargs))
