"""The real bot process, over Socket Mode, in the sandbox: what the end-to-end and browser tests drive.

Tests share one bot and one sandbox, and each has people of its own in them. A test that stops the bot, loads a pack,
invites a whole channel or the like is marked `own_bot`, and gets a bot and a sandbox for itself.
"""

import asyncio
import contextlib
import itertools
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import pytest
import pytest_asyncio

from bot.domain.learner import Person as Somebody
from bot.sandbox import Sandbox, SandboxUser
from bot.slack.manifest import manifest
from bot.storage import Session, Store
from tests.builders import any_cipher
from tests.processes import child
from tests.shipped import shipped_pack
from tests.waits import LONGEST, eventually

P = ParamSpec("P")
T = TypeVar("T")

READY = b"rounds.ready"

_numbers = itertools.count(1)


class BotProcess:
    """`rounds run`, `web` or `worker` as an operator starts it, with its log kept for the tests to read.

    Use it as `async with BotProcess(…) as bot`, or `start` and `stop` it; the end of the block stops it in any case.
    `prepared`: a database to begin with, where it isn't to make its own. Unless it is `impatient`, it waits for its
    database for as long as a busy machine takes.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        folder: Path,
        part: str = "run",
        *,
        prepared: Path | None = None,
        impatient: bool = False,
        **environment: str,
    ) -> None:
        self._command = ("-m", "bot" if impatient else "tests.patient_bot", part)
        self.database = folder / "database" / "rounds.db"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "ROUNDS_"))},
            "SLACK_BOT_TOKEN": sandbox.bot_token,
            "SLACK_APP_TOKEN": sandbox.app_token,
            "SLACK_API_URL": sandbox.api_url,
            "DATABASE_URL": f"sqlite:///{self.database}",
            "ROUNDS_KEY_FILE": str(folder / "keys" / "reflections.key"),
            **environment,
        }
        self.folder = folder
        self.log = b""
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._running = contextlib.AsyncExitStack()
        self._said: asyncio.Queue[bool] = asyncio.Queue()
        if prepared is not None:
            self.database.parent.mkdir()
            shutil.copy(prepared, self.database)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def ports(self) -> dict[str, int]:
        """Where it listens, as its log says: to `slack`, to `operators`."""
        said = re.findall(r"rounds\.listening' to='(\w+)' port=(\d+)", self.log.decode())
        return {to: int(port) for to, port in said}

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start it, and wait until it's ready. AssertionError if it ends before that."""
        async with contextlib.AsyncExitStack() as started:
            self._process = await started.enter_async_context(
                child(sys.executable, *self._command, env=self._environment, stderr=asyncio.subprocess.PIPE)
            )
            self._reader = asyncio.create_task(self._read(self._process))
            async with asyncio.timeout(LONGEST):
                ready = await self._said.get()
            assert ready, self.log.decode()
            self._running = started.pop_all()

    async def find_by_meaning(self) -> None:
        """Wait until the sentence model is loaded."""
        await eventually(lambda: b"coaching.by_meaning" in self.log)

    async def stop(self, number: int = signal.SIGTERM) -> int:
        """Stop it, if it runs. Its exit code; TimeoutError if it had to be killed."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)
        async with self._running:
            await asyncio.wait_for(self._process.wait(), LONGEST)
        assert self._reader is not None
        await self._reader
        return int(self._process.returncode or 0)

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        """Keep its log, and tell `start` once whether it's ready or has ended."""
        assert process.stderr is not None
        told = False
        async for line in process.stderr:
            self.log += line
            if READY in line and not told:
                told = True
                self._said.put_nowait(True)
        if not told:
            self._said.put_nowait(False)


