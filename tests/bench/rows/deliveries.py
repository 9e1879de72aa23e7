"""Deliveries per second: claimed, posted and recorded, beside a bare loop that only posts."""

import asyncio
import contextlib
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from uuid import uuid4

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import func, select
from sqlmodel import col

from bot.content.shipped_pack import shipped_pack
from bot.delivery.outbox import MAX_CONCURRENT_POSTS
from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.sender import Sender
from bot.delivery.tick import MAX_LEARNERS_PER_TRANSACTION, plan_due_deliveries
from bot.delivery.transactions import Transactions
from bot.domain.formats import DEFAULT_FORMATS
from bot.learning.library import Library
from bot.process import configure_logging
from bot.running import CLIENT_TIMEOUT, THREAD_SWITCH_INTERVAL_SECONDS
from bot.slack.blocks import lesson
from bot.slack.messenger import EVENT_TYPE, SlackMessenger
from bot.storage import Session, Store
from bot.storage.tables import Delivery, SendState
from tests.bench import crowd, databases, slack_server
from tests.bench.report import Row
from tests.bench.slack_server import Server
from tests.engine_kinds import KINDS

LEARNERS, TEAMS, RUNS = 10_000, 500, 5
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOW = NINE + timedelta(seconds=30)
MUST = {"SQLite": 0.70, "PostgreSQL": 0.60}
NO_LIMIT = 1e9

Run = Callable[[], Awaitable[None]]


def measure() -> Sequence[Row]:
    """Both databases and the bare loop take turns, against one server."""
    configure_logging("info")
    sys.setswitchinterval(THREAD_SWITCH_INTERVAL_SECONDS)  # as the running bot does
    with open(os.devnull, "w") as nowhere, slack_server.serving() as server, contextlib.ExitStack() as opened:  # noqa: PTH123
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(nowhere))
        stores = {name: opened.enter_context(make()) for name, make in databases.BOTH.items()}
        for store in stores.values():
            crowd.open_hospital(store, TEAMS, NOW)
            crowd.enrol(store, LEARNERS, TEAMS, NINE)
        return asyncio.run(_measure(server, stores))


async def _measure(server: Server, stores: dict[str, Store]) -> list[Row]:
    rates: dict[str, list[float]] = {name: [] for name in ("bare", *stores)}
    cpu: dict[str, list[float]] = {name: [] for name in ("bare", *stores)}
    async with aiohttp.ClientSession(timeout=CLIENT_TIMEOUT) as session:
        client = AsyncWebClient(token="xoxb-bench", base_url=server.api, session=session, retry_handlers=[])
        for _ in range(RUNS):
            await _timed(lambda: _bare(client), rates["bare"], cpu["bare"])
            for name, store in stores.items():
                crowd.fall_due(store, NINE)
                while store.run(plan_due_deliveries, KINDS, NOW) == MAX_LEARNERS_PER_TRANSACTION:
                    pass
                server.reset()
                sender = _sender(store, client)
                await _timed(lambda sender=sender: _deliver(sender), rates[name], cpu[name])  # type: ignore[misc]
                _check(server, store)
    bare, bare_cpu = median(rates["bare"]), median(cpu["bare"])
    return [row for name in stores for row in _rows(name, median(rates[name]), bare, median(cpu[name]), bare_cpu)]


def _rows(name: str, rate: float, bare: float, cpu: float, bare_cpu: float) -> list[Row]:
    least = MUST[name]
    return [
        Row(
            row=f"deliveries per second, 10,000 learners in 500 workspaces, {name}",
            value=rate,
            unit="/s",
            compared_with=f"bare loop of chat_postMessage: {bare:,.0f} /s",
            ratio=rate / bare,
            must=f"at least {least:.2f}",
            met=rate / bare >= least,
        ),
        Row(
            row=f"CPU for one of them, {name}",
            value=cpu,
            unit="µs",
            compared_with=f"bare loop: {bare_cpu:,.0f} µs",
            ratio=bare_cpu / cpu,
        ),
    ]


async def _timed(run: Run, rates: list[float], cpu: list[float]) -> None:
    began, used = time.perf_counter(), time.process_time()
    await run()
    rates.append(LEARNERS / (time.perf_counter() - began))
    cpu.append((time.process_time() - used) / LEARNERS * 1e6)


async def _bare(client: AsyncWebClient) -> None:
    """The same messages, as many at once, through the SDK; nothing is claimed, and nothing kept."""
    message = lesson.initial_message(shipped_pack().lessons[0], DEFAULT_FORMATS)
    text, blocks = message.text, json.dumps(message.blocks, ensure_ascii=False)
    left = iter(range(LEARNERS))

    async def post() -> None:
        for number in left:
            await client.chat_postMessage(
                channel=f"U{number}",
                text=text,
                blocks=blocks,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"delivery_id": str(uuid4())}},
                unfurl_links=False,
                unfurl_media=False,
            )

    await asyncio.gather(*(post() for _ in range(MAX_CONCURRENT_POSTS)))


def _sender(store: Store, client: AsyncWebClient) -> Sender:
    rate_limiter = RateLimiter(time.monotonic, NO_LIMIT, int(NO_LIMIT))
    return Sender(
        Transactions(store),
        Library(),
        KINDS,
        SlackMessenger(KINDS, lambda _team: client),
        rate_limiter,
        lambda: NOW,
        "bench",
    )


async def _deliver(sender: Sender) -> None:
    while await sender.send_due(lambda: True):
        pass


def _check(server: Server, store: Store) -> None:
    """What was counted was sent, each delivery once, and written down."""
    taken = server.record()["deliveries"]
    assert len(taken) == len(set(taken)) == LEARNERS, "a figure of deliveries that were lost or doubled"
    assert store.run(_sent) == LEARNERS, "a figure of deliveries that were not recorded"


def _sent(session: Session) -> int:
    sent = select(func.count()).select_from(Delivery).where(col(Delivery.state) == SendState.SENT)
    return int(session.connection().execute(sent).scalar_one())
