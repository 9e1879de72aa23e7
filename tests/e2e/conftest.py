"""The real bot process, over Socket Mode, in the sandbox: what the end-to-end and browser tests drive."""

import asyncio
import contextlib
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.bootstrap import shipped_pack
from bot.sandbox import Person, Sandbox
from bot.slack.manifest import manifest

READY = b"rounds.ready"

PATIENT = 15.0
"""Seconds for an acknowledgement: Slack's own 3 s would make these tests a measure of how busy the machine is."""


class BotProcess:
    """`rounds run`, `web` or `worker` as an operator starts it, with its log kept for the tests to read."""

    def __init__(self, sandbox: Sandbox, folder: Path, part: str = "run", **environment: str) -> None:
        self._part = part
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "ROUNDS_"))},
            "SLACK_BOT_TOKEN": sandbox.bot_token,
            "SLACK_APP_TOKEN": sandbox.app_token,
            "SLACK_API_URL": sandbox.api_url,
            "DATABASE_URL": f"sqlite:///{folder / 'database' / 'rounds.db'}",
            "ROUNDS_KEY_FILE": str(folder / "keys" / "reflections.key"),
            **environment,
        }
        self.folder = folder
        self.log = b""
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def ports(self) -> dict[str, int]:
        """Where it listens, as its log says: to `slack`, to `operators`."""
        said = re.findall(r"rounds\.listening' to='(\w+)' port=(\d+)", self.log.decode())
        return {to: int(port) for to, port in said}

    async def start(self) -> None:
        self._ready.clear()
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", self._part, env=self._environment, stderr=asyncio.subprocess.PIPE
        )
        self._reader = asyncio.create_task(self._read(self._process))
        async with asyncio.timeout(30):
            await self._ready.wait()

    async def stop(self, number: int = signal.SIGTERM) -> int:
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)
        code = await self._process.wait()
        if self._reader is not None:
            await self._reader
        return code

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None
        async for line in process.stderr:
            self.log += line
            if READY in line:
                self._ready.set()
        self._ready.set()


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    local = Sandbox(manifest(shipped_pack().skills), ack_seconds=PATIENT)
    await local.start()
    yield local
    await local.stop()


@pytest.fixture
async def bot(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[BotProcess]:
    process = BotProcess(sandbox, tmp_path, ROUNDS_ADMINS="U0PRIYA")
    await process.start()
    yield process
    await process.stop()


@pytest.fixture
async def amara(sandbox: Sandbox) -> AsyncIterator[Person]:
    async with Person(sandbox.url, "U0AMARA") as person:
        yield person


@pytest.fixture
async def tomas(sandbox: Sandbox) -> AsyncIterator[Person]:
    """The workspace's owner."""
    async with Person(sandbox.url, "U0TOMAS") as person:
        yield person
