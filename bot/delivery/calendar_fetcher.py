"""Fetches a learner's calendar: https only, public internet addresses only, at most 2 MB, within 10 seconds.

It asks as a browser does: publishers turn unknown programs away, set a cookie before they redirect, and sign addresses
character by character. Calendar addresses are secret, so no log line or error contains any part of one.
"""

import asyncio
import contextlib
import re
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import quote_from_bytes, urljoin

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.content.roster_reader import MAX_CALENDAR_BYTES
from bot.delivery.ip_addresses import is_public
from bot.delivery.name_lookups import NameLookups
from bot.errors import CalendarUnreachable
from bot.language import gettext as _
from bot.language import mark

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

_HEADERS = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
    "Safari/537.36 Rounds",
    "Accept": "text/calendar,text/plain;q=0.9,*/*;q=0.8",
    "Accept-Language": "en",
    "Accept-Encoding": "gzip",
}
"""Outlook on the web redirects programs that don't look like a browser in circles (since August 2025)."""

_PLAIN = re.compile(r"[!-~]+")
_HOST = re.compile(r"[^/?]*//[^/?]*")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_PRINTABLE = bytes(range(0x21, 0x7F)).decode()

NOT_HTTPS = mark("The address must start with https:// or webcal://. Copy the whole address and try again.")
INSECURE = mark(
    "That address redirects to one without https, so others could read your calendar. Use a different address. "
    "Or download the file and send it to me."
)
PRIVATE_NETWORK = mark(
    "That address is on a private network, so I can't reach it. Use one that opens from anywhere. "
    "Or download the file and send it to me."
)
TOO_LARGE = mark("That calendar is larger than 2 MB. Share fewer months, or a calendar with only your shifts.")
TOO_SLOW = mark(
    "The calendar's server took longer than 10 seconds. Try again later. Or download the file and send it to me."
)
TOO_MANY_REDIRECTS = mark(
    "That address redirects too many times. Use the address it ends at. Or download the file and send it to me."
)
CIRCLE = mark(
    "The calendar's server sends me around in circles, so I can't get the calendar. If the address opens in your "
    "browser, download the file and send it to me."
)
WEB_PAGE = mark(
    "That address leads to a web page, perhaps one to sign in, and not to a calendar. Use the calendar's iCal or ICS "
    "address. Or download the file and send it to me."
)
SIGN_IN = mark(
    "The calendar's server asks for a sign-in. Use an address that opens without one. "
    "Or download the file and send it to me."
)
GONE = mark(
    "There is no calendar at that address anymore. Copy the address again. Or download the file and send it to me."
)
UNREACHABLE = mark(
    "I can't reach the calendar's server. Use an address that opens from anywhere on the internet. "
    "Or download the file and send it to me."
)
"""Also for a name that leads to a private network: a different answer would tell which names exist there."""
BAD_CERTIFICATE = mark(
    "The calendar's server has an invalid certificate: it has expired, or it's for another name. Use a different "
    "address. Or download the file and send it to me."
)
BAD_ENCODING = mark(
    "The calendar's server sent data that can't be unpacked. Try again later. Or download the file and send it to me."
)


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
        self._lookups = NameLookups()

    def validate_url(self, typed: str) -> str:
        """Return the typed address as an https URL. Raises CalendarUnreachable if it isn't one."""
        try:
            url = _parse(typed.strip())
            if url.scheme in {"webcal", "webcals"}:  # calendar apps' names for it
                url = _parse(f"https{str(url)[len(url.scheme) :]}")
            if url.scheme != "https" or not url.host or len(str(url)) > MAX_URL_LENGTH:
                raise CalendarUnreachable(_(NOT_HTTPS))
        except ValueError:
            raise CalendarUnreachable(_(NOT_HTTPS)) from None  # the cause quotes the address
        self._check(url)
        return str(url)

    async def fetch(self, address: str) -> bytes:
        """Return the unpacked bytes at an address, at most 2 MB. Raises CalendarUnreachable with a readable reason."""
        try:
            async with asyncio.timeout(self._seconds), self._session() as session:
                return await self._follow(session, _parse(address))
        except TimeoutError:
            raise CalendarUnreachable(_(TOO_SLOW), temporary=True) from None
        except aiohttp.ClientConnectorCertificateError:
            raise CalendarUnreachable(_(BAD_CERTIFICATE)) from None
        except (aiohttp.ClientError, OSError, ValueError):
            raise CalendarUnreachable(_(UNREACHABLE), temporary=True) from None

    @contextlib.asynccontextmanager
    async def _session(self) -> AsyncIterator[aiohttp.ClientSession]:
        """Open a session for one fetch, so that learners share no cookies, connections, or DNS results.

        A cookie that a server sets before it redirects goes back to that server only, as it was.
        """
        connector = aiohttp.TCPConnector(
            resolver=_Resolver(self._allowed, self._lookups),
            socket_factory=self._socket,
            ssl=self._tls,
            use_dns_cache=False,
            force_close=True,
        )
        async with aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.CookieJar(quote_cookie=False),
            timeout=aiohttp.ClientTimeout(total=None),  # `fetch` sets one timeout for all redirects
            auto_decompress=False,  # `_create_unpacker` limits the unpacked size
            headers=_HEADERS,
        ) as session:
            yield session

    def _socket(self, info: tuple[Any, ...]) -> socket.socket:
        """Check the very IP address being connected to, so a DNS answer can't change between check and connection."""
        if not self._allowed(info[4][0]):
            raise PermissionError
        return socket.socket(*info[:3])

    async def _follow(self, session: aiohttp.ClientSession, url: URL) -> bytes:
        asked = set()
        for _hop in range(1 + MAX_REDIRECTS):
            self._check(url)
            async with session.get(url, allow_redirects=False) as response:
                if response.status not in _REDIRECTS:
                    return await _read_body(response)
                asked.add(url)
                url = _follow_location(url, response.headers.get("Location", "").strip())
        raise CalendarUnreachable(_(CIRCLE if url in asked else TOO_MANY_REDIRECTS))

    def _check(self, url: URL) -> None:
        """Check an address, typed or redirected to, as far as possible before any DNS lookup."""
        if url.scheme != "https" or not url.host:
            raise CalendarUnreachable(_(INSECURE))
        if _is_literal(url.host) and not self._allowed(url.host):
            raise CalendarUnreachable(_(PRIVATE_NETWORK))


