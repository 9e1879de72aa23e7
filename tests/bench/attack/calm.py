"""`python -m tests.bench.attack.calm URL SECRET`: one person who types `/streak` ten times a second.

She types until her input ends, in a process of her own, so that what the attackers compute isn't counted as the bot's
time. The load is open: her time to an answer counts from when a command was due. Then she prints what came of it.
"""

import asyncio
import contextlib
import json
import math
import sys
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from statistics import quantiles

import aiohttp

from bot.slack.turns import STILL_BUSY
from tests.bench.flood import CALM, CALM_PER_SECOND
from tests.bench.load import WARM_UP, RequestUrl

PATIENCE = aiohttp.ClientTimeout(total=30)
"""How long she waits for an answer. Slack waits three seconds, but then we wouldn't learn how late it came."""


@dataclass
class Calm:
    """What a person who attacks nobody got: each command's outcome, and the milliseconds after the warm-up."""

    outcomes: Counter[str] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)

    @property
    def answered(self) -> int:
        """How many of her commands showed her streak."""
        return self.outcomes["answered"]

    @property
    def typed(self) -> int:
        """How many commands she typed."""
        return self.outcomes.total()

    def percentile(self, number: int) -> float:
        """Milliseconds within which this percentage of her commands had an outcome; infinite if hardly any had one."""
        if len(self.took) < 2:
            return math.inf
        return quantiles(self.took, n=100, method="inclusive")[number - 1]


async def type_until(stop: asyncio.Event, door: RequestUrl) -> Calm:
    """Type `/streak` until told to stop, and wait for all answers."""
    calm = Calm()
    loop = asyncio.get_running_loop()

    async def type_one(session: aiohttp.ClientSession, due: float) -> None:
        try:
            said = await door.type_command(session, CALM, "/streak")
            outcome = "told to wait" if STILL_BUSY[:20] in said else "answered" if "streak" in said.lower() else "other"
        except (AssertionError, aiohttp.ClientError, TimeoutError) as error:
            outcome = type(error).__name__
        calm.outcomes[outcome] += 1
        if due - began >= WARM_UP:
            calm.took.append((loop.time() - due) * 1000)

    one_time = aiohttp.TCPConnector(force_close=True)
    async with (
        aiohttp.ClientSession(timeout=PATIENCE) as kept,
        aiohttp.ClientSession(timeout=PATIENCE, connector=one_time) as new,
        asyncio.TaskGroup() as commands,
    ):
        began, number = loop.time(), 0
        while not stop.is_set():
            due = began + number / CALM_PER_SECOND
            await asyncio.sleep(due - loop.time())
            # Every other one over a connection of its own: attackers must not keep those out either.
            commands.create_task(type_one(new if number % 2 else kept, due))
            number += 1
    return calm


@contextlib.asynccontextmanager
async def calm_person(door: RequestUrl) -> AsyncIterator[Calm]:
    """A process in which she types while the block runs. What came of it is filled in at the end of the block."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.attack.calm", door.url, door.secret),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    calm = Calm()
    try:
        await process.stdout.readline()
        yield calm
        printed, _ = await process.communicate(b"")  # ends her input
        outcomes, calm.took = json.loads(printed)
        calm.outcomes.update(outcomes)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _main(url: str, secret: str) -> None:
    stop = asyncio.Event()
    typing = asyncio.create_task(type_until(stop, RequestUrl(url, secret)))
    print("typing", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    stop.set()
    calm = await typing
    print(json.dumps([calm.outcomes, calm.took]))


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:3]))
