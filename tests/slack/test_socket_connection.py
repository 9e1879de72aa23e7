"""The connection to Slack comes back, whatever the network does to it, and says meanwhile that it is closed."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from bot.slack.manifest import manifest
from bot.slack.socket_connection import SocketConnection
from tests.shipped import shipped_pack
from tests.waits import LONGEST, eventually


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    local = Sandbox(manifest(shipped_pack().skills), ack_seconds=LONGEST)
    await local.start()
    try:
        yield local
    finally:
        await local.stop()


@pytest.fixture
async def connection(sandbox: Sandbox) -> AsyncIterator[SocketConnection]:
    """An open connection that pings often."""
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(sandbox.bot_token, sandbox.api_url, session=session, retry_handlers=[])
        app = AsyncApp(client=client, request_verification_enabled=False)
        opened = SocketConnection(app, sandbox.app_token, client, ping_seconds=0.2, open_seconds=1.0)
        await opened.open()
        await asyncio.wait_for(sandbox.sockets.wait_for_connections(), LONGEST)
        try:
            yield opened
        finally:
            await opened.close()


async def comes_back(sandbox: Sandbox, connection: SocketConnection) -> None:
    await eventually(lambda: sandbox.sockets.opened >= 2 and connection.is_open)


async def test_an_address_that_is_refused_is_given_up_for_another(sandbox: Sandbox, connection: SocketConnection):
    sandbox.sockets.refuse(times=3)

    sandbox.sockets.drop_connections()

    await comes_back(sandbox, connection)


async def test_a_connection_whose_opening_hangs_is_given_up_for_another(sandbox: Sandbox, connection: SocketConnection):
    sandbox.sockets.hang(times=1000)

    sandbox.sockets.drop_connections()

    await eventually(lambda: not connection.is_open)
    sandbox.sockets.hang(times=0)
    await comes_back(sandbox, connection)


async def test_a_silent_connection_is_replaced(sandbox: Sandbox, connection: SocketConnection):
    sandbox.sockets.fall_silent()

    await comes_back(sandbox, connection)


async def test_a_slack_that_gives_no_address_is_asked_until_it_does(sandbox: Sandbox, connection: SocketConnection):
    sandbox.faults.add("apps.connections.open", "error", error="internal_error", times=3)

    sandbox.sockets.drop_connections()

    await comes_back(sandbox, connection)


@pytest.mark.parametrize("fault", ["refuse", "hang"])
async def test_the_first_connection_is_opened_in_the_same_way(sandbox: Sandbox, fault: str):
    getattr(sandbox.sockets, fault)(times=2)
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(sandbox.bot_token, sandbox.api_url, session=session, retry_handlers=[])
        app = AsyncApp(client=client, request_verification_enabled=False)
        opened = SocketConnection(app, sandbox.app_token, client, ping_seconds=0.2, open_seconds=1.0)

        async with asyncio.timeout(LONGEST):
            await opened.open()

        assert opened.is_open
        await opened.close()
