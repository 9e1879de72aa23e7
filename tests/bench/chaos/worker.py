"""A worker of the campaign: the bot's own engine with production's times divided, until it is killed."""

import asyncio
import os
import secrets
import sys
import time
from datetime import UTC, datetime

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import reconcile
from bot.delivery.engine import Engine
from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.sender import Sender
from bot.delivery.transactions import Transactions
from bot.learning.library import Library
from bot.slack.messenger import SlackMessenger
from bot.storage import Store
from bot.storage.encryption import Cipher
from tests.bench.chaos import scale
from tests.engine_kinds import KINDS

EVERY = 0.25
"""Seconds between two beats."""

PER_MINUTE = 60_000
"""Messages a minute and workspace: the pace is not what is tried here."""


async def work(url: str, api: str, key: str) -> None:
    """Deliver until the process is killed."""
    scale.hurry()
    store = Store(url, Cipher([key]))
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=scale.TIMEOUT)) as session:
        clients: dict[str, AsyncWebClient] = {}

        def client_for(team: str) -> AsyncWebClient:
            if team not in clients:
                clients[team] = AsyncWebClient(token=team, base_url=api, session=session, retry_handlers=[])
            return clients[team]

        transactions = Transactions(store)
        messenger = SlackMessenger(KINDS, client_for)
        name = f"{os.getpid()}:{secrets.token_hex(3)}"
        sending = Sender(
            transactions, Library(), KINDS, messenger, RateLimiter(time.monotonic, PER_MINUTE, 500), now, name
        )
        engine = Engine(
            transactions,
            KINDS,
            sending,
            reconcile.Reconciler(transactions, messenger, now, scale.GRACE),
            now,
            interval_seconds=EVERY,
        )
        engine.start()
        await asyncio.Event().wait()


def now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    asyncio.run(work(*sys.argv[1:4]))
