"""Runs a command until it is stopped, and explains why it can't start."""

import asyncio
import contextlib
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from types import FrameType

from bot.errors import RoundsError

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)

STOP_DEADLINE_SECONDS = 9.0
"""Seconds from the signal until the process ends in any case. Docker kills what still runs after 10 seconds."""


def port_taken(port: int) -> RoundsError:
    """Return the error for a port that another program is using."""
    return RoundsError(f"Port {port} on this machine is taken. Nothing was started. Add --port 0 to use any free port.")


def until_stopped(port: int | None, serve: Callable[[], Coroutine[object, object, None]]) -> None:
    """Run until Ctrl+C or a termination signal. Then cancel what runs, in whatever phase it is, and let it clean up.

    The process ends within `STOP_DEADLINE_SECONDS` of the signal, even if a thread waits for a database that doesn't
    answer. Raises RoundsError if `port` is taken. If `port` is None, an OSError passes through unchanged.
    """
    try:
        with _handlers_restored(), contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
            asyncio.run(_supervise(serve))
    except OSError as error:
        if port is None:
            raise
        raise port_taken(port) from error


async def _supervise(serve: Callable[[], Coroutine[object, object, None]]) -> None:
    loop = asyncio.get_running_loop()
    serving = asyncio.ensure_future(serve())
    deadline = _Deadline()

    def stop(_number: int, _frame: FrameType | None) -> None:
        deadline.begin()
        loop.call_soon_threadsafe(serving.cancel)

    # Not `loop.add_signal_handler`: that handler would only run once the event loop is free.
    for number in STOP_SIGNALS:
        signal.signal(number, stop)
    await serving


@contextlib.contextmanager
def _handlers_restored() -> Iterator[None]:
    """Leave the signals to whoever had them before: with the event loop closed, our handler could only raise."""
    before = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Deadline:
    """Ends the process some time after `begin`. A signal's handler may call it, because no lock is taken."""

    def __init__(self) -> None:
        self._begun: queue.SimpleQueue[None] = queue.SimpleQueue()
        threading.Thread(target=self._end_late, name="rounds-stop", daemon=True).start()

    def begin(self) -> None:
        self._begun.put(None)

    def _end_late(self) -> None:
        self._begun.get()
        threading.Event().wait(STOP_DEADLINE_SECONDS)
        message = (
            f"Rounds didn't finish within {STOP_DEADLINE_SECONDS:g} s and was ended. Nothing that was saved is lost; "
            "the next start checks in Slack what was being sent."
        )
        print(message, file=sys.stderr, flush=True)
        os._exit(1)
