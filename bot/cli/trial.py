"""Runs Rounds in a local Slack for a first look, with people who already have lessons. Stores nothing afterward."""

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, MutableMapping
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from pydantic import SecretStr

from bot.bootstrap import Rounds, running_rounds
from bot.config import Settings
from bot.content.shipped_pack import shipped_pack
from bot.domain.learner import Person as LearnerPerson
from bot.errors import RoundsError
from bot.learning import enrollment, practice
from bot.process import silence_libraries
from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from bot.slack.manifest import manifest

NEWCOMER_ID = "U0SAM"
"""This person is new to Rounds, so a visitor can see how it begins."""

LEARNER_ID = "U0AMARA"
LESSON_TIMEOUT_SECONDS = 60.0
"""How long `--once` waits for each message: long enough for a busy machine."""

_SENTENCES = {
    "rounds.ready": "Rounds connected {seconds} s after it started",
    "delivery.sent": "{user} got {kind}",
    "delivery.sent_many": "{deliveries} deliveries arrived",
    "delivery.failed": "failed to send {kind}: {reason}",
    "delivery.uncertain": "not sure whether {kind} arrived; checking in Slack",
    "slack.request": "{user} used {what}",
}
_KINDS = {"lesson": "today's lesson", "day_end": "the check-in at the end of the day", "invitation": "an invitation"}


async def try_rounds(port: int, stop: asyncio.Event) -> None:
    """Run a local Slack with the bot in it until told to stop."""
    async with running_trial(port) as (sandbox, _rounds):
        print_line(f"Open {sandbox.url} in your browser. Press Ctrl+C to stop.")
        print_line(f"Everyone gets lessons already, except {_name(sandbox, NEWCOMER_ID)}, who hasn't pressed Start.")
        await stop.wait()


async def try_once() -> None:
    """Deliver a lesson, answer it as one learner, and print what happened. Raises RoundsError after a timeout."""
    async with (
        running_trial(0) as (sandbox, _rounds),
        SandboxUser(sandbox.url, LEARNER_ID, LESSON_TIMEOUT_SECONDS) as person,
    ):
        name = _name(sandbox, LEARNER_ID)
        try:
            lesson = await person.wait_for_message(lambda message: "Your call." in message["text"])
            print_line(f"{name} reads: {lesson['text'].splitlines()[0]}")
            await person.click(f"{ids.ANSWER_LESSON}.B", ts=lesson["ts"])
            answered = await person.wait_for_message(lambda message: "streak" in message["text"].lower())
        except TimeoutError as error:
            raise RoundsError("The lesson didn't arrive in time. Nothing of this trial was stored.") from error
        lines = answered["text"].splitlines()
        print_line(f"{name} chose B: {next(line for line in lines if 'best' in line or 'better' in line)}")
        print_line(next(line for line in lines if "streak" in line.lower()))


@contextlib.asynccontextmanager
async def running_trial(port: int) -> AsyncIterator[tuple[Sandbox, Rounds]]:
    """Run a sandbox and a connected bot, with everyone enrolled and today's lesson on its way."""
    sandbox = Sandbox(manifest(shipped_pack().skills), port=port)
    await sandbox.start()
    print_events(lambda user: _name(sandbox, user))
    try:
        with tempfile.TemporaryDirectory(prefix="rounds-", ignore_cleanup_errors=True) as folder:
            async with running_rounds(_settings(sandbox, Path(folder))) as rounds:
                await _enroll_everyone(sandbox, rounds)
                yield sandbox, rounds
    finally:
        await sandbox.stop()


async def _enroll_everyone(sandbox: Sandbox, rounds: Rounds) -> None:
    for member in sandbox.workspace.people:
        if member.deleted or member.id == NEWCOMER_ID:
            continue
        person = LearnerPerson(sandbox.workspace.team_id, member.id)
        now = rounds.clock()
        await rounds.transactions.write_in_background(enrollment.register_learner, person, member.tz, now)
        await rounds.transactions.write_in_background(enrollment.start_lessons, person, member.tz, now)
        await rounds.transactions.write_in_background(practice.request_todays_lesson, rounds.library, person, now)
    rounds.engine.wake()


def _settings(sandbox: Sandbox, folder: Path) -> Settings:
    return Settings(
        _env_file=None,
        slack_bot_token=SecretStr(sandbox.bot_token),
        slack_app_token=SecretStr(sandbox.app_token),
        slack_api_url=sandbox.api_url,
        database_url=f"sqlite:///{folder / 'database' / 'rounds.db'}",
        ROUNDS_KEY_FILE=folder / "keys" / "reflections.key",
    )


def print_events(name_of: Callable[[str], str]) -> None:
    """Print each log event as one readable line, and errors in full."""

    def sentence(_logger: object, _method: str, event: MutableMapping[str, Any]) -> str:
        values = dict(event)
        if "user" in values:
            values["user"] = name_of(values["user"])
        if "kind" in values:
            values["kind"] = _KINDS.get(values["kind"], values["kind"])
        template = _SENTENCES.get(str(values.get("event")))
        text = template.format(**values) if template else " ".join(f"{key}={value}" for key, value in values.items())
        return f"{datetime.now().astimezone():%H:%M:%S}  {text}"

    silence_libraries()
    structlog.configure(
        processors=[structlog.processors.format_exc_info, sentence],
        wrapper_class=structlog.make_filtering_bound_logger(20),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=False,
    )


def print_line(text: str) -> None:
    """Print one line for the person at the terminal."""
    print(f"{datetime.now().astimezone():%H:%M:%S}  {text}", flush=True)


def _name(sandbox: Sandbox, user_id: str) -> str:
    return next((member.real_name for member in sandbox.workspace.people if member.id == user_id), user_id)
