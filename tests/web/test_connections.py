"""Strangers who open connections, or send slowly, keep nobody out and fill no log."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from bot.web.connections import ConnectionLimits
from bot.web.request_verifier import SIGNATURE_HEADER, TIMESTAMP_HEADER, RefusalReason, RequestVerifier
from bot.web.server import MAX_BODY_BYTES, SLACK_EVENTS_PATH, Server
from bot.web.server_errors import SECONDS_BETWEEN, ServerErrors
from bot.web.slack_requests import SlackRequestHandler
from tests.builders import SetClock
from tests.waits import LONGEST, eventually
from tests.web.test_request_verifier import NOW, SECRET

LOOPBACK = "127.0.0.1"
FEW = ConnectionLimits(connections=20, header_seconds=2 * LONGEST, idle_seconds=2 * LONGEST)
SIGNED = {TIMESTAMP_HEADER: str(int(NOW.timestamp())), SIGNATURE_HEADER: f"v0={'0' * 64}"}
SIGNATURE = "".join(f"{name}: {value}\r\n" for name, value in SIGNED.items())


@pytest.fixture
def limits() -> ConnectionLimits:
    return FEW


@pytest.fixture
def signatures() -> RequestVerifier:
    return RequestVerifier(SECRET, SetClock(NOW))


@pytest.fixture
def body_seconds() -> float:
    """How long a body may take."""
    return 0.2


@pytest.fixture
def errors() -> Iterator[ServerErrors]:
    """Counts the server's own errors."""
    counted = ServerErrors()
    counted.start()
    yield counted
    counted.stop()


@pytest.fixture
def waiting() -> asyncio.Event:
    """Requests of /wait wait for this."""
    return asyncio.Event()


@pytest.fixture
def begun() -> list[str]:
    """The requests of /wait that have begun."""
    return []


@pytest.fixture
async def server(
    limits: ConnectionLimits,
    signatures: RequestVerifier,
    body_seconds: float,
    waiting: asyncio.Event,
    begun: list[str],
) -> AsyncIterator[Server]:
    async def health(_: web.Request) -> web.Response:
        return web.Response(text="alive")

    async def wait(request: web.Request) -> web.Response:
        begun.append(request.path)
        await waiting.wait()
        return web.Response()

    app = AsyncApp(client=AsyncWebClient("xoxb-1"), request_verification_enabled=False)
    slack = SlackRequestHandler(app, signatures, body_seconds)
    server = Server([*slack.routes, web.get("/health", health), web.get("/wait", wait)], LOOPBACK, 0, limits)
    await server.start()
    yield server
    waiting.set()
    await server.stop()


class Connection:
    """A connection of its own."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def to(cls, server: Server) -> "Connection":
        return cls(*await asyncio.open_connection(LOOPBACK, server.port))

    async def send(self, text: str) -> None:
        self._writer.write(text.encode())
        await self._writer.drain()

    async def post(self, headers: dict[str, object]) -> None:
        """Send the headers of a request for Slack's path, and none of its body."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        await self.send(f"POST {SLACK_EVENTS_PATH} HTTP/1.1\r\nHost: rounds\r\n{lines}\r\n")

    async def status(self) -> int:
        async with asyncio.timeout(LONGEST):
            return int((await self._reader.readline()).split()[1])

    async def next_status(self) -> int:
        """The status of the answer after the one whose status was read."""
        async with asyncio.timeout(LONGEST):
            while not (line := await self._reader.readline()).startswith(b"aliveHTTP"):
                assert line, "closed"
        return int(line.split()[1])

    async def is_closed(self) -> bool:
        """Wait until the server closes it."""
        with contextlib.suppress(ConnectionError):
            async with asyncio.timeout(LONGEST):
                await self._reader.read()
        return True

    async def everything(self) -> str:
        """What the server sends until it closes it."""
        with contextlib.suppress(ConnectionError):
            async with asyncio.timeout(LONGEST):
                return (await self._reader.read()).decode()
        return ""

    def close(self) -> None:
        self._writer.close()

    def hang_up(self) -> None:
        """Close it at once, whatever is under way."""
        self._writer.transport.abort()


async def health_of(server: Server) -> str:
    async with aiohttp.ClientSession() as session, session.get(f"http://{LOOPBACK}:{server.port}/health") as answer:
        return await answer.text()


