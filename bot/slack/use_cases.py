"""Runs use cases for handlers, and passes the library and the time to those that need them."""

import inspect
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar, TypeVarTuple, overload

from bot.domain.clock import Clock
from bot.learning.library import Library
from bot.storage import Session

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class UseCaseRunner:
    """Calls a use case in one kind of transaction: `await read(practice.list_saved_lessons, person)`.

    A use case takes the session first, then `library` if it reads lessons, then its own arguments, and last `now` if it
    depends on the time. Callers pass only its own arguments, which mypy checks.
    """

    def __init__(self, run: Callable[..., Awaitable[Any]], library: Library, clock: Clock) -> None:
        """`run` is a method of `Transactions`."""
        self._run = run
        self._library = library
        self._clock = clock

    @overload
    async def __call__(self, use_case: Callable[[Session, Library, *Ts, datetime], T], *arguments: *Ts) -> T: ...
    @overload
    async def __call__(self, use_case: Callable[[Session, Library, *Ts], T], *arguments: *Ts) -> T: ...
    @overload
    async def __call__(self, use_case: Callable[[Session, *Ts, datetime], T], *arguments: *Ts) -> T: ...
    @overload
    async def __call__(self, use_case: Callable[[Session, *Ts], T], *arguments: *Ts) -> T: ...
    async def __call__(self, use_case: Callable[..., T], *arguments: *Ts) -> T:
        """Return what the use case returns. Raises its errors and those of the transaction."""
        takes = parameters_of(use_case)
        library = [self._library] if "library" in takes else []
        now = [self._clock()] if "now" in takes else []
        outcome: T = await self._run(use_case, *library, *arguments, *now)
        return outcome


@lru_cache(maxsize=256)
def parameters_of(use_case: Callable[..., Any]) -> tuple[str, ...]:
    """Return the names of a use case's parameters, in order."""
    return tuple(inspect.signature(use_case).parameters)
