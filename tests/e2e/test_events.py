"""Each event is handled once, whichever process Slack gives it to, and never lost: real bot processes, one database."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import shipped_pack
from bot.sandbox import Person, Sandbox
from bot.sandbox.socket_mode import NotAcknowledged
from bot.slack.manifest import manifest
from bot.storage.events import HANDLING
from tests.e2e.conftest import PATIENT, BotProcess
from tests.e2e.test_learning_day import showing
from tests.e2e.test_leaving import eventually, logged


@pytest.fixture
async def bots(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[list[BotProcess]]:
    """Two processes on one database, both connected: Slack gives an event to either, in turn."""
    started = [BotProcess(sandbox, tmp_path) for _ in range(2)]
    for bot in started:
        await bot.start()
    await asyncio.wait_for(sandbox.sockets.wait_connected(2), 10)
    yield started
    for bot in started:
        await bot.stop()


def hello(event_id: str = "EvHELLO") -> dict[str, Any]:
    """Amara writes to Rounds for the first time."""
    event = {
        "type": "message",
        "channel": "D0AMARA",
        "channel_type": "im",
        "user": "U0AMARA",
        "text": "hello",
        "ts": "1.0",
    }
    return {"type": "event_callback", "team_id": "T0RIVER", "event_id": event_id, "event": event}


def welcomes(sandbox: Sandbox) -> int:
    return sum("Hi, I'm Rounds" in message.text for message in sandbox.workspace.every_message())


async def test_an_event_that_slack_sends_again_is_handled_by_one_process_once(
    sandbox: Sandbox, bots: list[BotProcess], amara: Person
):
    for attempt in range(4):
        await sandbox.sockets.deliver("events_api", hello(), attempt=attempt, reason="timeout")

    await amara.wait_for(showing("Hi, I'm Rounds"))
    assert welcomes(sandbox) == 1
    assert all(b"what='message'" in bot.log for bot in bots)


async def test_an_event_in_hand_is_not_acknowledged_by_another_process(
    sandbox: Sandbox, bots: list[BotProcess], amara: Person
):
    sandbox.faults.add("users.info", "latency", seconds=2.0, times=1)
    first = asyncio.create_task(sandbox.sockets.deliver("events_api", hello()))
    await eventually(lambda: any(b"what='message'" in bot.log for bot in bots))

    second = asyncio.create_task(sandbox.sockets.deliver("events_api", hello(), attempt=1))

    await first
    assert not second.done()
    second.cancel()
    await sandbox.sockets.deliver("events_api", hello(), attempt=2)
    assert welcomes(sandbox) == 1


async def test_an_event_whose_handling_failed_is_sent_again_and_handled(tmp_path: Path):
    local = Sandbox(manifest(shipped_pack().skills), ack_seconds=1.0, retry_delays=(0.1, 0.1, 0.1))
    await local.start()
    bot = BotProcess(local, tmp_path)
    await bot.start()
    local.faults.add("views.publish", "error", error="internal_error", times=1)

    async with Person(local.url, "U0AMARA") as amara:
        await amara.open_home()

        await amara.wait_for_home()
    assert b"handler.broke" in bot.log
    await bot.stop()
    await local.stop()


async def test_an_event_in_the_hands_of_a_killed_process_is_handled_when_slack_sends_it_again(
    sandbox: Sandbox, bot: BotProcess, amara: Person
):
    sandbox.faults.add("users.info", "latency", seconds=30.0, times=1)
    lost = asyncio.create_task(sandbox.sockets.deliver("events_api", hello()))
    await logged(bot, b"what='message'")
    await bot.stop(9)
    with pytest.raises(NotAcknowledged):
        await lost

    let_time_pass(bot, HANDLING)
    await bot.start()
    await asyncio.wait_for(sandbox.sockets.wait_connected(1), PATIENT)
    await sandbox.sockets.deliver("events_api", hello(), attempt=1, reason="timeout")

    await amara.wait_for(showing("Hi, I'm Rounds"))


def let_time_pass(bot: BotProcess, by: timedelta) -> None:
    """Set back when events were taken, as if the clock had moved on since."""
    with closing(sqlite3.connect(bot.folder / "database" / "rounds.db")) as database:
        database.execute(
            "UPDATE seenevent SET at = strftime('%Y-%m-%d %H:%M:%f', at, ?)", (f"-{by.total_seconds()} seconds",)
        )
        database.commit()
