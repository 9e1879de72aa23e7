"""Running until told to stop, and what to say when it can't begin."""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable

from bot.errors import RoundsError


def port_taken(port: int) -> RoundsError:
    """What to say where another program listens already."""
    return RoundsError(f"Port {port} on this machine is taken. Nothing was started. Add --port 0 for any free one.")


def until_stopped(port: int | None, serve: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run until Ctrl+C or a termination signal, then stop in an orderly way.

    RoundsError if `port` is taken; None leaves an OSError as it is.
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
