"""A lean stand-in for Slack over HTTP, in a process of its own, for benchmarks and the chaos campaign.

It takes messages, keeps which deliveries they were (the id in their metadata), shows them in a DM's history, counts
calls by method, and fails as it is told to at `/control`. `python -m tests.bench.slack_server` prints its port.
"""

import asyncio
import contextlib
import json
import random
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple
from urllib.parse import parse_qsl
from urllib.request import Request, urlopen

from aiohttp import web

HOST = "127.0.0.1"


@dataclass
class Faults:
    """How it fails from now on; chances are between 0 and 1, of each call that posts, and times are seconds."""

    seed: int = 1
    latency: float = 0.0
    jitter: float = 0.0
    lose_request: float = 0.0
    """The connection ends before anything was taken."""
    lose_reply: float = 0.0
    """The message is taken, then the connection ends."""
    error: float = 0.0
    """HTTP 500, half of them after the message was taken."""
    hang: float = 0.0
    """No answer for a minute, half of them after the message was taken."""
    too_fast: float = 0.0
    """HTTP 429."""
    retry_after: int = 1
    shows_after: float = 0.0
    """How long a message takes to show in the history."""
    history_too_fast: float = 0.0
    """HTTP 429 for a history call."""


class Message(NamedTuple):
    """A message that was taken, and when it shows."""

    delivery_id: str
    ts: str
    metadata: dict[str, Any]
    text: str
    shows_at: float


