"""Processes that tests start: each ends with its test, however that ends, even if the tests are killed."""

import asyncio
import contextlib
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from typing import Any

_GUARD = 'read -r _ || kill -KILL "$0"'
"""Kills a process when its own input ends without a line: the tests were killed and couldn't do it."""


@contextlib.asynccontextmanager
async def child(*command: str, **options: Any) -> AsyncIterator[Process]:
    """A running command, with the options of `asyncio.create_subprocess_exec`; killed at the end if it still runs."""
    process = await asyncio.create_subprocess_exec(*command, **options)
    guard: Process | None = None
    try:
        guard = await asyncio.create_subprocess_exec(
            *("/bin/sh", "-c", _GUARD, str(process.pid)), stdin=PIPE, start_new_session=True
        )
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        if guard is not None:
            await guard.communicate(b"\n")
