"""The bot in this process, with a clock of the test's own, against the sandbox's Slack."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.bootstrap import Rounds, running, shipped_pack
from bot.config import Settings
from bot.domain.learner import Person as LearnerPerson
from bot.learning import enrolment
from bot.sandbox import Person, Sandbox
from bot.slack import actions as ids
from bot.slack.manifest import manifest
from bot.storage.backup import back_up
from tests.e2e.conftest import PATIENT

MONDAY_NEW_YORK_EIGHT = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock(MONDAY_NEW_YORK_EIGHT)


@pytest.fixture
async def sandbox(clock: Clock) -> AsyncIterator[Sandbox]:
    local = Sandbox(manifest(shipped_pack().skills), clock=lambda: clock().timestamp(), ack_seconds=PATIENT)
    await local.start()
    yield local
    await local.stop()


@pytest.fixture
def settings(sandbox: Sandbox, tmp_path: Path) -> Settings:
    return Settings(
        _env_file=None,
        slack_bot_token=SecretStr(sandbox.bot_token),
        slack_app_token=SecretStr(sandbox.app_token),
        slack_api_url=sandbox.api_url,
        database_url=f"sqlite:///{tmp_path / 'database' / 'rounds.db'}",
        ROUNDS_KEY_FILE=tmp_path / "keys" / "key",
    )


@pytest.fixture
async def rounds(settings: Settings, clock: Clock) -> AsyncIterator[Rounds]:
    async with running(settings, clock) as running_bot:
        yield running_bot


async def enrol(rounds: Rounds, person: Person, tz: str) -> None:
    who = LearnerPerson("T0RIVER", person.user_id)
    await rounds.hop.background(enrolment.meet, who, tz, rounds.clock())
    await rounds.hop.background(enrolment.start, who, tz, rounds.clock())


def lessons(sandbox: Sandbox) -> list[str]:
    return [message.channel for message in sandbox.workspace.every_message() if "Your call." in message.text]


async def test_the_lesson_comes_at_nine_in_the_learners_own_zone_and_the_look_back_at_half_past_four(
    sandbox: Sandbox, rounds: Rounds, clock: Clock, amara: Person
):
    await enrol(rounds, amara, "America/New_York")
    clock.now = MONDAY_NEW_YORK_EIGHT + timedelta(minutes=59)
    await rounds.engine.beat()
    assert lessons(sandbox) == []

    clock.now = MONDAY_NEW_YORK_EIGHT + timedelta(hours=1)
    await rounds.engine.beat()
    assert len(lessons(sandbox)) == 1

    clock.now = MONDAY_NEW_YORK_EIGHT + timedelta(hours=8, minutes=30)
    await rounds.engine.beat()
    await amara.wait_for(lambda message: "Before you go" in message["text"])
    await amara.click(ids.NOT_TRIED)
    await amara.wait_for(lambda message: "The step keeps." in message["text"])
    await amara.click(ids.DONE)
    await amara.wait_for(lambda message: "Done for today." in message["text"])


async def test_a_reply_that_is_lost_makes_no_second_message(
    sandbox: Sandbox, rounds: Rounds, clock: Clock, amara: Person
):
    await enrol(rounds, amara, "America/New_York")
    sandbox.faults.add(method="chat.postMessage", kind="drop_after_accept", times=1)
    clock.now = MONDAY_NEW_YORK_EIGHT + timedelta(hours=1)
    await rounds.engine.beat()

    clock.now += timedelta(minutes=5)
    await rounds.engine.beat()
    await rounds.engine.rest()
    await rounds.engine.beat()

    assert len(lessons(sandbox)) == 1


async def test_a_message_that_never_arrived_is_sent_again_after_the_history_was_read(
    sandbox: Sandbox, rounds: Rounds, clock: Clock, amara: Person
):
    await enrol(rounds, amara, "America/New_York")
    sandbox.faults.add(method="chat.postMessage", kind="server_error", times=1)
    clock.now = MONDAY_NEW_YORK_EIGHT + timedelta(hours=1)
    await rounds.engine.beat()
    assert lessons(sandbox) == []

    clock.now += timedelta(minutes=5)
    await rounds.engine.beat()
    await rounds.engine.rest()
    await rounds.engine.beat()

    assert len(lessons(sandbox)) == 1


async def test_an_old_backup_that_is_put_back_makes_no_second_message_and_the_lesson_can_be_answered(
    sandbox: Sandbox, settings: Settings, clock: Clock, amara: Person, tmp_path: Path
):
    async with running(settings, clock) as first:
        await enrol(first, amara, "America/New_York")
        await first.engine.beat()
        back_up(settings.database_url, tmp_path / "backup.db")
        clock.now = MONDAY_NEW_YORK_EIGHT + timedelta(hours=1)
        await first.engine.beat()
        assert len(lessons(sandbox)) == 1

    clock.now += timedelta(minutes=10)
    async with running(
        settings.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'backup.db'}"}), clock
    ) as old:
        for _ in range(3):
            await old.engine.beat()
            await old.engine.rest()
            clock.now += timedelta(minutes=3)

        assert len(lessons(sandbox)) == 1
        await amara.click(f"{ids.ANSWER}.B")
        await amara.wait_for(lambda message: "You chose B" in message["text"])


async def test_a_dropped_socket_comes_back_by_itself(sandbox: Sandbox, rounds: Rounds, amara: Person):
    sandbox.sockets.drop()

    async def answered() -> bool:
        try:
            await amara.command("/rounds", "help")
        except Exception:
            return False
        return True

    assert await amara.until(answered, seconds=30)
