"""A stop is obeyed in every phase: the process ends by itself, or at its own deadline, before Docker kills it.

No test measures how long that takes, because a busy machine takes longer: a stop that isn't obeyed never ends.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import sqlite3
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import psycopg
import pytest
from aiohttp import web

from bot.sandbox import Sandbox, SandboxUser
from bot.storage.migration import UPGRADE_LOCK_ID
from tests.e2e.conftest import BotProcess
from tests.e2e.test_learning_day import start
from tests.processes import child
from tests.waits import LONGEST, eventually

pytestmark = pytest.mark.own_bot

OUT_OF_TIME = b"Rounds didn't finish within"
"""What a process says that ends at its deadline: where a thread is stuck, or the machine is busy."""

SIGNALS = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl+C"])


class Starting:
    """`rounds run`, `web` or `worker` that may never get ready."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.log = b""
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.log += line

    async def says(self, words: bytes) -> None:
        """Wait until its log says this."""
        await eventually(lambda: words in self.log)

    async def stop(self, number: int) -> None:
        """Send the signal, and wait until it ends."""
        self.process.send_signal(number)
        await asyncio.wait_for(self.process.wait(), LONGEST)
        await self._reading


@asynccontextmanager
async def starting(folder: Path, part: str = "run", **environment: str) -> AsyncIterator[Starting]:
    """One that is starting, with tokens that look right."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "ROUNDS_"))}
    settings = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
        "DATABASE_URL": f"sqlite:///{folder / 'database' / 'rounds.db'}",
        "ROUNDS_KEY_FILE": str(folder / "keys" / "reflections.key"),
    }
    command = (sys.executable, "-m", "bot", part)
    async with child(*command, env={**kept, **settings, **environment}, stderr=PIPE) as process:
        yield Starting(process)


@asynccontextmanager
async def slack_that_answers(method: Callable[[str], web.Response | None]) -> AsyncIterator[tuple[str, list[str]]]:
    """A Slack that answers each method so, or never; its address and the methods called."""
    called: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        called.append(request.match_info["method"])
        answered = method(request.match_info["method"])
        if answered is None:
            await asyncio.Event().wait()
            raise AssertionError
        return answered

    app = web.Application()
    app.add_routes([web.post("/api/{method}", answer)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/", called
    finally:
        await runner.cleanup()


def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


AUTH = {"ok": True, "team_id": "T0RIVER", "team": "Riverside", "bot_id": "B0", "user_id": "U0ROUNDS", "url": "x"}


@SIGNALS
async def test_while_slack_does_not_answer_the_first_question(tmp_path: Path, number: int):
    async with (
        slack_that_answers(lambda _method: None) as (url, called),
        starting(tmp_path, SLACK_API_URL=url) as rounds,
    ):
        await eventually(lambda: called)

        await rounds.stop(number)

    assert rounds.process.returncode == 0 or OUT_OF_TIME in rounds.log
    assert b"Traceback" not in rounds.log


async def test_while_slack_cannot_be_reached_at_the_start(tmp_path: Path):
    async with starting(tmp_path, SLACK_API_URL=f"http://127.0.0.1:{closed_port()}/api/") as rounds:
        await rounds.says(b"slack.not_reached")

        await rounds.stop(signal.SIGTERM)

    assert rounds.process.returncode == 0 or OUT_OF_TIME in rounds.log
    assert b"Traceback" not in rounds.log


@SIGNALS
async def test_while_slacks_socket_refuses(tmp_path: Path, prepared: Path, number: int):
    dead = f"ws://127.0.0.1:{closed_port()}/link?ticket=secret"

    def answer(method: str) -> web.Response:
        return web.json_response(AUTH if method == "auth.test" else {"ok": True, "url": dead})

    async with slack_that_answers(answer) as (url, _), starting(tmp_path, SLACK_API_URL=url) as rounds:
        await rounds.says(b"socket.failed")

        await rounds.stop(number)

    assert rounds.process.returncode == 0 or OUT_OF_TIME in rounds.log
    assert b"Traceback" not in rounds.log
    assert b"ticket" not in rounds.log


async def test_while_it_waits_for_another_process_to_upgrade(tmp_path: Path, postgresql_address: str):
    name = postgresql_address
    with psycopg.connect(name, autocommit=True) as other:
        newest = other.execute("SELECT version_num FROM alembic_version").fetchone()
        other.execute("UPDATE alembic_version SET version_num = '0001_tables'")
        try:
            with other.transaction():
                other.execute("SELECT pg_advisory_xact_lock(%s)", [UPGRADE_LOCK_ID])
                async with starting(tmp_path, DATABASE_URL=name) as rounds:
                    await eventually(lambda: _waiting(other))

                    await rounds.stop(signal.SIGTERM)
        finally:
            other.execute("UPDATE alembic_version SET version_num = %s", newest)

    assert b"Traceback" not in rounds.log


def _waiting(connection: psycopg.Connection[tuple[object, ...]]) -> int:
    row = connection.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").fetchone()
    assert row is not None
    return int(str(row[0]))


async def test_while_another_program_holds_the_database_at_the_start(tmp_path: Path, prepared: Path):
    file = tmp_path / "database" / "rounds.db"
    file.parent.mkdir()
    shutil.copy(prepared, file)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=DELETE")
        other.execute("BEGIN EXCLUSIVE")
        async with starting(tmp_path) as rounds:
            await eventually(lambda: _has_open(rounds.process.pid, file))

            await rounds.stop(signal.SIGTERM)

    assert b"Traceback" not in rounds.log


def _has_open(pid: int, file: Path) -> bool:
    with contextlib.suppress(OSError):
        return any(each.readlink() == file for each in Path(f"/proc/{pid}/fd").iterdir())
    return False


@SIGNALS
async def test_while_the_database_hangs(sandbox: Sandbox, tmp_path: Path, postgresql_address: str, number: int):
    frozen: list[int] = []
    bot = BotProcess(sandbox, tmp_path, impatient=True, DATABASE_URL=postgresql_address)
    await bot.start()
    try:
        with psycopg.connect(postgresql_address) as other:
            mine = other.info.backend_pid
            frozen += [
                pid
                for (pid,) in other.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
                if pid != mine
            ]
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)

        await bot.stop(number)
    finally:
        for pid in frozen:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
    assert b"Traceback" not in bot.log


async def test_while_slack_takes_no_lesson(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    """The delivery stays as it was when it was cut off, to be looked up in Slack."""
    await start(amara)
    sandbox.faults.add("chat.postMessage", "latency", seconds=LONGEST)
    await amara.run_command("/rounds", "lesson")
    await eventually(lambda: _states(bot.database) == ["sending"])

    assert await bot.stop() == 0 or OUT_OF_TIME in bot.log

    assert _states(bot.database) == ["sending"]
    assert b"Traceback" not in bot.log


def _states(file: Path) -> list[str]:
    with closing(sqlite3.connect(file, timeout=LONGEST)) as database:
        return [state for (state,) in database.execute("SELECT state FROM delivery WHERE kind = 'lesson'")]


async def test_while_it_connects_again(sandbox: Sandbox, bot: BotProcess):
    await sandbox.stop()
    await eventually(lambda: b"socket.failed" in bot.log)

    assert await bot.stop() == 0 or OUT_OF_TIME in bot.log

    assert b"Traceback" not in bot.log
