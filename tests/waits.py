"""How long tests wait, and how.

A wait ends as soon as what it waits for is there. A bound only ends a hang, so it is long enough for a machine that is
busy with other things.
"""

import asyncio
from collections.abc import Callable

LONGEST = 90.0
"""Seconds until a wait gives up."""


async def eventually(look: Callable[[], object]) -> None:
    """Return when `look` finds something. TimeoutError."""
    async with asyncio.timeout(LONGEST):
        while not look():  # noqa: ASYNC110 - another process does it
            await asyncio.sleep(0.05)
