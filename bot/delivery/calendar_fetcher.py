"""Fetches a calendar from an address that a learner gave: https, from the open internet, 2 MB, 10 seconds.

Where it is hosted is nobody's business, so neither a log line nor an error holds any part of the address.
"""

import asyncio
import contextlib
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from bot.content.roster_reader import MAX_CALENDAR_BYTES
from bot.delivery.ip_addresses import is_public
from bot.errors import CalendarUnreachable

FETCH_TIMEOUT_SECONDS = 10.0
"""For all of it: looking up names, connecting, following, reading."""

MAX_REDIRECTS = 3

MAX_URL_LENGTH = 2000
"""Characters; browsers and servers take no more either."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
_SIGN_IN = frozenset({401, 403})
_GZIP = 31
"""zlib's window bits for a gzip stream."""

NOT_HTTPS = "The address has to begin with https:// or webcal://. Copy it again, all of it."
INSECURE = "That address leads on to one without https, which others could read on its way. Use another."
PRIVATE_NETWORK = "That address leads into a private network, where I can't look. Use one that opens from anywhere."
TOO_LARGE = "That calendar is larger than 2 MB. Share fewer months, or a calendar that holds only your shifts."
TOO_SLOW = "The calendar's server took longer than 10 seconds."
TOO_MANY_REDIRECTS = "That address leads on to others again and again. Use the one it ends at."
UNREACHABLE = "The calendar's server can't be reached."
BAD_CERTIFICATE = "The calendar's server can't prove who it is (its certificate is out of date, or for another name)."
BAD_ENCODING = "The calendar's server sent something that can't be unpacked."


class HttpCalendarFetcher:
    """Fetches calendars. `is_allowed` decides which addresses of the internet may be connected to, `tls` whom to
    trust."""

    def __init__(
        self,
        is_allowed: Callable[[str], bool] = is_public,
        tls: ssl.SSLContext | bool = True,
        timeout_seconds: float = FETCH_TIMEOUT_SECONDS,
    ) -> None:
        self._allowed = is_allowed
        self._tls = tls
        self._seconds = timeout_seconds

    def validate_url(self, typed: str) -> str:
        """The address that is meant, as https. CalendarUnreachable if it can't be one."""
        try:
            url = URL(typed.strip())
            if url.scheme == "webcal":
                url = url.with_scheme("https")  # what calendars call the same thing
            if url.scheme != "https" or not url.host or len(str(url)) > MAX_URL_LENGTH:
                raise CalendarUnreachable(NOT_HTTPS)
        except ValueError:
            raise CalendarUnreachable(NOT_HTTPS) from None  # its words hold the address
        self._check(url)
        return str(url.with_fragment(None))

    async def fetch(self, address: str) -> bytes:
        """The bytes at an address, unpacked, 2 MB at most. CalendarUnreachable, in words, if that can't be had."""
        try:
            async with asyncio.timeout(self._seconds), self._session() as session:
                return await self._follow(session, URL(address))
        except TimeoutError:
            raise CalendarUnreachable(TOO_SLOW, temporary=True) from None
        except aiohttp.ClientConnectorCertificateError:
            raise CalendarUnreachable(BAD_CERTIFICATE) from None
        except (aiohttp.ClientError, OSError, ValueError):
            raise CalendarUnreachable(UNREACHABLE, temporary=True) from None

    @contextlib.asynccontextmanager
    async def _session(self) -> AsyncIterator[aiohttp.ClientSession]:
        """One for each fetch: no cookie, connection or looked-up name of one learner's calendar meets another's."""
        connector = aiohttp.TCPConnector(
            resolver=_Resolver(self._allowed),
            socket_factory=self._socket,
            ssl=self._tls,
            use_dns_cache=False,
            force_close=True,
        )
        async with aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),  # `fetch` counts, over all redirects
            auto_decompress=False,  # `_unpacked` counts what comes out
            headers={"Accept": "text/calendar", "Accept-Encoding": "gzip", "User-Agent": "Rounds"},
        ) as session:
            yield session

    def _socket(self, info: tuple[Any, ...]) -> socket.socket:
        """The last look, at the very address that is connected to: nothing can change between this and that."""
        if not self._allowed(info[4][0]):
            raise PermissionError
        return socket.socket(*info[:3])

    async def _follow(self, session: aiohttp.ClientSession, url: URL) -> bytes:
        for _ in range(1 + MAX_REDIRECTS):
            self._check(url)
            async with session.get(url, allow_redirects=False) as response:
                if response.status not in _REDIRECTS:
                    return await _content(response)
                url = url.join(URL(response.headers.get("Location", "")))
        raise CalendarUnreachable(TOO_MANY_REDIRECTS)

    def _check(self, url: URL) -> None:
        """What can be told of an address, or of one that it leads on to, before any name is looked up."""
        if url.scheme != "https" or not url.host:
            raise CalendarUnreachable(INSECURE)
        if _is_literal(url.host) and not self._allowed(url.host):
            raise CalendarUnreachable(PRIVATE_NETWORK)


class _Resolver(AbstractResolver):
    """Looks names up, and refuses one if any of its addresses may not be connected to."""

    def __init__(self, allowed: Callable[[str], bool]) -> None:
        self._allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await ThreadedResolver().resolve(host, port, family)
        if not all(self._allowed(each["host"]) for each in found):
            raise CalendarUnreachable(PRIVATE_NETWORK)
        return found

    async def close(self) -> None:
        """Nothing is held."""


async def _content(response: aiohttp.ClientResponse) -> bytes:
    """The body, counted as it comes in and as it is unpacked."""
    if response.status in _GONE:
        raise CalendarUnreachable("The calendar's server has nothing at that address any more. Copy it again.")
    if response.status in _SIGN_IN:
        raise CalendarUnreachable("The calendar's server wants a sign-in. Use an address that opens without one.")
    if response.status != 200:
        passing = response.status in {408, 425, 429} or response.status >= 500
        raise CalendarUnreachable(f"The calendar's server answered with error {response.status}.", temporary=passing)
    packing = response.headers.get("Content-Encoding", "identity").lower()
    if packing not in {"identity", "gzip", "x-gzip"}:
        raise CalendarUnreachable(BAD_ENCODING)
    content = bytearray()
    received = 0
    unpack = _unpacker() if "gzip" in packing else _as_it_is
    async for chunk in response.content.iter_any():
        received += len(chunk)
        content += unpack(chunk, MAX_CALENDAR_BYTES + 1 - len(content))
        if received > MAX_CALENDAR_BYTES or len(content) > MAX_CALENDAR_BYTES:
            raise CalendarUnreachable(TOO_LARGE)
    return bytes(content)


def _as_it_is(chunk: bytes, room: int) -> bytes:
    return chunk[:room]


def _unpacker() -> Callable[[bytes, int], bytes]:
    """Unpacks a gzip stream chunk by chunk, never more than there is room for: a small bomb makes a small noise."""
    stream = zlib.decompressobj(_GZIP)

    def unpack(chunk: bytes, room: int) -> bytes:
        try:
            return stream.decompress(chunk, room)
        except zlib.error:
            raise CalendarUnreachable(BAD_ENCODING) from None

    return unpack


def _is_literal(host: str) -> bool:
    """Whether a host is an address itself; aiohttp looks no name up for those, so `_Resolver` never meets them."""
    return ":" in host or host.rpartition(".")[2].isdigit()
