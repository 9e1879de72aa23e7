"""An HTTP server on one port."""

import asyncio
import contextlib
from collections.abc import Sequence
from functools import partial
from typing import cast

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.errors import SettingsError
from bot.web.connections import ConnectionGuard, ConnectionLimits
from bot.web.server_errors import ServerErrors

SLACK_EVENTS_PATH = "/slack/events"
"""The path for everything that Slack sends."""

MAX_BODY_BYTES = 1024 * 1024
"""Most bytes in a request. Slack's largest, a modal with all its fields, are under a quarter of this."""

ACCEPTED_AT_ONCE, QUEUED = 8, 1024
"""Connections that are accepted before others get their turn, and that the system keeps until then. asyncio has one
number for both, 100: in a flood of connections, everybody's requests then stand still for 40 ms again and again, and
who comes while the queue is full tries again only a second later."""

CUT_OFF = (ConnectionError, web.RequestPayloadError, RuntimeError)
"""What reading a request raises if its sender left, if its body isn't what its headers say, or if its connection was
closed before anyone began to read."""

SHUTDOWN_TIMEOUT_SECONDS = 4.0
"""Seconds that running requests get when the process stops: longer than Slack waits for any, which is three."""

LINGERING_SECONDS, LINGERING_BYTES = 1.0, 128 * 1024
"""How long, and up to how many bytes, the rest of an answered request is read and dropped, so that its sender can read
the answer. aiohttp itself limits only the time, and reads tens of megabytes meanwhile."""


@web.middleware
async def drop_rest(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Middleware that answers a request whose body hasn't arrived, and then drops a little of it before closing."""
    response = await handler(request)
    if not request.content.is_eof():
        response.force_close()
        left = LINGERING_BYTES
        with contextlib.suppress(TimeoutError, *CUT_OFF):
            await response.prepare(request)
            await response.write_eof()
            async with asyncio.timeout(LINGERING_SECONDS):
                while left > 0 and not request.content.is_eof():
                    left -= len(await request.content.readany())
    return response


class Server:
    """Serves some routes on one address."""

    def __init__(
        self,
        routes: Sequence[web.RouteDef],
        host: str,
        port: int,
        limits: ConnectionLimits | None = None,
        errors: ServerErrors | None = None,
    ) -> None:
        """Create a server. Port 0 takes any free port. `limits`: of its connections. `errors` counts its errors."""
        self._routes = routes
        self._host = host
        self._port = port
        self._limits = limits or ConnectionLimits()
        self._runner: web.AppRunner | None = None
        self._listener: asyncio.Server | None = None
        self._errors = errors

    @property
    def port(self) -> int:
        """The port it listens on, once started."""
        return int(self._listener.sockets[0].getsockname()[1]) if self._listener is not None else self._port

    async def start(self) -> None:
        """Start listening. Raises SettingsError if the address can't be used."""
        guard = ConnectionGuard(self._limits)
        app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[guard.watch, drop_rest])
        app.add_routes(self._routes)
        runner = web.AppRunner(
            app,
            access_log=None,
            shutdown_timeout=SHUTDOWN_TIMEOUT_SECONDS,
            keepalive_timeout=self._limits.idle_seconds,
            lingering_time=0.0,  # `drop_rest` does it
        )
        await runner.setup()
        try:
            self._listener = await asyncio.get_running_loop().create_server(
                partial(guard.connect, cast(web.Server, runner.server)),
                self._host,
                self._port,
                backlog=ACCEPTED_AT_ONCE,
            )
        except OSError as error:
            await runner.cleanup()
            raise SettingsError(
                f"Rounds can't listen on {self._host}, port {self._port} ({error.strerror}). Rounds didn't start. "
                "Choose a different port, or stop the program that uses it."
            ) from error
        for listening in self._listener.sockets:
            with listening.dup() as same:
                same.listen(QUEUED)
        self._runner = runner
        if self._errors is not None:
            self._errors.start()

    async def stop(self) -> None:
        """Stop accepting requests, and finish the running ones."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()
            if self._errors is not None:
                self._errors.stop()
