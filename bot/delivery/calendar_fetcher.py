"""Fetches a learner's calendar: https only, public internet addresses only, at most 2 MB, within 10 seconds.

Calendar addresses are secret, so no log line or error contains any part of one.
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
"""Covers the whole fetch: name lookups, connecting, redirects, and reading."""

MAX_REDIRECTS = 3

MAX_URL_LENGTH = 2000
"""In characters, as in common browsers and servers."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
_SIGN_IN = frozenset({401, 403})
_GZIP = 31
"""zlib's window bits for a gzip stream."""

NOT_HTTPS = "The address must start with https:// or webcal://. Copy the whole address and try again."
INSECURE = "That address redirects to one without https, so others could read your calendar. Use a different address."
PRIVATE_NETWORK = "That address is on a private network, so I can't reach it. Use one that opens from anywhere."
TOO_LARGE = "That calendar is larger than 2 MB. Share fewer months, or a calendar with only your shifts."
TOO_SLOW = "The calendar's server took longer than 10 seconds."
TOO_MANY_REDIRECTS = "That address redirects too many times. Use the address it ends at."
UNREACHABLE = "The calendar's server can't be reached."
BAD_CERTIFICATE = "The calendar's server has an invalid certificate: it has expired, or it's for another name."
BAD_ENCODING = "The calendar's server sent data that can't be unpacked."


class HttpCalendarFetcher:
    """Fetches calendars over HTTPS.

    `is_allowed` says whether an IP address may be connected to; `tls` says which certificates to trust.
    """

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
        """Return the typed address as an https URL. Raises CalendarUnreachable if it isn't one."""
        try:
            url = URL(typed.strip())
            if url.scheme == "webcal":
                url = url.with_scheme("https")  # webcal:// is calendar apps' name for it
            if url.scheme != "https" or not url.host or len(str(url)) > MAX_URL_LENGTH:
                raise CalendarUnreachable(NOT_HTTPS)
        except ValueError:
            raise CalendarUnreachable(NOT_HTTPS) from None  # the cause quotes the address
        self._check(url)
        return str(url.with_fragment(None))

    async def fetch(self, address: str) -> bytes:
        """Return the unpacked bytes at an address, at most 2 MB. Raises CalendarUnreachable with a readable reason."""
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
        """Open a session for one fetch, so that learners share no cookies, connections, or DNS results."""
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
            timeout=aiohttp.ClientTimeout(total=None),  # `fetch` sets one timeout for all redirects
            auto_decompress=False,  # `_create_unpacker` limits the unpacked size
            headers={"Accept": "text/calendar", "Accept-Encoding": "gzip", "User-Agent": "Rounds"},
        ) as session:
            yield session

    def _socket(self, info: tuple[Any, ...]) -> socket.socket:
        """Check the very IP address being connected to, so a DNS answer can't change between check and connection."""
        if not self._allowed(info[4][0]):
            raise PermissionError
        return socket.socket(*info[:3])

    async def _follow(self, session: aiohttp.ClientSession, url: URL) -> bytes:
        for _ in range(1 + MAX_REDIRECTS):
            self._check(url)
            async with session.get(url, allow_redirects=False) as response:
                if response.status not in _REDIRECTS:
                    return await _read_body(response)
                url = url.join(URL(response.headers.get("Location", "")))
        raise CalendarUnreachable(TOO_MANY_REDIRECTS)

    def _check(self, url: URL) -> None:
        """Check an address, typed or redirected to, as far as possible before any DNS lookup."""
        if url.scheme != "https" or not url.host:
            raise CalendarUnreachable(INSECURE)
        if _is_literal(url.host) and not self._allowed(url.host):
            raise CalendarUnreachable(PRIVATE_NETWORK)


class _Resolver(AbstractResolver):
    """Looks up names, and refuses a name if any of its IP addresses isn't allowed."""

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
        """Do nothing: there is nothing to release."""


async def _read_body(response: aiohttp.ClientResponse) -> bytes:
    """Read the body, limiting both its received and its unpacked size."""
    if response.status in _GONE:
        raise CalendarUnreachable("There is no calendar at that address anymore. Copy the address again.")
    if response.status in _SIGN_IN:
        raise CalendarUnreachable("The calendar's server asks for a sign-in. Use an address that opens without one.")
    if response.status != 200:
        temporary = response.status in {408, 425, 429} or response.status >= 500
        raise CalendarUnreachable(f"The calendar's server answered with error {response.status}.", temporary=temporary)
    encoding = response.headers.get("Content-Encoding", "identity").lower()
    if encoding not in {"identity", "gzip", "x-gzip"}:
        raise CalendarUnreachable(BAD_ENCODING)
    content = bytearray()
    received = 0
    unpack = _create_unpacker() if "gzip" in encoding else _truncate
    async for chunk in response.content.iter_any():
        received += len(chunk)
        content += unpack(chunk, MAX_CALENDAR_BYTES + 1 - len(content))
        if received > MAX_CALENDAR_BYTES or len(content) > MAX_CALENDAR_BYTES:
            raise CalendarUnreachable(TOO_LARGE)
    return bytes(content)


def _truncate(chunk: bytes, max_length: int) -> bytes:
    return chunk[:max_length]


def _create_unpacker() -> Callable[[bytes, int], bytes]:
    """Return a function that unpacks a gzip stream chunk by chunk and stops at the given size (zip bombs)."""
    stream = zlib.decompressobj(_GZIP)

    def unpack(chunk: bytes, max_length: int) -> bytes:
        try:
            return stream.decompress(chunk, max_length)
        except zlib.error:
            raise CalendarUnreachable(BAD_ENCODING) from None

    return unpack


def _is_literal(host: str) -> bool:
    """Return whether a host is an IP address; aiohttp doesn't look those up, so `_Resolver` never sees them."""
    return ":" in host or host.rpartition(".")[2].isdigit()
