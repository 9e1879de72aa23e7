"""The bot with an LMS: off until somebody turns it on, then an answer reaches the LMS's record store."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer

from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from tests.delivery.record_store import RecordStore
from tests.e2e.conftest import BotProcess, sandbox_of, somebody
from tests.e2e.test_learning_day import get_lesson, showing, start, titled
from tests.waits import eventually


@pytest.fixture
def lms() -> RecordStore:
    return RecordStore()


@pytest_asyncio.fixture(loop_scope="session")
async def told_sandbox() -> AsyncIterator[Sandbox]:
    async with sandbox_of() as local:
        yield local


@pytest_asyncio.fixture(loop_scope="session")
async def told_bot(
    told_sandbox: Sandbox, lms: RecordStore, prepared: Path, tmp_path: Path
) -> AsyncIterator[BotProcess]:
    """A bot whose operator set an LRS."""
    server = TestServer(lms.app())
    async with (
        server,
        BotProcess(
            told_sandbox,
            tmp_path,
            prepared=prepared,
            ROUNDS_LRS_URL=str(server.make_url("/xapi")),
            ROUNDS_LRS_USERNAME=lms.username,
            ROUNDS_LRS_PASSWORD=lms.password,
        ) as bot,
    ):
        yield bot


async def test_an_answer_reaches_the_lms_once_its_learner_turned_it_on(
    told_sandbox: Sandbox, told_bot: BotProcess, lms: RecordStore
) -> None:
    async with somebody(told_sandbox, "U0AMARA") as amara:
        await start(amara)
        await turn_on(amara)

        lesson = await get_lesson(amara)
        await amara.click(f"{ids.ANSWER_LESSON}.A", ts=lesson["ts"])
        await eventually(lambda: len(lms.stored) == 2)  # one lesson of 393 is no percent yet

    (completed,) = lms.told("completed")
    assert completed["actor"]["account"]["name"] == amara.user_id
    assert completed["actor"]["account"]["homePage"].endswith(".slack.com/")
    for secret in (lms.username, lms.password, *lms.stored, completed["object"]["id"]):
        assert secret.encode() not in told_bot.log


async def turn_on(person: SandboxUser) -> None:
    """Turn it on where settings lead to it, after reading what is sent."""
    await person.run_command("/rounds", "settings")
    await person.wait_for_modal(titled("Settings"))
    await person.click(ids.OPEN_MORE_SETTINGS)
    await person.wait_for_modal(titled("More settings"))
    await person.click(ids.OPEN_LMS)
    modal = await person.wait_for_modal(titled("Learning system"))
    assert "*It's off.*" in str(modal)
    assert await person.submit({}) == {}
    await person.wait_for_message(showing("Turned on."))


async def test_without_an_lms_nothing_of_it_shows(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser) -> None:
    await start(amara)
    await amara.run_command("/rounds", "settings")
    await amara.wait_for_modal(titled("Settings"))
    await amara.click(ids.OPEN_MORE_SETTINGS)

    modal = await amara.wait_for_modal(titled("More settings"))

    assert "Learning system" not in str(modal)
