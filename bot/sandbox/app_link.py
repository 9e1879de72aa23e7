"""Reaches the app through its request URL if it has one, and otherwise through its WebSockets."""

from dataclasses import dataclass

from bot.sandbox.model import Json
from bot.sandbox.request_url import RequestUrl
from bot.sandbox.socket_mode import EnvelopeType, SocketMode


@dataclass(frozen=True, slots=True)
class AppLink:
    """Delivers what people do to the app, and returns the app's acknowledgments."""

    sockets: SocketMode
    request_url: RequestUrl

    @property
    def connection_count(self) -> int:
        """The number of ways to reach the app now. 0 means that it isn't connected."""
        return 1 if self.request_url.url else self.sockets.connection_count

    async def deliver(self, kind: EnvelopeType, payload: Json, *, attempt: int = 0, reason: str = "") -> object:
        """Deliver once, and return the app's acknowledgment. Raises NoAppConnected or NotAcknowledged."""
        way = self.request_url if self.request_url.url else self.sockets
        return await way.deliver(kind, payload, attempt=attempt, reason=reason)