async def test_silent_connections_keep_nobody_out(server: Server) -> None:
    silent = [await Connection.to(server) for _ in range(5 * FEW.connections)]

    assert await health_of(server) == "alive"

    closed = await asyncio.gather(*(each.is_closed() for each in silent[: 4 * FEW.connections]))
    assert all(closed), "the oldest make room"
    for each in silent:
        each.close()


async def test_a_connection_that_has_asked_before_stays_while_silent_ones_make_room(server: Server) -> None:
    proxy = await Connection.to(server)
    await proxy.send("GET /health HTTP/1.1\r\nHost: rounds\r\n\r\n")
    assert await proxy.status() == 200
    silent = [await Connection.to(server) for _ in range(3 * FEW.connections)]

    await proxy.send("GET /health HTTP/1.1\r\nHost: rounds\r\n\r\n")

    assert await proxy.next_status() == 200
    for each in (proxy, *silent):
        each.close()


async def test_connections_that_have_been_closed_take_no_room(server: Server) -> None:
    proxy = await Connection.to(server)
    await proxy.send("GET /health HTTP/1.1\r\nHost: rounds\r\n\r\n")
    assert await proxy.status() == 200

    for _ in range(3 * FEW.connections):
        assert await health_of(server) == "alive"

    await proxy.send("GET /health HTTP/1.1\r\nHost: rounds\r\n\r\n")
    assert await proxy.next_status() == 200
    proxy.close()


@pytest.mark.parametrize("limits", [replace(FEW, connections=1)])
async def test_of_two_connections_at_once_one_is_answered_and_none_hangs(server: Server) -> None:
    """Both are accepted in one turn of the loop, so that neither is open when the other one needs room."""
    at_once = [socket.create_connection((LOOPBACK, server.port)) for _ in range(2)]
    both = [Connection(*await asyncio.open_connection(sock=each)) for each in at_once]
    for each in both:
        with contextlib.suppress(ConnectionError):
            await each.send("GET /health HTTP/1.1\r\nHost: rounds\r\nConnection: close\r\n\r\n")

    said = await asyncio.gather(*(each.everything() for each in both))

    assert sorted("alive" in text for text in said) == [False, True]
    for each in both:
        each.close()


@pytest.mark.parametrize("body_seconds", [2 * LONGEST])
async def test_bodies_that_never_end_keep_nobody_out(
    server: Server, errors: ServerErrors, caplog: pytest.LogCaptureFixture
) -> None:
    proxy = await Connection.to(server)
    await proxy.send("GET /health HTTP/1.1\r\nHost: rounds\r\n\r\n")
    assert await proxy.status() == 200
    slow = [await Connection.to(server) for _ in range(3 * FEW.connections)]
    for each in slow:
        with contextlib.suppress(ConnectionError):  # the first have made room for the last
            await each.post({**SIGNED, "Content-Length": 1000})

    assert await health_of(server) == "alive"

    await proxy.send("GET /health HTTP/1.1\r\nHost: rounds\r\n\r\n")
    assert await proxy.next_status() == 200
    assert all(await asyncio.gather(*(each.is_closed() for each in slow[: 2 * FEW.connections])))
    assert (errors.count, caplog.records) == (0, [])
    for each in (proxy, *slow):
        each.close()


async def test_running_requests_are_not_closed_for_new_connections(
    server: Server, waiting: asyncio.Event, begun: list[str]
) -> None:
    running = [await Connection.to(server) for _ in range(FEW.connections)]
    for each in running:
        await each.send("GET /wait HTTP/1.1\r\nHost: rounds\r\n\r\n")
    await eventually(lambda: len(begun) == FEW.connections)

    assert await (await Connection.to(server)).is_closed()

    waiting.set()

    assert [await each.status() for each in running] == [200] * FEW.connections


@pytest.mark.parametrize("limits", [ConnectionLimits(header_seconds=0.1, idle_seconds=2 * LONGEST)])
@pytest.mark.parametrize("sent", ["", "GET /health HTTP/1.1\r\nHost: rounds\r\nX-Slow: "], ids=["nothing", "half"])
async def test_a_connection_without_a_request_is_closed(server: Server, sent: str) -> None:
    slow = await Connection.to(server)
    await slow.send(sent)

    assert await slow.is_closed()
    slow.close()


@pytest.mark.parametrize("limits", [ConnectionLimits(header_seconds=2 * LONGEST, idle_seconds=0.1)])
async def test_a_connection_without_another_request_is_closed(server: Server) -> None:
    idle = await Connection.to(server)
    await idle.send("GET /health HTTP/1.1\r\nHost: rounds\r\n\r\n")

    assert await idle.status() == 200
    assert await idle.is_closed()
    idle.close()


