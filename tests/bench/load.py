"""`python -m tests.bench.load URL SECRET RATE SECONDS USERS`: people who type `/conflict-tip`, signed as Slack signs.

The load is open: each command is sent at its time, whether those before it were answered or not, and its time to answer
counts from then. So a server that stalls can't hide that by slowing the load down.
"""

import asyncio
import hashlib
import hmac
import json
import sys
import time
from urllib.parse import urlencode

import aiohttp

WARM_UP = 1.0
"""Seconds at the beginning that don't count."""


async def type_command(session: aiohttp.ClientSession, url: str, secret: str, user: int) -> None:
    """One command, and its answer."""
    body = urlencode(
        {
            "command": "/conflict-tip",
            "text": "",
            "team_id": "T0RIVER",
            "user_id": f"U{user:06}",
            "channel_id": "D1",
            "api_app_id": "A0ROUNDS",
            "response_url": "http://127.0.0.1:9/none",
            "trigger_id": "1.2.3",
        }
    )
    at = str(int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": f"v0={digest}",
    }
    async with session.post(url, data=body, headers=headers) as answer:
        await answer.read()
        assert answer.status == 200, answer.status


async def load(url: str, secret: str, rate: float, seconds: float, users: int) -> list[float]:
    """The milliseconds that each command took, from when it was to be sent."""
    took: list[float] = []

    async def one(number: int, due: float) -> None:
        await asyncio.sleep(due - loop.time())
        await type_command(session, url, secret, number % users)
        if due - began >= WARM_UP:
            took.append((loop.time() - due) * 1000)

    loop = asyncio.get_running_loop()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=200)) as session:
        began = loop.time() + 0.1
        await asyncio.gather(*(one(number, began + number / rate) for number in range(int(rate * (WARM_UP + seconds)))))
    return took


if __name__ == "__main__":
    _, address, key, per_second, how_long, people = sys.argv
    print(json.dumps(asyncio.run(load(address, key, float(per_second), float(how_long), int(people)))))
