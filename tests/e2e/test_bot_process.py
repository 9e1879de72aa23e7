"""The bot process that these tests drive leaves nothing behind, however its start ends."""

import os
from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from tests.e2e.conftest import BotProcess


@pytest.mark.own_bot
async def test_a_bot_that_cannot_start_says_why_and_is_gone(sandbox: Sandbox, tmp_path: Path, prepared: Path):
    bot = BotProcess(sandbox, tmp_path, prepared=prepared, SLACK_BOT_TOKEN="xoxb-of-somebody-else")

    with pytest.raises(AssertionError, match="Slack refused SLACK_BOT_TOKEN"):
        await bot.start()

    with pytest.raises(ProcessLookupError):
        os.kill(bot.pid, 0)
