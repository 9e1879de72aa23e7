"""A started bot uses its own client and authorization, whatever variables Bolt finds in the environment."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.bootstrap import Rounds
from bot.config import ProcessRole, read_settings
from bot.delivery import readiness
from bot.running import running_rounds
from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from bot.slack.manifest import manifest
from bot.storage import Session, migration
from tests.shipped import shipped_pack
from tests.waits import LONGEST

FOR_BOLT = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "for-oauth",
    "SLACK_SIGNING_SECRET": "for-http",
    "SLACK_SCOPES": "chat:write",
    "SLACK_USER_SCOPES": "search:read",
    "SLACK_REDIRECT_URI": "https://example.org/back",
    "SLACK_INSTALL_PATH": "/install",
    "SLACK_REDIRECT_URI_PATH": "/back",
    "SLACK_VERIFICATION_TOKEN": "old",
    "HTTP_PROXY": "",
}
"""Variables that Bolt reads. With SLACK_CLIENT_ID, an app of Bolt's that has only a token drops it."""


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    local = Sandbox(manifest(shipped_pack().skills), ack_seconds=LONGEST)
    await local.start()
    try:
        yield local
    finally:
        await local.stop()


@pytest.fixture(params=[ProcessRole.RUN, ProcessRole.WEB], ids=["socket-mode", "http"])
def part(request: pytest.FixtureRequest) -> ProcessRole:
    """How Slack reaches the bot. Over HTTP, another process delivers."""
    return ProcessRole(request.param)


@pytest.fixture
async def rounds(
    sandbox: Sandbox, part: ProcessRole, tmp_path: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Rounds]:
    """The bot, started with every variable set that it or Bolt reads."""
    monkeypatch.chdir(tmp_path)
    for name, value in {
        **FOR_BOLT,
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "SLACK_APP_TOKEN": sandbox.app_token,
        "SLACK_SIGNING_SECRET": sandbox.signing_secret,
        "ROUNDS_PORT": "0",
        "SLACK_API_URL": sandbox.api_url,
        "DATABASE_URL": f"sqlite:///{shutil.copy(prepared, tmp_path / 'rounds.db')}",
        "ROUNDS_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    }.items():
        monkeypatch.setenv(name, value)
    async with running_rounds(read_settings(part), role=part) as started:
        if part is ProcessRole.WEB:
            sandbox.request_url.url = started.request_url
            await sandbox.request_url.verify()
        async with deliveries_for(started):
            yield started


@contextlib.asynccontextmanager
async def deliveries_for(started: Rounds) -> AsyncIterator[None]:
    """A worker next to a web process."""
    if started.role.sends_deliveries:
        yield
        return
    async with running_rounds(read_settings(ProcessRole.WORKER), role=ProcessRole.WORKER):
        yield


@pytest.fixture
async def amara(sandbox: Sandbox, rounds: Rounds) -> AsyncIterator[SandboxUser]:
    async with SandboxUser(sandbox.url, "U0AMARA", LONGEST) as person:
        yield person


async def test_an_app_started_with_everything_set_still_routes_with_its_own_client(
    sandbox: Sandbox, rounds: Rounds, amara: SandboxUser
) -> None:
    for _ in range(3):
        await amara.run_command("/rounds", "help")
    answer = await amara.wait_for_message(lambda message: "What I can do" in message["text"])

    asked = [call.method for call in sandbox.call_log.calls]
    assert answer["ephemeral"]
    processes = 1 if rounds.role.sends_deliveries else 2
    assert asked.count("auth.test") == processes  # at startup, not at every request
    assert all(call.ok for call in sandbox.call_log.calls)


async def test_home_opens_todays_lesson_to_read_again_with_a_link_to_its_message(amara: SandboxUser) -> None:
    await amara.open_home()
    await amara.wait_for_home(lambda home: ids.START_LESSONS in str(home))
    await amara.click(ids.START_LESSONS, where="home")
    await amara.wait_for_home(lambda home: "No lesson yet" in str(home))
    await amara.click(ids.SEND_LESSON_NOW, where="home")
    lesson = await amara.wait_for_message(lambda message: "Your call." in message["text"])
    await amara.click(f"{ids.ANSWER_LESSON}.B", ts=lesson["ts"])
    await amara.wait_for_home(lambda home: ids.OPEN_TODAYS_LESSON in str(home))

    await amara.click(ids.OPEN_TODAYS_LESSON, where="home")

    modal = await amara.wait_for_modal(lambda view: view["title"]["text"] == "Today's lesson")
    shown = str(modal["blocks"])
    assert lesson["text"].splitlines()[0] in shown
    assert "You chose B; " in shown
    assert "|Go to the lesson>" in shown
    assert "Say:" in shown


async def test_a_short_429_delays_what_a_person_sees_and_loses_nothing(sandbox: Sandbox, amara: SandboxUser) -> None:
    await amara.open_home()
    await amara.wait_for_home(lambda home: ids.START_LESSONS in str(home))
    await amara.click(ids.START_LESSONS, where="home")
    await amara.wait_for_home(lambda home: "No lesson yet" in str(home))
    await amara.click(ids.SEND_LESSON_NOW, where="home")
    lesson = await amara.wait_for_message(lambda message: "Your call." in message["text"])
    sandbox.faults.add("chat.update", "rate_limited", times=1, retry_after=1)

    await amara.click(f"{ids.ANSWER_LESSON}.B", ts=lesson["ts"])

    await amara.wait_for_message(lambda message: message["ts"] == lesson["ts"] and "You chose B" in message["text"])
    tried = [call.ok for call in sandbox.call_log.calls if call.method == "chat.update"]
    assert tried == [False, True]


async def test_a_started_bot_is_ready_until_its_database_is_replaced_or_gone(
    rounds: Rounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    def upgraded_by_another(_session: Session) -> bool:
        return False

    def gone(_session: Session) -> bool:
        raise ConnectionError

    monkeypatch.setattr(readiness, "CACHE_SECONDS", 0.0)
    while "the search index isn't built yet" in await rounds.find_readiness_problems():  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert await rounds.find_readiness_problems() == []
    monkeypatch.setattr(migration, "has_newest_tables", upgraded_by_another)
    assert await rounds.find_readiness_problems() == ["the database belongs to a different version of Rounds"]
    monkeypatch.setattr(migration, "has_newest_tables", gone)
    assert await rounds.find_readiness_problems() == ["the database can't be reached (ConnectionError)"]
