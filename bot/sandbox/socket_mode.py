"""Implements Socket Mode: WebSockets that carry what people do to the app, and return its acknowledgments.

The protocol is at https://docs.slack.dev/apis/events-api/using-socket-mode.
"""

import asyncio
import json
import secrets
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import uuid4

from aiohttp import WSMsgType, web

from bot.sandbox.model import Json

MAX_CONNECTIONS = 10
"""Most connections of one app at a time, from that page."""

CLOSE_SECONDS = 1.0
"""How long to wait for the app to close its side of a WebSocket."""

EnvelopeType = Literal["slash_commands", "interactive", "events_api"]


class NoAppConnected(Exception):
    """No app is connected, so nothing can be delivered. `reason` is Slack's name for this."""

    reason = "connection_failed"


class NotAcknowledged(Exception):
    """The app didn't acknowledge a delivery in time. `reason` is Slack's name for this."""

    def __init__(self, reason: str = "timeout") -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(slots=True)
class Connection:
    """One of the app's WebSockets, and the envelopes it hasn't acknowledged."""

    socket: web.WebSocketResponse
    transport: asyncio.BaseTransport | None
    waiting: dict[str, asyncio.Future[Any]] = field(default_factory=dict)

    def acknowledge(self, text: str) -> None:
        """Pass an acknowledgment to its waiting delivery. Late, repeated, and invalid ones are ignored."""
        try:
            answer = json.loads(text)
        except ValueError:
            return
        future = self.waiting.pop(str(answer.get("envelope_id")), None) if isinstance(answer, dict) else None
        if future is not None and not future.done():
            future.set_result(answer.get("payload"))


class SocketMode:
    """The app's connections. `ack_seconds` is how long it has to acknowledge a delivery."""

    def __init__(self, app_id: str, ack_seconds: float) -> None:
        self._app_id = app_id
        self._ack_seconds = ack_seconds
        self._tickets: set[str] = set()
        self._connections: list[Connection] = []
        self._turn = 0
        self._changed = asyncio.Event()
        self.opened = 0
        """WebSockets that the app has opened since the start."""
        self._refusals = 0
        self._hangs = 0

    @property
    def connection_count(self) -> int:
        """The number of WebSockets that the app has open."""
        return len(self._connections)

    async def wait_for_connections(self, count: int = 1) -> None:
        """Wait until the app has `count` WebSockets open."""
        while len(self._connections) < count:
            self._changed.clear()
            await self._changed.wait()

    def create_ticket(self) -> str:
        """Return a ticket for one new connection."""
        ticket = secrets.token_urlsafe(18)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until either side closes it."""
        ticket = request.match_info["ticket"]
        if ticket not in self._tickets:
            raise web.HTTPForbidden(text="This ticket is unknown or used. Call apps.connections.open for another.")
        self._tickets.discard(ticket)
        if self._refusals:
            self._refusals -= 1
            raise web.HTTPServiceUnavailable
        if self._hangs:
            self._hangs -= 1
            await asyncio.Event().wait()  # until the app gives up
        socket = web.WebSocketResponse(timeout=CLOSE_SECONDS)
        await socket.prepare(request)
        if len(self._connections) >= MAX_CONNECTIONS:
            await socket.send_json(self._disconnect("too_many_websockets"))
            await socket.close()
            return socket
        await self._hold(Connection(socket, request.transport))
        return socket

    async def deliver(self, kind: EnvelopeType, payload: Json, *, attempt: int = 0, reason: str = "") -> object:
        """Send an envelope to the connections in turn, and return the content of its acknowledgment.

        Raises NoAppConnected, or NotAcknowledged after `ack_seconds`.
        """
        if not self._connections:
            raise NoAppConnected
        self._turn += 1
        connection = self._connections[self._turn % len(self._connections)]
        envelope = _envelope(kind, payload, attempt, reason)
        answer = asyncio.get_running_loop().create_future()
        connection.waiting[envelope["envelope_id"]] = answer
        try:
            await connection.socket.send_json(envelope)
            return await asyncio.wait_for(answer, self._ack_seconds)
        except (TimeoutError, ConnectionError) as error:
            raise NotAcknowledged from error
        finally:
            connection.waiting.pop(envelope["envelope_id"], None)

    async def request_reconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to replace every connection, as Slack does every few hours. The app closes them itself."""
        for connection in list(self._connections):
            await connection.socket.send_json(self._disconnect(reason))

    def refuse(self, times: int = 1) -> None:
        """Refuse the next WebSockets, as Slack does when a host goes away."""
        self._refusals = times

    def hang(self, times: int = 1) -> None:
        """Accept the next connections, and never answer them."""
        self._hangs = times

    def fall_silent(self) -> None:
        """Read nothing more from every connection and answer no ping, like a network that drops what is sent."""
        for connection in list(self._connections):
            if isinstance(connection.transport, asyncio.Transport):
                connection.transport.pause_reading()

    def drop_connections(self) -> None:
        """Cut off every connection, like a network failure."""
        for connection in list(self._connections):
            if connection.transport is not None:
                connection.transport.close()

    async def close(self) -> None:
        """Close every WebSocket properly."""
        await asyncio.gather(*(connection.socket.close() for connection in list(self._connections)))

    async def _hold(self, connection: Connection) -> None:
        self._connections.append(connection)
        self.opened += 1
        self._changed.set()
        try:
            await connection.socket.send_json(self._hello())
            async for message in connection.socket:
                if message.type is WSMsgType.TEXT:
                    connection.acknowledge(message.data)
        finally:
            if connection in self._connections:
                self._connections.remove(connection)
            for answer in connection.waiting.values():
                if not answer.done():
                    answer.set_exception(NotAcknowledged())

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._connections),
            "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._app_id},
        }

    def _disconnect(self, reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}


def _envelope(kind: EnvelopeType, payload: Json, attempt: int, reason: str) -> Json:
    envelope: Json = {"envelope_id": str(uuid4()), "type": kind, "payload": payload}
    envelope["accepts_response_payload"] = kind != "events_api"
    if kind == "events_api":
        envelope |= {"retry_attempt": attempt, "retry_reason": reason}
    return envelope