async def test_an_unsigned_request_is_refused_before_its_body_arrives(
    server: Server, signatures: RequestVerifier
) -> None:
    for headers in ({}, {**SIGNED, TIMESTAMP_HEADER: "soon"}, {**SIGNED, SIGNATURE_HEADER: "v0=short"}):
        stranger = await Connection.to(server)
        await stranger.post({**headers, "Content-Length": 1000})

        assert await stranger.status() == 401
        assert await stranger.is_closed()
        stranger.close()
    assert +signatures.refused == {RefusalReason.UNSIGNED: 1, RefusalReason.FORGED: 2}


@pytest.mark.parametrize(
    ("length", "status", "why"),
    [(MAX_BODY_BYTES + 1, 413, RefusalReason.TOO_LARGE), (1000, 408, RefusalReason.TOO_SLOW)],
)
async def test_a_body_that_is_too_large_or_too_slow_is_not_waited_for(
    server: Server, signatures: RequestVerifier, length: int, status: int, why: RefusalReason
) -> None:
    slow = await Connection.to(server)
    await slow.post({**SIGNED, "Content-Length": length})

    assert await slow.status() == status
    assert +signatures.refused == {why: 1}
    slow.close()


async def test_of_a_large_body_that_is_refused_hardly_anything_is_read(server: Server) -> None:
    size, chunk, sent = 50_000_000, b"x" * 65_536, 0
    loop = asyncio.get_running_loop()
    with socket.create_connection((LOOPBACK, server.port)) as stranger:
        stranger.setblocking(False)
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, len(chunk))
        start = f"POST {SLACK_EVENTS_PATH} HTTP/1.1\r\nHost: rounds\r\nContent-Length: {size}\r\n\r\n"
        await loop.sock_sendall(stranger, start.encode())

        with contextlib.suppress(ConnectionError):
            while sent < size:
                await loop.sock_sendall(stranger, chunk)
                sent += len(chunk)

    assert sent < size / 10


async def test_whoever_hangs_up_causes_no_error(
    server: Server, signatures: RequestVerifier, errors: ServerErrors, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = await Connection.to(server)
    await stranger.post({**SIGNED, "Content-Length": 1000})
    await stranger.send("command=")
    stranger.hang_up()

    await eventually(lambda: +signatures.refused)
    assert +signatures.refused in ({RefusalReason.CUT_OFF: 1}, {RefusalReason.TOO_SLOW: 1})
    assert await health_of(server) == "alive"
    assert (errors.count, caplog.records) == (0, [])


@pytest.mark.parametrize(
    "sent",
    [
        "\x16\x03\x01 unmistakable\r\n\r\n",
        "GET /health HTTP/1.1\r\nunmistakable\r\n\r\n",
        "POST /slack/events HTTP/1.1\r\nContent-Length: unmistakable\r\n\r\n",
        f"POST /slack/events HTTP/1.1\r\n{SIGNATURE}Transfer-Encoding: chunked\r\n\r\nunmistakable\r\n",
        f"POST /slack/events HTTP/1.1\r\n{SIGNATURE}Content-Encoding: gzip\r\nContent-Length: 12\r\n\r\nunmistakable",
    ],
    ids=["no HTTP", "header", "length", "chunk", "encoding"],
)
async def test_what_is_no_proper_http_is_refused_and_not_quoted(
    server: Server, errors: ServerErrors, caplog: pytest.LogCaptureFixture, sent: str
) -> None:
    stranger = await Connection.to(server)
    await stranger.send(sent)

    assert await stranger.status() == 400
    assert (errors.count, caplog.records) == (0, [])
    stranger.close()


def test_errors_of_the_server_are_counted_and_logged_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    errors = ServerErrors(lambda: now[0])
    errors.start()

    with capture_logs() as said:
        for second in range(70):
            now[0] = float(second)
            for _ in range(100):
                logging.getLogger("asyncio").error("socket.accept() out of system resource")
    errors.stop()

    assert errors.count == 7000
    assert len(caplog.records) == 70 // SECONDS_BETWEEN + 1
    assert said == [{"event": "server.errors", "left_out": 5999, "so_far": 6001, "log_level": "warning"}]


def test_a_process_that_may_open_few_files_opens_fewer_connections() -> None:
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 400), hard))
    try:
        assert ConnectionLimits(connections=256).most_open == min(soft, 400) // 2
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
