"""What the attacks are played on: the local Slack, a ward of learners, and the real `rounds web` process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
from aiohttp import web
from cryptography.fernet import Fernet
from sqlmodel import SQLModel, func, select

from bot.sandbox import Sandbox, SandboxUser
from bot.slack.manifest import manifest
from bot.storage import Session, Store
from tests.bench.load import RequestUrl
from tests.bench.processes import Process, process
from tests.bench.riverside import ward_of, write_learners
from tests.shipped import shipped_pack

LEARNERS = 1000

PATIENCE = 120.0
"""Seconds until a wait gives up. It only ends a hang, so it is long enough for a busy machine."""

RECORDER = "/recorder"


@dataclass
class Recorder:
    """A proxy between the local Slack and the bot, which keeps what it passes on."""

    target: str = ""
    kept: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)

    async def pass_on(self, request: web.Request) -> web.Response:
        """Keep one request, with the headers that sign it, and return the bot's answer."""
        body = await request.read()
        named = ("Content-Type", "X-Slack-Request-Timestamp", "X-Slack-Signature")
        headers = {name: request.headers[name] for name in named}
        self.kept.append((body, headers))
        async with aiohttp.ClientSession() as session, session.post(self.target, data=body, headers=headers) as answer:
            content_type = answer.content_type if answer.headers.get("Content-Type") else None
            return web.Response(status=answer.status, body=await answer.read(), content_type=content_type)


@dataclass
class Stage:
    """The running bot and what is around it. `sent` has words out of every text that was sent to it."""

    sandbox: Sandbox
    bot: Process
    store: Store
    port: int
    recorder: Recorder
    sent: set[str] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Where Slack's requests go."""
        return f"http://127.0.0.1:{self.port}/slack/events"

    @property
    def door(self) -> RequestUrl:
        """The same, with the secret that signs."""
        return RequestUrl(self.url, self.sandbox.signing_secret)

    async def post(self, session: aiohttp.ClientSession, body: bytes, content_type: str) -> tuple[int, str]:
        """Send what Slack signed; the status and the answer."""
        headers = {"Content-Type": content_type, **self.sandbox.request_url.signature_headers(body)}
        async with session.post(self.url, data=body, headers=headers) as answer:
            return answer.status, await answer.text()

    def learner(self, number: int) -> SandboxUser:
        """One of the learners, as somebody at the local Slack. Close it, or use it in `async with`."""
        user = f"U{number:06}"
        if user not in self.sandbox.workspace.members:
            like = self.sandbox.workspace.members["U0AMARA"]
            self.sandbox.workspace.add_person(replace(like, id=user, name=user.lower()), 0)
        return SandboxUser(self.sandbox.url, user, PATIENCE)

    def count(self, *tables: type[SQLModel]) -> list[int]:
        """How many rows these tables have."""

        def rows(session: Session) -> list[int]:
            return [session.exec(select(func.count()).select_from(table)).one() for table in tables]

        return self.store.run(rows)

    async def is_well(self) -> bool:
        """Whether the process runs, and says that it is ready."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as session:
                while self.bot.popen.poll() is None:
                    with contextlib.suppress(aiohttp.ClientError):
                        async with session.get(f"http://127.0.0.1:{self.port}/ready") as answer:
                            return answer.status == 200
                    await asyncio.sleep(0.1)
        return False


@contextlib.asynccontextmanager
async def set_up(folder: Path) -> AsyncIterator[Stage]:
    """A stage whose bot finds lessons by meaning. Its database is in `folder`."""
    now = datetime.now(UTC)
    store = ward_of(folder, now)
    store.run(write_learners, 0, LEARNERS, now, now + timedelta(days=1))
    recorder = Recorder()
    # An acknowledgment may take longer than Slack's three seconds, as the machine does the attackers' work, too.
    sandbox = Sandbox(
        manifest(shipped_pack().skills), ack_seconds=PATIENCE, routes=[web.post(RECORDER, recorder.pass_on)]
    )
    await sandbox.start()
    running = ExitStack()
    try:
        bot = running.enter_context(
            process(
                *("-m", "tests.bench.attack.slow_names", "web"),
                SLACK_API_URL=sandbox.api_url,
                SLACK_BOT_TOKEN=sandbox.bot_token,
                SLACK_SIGNING_SECRET=sandbox.signing_secret,
                DATABASE_URL=str(store.url),
                ROUNDS_ENCRYPTION_KEYS=Fernet.generate_key().decode(),
                ROUNDS_PORT="0",
            )
        )
        line, _ = await asyncio.to_thread(bot.wait_for, "port=")
        await asyncio.to_thread(bot.wait_for, "coaching.by_meaning")
        stage = Stage(sandbox, bot, store, int(line.rsplit("port=", 1)[1]), recorder)
        recorder.target = sandbox.request_url.url = stage.url
        yield stage
    finally:
        await asyncio.to_thread(running.close)  # the bot may still ask the local Slack, which runs in this loop
        await sandbox.stop()
        store.close()