class _Resolver(AbstractResolver):
    """Looks up names, and refuses a name if any of its IP addresses isn't allowed."""

    def __init__(self, allowed: Callable[[str], bool], lookups: NameLookups) -> None:
        self._allowed = allowed
        self._lookups = lookups

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._lookups.look_up(host, port, family)
        if not all(self._allowed(address[0]) for *_rest, address in found):
            raise PermissionError
        numeric = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        return [
            ResolveResult(hostname=host, host=address[0], port=address[1], family=kind, proto=proto, flags=numeric)
            for kind, _type, proto, _name, address in found
        ]

    async def close(self) -> None:
        """Do nothing: there is nothing to release."""


async def _read_body(response: aiohttp.ClientResponse) -> bytes:
    """Read the body, limiting both its received and its unpacked size."""
    if response.status in _GONE:
        raise CalendarUnreachable(_(GONE))
    if response.status in _SIGN_IN:
        raise CalendarUnreachable(_(SIGN_IN))
    if response.status != 200:
        temporary = response.status in {408, 425, 429} or response.status >= 500
        told = _(
            "The calendar's server answered with error {status}. Try again later. "
            "Or download the file and send it to me.",
            status=response.status,
        )
        raise CalendarUnreachable(told, temporary=temporary)
    encoding = response.headers.get("Content-Encoding", "identity").lower()
    if encoding not in {"identity", "gzip", "x-gzip"}:
        raise CalendarUnreachable(_(BAD_ENCODING))
    content = bytearray()
    received = 0
    unpack = _create_unpacker() if "gzip" in encoding else _truncate
    async for chunk in response.content.iter_any():
        received += len(chunk)
        content += unpack(chunk, MAX_CALENDAR_BYTES + 1 - len(content))
        if received > MAX_CALENDAR_BYTES or len(content) > MAX_CALENDAR_BYTES:
            raise CalendarUnreachable(_(TOO_LARGE))
    if _is_web_page(response.content_type, content):
        raise CalendarUnreachable(_(WEB_PAGE))
    return bytes(content)


def _is_web_page(content_type: str, content: bytes | bytearray) -> bool:
    """Return whether this is a page for people. Some servers call a calendar one, so its text decides."""
    start = content[:64].lstrip(b"\xef\xbb\xbf \t\r\n").upper()
    return start.startswith(b"<") or (content_type == "text/html" and not start.startswith(b"BEGIN:VCALENDAR"))


def _truncate(chunk: bytes, max_length: int) -> bytes:
    return chunk[:max_length]


def _create_unpacker() -> Callable[[bytes, int], bytes]:
    """Return a function that unpacks a gzip stream chunk by chunk and stops at the given size (zip bombs)."""
    stream = zlib.decompressobj(_GZIP)

    def unpack(chunk: bytes, max_length: int) -> bytes:
        try:
            return stream.decompress(chunk, max_length)
        except zlib.error:
            raise CalendarUnreachable(_(BAD_ENCODING)) from None

    return unpack


def _parse(address: str) -> URL:
    """Return an address as it is, without its fragment. Raises ValueError if it isn't one.

    A publisher may have signed the very characters of an address, so what can be sent as it is stays so. Only what
    can't (a letter beyond ASCII, a blank) is written as browsers do.
    """
    text = address.partition("#")[0]
    if _PLAIN.fullmatch(text):
        return URL(text, encoded=True)
    whole = URL(text)  # writes the host in letters that names can have
    quoted = f"{whole.scheme}://{whole.raw_authority}{_quote(_HOST.sub('', text))}"
    if not _PLAIN.fullmatch(quoted):
        raise ValueError("a host can't be quoted")
    return URL(quoted, encoded=True)


def _follow_location(url: URL, location: str) -> URL:
    """Return where a redirect leads. Raises ValueError if that is no address."""
    return _parse(location if _ABSOLUTE.match(location) else urljoin(str(url), location))


def _quote(text: str) -> str:
    """Quote what isn't printable ASCII, and nothing that is quoted already."""
    return quote_from_bytes(text.encode(errors="surrogateescape"), safe=_PRINTABLE)


def _is_literal(host: str) -> bool:
    """Return whether a host is an IP address; aiohttp doesn't look those up, so `_Resolver` never sees them."""
    return ":" in host or host.rpartition(".")[2].isdigit()
