"""The real bot in this process, with the sandbox as its Slack and the test's clock."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.bootstrap import Rounds
from bot.config import Settings
from bot.sandbox import Sandbox, SandboxUser
from bot.slack.manifest import manifest
from tests.builders import SetClock
from tests.shipped import shipped_pack
from tests.waits import LONGEST

AN_HOUR = timedelta(hours=1)
NINE = datetime(2026, 11, 23, 14, tzinfo=UTC)
"""Monday, 9:00 in New York, when the lesson is due."""


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NINE - AN_HOUR)


@pytest.fixture
async def sandbox(clock: SetClock) -> AsyncIterator[Sandbox]:
    local = Sandbox(manifest(shipped_pack().skills), clock=lambda: clock().timestamp(), ack_seconds=LONGEST)
    await local.start()
    try:
        yield local
    finally:
        await local.stop()


@pytest.fixture
def settings(sandbox: Sandbox, tmp_path: Path, prepared: Path) -> Settings:
    database = tmp_path / "database" / "rounds.db"
    database.parent.mkdir()
    shutil.copy(prepared, database)
    return Settings(
        _env_file=None,
        slack_bot_token=SecretStr(sandbox.bot_token),
        slack_app_token=SecretStr(sandbox.app_token),
        slack_api_url=sandbox.api_url,
        database_url=f"sqlite:///{database}",
        ROUNDS_KEY_FILE=tmp_path / "keys" / "key",
    )


@pytest.fixture
async def amara(sandbox: Sandbox) -> AsyncIterator[SandboxUser]:
    async with SandboxUser(sandbox.url, "U0AMARA", LONGEST) as person:
        yield person


async def beat(rounds: Rounds, clock: SetClock, at: datetime) -> None:
    clock.now = at
    await rounds.engine.beat()
    await rounds.engine.wait_for_lookups()
