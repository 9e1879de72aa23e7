"""The Socket Mode connection: says in one line when it fails, and whether it is open."""

import asyncio
import logging
import re
import time
from typing import Any

import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.requests_in_progress import RequestsInProgress

log = structlog.get_logger(__name__)

LOGGER_NAME = "rounds.socket"

PING_SECONDS = 10.0
"""Seconds between two pings."""

OPEN_SECONDS = 10.0
"""How long opening a connection may take, with Slack's answer that says where. It takes less than a second or two."""

_DETAILS = re.compile(r"[:(].*", re.DOTALL)


class SocketConnection:
    """A connection over which Slack sends what people do.

    It is opened again when it closes, or when nothing answers its pings (after about two `ping_seconds`). An address
    works once and not for long, so each time that doesn't succeed within `open_seconds`, Slack is asked for another.
    """

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        client: AsyncWebClient,
        *,
        ping_seconds: float = PING_SECONDS,
        open_seconds: float = OPEN_SECONDS,
        in_progress: RequestsInProgress | None = None,
    ) -> None:
        """`in_progress` counts a request until its acknowledgment has been sent."""
        self._app = app
        self._in_progress = in_progress or RequestsInProgress()
        self._client = _Client(app_token, client, ping_seconds, open_seconds)
        self._client.socket_mode_request_listeners.append(self._handle)

    async def open(self) -> None:
        """Connect, trying again until it works or the task is canceled."""
        await self._client.connect()

    async def close(self) -> None:
        """Disconnect."""
        await self._client.close()  # type: ignore[no-untyped-call]

    @property
    def is_open(self) -> bool:
        """Whether the connection is open, as far as this side knows."""
        session = self._client.current_session
        return session is not None and not session.closed and not self._client.stale

    async def _handle(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        began = time.time()
        with self._in_progress.running():
            await send_async_response(client, request, await run_async_bolt_app(self._app, request), began)


class _Client(SocketModeClient):
    """The SDK's client. Left alone, it tries the same address for as long as that is refused or hangs."""

    def __init__(self, app_token: str, client: AsyncWebClient, ping_seconds: float, open_seconds: float) -> None:
        super().__init__(app_token, _quiet_logger(), client, ping_interval=ping_seconds)
        self._open_seconds = open_seconds

    async def connect(self) -> None:
        """Connect, with another address after each try that failed."""
        while not self.closed:
            try:
                async with asyncio.timeout(self._open_seconds):
                    await super().connect()  # type: ignore[no-untyped-call]
            except TimeoutError:
                self.wss_uri = None
                log.warning("socket.not_opened", now="Slack is asked for another address")
            else:
                return


class _OneLine(logging.Handler):
    """Logs the SDK's errors as one line. Their details are left out: they may hold the address with its ticket."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        details: dict[str, Any] = {"error": error} if error else {}
        log.error("socket.failed", what=_DETAILS.sub("", record.getMessage()).strip(), **details)


def _quiet_logger() -> logging.Logger:
    logger = logging.getLogger(LOGGER_NAME)
    logger.propagate = False
    logger.setLevel(logging.ERROR)
    logger.handlers = [_OneLine()]
    return logger
