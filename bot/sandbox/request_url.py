"""Posts what people do to the app's request URL instead of using Socket Mode, signed as Slack signs.

See https://docs.slack.dev/authentication/verifying-requests-from-slack and https://docs.slack.dev/apis/events-api.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from bot.sandbox.base_url import LOOPBACK_HOSTS
from bot.sandbox.model import Json
from bot.sandbox.socket_mode import EnvelopeType, NoAppConnected, NotAcknowledged

FORM_CONTENT_TYPE = "application/x-www-form-urlencoded"


class RequestUrl:
    """The app's request URL; `url` is None while it uses Socket Mode. `clock` returns Unix seconds."""

    def __init__(self, signing_secret: str, clock: Callable[[], float], ack_seconds: float) -> None:
        self._secret = signing_secret
        self._clock = clock
        self._timeout = aiohttp.ClientTimeout(total=ack_seconds)
        self._session: aiohttp.ClientSession | None = None
        self._address: URL | None = None

    @property
    def url(self) -> str | None:
        """The URL, or None. Setting it raises ValueError for an address on another machine."""
        return None if self._address is None else str(self._address)

    @url.setter
    def url(self, address: str | None) -> None:
        url = None if address is None else URL(address)
        if url is not None and (url.scheme != "http" or url.host not in LOOPBACK_HOSTS):
            raise ValueError(f"The sandbox sends only to this machine (http://127.0.0.1:…), not to {address}.")
        self._address = url

    async def verify(self) -> None:
        """Send a challenge, as Slack does when a URL is saved. Raises ValueError if the app doesn't return it."""
        challenge = secrets.token_urlsafe(24)
        answer = await self._post({"type": "url_verification", "challenge": challenge}, "events_api", {})
        returned = answer.get("challenge", answer.get("text")) if isinstance(answer, dict) else None
        if returned != challenge:
            raise ValueError(f"{self.url} didn't answer with the challenge, so Slack would not save it.")

    async def deliver(self, kind: EnvelopeType, payload: Json, *, attempt: int = 0, reason: str = "") -> object:
        """Post one payload, and return the app's answer.

        Raises NoAppConnected if nothing listens there, and NotAcknowledged after `ack_seconds` or for a status other
        than 200.
        """
        retry = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason} if attempt else {}
        return await self._post(payload, kind, retry)

    async def close(self) -> None:
        """Close the connections to the app."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def _post(self, payload: Json, kind: EnvelopeType, more: dict[str, str]) -> object:
        if self._address is None:
            raise NoAppConnected
        body, content_type = _encode(kind, payload)
        headers = {"Content-Type": content_type, "User-Agent": "Slackbot 1.0", **self.signature_headers(body), **more}
        self._session = self._session or aiohttp.ClientSession(timeout=self._timeout)
        try:
            async with self._session.post(self._address, data=body, headers=headers, allow_redirects=False) as response:
                text = await response.text()
                if response.status != 200:
                    raise NotAcknowledged("http_error")
                return _answer(kind, response.content_type, text)
        except aiohttp.ClientConnectorError as error:
            raise NoAppConnected from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise NotAcknowledged("http_timeout") from error

    def signature_headers(self, body: bytes) -> dict[str, str]:
        """Return the headers that prove a body's origin and time (version 0 of Slack's signatures)."""
        at = str(int(self._clock()))
        digest = hmac.new(self._secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={digest}"}


def _encode(kind: EnvelopeType, payload: Json) -> tuple[bytes, str]:
    """Encode an event as JSON, an interaction as JSON in a form field, and a command as a form."""
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    return urlencode({"payload": json.dumps(payload)} if kind == "interactive" else payload).encode(), FORM_CONTENT_TYPE


def _answer(kind: EnvelopeType, content_type: str, text: str) -> Any:  # noqa: ANN401 - any JSON
    """Return the content of an acknowledgment. Plain text is a command's message."""
    if not text.strip():
        return None
    if content_type == "application/json":
        try:
            return json.loads(text)
        except ValueError as error:
            raise NotAcknowledged("http_error") from error
    return {"text": text} if kind != "interactive" else None
