"""A scripted Slack server over real HTTP, and the real client pointed at it."""

from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import transactions
from tests.waits import LONGEST

Answer = dict[str, Any] | web.Response | Callable[[web.Request], Awaitable[web.Response]]


@dataclass
class ScriptedSlack:
    """Records calls, and answers each method with the next scripted answer, or with `{"ok": true}`."""

    url: str = ""
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    told: dict[str, deque[Answer]] = field(default_factory=lambda: defaultdict(deque))

    def answers(self, method: str, *answers: Answer) -> None:
        """Script the answers to the next calls: a dict, a response, or a coroutine function of the request."""
        self.told[method].extend(answers)

    def calls(self, method: str) -> list[dict[str, Any]]:
        """The bodies of the calls to one method."""
        return [body for asked, body in self.asked if asked == method]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        is_json = request.content_type == "application/json"
        body = await request.json() if is_json else {**request.query, **await request.post()}
        self.asked.append((method, body))
        answer = self.told[method].popleft() if self.told[method] else {"ok": True}
        if isinstance(answer, web.Response):
            return answer
        return web.json_response(answer) if isinstance(answer, dict) else await answer(request)


@pytest.fixture(autouse=True)
def patient_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody be told that the database is slow because this machine is."""
    monkeypatch.setattr(transactions, "MAX_WAIT_TO_BEGIN_SECONDS", LONGEST)


@pytest.fixture
async def slack() -> AsyncIterator[ScriptedSlack]:
    """The server."""
    scripted = ScriptedSlack()
    app = web.Application()
    app.router.add_route("*", "/api/{method}", scripted.handle)
    async with TestServer(app) as server:
        scripted.url = str(server.make_url("/api/"))
        yield scripted


@pytest.fixture
def client_seconds() -> float:
    """How long a call to Slack may take. Tests of timeouts parametrize this."""
    return LONGEST


@pytest.fixture
async def session(client_seconds: float) -> AsyncIterator[aiohttp.ClientSession]:
    """A session with the same kind of timeout as the bot's."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=client_seconds)) as session:
        yield session


@pytest.fixture
def client(slack: ScriptedSlack, session: aiohttp.ClientSession) -> AsyncWebClient:
    """The client as `bootstrap` makes it: shared session, no retries."""
    return AsyncWebClient(token="xoxb-test", base_url=slack.url, session=session, retry_handlers=[])
