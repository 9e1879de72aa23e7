"""A running sandbox, the real Slack client pointed at it, and people who use it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox, SandboxUser
from tests.sandbox.builders import Json, manifest
from tests.waits import LONGEST

NOON = 1_772_452_800.0
"""2 March 2026, 12:00 UTC."""

Start = Callable[..., Awaitable[Sandbox]]
Connect = Callable[[AsyncApp], Awaitable[None]]


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def start(clock: Clock) -> AsyncIterator[Start]:
    """Starts sandboxes that retry events at once, and stops them."""
    async with AsyncExitStack() as stack:

        async def started(declared: Json | None = None, **settings: object) -> Sandbox:
            given: Json = {"clock": clock, "retry_delays": (0.0, 0.0, 0.0), **settings}
            sandbox = Sandbox(declared or manifest(), **given)
            await sandbox.start()
            stack.push_async_callback(sandbox.stop)
            return sandbox

        yield started


@pytest.fixture
def ack_seconds() -> float:
    """How long the app has to acknowledge: tests of what happens when it doesn't parametrize this."""
    return LONGEST


@pytest.fixture
async def sandbox(start: Start, ack_seconds: float) -> Sandbox:
    return await start(ack_seconds=ack_seconds)


def client_of(sandbox: Sandbox) -> AsyncWebClient:
    return AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])


@pytest.fixture
def slack(sandbox: Sandbox) -> AsyncWebClient:
    return client_of(sandbox)


@pytest.fixture
async def amara(sandbox: Sandbox) -> AsyncIterator[SandboxUser]:
    async with SandboxUser(sandbox.url, "U0AMARA", LONGEST) as person:
        yield person


@pytest.fixture
async def priya(sandbox: Sandbox) -> AsyncIterator[SandboxUser]:
    async with SandboxUser(sandbox.url, "U0PRIYA", LONGEST) as person:
        yield person


@pytest.fixture
def app(slack: AsyncWebClient) -> AsyncApp:
    """A Bolt app for a test to add listeners to, and then to `connect`."""
    return AsyncApp(client=slack)


@pytest.fixture
async def connect(sandbox: Sandbox) -> AsyncIterator[Connect]:
    """Connects Bolt apps over Socket Mode, and disconnects them."""
    async with AsyncExitStack() as stack:

        async def connected(app: AsyncApp) -> None:
            handler = AsyncSocketModeHandler(app, sandbox.app_token, web_client=app.client)
            await handler.connect_async()
            stack.push_async_callback(handler.close_async)
            await asyncio.wait_for(sandbox.sockets.wait_for_connections(), LONGEST)

        yield connected