@contextlib.asynccontextmanager
async def sandbox_of(declared: Mapping[str, Any] | None = None, **options: Any) -> AsyncIterator[Sandbox]:
    """A started sandbox with the shipped skills' manifest, or another. `options`: those of `Sandbox`.

    Acknowledgements may take longer than Slack's 3 seconds, or these tests would measure how busy the machine is.
    """
    local = Sandbox(declared or manifest(shipped_pack().skills), **{"ack_seconds": LONGEST, **options})
    await local.start()
    try:
        yield local
    finally:
        await local.stop()


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def shared_sandbox() -> AsyncIterator[Sandbox]:
    """The sandbox of most tests."""
    async with sandbox_of() as local:
        yield local


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def shared_bot(
    shared_sandbox: Sandbox, prepared: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[BotProcess]:
    """The bot of most tests."""
    folder = tmp_path_factory.mktemp("bot")
    async with BotProcess(shared_sandbox, folder, prepared=prepared, ROUNDS_ADMINS="U0PRIYA") as process:
        yield process


@pytest_asyncio.fixture(loop_scope="session")
async def own_sandbox() -> AsyncIterator[Sandbox]:
    """A sandbox for this test alone."""
    async with sandbox_of() as local:
        yield local


@pytest_asyncio.fixture(loop_scope="session")
async def own_bot(own_sandbox: Sandbox, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[BotProcess]:
    """A bot for this test alone; `own_bot(first_start=True)` lets it make its database, `impatient=True` hurries."""
    wants = request.node.get_closest_marker("own_bot").kwargs
    prepared = None if wants.get("first_start") else request.getfixturevalue("prepared")
    impatient = bool(wants.get("impatient"))
    async with BotProcess(
        own_sandbox, tmp_path, prepared=prepared, impatient=impatient, ROUNDS_ADMINS="U0PRIYA"
    ) as process:
        yield process


@pytest.fixture
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    """The sandbox that this test's bot is in."""
    local: Sandbox = request.getfixturevalue(f"{_whose(request)}_sandbox")
    return local


@pytest.fixture
def bot(request: pytest.FixtureRequest, sandbox: Sandbox) -> BotProcess:
    """The bot: the shared one, or this test's own."""
    process: BotProcess = request.getfixturevalue(f"{_whose(request)}_bot")
    return process


def _whose(request: pytest.FixtureRequest) -> str:
    return "own" if request.node.get_closest_marker("own_bot") else "shared"


def newcomer(sandbox: Sandbox, like: str) -> str:
    """Add somebody who has the profile, the rights and the channels of one of Riverside's people; their id."""
    workspace = sandbox.workspace
    member = replace(workspace.members[like], id=f"{like}{next(_numbers)}")
    workspace.add_person(member, 0)
    for channel in workspace.channels_with(like):
        if channel.kind != "dm":
            workspace.channels[channel.id] = replace(channel, members=(*channel.members, member.id))
    return member.id


@contextlib.asynccontextmanager
async def somebody(sandbox: Sandbox, like: str) -> AsyncIterator[SandboxUser]:
    """A newcomer at the sandbox, for this test alone."""
    async with SandboxUser(sandbox.url, newcomer(sandbox, like), LONGEST) as person:
        yield person


@pytest_asyncio.fixture(loop_scope="session")
async def amara(sandbox: Sandbox) -> AsyncIterator[SandboxUser]:
    """A nurse manager."""
    async with somebody(sandbox, "U0AMARA") as person:
        yield person


@pytest_asyncio.fixture(loop_scope="session")
async def tomas(sandbox: Sandbox) -> AsyncIterator[SandboxUser]:
    """An owner of the workspace."""
    async with somebody(sandbox, "U0TOMAS") as person:
        yield person


def learner_of(person: SandboxUser) -> Somebody:
    """Who a person is to the bot."""
    return Somebody("T0RIVER", person.user_id)


def in_database(bot: BotProcess, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """A transaction in the running bot's database. No private words are read or written in it."""
    with contextlib.closing(Store(f"sqlite:///{bot.database}", any_cipher())) as store:
        return store.run(work, *args, **kwargs)
