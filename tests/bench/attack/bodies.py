"""Large bodies that Slack didn't sign: announced, and sent as fast as they are taken."""

import asyncio
import contextlib
import itertools
import socket
import time
from collections import Counter

from bot.web.server import SLACK_EVENTS_PATH
from tests.bench.attack.stage import Stage
from tests.bench.attack.swarm import LOOPBACK, Outcome, again_and_again

SENDERS = 20
SIZE = 50_000_000
CHUNK = b"x" * 65_536

LEEWAY = 1_000_000
"""Bytes that may be sent beyond what the system's buffers hold: what the server has read when it refuses."""

SEND_BUFFER = 65_536
"""Bytes of the sender's own buffer, set so that it doesn't grow."""

READ = 2 * 262_144
"""Bytes that a server reads before it closes: with the headers, and to let the sender read the answer. asyncio reads so
many at once. It matters because the system's buffers grow with what is read of them."""

FULL_AFTER = 0.5
"""Seconds without room for another byte after which buffers count as full."""


async def large_bodies(stage: Stage, seconds: float) -> Outcome:
    """Each is refused, and its sender stopped before the body was read."""
    held = await _what_buffers_hold()
    outcome = Outcome()
    most_sent = 0
    signatures = itertools.cycle([_unsigned, _forged, _old])

    async def send_much() -> str:
        nonlocal most_sent
        status, sent = await _send(stage.port, next(signatures)())
        most_sent = max(most_sent, sent)
        return status

    one_of_each = Counter([await send_much() for _ in range(3)])
    outcome.got = one_of_each + await again_and_again(SENDERS, seconds, send_much)
    outcome.expect(set(outcome.got) <= {"401", "413", "closed"}, "a large body wasn't refused")
    outcome.expect(
        most_sent <= held + LEEWAY,
        f"{most_sent / 1e6:.1f} MB of a body were taken, and the system's buffers hold {held / 1e6:.1f} MB",
    )
    outcome.got[f"MB of a body at most, of {SIZE / 1e6:.0f}"] = round(most_sent / 1e6)
    return outcome


def _unsigned() -> str:
    return ""


def _forged() -> str:
    return f"X-Slack-Request-Timestamp: {int(time.time())}\r\nX-Slack-Signature: v0={'0' * 64}\r\n"


def _old() -> str:
    return f"X-Slack-Request-Timestamp: {int(time.time()) - 3600}\r\nX-Slack-Signature: v0={'0' * 64}\r\n"


async def _send(port: int, signature: str) -> tuple[str, int]:
    """Announce a large body, and send it whatever is answered: the status, or `closed`, and the bytes taken of it."""
    loop = asyncio.get_running_loop()
    with _connection() as connection:
        await loop.sock_connect(connection, (LOOPBACK, port))
        start = f"POST {SLACK_EVENTS_PATH} HTTP/1.1\r\nHost: rounds\r\nContent-Length: {SIZE}\r\n{signature}\r\n"
        await loop.sock_sendall(connection, start.encode())
        answer = asyncio.create_task(loop.sock_recv(connection, 1000))
        sent = 0
        try:
            with contextlib.suppress(ConnectionError):  # stopped: what matters is how far it came
                while sent < SIZE:
                    await loop.sock_sendall(connection, CHUNK)
                    sent += len(CHUNK)
            with contextlib.suppress(ConnectionError):  # the answer was lost with what was still under way
                if line := await answer:
                    return line.split()[1].decode(), sent
            return "closed", sent
        finally:
            # It must be over before the socket is closed: the loop would go on to watch the next one of that number.
            answer.cancel()
            await asyncio.gather(answer, return_exceptions=True)


async def _what_buffers_hold() -> int:
    """Bytes of a body that the system takes for a server that reads `READ` of them and no more."""
    loop = asyncio.get_running_loop()
    with socket.create_server((LOOPBACK, 0)) as listener, _connection() as connection:
        await loop.sock_connect(connection, listener.getsockname())
        sent = 0

        async def send() -> None:
            nonlocal sent
            while True:
                await loop.sock_sendall(connection, CHUNK)
                sent += len(CHUNK)

        server, _ = listener.accept()
        with server:
            server.setblocking(False)
            sending = asyncio.create_task(send())
            left = READ
            while left > 0:
                left -= len(await loop.sock_recv(server, left))
            before = -1
            while before != sent:
                before = sent
                await asyncio.sleep(FULL_AFTER)
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
        return sent - READ


def _connection() -> socket.socket:
    connection = socket.socket()
    connection.setblocking(False)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    return connection
