"""`python -m tests.bench.load URL SECRET RATE SECONDS USERS`: people who type `/conflict-tip`, signed as Slack signs.

The load is open: each command is sent at its time, whether those before it were answered or not, and its time to answer
counts from then. So a server that stalls can't hide that by slowing the load down.
"""

import asyncio
import hashlib
import hmac
import itertools
import json
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp

WARM_UP = 1.0
"""Seconds at the beginning that don't count."""

_NUMBERS = itertools.count()


@dataclass(frozen=True)
class RequestUrl:
    """Where Slack's requests go, and the secret that signs them."""

    url: str
    secret: str

    async def type_command(self, session: aiohttp.ClientSession, user: str, command: str, text: str = "") -> str:
        """One command; its answer. Each has a trigger id of its own, as Slack's have."""
        body = urlencode(
            {
                "command": command,
                "text": text,
                "team_id": "T0RIVER",
                "user_id": user,
                "channel_id": "D1",
                "api_app_id": "A0ROUNDS",
                "response_url": "http://127.0.0.1:9/none",
                "trigger_id": f"1.2.{time.time_ns()}{next(_NUMBERS)}",
            }
        )
        at = str(int(time.time()))
        digest = hmac.new(self.secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": f"v0={digest}",
        }
        async with session.post(self.url, data=body, headers=headers) as answer:
            said = await answer.text()
            assert answer.status == 200, answer.status
            return said


async def load(
    rate: float, seconds: float, type_one: Callable[[aiohttp.ClientSession, int], Awaitable[object]]
) -> list[float]:
    """The milliseconds that each command took, from when it was to be sent."""
    took: list[float] = []

    async def one(number: int, due: float) -> None:
        await asyncio.sleep(due - loop.time())
        await type_one(session, number)
        if due - began >= WARM_UP:
            took.append((loop.time() - due) * 1000)

    loop = asyncio.get_running_loop()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=200)) as session:
        began = loop.time() + 0.1
        await asyncio.gather(*(one(number, began + number / rate) for number in range(int(rate * (WARM_UP + seconds)))))
    return took


async def quick_tips(door: RequestUrl, rate: float, seconds: float, users: int) -> list[float]:
    """So many people who type `/conflict-tip` in turn; the milliseconds that each took."""
    return await load(
        rate, seconds, lambda session, number: door.type_command(session, f"U{number % users:06}", "/conflict-tip")
    )


if __name__ == "__main__":
    _, address, key, per_second, how_long, people = sys.argv
    asked = quick_tips(RequestUrl(address, key), float(per_second), float(how_long), int(people))
    print(json.dumps(asyncio.run(asked)))