@dataclass
class Slack:
    """What it knows. A DM's id is its user's with a D before it."""

    faults: Faults = field(default_factory=Faults)
    calls: Counter[str] = field(default_factory=Counter)
    channels: dict[str, list[Message]] = field(default_factory=lambda: defaultdict(list))
    number: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one call."""
        method = request.path.rpartition("/")[2]
        if request.path.startswith("/control"):
            return self._control(method, await request.read())
        self.calls[method] += 1
        body = await request.read()
        if self.faults.latency or self.faults.jitter:
            await asyncio.sleep(self.faults.latency + self.faults.jitter * self.chance.random())
        if method == "chat.postMessage":
            return await self._post(request, json.loads(body))
        return self._other(method, _arguments(request, body))

    async def _post(self, request: web.BaseRequest, message: dict[str, Any]) -> web.StreamResponse:
        faults, drawn = self.faults, self.chance.random()
        for name in ("lose_request", "lose_reply", "error", "hang", "too_fast"):
            chance = getattr(faults, name)
            if drawn < chance:
                return await self._fail(name, request, message)
            drawn -= chance
        return _reply(self._take(message))

    async def _fail(self, name: str, request: web.BaseRequest, message: dict[str, Any]) -> web.StreamResponse:
        if name == "too_fast":
            return _too_fast(self.faults.retry_after)
        if name == "lose_reply" or (name in {"error", "hang"} and self.chance.random() < 0.5):
            self._take(message)
        if name == "error":
            return web.Response(status=500, text="upstream connect error")
        if name == "hang":
            await asyncio.sleep(60)
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)

    def _take(self, message: dict[str, Any]) -> dict[str, Any]:
        """Keep a message; what Slack says to it."""
        channel = _dm(message["channel"])
        metadata = message.get("metadata") or {}
        delivery_id = metadata.get("event_payload", {}).get("delivery_id", "")
        self.number += 1
        now = asyncio.get_running_loop().time()
        ts = f"{_wall():.0f}.{self.number % 1_000_000:06}"
        self.channels[channel].append(
            Message(delivery_id, ts, metadata, message.get("text", ""), now + self.faults.shows_after)
        )
        return {"ok": True, "channel": channel, "ts": ts}

    def _other(self, method: str, said: dict[str, Any]) -> web.StreamResponse:
        match method:
            case "conversations.open":
                return _reply({"ok": True, "channel": {"id": _dm(said["users"])}})
            case "conversations.history":
                if self.chance.random() < self.faults.history_too_fast:
                    return _too_fast(self.faults.retry_after)
                return _reply(self._history(said))
            case "chat.update":
                return _reply({"ok": True, "channel": said["channel"], "ts": said["ts"]})
            case "chat.getPermalink":
                return _reply({"ok": True, "permalink": f"https://example.org/{said['message_ts']}"})
            case "views.publish" | "views.open" | "views.push":
                return _reply({"ok": True, "view": {"id": "V1", "hash": "1"}})
            case "users.info":
                return _reply({"ok": True, "user": {"id": said["user"], "tz": "Europe/London", "is_admin": False}})
            case "auth.test":
                who = {"team_id": "T0", "team": "Hospital", "user_id": "U0ROUNDS", "bot_id": "B0ROUNDS"}
                return _reply({"ok": True, "url": "https://example.org/", **who})
        return _reply({"ok": True})

    def _history(self, said: dict[str, Any]) -> dict[str, Any]:
        now, limit = asyncio.get_running_loop().time(), int(said.get("limit", 100))
        oldest, first = float(said.get("oldest", 0)), int(said.get("cursor") or 0)
        shown = [
            {"type": "message", "ts": each.ts, "text": each.text, "metadata": each.metadata}
            for each in reversed(self.channels.get(said["channel"], []))
            if each.shows_at <= now and float(each.ts) >= oldest
        ]
        after = str(first + limit) if first + limit < len(shown) else ""
        page = shown[first : first + limit]
        return {"ok": True, "messages": page, "has_more": bool(after), "response_metadata": {"next_cursor": after}}

    def _control(self, what: str, body: bytes) -> web.Response:
        """`faults` sets them (those not named: none); `reset` forgets everything; `record` tells what was taken."""
        match what:
            case "faults":
                self.faults = Faults(**json.loads(body))
                self.chance = random.Random(self.faults.seed)
            case "reset":
                self.calls.clear()
                self.channels.clear()
            case "record":
                taken = [each.delivery_id for messages in self.channels.values() for each in messages]
                return _reply({"calls": self.calls, "deliveries": taken})
            case _:
                return web.Response(status=404)
        return _reply({"ok": True, "faults": asdict(self.faults)})


def _wall() -> float:
    import time

    return time.time()


def _dm(channel: str) -> str:
    return channel if channel.startswith("D") else f"D{channel}"


def _arguments(request: web.BaseRequest, body: bytes) -> dict[str, Any]:
    """What a call says: JSON, a form, or a query."""
    if request.content_type == "application/json":
        said: dict[str, Any] = json.loads(body or b"{}")
        return said
    return {**dict(request.query), **dict(parse_qsl(body.decode()))}


def _reply(values: dict[str, Any]) -> web.Response:
    return web.Response(body=json.dumps(values).encode(), content_type="application/json")


def _too_fast(seconds: int) -> web.Response:
    reply = _reply({"ok": False, "error": "ratelimited"})
    reply.set_status(429)
    reply.headers["Retry-After"] = str(seconds)
    return reply


async def _serve(port: int) -> None:
    slack = Slack()
    runner = web.ServerRunner(web.Server(slack.answer, access_log=None))
    await runner.setup()
    site = web.TCPSite(runner, HOST, port)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


@dataclass(frozen=True)
class Server:
    """A running stand-in, as the process that started it sees it."""

    port: int

    @property
    def api(self) -> str:
        """The address of its Web API."""
        return f"http://{HOST}:{self.port}/api/"

    def reset(self) -> None:
        """Forget all messages and counts."""
        self._say("reset", b"")

    def fail(self, **faults: float) -> None:
        """Set its faults (see `Faults`); none without arguments."""
        self._say("faults", json.dumps(faults).encode())

    def record(self) -> dict[str, Any]:
        """`calls` by method, and the `deliveries` it took, an id each time."""
        return self._say("record", b"")

    def _say(self, what: str, body: bytes) -> dict[str, Any]:
        with urlopen(Request(f"http://{HOST}:{self.port}/control/{what}", body, method="POST")) as reply:
            said: dict[str, Any] = json.load(reply)
        return said


@contextlib.contextmanager
def serving(port: int = 0) -> Iterator[Server]:
    """Start one in its own process, and end it. `port` 0: any that is free."""
    command = [sys.executable, "-m", "tests.bench.slack_server", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Server(int(process.stdout.readline()))
        finally:
            process.terminate()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
