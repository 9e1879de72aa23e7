"""Attackers: many who each do the same thing again and again, and what an attack came to."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

with contextlib.suppress(ImportError):  # Windows has no such limits
    import resource

LOOPBACK = "127.0.0.1"

SOON = 0.05
"""Seconds until somebody whose connection was refused tries again."""


@dataclass
class Outcome:
    """What the attackers got, counted, and what there was that mustn't be."""

    got: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def expect(self, held: object, otherwise: str) -> None:
        """Note what is wrong unless this held."""
        if not held:
            self.broken.append(otherwise)


async def again_and_again(
    many: int, seconds: float, once: Callable[[], Awaitable[str]], pause: float = 0.0
) -> Counter[str]:
    """Have this many do one thing over and over; how often it came to what. What is going on at the end is cut off.

    `pause`: the seconds between two times. Without one, this process takes as much of the machine as it can get.
    """
    came_to: Counter[str] = Counter()

    async def one() -> None:
        while True:
            try:
                came_to[await once()] += 1
                await asyncio.sleep(pause)
            except OSError:
                came_to["not connected"] += 1
                await asyncio.sleep(SOON)

    attackers = [asyncio.create_task(one()) for _ in range(many)]
    try:
        await asyncio.wait(attackers, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for attacker in attackers:
            attacker.cancel()
        ended = await asyncio.gather(*attackers, return_exceptions=True)
    for error in ended:
        if not isinstance(error, asyncio.CancelledError):
            raise RuntimeError("an attacker broke") from error
    return came_to


def open_many_files(many: int) -> int:
    """Let this process open so many files if the system allows it; how many it may open now."""
    try:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = max(soft, many if hard == resource.RLIM_INFINITY else min(many, hard))
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except NameError:
        return many
    return wanted
