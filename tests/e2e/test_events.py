"""Each event is handled once, whichever process Slack gives it to, and never lost: real bot processes, one database."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.sandbox import Sandbox, SandboxUser
from bot.sandbox.socket_mode import NotAcknowledged
from bot.storage.once_only_events import HANDLING_TIMEOUT
from tests.e2e.conftest import BotProcess, sandbox_of, somebody
from tests.e2e.test_learning_day import showing
from tests.waits import LONGEST, eventually

pytestmark = pytest.mark.own_bot


@pytest_asyncio.fixture(loop_scope="session")
async def bots(sandbox: Sandbox, tmp_path: Path, prepared: Path) -> AsyncIterator[list[BotProcess]]:
    """Two processes on one database, both connected: Slack gives an event to either, in turn."""
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(BotProcess(sandbox, tmp_path, prepared=prepared))
        started = [first, await stack.enter_async_context(BotProcess(sandbox, tmp_path))]
        await asyncio.wait_for(sandbox.sockets.wait_for_connections(2), LONGEST)
        yield started


def hello(amara: SandboxUser, event_id: str = "EvHELLO") -> dict[str, Any]:
    """Amara writes to Rounds for the first time."""
    event = {
        "type": "message",
        "channel": f"D{amara.user_id[1:]}",
        "channel_type": "im",
        "user": amara.user_id,
        "text": "hello",
        "ts": "1.0",
    }
    return {"type": "event_callback", "team_id": "T0RIVER", "event_id": event_id, "event": event}


def welcomes(sandbox: Sandbox) -> int:
    return sum("Hi, I'm Rounds" in message.text for message in sandbox.workspace.all_messages())


async def test_an_event_that_slack_sends_again_is_handled_by_one_process_once(
    sandbox: Sandbox, bots: list[BotProcess], amara: SandboxUser
):
    for attempt in range(4):
        await sandbox.sockets.deliver("events_api", hello(amara), attempt=attempt, reason="timeout")

    await amara.wait_for_message(showing("Hi, I'm Rounds"))
    assert welcomes(sandbox) == 1
    assert all(b"what='message'" in bot.log for bot in bots)


async def test_an_event_in_hand_is_not_acknowledged_by_another_process(
    sandbox: Sandbox, bots: list[BotProcess], amara: SandboxUser
):
    sandbox.faults.add("users.info", "latency", seconds=2.0, times=1)
    first = asyncio.create_task(sandbox.sockets.deliver("events_api", hello(amara)))
    await eventually(lambda: any(b"what='message'" in bot.log for bot in bots))

    second = asyncio.create_task(sandbox.sockets.deliver("events_api", hello(amara), attempt=1))

    # Whichever process wrote first that it has the event acknowledges it. The other one stays silent.
    done, silent = await asyncio.wait({first, second}, return_when=asyncio.FIRST_COMPLETED)
    logs = b"\n".join(bot.log for bot in bots)
    outcomes = [each.exception() for each in done]
    assert outcomes == [None] or b"handler.broke" in logs, logs.decode()
    assert len(silent) == 1
    silent.pop().cancel()
    await sandbox.sockets.deliver("events_api", hello(amara), attempt=2)
    assert welcomes(sandbox) == 1


async def test_an_event_whose_handling_failed_is_sent_again_and_handled(tmp_path: Path, prepared: Path):
    async with (
        sandbox_of(ack_seconds=1.0, retry_delays=(0.1, 0.1, 0.1)) as local,
        BotProcess(local, tmp_path, prepared=prepared) as bot,
        somebody(local, "U0AMARA") as amara,
    ):
        local.faults.add("views.publish", "error", error="internal_error", times=1)

        await amara.open_home()

        await amara.wait_for_home()
        assert b"handler.broke" in bot.log


async def test_an_event_in_the_hands_of_a_killed_process_is_handled_when_slack_sends_it_again(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    slow = sandbox.faults.add("users.info", "latency", seconds=30.0, times=1)
    lost = asyncio.create_task(sandbox.sockets.deliver("events_api", hello(amara)))
    await eventually(lambda: slow.times == 0)
    await bot.stop(9)
    with pytest.raises(NotAcknowledged):
        await lost

    let_time_pass(bot, HANDLING_TIMEOUT)
    await bot.start()
    await asyncio.wait_for(sandbox.sockets.wait_for_connections(1), LONGEST)
    await sandbox.sockets.deliver("events_api", hello(amara), attempt=1, reason="timeout")

    await amara.wait_for_message(showing("Hi, I'm Rounds"))


def let_time_pass(bot: BotProcess, by: timedelta) -> None:
    """Set back when events were taken, as if the clock had moved on since."""
    with closing(sqlite3.connect(bot.database)) as database:
        database.execute(
            "UPDATE seenevent SET at = strftime('%Y-%m-%d %H:%M:%f', at, ?)", (f"-{by.total_seconds()} seconds",)
        )
        database.commit()
