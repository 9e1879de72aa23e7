"""Keys are rotated while the real bot runs, and when the rotation is killed half-way."""

import asyncio
import os
import signal
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from bot.storage.encryption import Cipher
from bot.storage.key_file import KeyFile
from tests.e2e.conftest import BotProcess
from tests.e2e.test_learning_day import get_lesson, showing, start
from tests.processes import child
from tests.waits import LONGEST

pytestmark = pytest.mark.own_bot

ROWS = 3000


def key_file(folder: Path) -> KeyFile:
    return KeyFile(folder / "keys" / "reflections.key")


@asynccontextmanager
async def rotating(folder: Path) -> AsyncIterator[Process]:
    """`rounds keys rotate`, as an operator starts it beside the running bot."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "ROUNDS_"))}
    settings = {
        "DATABASE_URL": f"sqlite:///{folder / 'database' / 'rounds.db'}",
        "ROUNDS_KEY_FILE": str(key_file(folder).path),
    }
    command = (sys.executable, "-m", "bot", "keys", "rotate")
    async with child(*command, env={**kept, **settings}, stdout=PIPE, stderr=PIPE) as process:
        yield process


async def rotate(folder: Path) -> str:
    """To its end; what it said."""
    async with rotating(folder) as process:
        out, error = await asyncio.wait_for(process.communicate(), LONGEST)
        assert process.returncode == 0, error
        return out.decode()


def sealed(folder: Path) -> list[bytes]:
    with closing(sqlite3.connect(folder / "database" / "rounds.db")) as database:
        return [row[0] for row in database.execute("SELECT words FROM reflection ORDER BY id")]


def write_many(folder: Path) -> None:
    """As many reflections as a hospital writes in a month, copied from the one that is there."""
    with closing(sqlite3.connect(folder / "database" / "rounds.db", timeout=LONGEST)) as database:
        database.execute(
            f"""WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS})
            INSERT INTO delivery (id, learner_id, team_id, learning_day, kind, due_at, expires_at, state, attempt,
                counts_for_streak, carried_over)
            SELECT printf('%032x', i), learner_id, team_id, date('1990-01-01', '+' || i || ' days'), kind, due_at,
                expires_at, state, 1, 0, 0 FROM delivery, n WHERE revision_id IS NOT NULL"""  # noqa: S608 - a number
        )
        database.execute(
            """INSERT INTO reflection (delivery_id, learner_id, revision_id, learning_day, words, written_at)
            SELECT d.id, r.learner_id, r.revision_id, r.learning_day, r.words, r.written_at
            FROM delivery d, reflection r WHERE d.revision_id IS NULL"""
        )
        database.commit()


async def reflect(person: SandboxUser, words: str) -> None:
    await person.click(ids.OPEN_REFLECTION)
    await person.submit({"words": words})
    await person.wait_for_message(showing("Reflection saved."))


async def journal(person: SandboxUser) -> str:
    await person.run_command("/rounds", "journal")
    shown = str(await person.wait_for_modal())
    await person.close_modal()
    return shown


async def test_a_running_bot_reads_and_writes_across_a_rotation(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)
    await get_lesson(amara)
    await reflect(amara, "before the rotation")
    (old,) = key_file(bot.folder).read_keys()

    said = await rotate(bot.folder)

    (new,) = key_file(bot.folder).read_keys()
    assert "1 private texts now use key" in said
    assert old not in said
    assert new not in said
    assert "before the rotation" in await journal(amara)
    await reflect(amara, "after the rotation")
    assert [Cipher([new]).decrypt(words) for words in sealed(bot.folder)] == ["after the rotation"]
    await bot.stop()
    await bot.start()
    assert "after the rotation" in await journal(amara)


async def test_a_rotation_killed_half_way_is_run_again_and_nothing_is_lost(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)
    await get_lesson(amara)
    await reflect(amara, "a line of my own")
    write_many(bot.folder)

    async with rotating(bot.folder) as process:
        assert process.stderr is not None
        assert b"Checked 1000, " in await asyncio.wait_for(process.stderr.readline(), LONGEST)
        process.send_signal(signal.SIGKILL)
        await process.wait()

    new, old = key_file(bot.folder).read_keys()
    under = [_opens_with(new, words) for words in sealed(bot.folder)]
    assert 1000 <= sum(under) < len(under) == ROWS + 1
    assert all(_opens_with(old, words) for words, done in zip(sealed(bot.folder), under, strict=True) if not done)
    assert "a line of my own" in await journal(amara)

    await rotate(bot.folder)

    assert key_file(bot.folder).read_keys() == [new]
    assert {Cipher([new]).decrypt(words) for words in sealed(bot.folder)} == {"a line of my own"}
    assert "a line of my own" in await journal(amara)


def _opens_with(key: str, words: bytes) -> bool:
    try:
        return bool(Cipher([key]).decrypt(words))
    except Exception:
        return False
