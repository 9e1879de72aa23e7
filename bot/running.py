"""Runs the bot from its start to its end: opens the database and the connections, and closes them."""

import asyncio
import contextlib
import gc
import sys
import time
from collections.abc import AsyncIterator

import aiohttp
import structlog

from bot.bootstrap import Rounds, open_store, system_clock
from bot.config import ProcessRole, Settings
from bot.domain.clock import Clock
from bot.kinds import KINDS
from bot.process import limit_memory_arenas
from bot.slack.message_kind import MessageKinds
from bot.storage import Store

log = structlog.get_logger(__name__)

USUAL_THRESHOLDS = (700, 10, 10)
"""When Python looks for garbage by default. Until it is ready, a command may set others."""

CLIENT_TIMEOUT = aiohttp.ClientTimeout(total=10)
"""Set on the session, because the SDK ignores its own `timeout=` if it gets one. Slack gets twelve times this to show
what it accepted (`reconcile.MAX_SLACK_DELAY`)."""

THREAD_SWITCH_INTERVAL_SECONDS = 0.001
"""Seconds after which a thread in a transaction lets the event loop continue. Python's default of 5 ms is half of what
an acknowledgment takes."""


@contextlib.asynccontextmanager
async def running_rounds(
    settings: Settings, clock: Clock = system_clock, role: ProcessRole = ProcessRole.RUN, kinds: MessageKinds = KINDS
) -> AsyncIterator[Rounds]:
    """Start the bot, or one of its roles, and always stop it at the end."""
    # In a thread, so that a stop is obeyed meanwhile.
    store = await asyncio.to_thread(open_store, settings.require_for(role))
    try:
        if store.is_key_lost:
            await asyncio.to_thread(_report_lost_key, store)
        async with aiohttp.ClientSession(timeout=CLIENT_TIMEOUT) as session:
            rounds = Rounds(settings, store, session, clock, role, kinds)
            try:
                await rounds.start()
                yield rounds
            finally:
                await rounds.stop()
    finally:
        await asyncio.to_thread(store.close)


def _report_lost_key(store: Store) -> None:
    """Log how many private texts can't be read, and what people can't do without their key."""
    from bot.storage import lost_keys
    from bot.storage.encrypted_columns import read_rows

    lost = lost_keys.count_unreadable(
        lambda column, after: store.read(read_rows, column, after).result(), store.can_read
    )
    log.error(
        "keys.lost",
        journal_entries=lost.words,
        calendars=lost.calendars,
        now="these texts are kept, and no new ones are saved. Restore the key; or run: rounds keys abandon",
    )


async def run_bot(settings: Settings, role: ProcessRole) -> None:
    """Run until canceled."""
    began = time.monotonic()
    sys.setswitchinterval(THREAD_SWITCH_INTERVAL_SECONDS)
    limit_memory_arenas()
    try:
        await _run_until_canceled(settings, role, began)
    except asyncio.CancelledError:
        log.info("rounds.stopped")
        raise


async def _run_until_canceled(settings: Settings, role: ProcessRole, began: float) -> None:
    async with running_rounds(settings, role=role):
        # Objects from the start live as long as the process. Without `freeze`, the garbage collector would scan them
        # again and again, and delay answers each time.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*USUAL_THRESHOLDS)
        log.info("rounds.ready", part=role.name.lower(), seconds=round(time.monotonic() - began, 2))
        await asyncio.Event().wait()
