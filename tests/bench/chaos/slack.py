"""A Slack that fails in every way it has, in a process of its own, with an honest record of what it accepted.

It answers the methods that deliveries need. What goes wrong is drawn for each request: accepted and the connection
dropped, dropped before it was read, slow beyond the client's patience, a 5xx with or without the message taken, shown
late in the history, and now and then a burst of 429 for one workspace.
"""

import asyncio
import json
import random
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.bench.chaos.scale import LATEST_TO_SHOW, TIMEOUT

BURST_EVERY = 2.0
BURST_LASTS = 0.7
"""Seconds between two bursts of 429, and how long one lasts."""

FAULTS = {
    "none": 80,
    "accept_then_drop": 4,
    "drop": 3,
    "slow": 4,
    "error_accepted": 2,
    "error_refused": 2,
    "shown_late": 5,
}
"""What may happen to a post, and how often of 100."""


@dataclass
class Record:
    """Every message that was accepted, and when it shows."""

    posts: Counter[str] = field(default_factory=Counter)
    channels: defaultdict[str, list[tuple[float, dict[str, Any]]]] = field(default_factory=lambda: defaultdict(list))
    faults: Counter[str] = field(default_factory=Counter)
    looked_up: int = 0

    def accept(self, body: dict[str, Any], shows_after: float) -> dict[str, Any]:
        """Take a message; Slack's answer to it."""
        metadata = json.loads(body["metadata"]) if isinstance(body["metadata"], str) else body["metadata"]
        self.posts[metadata["event_payload"]["delivery_id"]] += 1
        channel, now = _direct_message(body["channel"]), time.time()
        message = {"type": "message", "ts": f"{now:.6f}", "metadata": metadata, "text": ""}
        self.channels[channel].append((now + shows_after, message))
        return {"ok": True, "channel": channel, "ts": message["ts"], "message": message}


class UnreliableSlack:
    """The server's methods."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._record = Record()
        self._burst_of = ""
        self._began = time.monotonic()

    def app(self) -> web.Application:
        """The application to serve."""
        app = web.Application()
        app.add_routes(
            [
                web.post("/api/chat.postMessage", self.post_message),
                web.post("/api/conversations.open", self.open_conversation),
                web.post("/api/conversations.history", self.history),
                web.get("/api/conversations.history", self.history),
                web.get("/record", self.record),
            ]
        )
        return app

    async def post_message(self, request: web.Request) -> web.StreamResponse:
        """chat.postMessage, with whatever goes wrong."""
        body = await _body(request)
        if self._in_burst(request):
            self._record.faults["429"] += 1
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "1"})
        fault = self._random.choices(list(FAULTS), weights=list(FAULTS.values()))[0]
        self._record.faults[fault] += 1
        await asyncio.sleep(self._random.uniform(0, TIMEOUT / 25))
        if fault == "drop":
            return _drop(request)
        if fault == "error_refused":
            return web.json_response({"ok": False, "error": "internal_error"}, status=500)
        if fault == "slow":
            # As aiohttp's handler goes on when the client has hung up, so does Slack.
            return await asyncio.shield(asyncio.ensure_future(self._accept_slowly(body)))
        shows_after = self._random.uniform(0, LATEST_TO_SHOW) if fault == "shown_late" else 0.0
        answer = self._record.accept(body, shows_after)
        if fault == "accept_then_drop" or (fault == "shown_late" and self._random.random() < 0.7):
            return _drop(request)
        if fault == "error_accepted":
            return web.json_response({"ok": False, "error": "fatal_error"}, status=500)
        return web.json_response(answer)

    async def open_conversation(self, request: web.Request) -> web.Response:
        """conversations.open, which gives the id of a DM."""
        body = await _body(request)
        return web.json_response({"ok": True, "channel": {"id": _direct_message(body["users"])}})

    async def history(self, request: web.Request) -> web.Response:
        """conversations.history: what shows by now, in one page."""
        body = await _body(request)
        self._record.looked_up += 1
        if self._random.random() < 0.05:
            return web.json_response({"ok": False, "error": "internal_error"}, status=500)
        now = time.time()
        shown = [message for shows_at, message in self._record.channels[body["channel"]] if shows_at <= now]
        return web.json_response({"ok": True, "messages": shown, "response_metadata": {"next_cursor": ""}})

    async def record(self, _request: web.Request) -> web.Response:
        """What was accepted, for the count at the end."""
        record = self._record
        return web.json_response({"posts": record.posts, "faults": record.faults, "looked_up": record.looked_up})

    async def _accept_slowly(self, body: dict[str, Any]) -> web.Response:
        await asyncio.sleep(self._random.uniform(TIMEOUT / 2, LATEST_TO_SHOW - TIMEOUT))
        return web.json_response(self._record.accept(body, 0.0))

    def _in_burst(self, request: web.Request) -> bool:
        """Whether this workspace is told to wait: now and then one is, for a while."""
        into = (time.monotonic() - self._began) % BURST_EVERY
        team = request.headers.get("Authorization", "")
        if into >= BURST_LASTS:
            self._burst_of = ""
            return False
        self._burst_of = self._burst_of or team
        return team == self._burst_of


async def _body(request: web.Request) -> dict[str, Any]:
    """A call's arguments, in whichever of Slack's three ways they came."""
    if request.content_type == "application/json":
        return dict(await request.json())
    return {**request.query, **(await request.post())}


def _direct_message(user: str) -> str:
    """The DM with a user; a channel's id is its own."""
    return user if user.startswith("D") else f"D{user}"


def _drop(request: web.Request) -> web.Response:
    """Hang up without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def serve(seed: int) -> None:
    """Listen on loopback, print the port, and stay until the process is ended."""
    runner = web.AppRunner(UnreliableSlack(seed).app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
