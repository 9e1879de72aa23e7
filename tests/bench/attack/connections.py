"""Connections that send nothing, a byte a second, or what is no proper HTTP."""

import asyncio
import contextlib
import itertools
import time

from bot.web.connections import MAX_CONNECTIONS
from bot.web.server import SLACK_EVENTS_PATH
from tests.bench.attack.stage import Stage
from tests.bench.attack.swarm import LOOPBACK, Outcome, again_and_again, open_many_files

SILENT = 2000

SLOW = MAX_CONNECTIONS + 88
"""Slow headers, and as many slow bodies: more of either than the server keeps connections."""

SENDERS = 20
GARBAGE = "unmistakable-garbage"

AGAIN = 1.0
"""Seconds until a connection that was closed is opened again: the server still gets more than a thousand a second, and
what is measured isn't only how the attackers and the server share this machine."""

SPARE_FILES = 200
"""Files that this process needs for everything else."""


async def silent_connections(stage: Stage, seconds: float) -> Outcome:
    """Each is opened again when it is closed."""

    async def keep_still() -> str:
        reader, writer = await asyncio.open_connection(LOOPBACK, stage.port)
        try:
            with contextlib.suppress(ConnectionError):
                await reader.read()
            return "closed"
        finally:
            writer.close()

    return Outcome(await again_and_again(_as_many_as_may_be(SILENT), seconds, keep_still, AGAIN))


async def slow_requests(stage: Stage, seconds: float) -> Outcome:
    """Nobody gets a 200: what they send isn't signed, and doesn't end."""
    start = f"POST {SLACK_EVENTS_PATH} HTTP/1.1\r\nHost: rounds\r\n"

    async def drip_headers() -> str:
        return await _drip(stage, b"", f"{start}{'X-Slow: yes' * 1000}".encode())

    async def drip_body() -> str:
        headers = f"{start}{_wrong_signature()}Content-Length: 1000\r\n\r\n"
        return await _drip(stage, headers.encode(), b"command=%2Fstreak&" * 50)

    each = _as_many_as_may_be(2 * SLOW) // 2
    headers, bodies = await asyncio.gather(
        again_and_again(each, seconds, drip_headers, AGAIN), again_and_again(each, seconds, drip_body, AGAIN)
    )
    outcome = Outcome(headers + bodies)
    outcome.expect(not any(what.startswith("2") for what in outcome.got), "a slow request was let in")
    return outcome


async def broken_http(stage: Stage, seconds: float) -> Outcome:
    """Everything that isn't proper HTTP is refused, and quoted nowhere."""
    start = f"POST {SLACK_EVENTS_PATH} HTTP/1.1\r\nHost: rounds\r\n"
    kinds = itertools.cycle(
        [
            f"\x16\x03\x01 {GARBAGE}\r\n\r\n",
            f"{start}{GARBAGE}\r\n\r\n",
            f"{start}Content-Length: {GARBAGE}\r\n\r\n",
            f"{start}{{signature}}Transfer-Encoding: chunked\r\n\r\n{GARBAGE}\r\n",
            f"{start}{{signature}}Content-Encoding: gzip\r\nContent-Length: {len(GARBAGE)}\r\n\r\n{GARBAGE}",
        ]
    )
    stage.sent.add(GARBAGE)

    async def send() -> str:
        return await _drip(stage, next(kinds).format(signature=_wrong_signature()).encode(), b"")

    outcome = Outcome(await again_and_again(SENDERS, seconds, send))
    outcome.expect(set(outcome.got) <= {"400", "closed"}, "what is no HTTP wasn't refused")
    return outcome


def _wrong_signature() -> str:
    """The headers of a signature that is fresh and well-formed, and not Slack's."""
    return f"X-Slack-Request-Timestamp: {int(time.time())}\r\nX-Slack-Signature: v0={'0' * 64}\r\n"


async def _drip(stage: Stage, at_once: bytes, slowly: bytes) -> str:
    """Send some bytes at once, and then one a second until there is an answer; its status, or `closed`."""
    reader, writer = await asyncio.open_connection(LOOPBACK, stage.port)
    answer = asyncio.create_task(reader.readline())
    try:
        writer.write(at_once)
        for byte in slowly:
            writer.write(bytes([byte]))
            if (await asyncio.wait({answer}, timeout=1.0))[0]:
                break
        line = await answer
        return line.split()[1].decode() if line else "closed"
    except ConnectionError:
        return "closed"
    finally:
        writer.close()
        answer.cancel()
        await asyncio.gather(answer, return_exceptions=True)


def _as_many_as_may_be(wanted: int) -> int:
    return min(wanted, open_many_files(wanted + SPARE_FILES) - SPARE_FILES)
