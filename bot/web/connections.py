"""Keeps strangers who open connections from using up the server: a cap, and deadlines for those that send nothing."""

import asyncio
import contextlib
from dataclasses import dataclass
from itertools import chain

from aiohttp import web
from aiohttp.typedefs import Handler
from aiohttp.web_protocol import RequestHandler

MAX_CONNECTIONS = 512
"""Most open connections. Slack and a proxy need a few dozen, and more while answers are slow."""

HEADER_SECONDS = 10.0
"""How long a new connection may take to send the first request's headers."""

IDLE_SECONDS = 75.0
"""How long a connection may wait for its next request: longer than proxies do (nginx: 60), so that they close first."""

SWEEPS = 4
"""How often, within the time for headers, connections that send none are looked for."""


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """How many connections there may be, and how long each may keep still."""

    connections: int = MAX_CONNECTIONS
    header_seconds: float = HEADER_SECONDS
    idle_seconds: float = IDLE_SECONDS

    @property
    def most_open(self) -> int:
        """The cap, lower where this process may open few files: half of them are left for everything else."""
        with contextlib.suppress(ImportError, OSError, ValueError):  # Windows has no such limit
            import resource

            return max(1, min(self.connections, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2))
        return self.connections


class ConnectionGuard:
    """Makes a server's connections, closes those that keep still, and makes room for new ones.

    At the cap, another connection is closed for a new one, so that no number of silent or slow connections keeps Slack
    out: first the oldest of those that never got an answer, then the one that got its last answer longest ago. A
    request that has arrived is never cut off. If there are only such, the new connection is closed.
    """

    def __init__(self, limits: ConnectionLimits) -> None:
        self._limits = limits
        self._most_open = limits.most_open
        self._unanswered: dict[RequestHandler, float] = {}
        self._answered: dict[RequestHandler, float] = {}
        """When each was opened, or got its last answer; in this order."""
        self._requests: dict[RequestHandler, web.Request] = {}
        self._not_yet_open: set[RequestHandler] = set()
        self._sweep: asyncio.TimerHandle | None = None
        self.refused = 0

    def connect(self, server: web.Server) -> asyncio.BaseProtocol:
        """Return the protocol of a new connection."""
        loop = asyncio.get_running_loop()
        if len(self._unanswered) + len(self._answered) >= self._most_open and not self._make_room():
            self.refused += 1
            return _Refused()
        connection = server()
        self._unanswered[connection] = loop.time()
        # asyncio opens it in the loop's next turn, and looks no more at whether it was closed before.
        self._not_yet_open.add(connection)
        loop.call_soon(loop.call_soon, self._not_yet_open.discard, connection)
        # One timer for all: one for each would keep every connection of a flood in memory until it is due.
        self._sweep = self._sweep or loop.call_later(self._limits.header_seconds, self._close_silent)
        return connection

    @web.middleware
    async def watch(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Middleware that tells connections in a request from those that keep still."""
        connection = request.protocol
        self._requests[connection] = request
        try:
            return await handler(request)
        finally:
            del self._requests[connection]
            if self._forget(connection):
                self._answered[connection] = asyncio.get_running_loop().time()

    def _make_room(self) -> bool:
        """Forget what has been closed, or else close a connection; whether there was one."""
        if self._forget_closed():
            return True
        for connection in chain(self._unanswered, self._answered):
            request = self._requests.get(connection)
            has_arrived = request is not None and request.content.is_eof()
            if not has_arrived and connection not in self._not_yet_open:
                self._forget(connection)
                connection.force_close()
                return True
        return False

    def _close_silent(self) -> None:
        """Close connections that have had no request for too long since they were opened."""
        loop = asyncio.get_running_loop()
        self._forget_closed()
        for connection, opened_at in list(self._unanswered.items()):
            if opened_at + self._limits.header_seconds > loop.time():
                break
            if connection not in self._requests:
                self._forget(connection)
                connection.force_close()
        again = self._limits.header_seconds / SWEEPS
        self._sweep = loop.call_later(again, self._close_silent) if self._unanswered or self._answered else None

    def _forget_closed(self) -> bool:
        """Forget connections that were closed; whether there were any."""
        known = [*self._unanswered, *self._answered]
        closed = [each for each in known if each.transport is None and each not in self._not_yet_open]
        for connection in closed:
            self._forget(connection)
        return bool(closed)

    def _forget(self, connection: RequestHandler) -> bool:
        """Forget a connection; whether it was still known."""
        known = (each.pop(connection, None) for each in (self._unanswered, self._answered))
        return any(since is not None for since in known)


class _Refused(asyncio.Protocol):
    """Closes its connection at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            transport.abort()
