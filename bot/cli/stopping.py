"""Runs a command until it is stopped, and explains why it can't start."""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable

from bot.errors import RoundsError


def port_taken(port: int) -> RoundsError:
    """Return the error for a port that another program is using."""
    return RoundsError(f"Port {port} on this machine is taken. Nothing was started. Add --port 0 to use any free port.")


def until_stopped(port: int | None, serve: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run until Ctrl+C or a termination signal, then stop cleanly.

    Raises RoundsError if `port` is taken. If `port` is None, an OSError passes through unchanged.
    """

    async def supervise() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):  # Windows: Ctrl+C ends asyncio.run by itself
                loop.add_signal_handler(number, stop.set)
        await serve(stop)

    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(supervise())
    except OSError as error:
        if port is None:
            raise
        raise port_taken(port) from error
