"""The way to the app: its request URL where it has one, or else its WebSockets."""

from dataclasses import dataclass

from bot.sandbox.model import Json
from bot.sandbox.request_url import RequestUrl
from bot.sandbox.socket_mode import EnvelopeType, SocketMode


@dataclass(frozen=True, slots=True)
class AppLink:
    """Hands over what people do, and brings the app's acknowledgements back."""

    sockets: SocketMode
    request_url: RequestUrl

    @property
    def connection_count(self) -> int:
        """How many ways there are now to reach the app: 0 means that it isn't there."""
        return 1 if self.request_url.url else self.sockets.connection_count

    async def deliver(self, kind: EnvelopeType, payload: Json, *, attempt: int = 0, reason: str = "") -> object:
        """Deliver once, and return what the app acknowledges with. NoAppConnected or NotAcknowledged."""
        way = self.request_url if self.request_url.url else self.sockets
        return await way.deliver(kind, payload, attempt=attempt, reason=reason)
