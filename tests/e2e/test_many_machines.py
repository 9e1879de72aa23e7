"""`rounds web` and two `rounds worker` on one PostgreSQL, with Slack's requests over HTTP: as on many machines."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import psycopg
import pytest
import pytest_asyncio
from cryptography.fernet import Fernet

from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from tests.e2e.conftest import BotProcess

pytestmark = pytest.mark.own_bot

KEYS = Fernet.generate_key().decode()
"""All processes have the same."""


class Web(BotProcess):
    """`rounds web`, and what it says of itself."""

    @property
    def url(self) -> str:
        """Where Slack's requests come in."""
        return f"http://127.0.0.1:{self.ports['slack']}/slack/events"

    async def metrics(self) -> list[str]:
        """The lines of its metrics, as operators see them."""
        address = f"http://127.0.0.1:{self.ports['operators']}/metrics"
        async with aiohttp.ClientSession() as session, session.get(address) as answer:
            return (await answer.text()).splitlines()

    async def refused(self) -> dict[str, int]:
        """How many requests were refused, by reason."""
        counts = [line for line in await self.metrics() if line.startswith("rounds_requests_refused_total{")]
        return {line.split('"')[1]: int(float(line.split()[-1])) for line in counts}


@pytest_asyncio.fixture(loop_scope="session")
async def web(sandbox: Sandbox, tmp_path: Path, postgresql_address: str) -> AsyncIterator[Web]:
    """It answers the sandbox, and delivers nothing."""
    async with Web(
        sandbox,
        tmp_path,
        "web",
        DATABASE_URL=postgresql_address,
        ROUNDS_ENCRYPTION_KEYS=KEYS,
        SLACK_SIGNING_SECRET=sandbox.signing_secret,
        ROUNDS_PORT="0",
        ROUNDS_METRICS_PORT="0",
    ) as process:
        sandbox.request_url.url = process.url
        yield process


@pytest_asyncio.fixture(loop_scope="session")
async def workers(
    sandbox: Sandbox, web: Web, tmp_path: Path, postgresql_address: str
) -> AsyncIterator[list[BotProcess]]:
    """Two of them, on the same database."""
    both = [
        BotProcess(sandbox, tmp_path, "worker", DATABASE_URL=postgresql_address, ROUNDS_ENCRYPTION_KEYS=KEYS)
        for _ in range(2)
    ]
    try:
        await asyncio.gather(*(worker.start() for worker in both))
        yield both
    finally:
        await asyncio.gather(*(worker.stop() for worker in both))


def holder(workers: list[BotProcess], database: str) -> BotProcess:
    """The worker that holds the lease of the one workspace."""
    with psycopg.connect(database) as connection:
        row = connection.execute("SELECT worker FROM workspacelease").fetchone()
    assert row is not None
    return next(each for each in workers if f":{each.pid}:" in row[0])


async def lesson_for(person: SandboxUser) -> dict[str, str]:
    """Press *Start*, ask for the lesson, and wait for it."""
    await person.open_home()
    await person.wait_for_home(lambda home: ids.START_LESSONS in str(home))
    await person.click(ids.START_LESSONS, where="home")
    await person.wait_for_home(lambda home: ids.SEND_LESSON_NOW in str(home))
    await person.click(ids.SEND_LESSON_NOW, where="home")
    return await person.wait_for_message(lambda message: "Your call." in message["text"])


async def test_a_worker_dies_and_the_other_delivers_to_its_workspace(
    sandbox: Sandbox,
    web: Web,
    workers: list[BotProcess],
    postgresql_address: str,
    amara: SandboxUser,
    tomas: SandboxUser,
) -> None:
    await sandbox.request_url.verify()
    lesson = await lesson_for(amara)
    await amara.click(f"{ids.ANSWER_LESSON}.B", ts=lesson["ts"])
    answered = await amara.wait_for_message(lambda message: "streak" in message["text"].lower())

    dead = holder(workers, postgresql_address)
    await dead.stop(signal.SIGKILL)
    await lesson_for(tomas)

    assert answered["ts"] == lesson["ts"]
    assert holder(workers, postgresql_address) is not dead
    deliveries = [
        each.metadata["event_payload"]["delivery_id"] for each in sandbox.workspace.all_messages() if each.metadata
    ]
    assert len(deliveries) == len(set(deliveries)) == 2
    assert all(b"slack.request" not in worker.log for worker in workers)
    assert b"delivery.sent" not in web.log
    assert any(line.startswith("# TYPE rounds_deliveries ") for line in await web.metrics())


async def test_forged_altered_and_old_requests_are_refused_and_counted(sandbox: Sandbox, web: Web) -> None:
    body = b"command=%2Frounds&text=admin&team_id=T0RIVER&user_id=U0TOMAS"
    genuine = sandbox.request_url.signature_headers(body)
    requests = [
        (body, {**genuine, "X-Slack-Signature": "v0=" + "0" * 64}),
        (body.replace(b"U0TOMAS", b"U0AMARA"), genuine),
        (body, {**genuine, "X-Slack-Request-Timestamp": "1700000000"}),
        (body, {}),
    ]

    async with aiohttp.ClientSession() as session:
        statuses = []
        for sent, headers in requests:
            async with session.post(web.url, data=sent, headers=headers) as answer:
                statuses.append(answer.status)

    assert statuses == [401, 401, 401, 401]
    assert await web.refused() == {
        "forged": 2,
        "old": 1,
        "unsigned": 1,
        "too_large": 0,
        "too_slow": 0,
        "cut_off": 0,
        "unreadable": 0,
    }
    assert b"slack.request" not in web.log
