"""Runs Rounds in a local Slack for a first look, with people who already have lessons. Stores nothing afterward."""

import asyncio
import contextlib
import logging
import sys
import tempfile
from collections.abc import AsyncIterator, MutableMapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from pydantic import SecretStr

from bot.bootstrap import Rounds
from bot.cli.example_cohort import add_example_cohort
from bot.cli.progress import print_line, with_time
from bot.config import Settings
from bot.content.shipped_pack import shipped_pack
from bot.domain.learner import Person as LearnerPerson
from bot.domain.schedule_kinds import WORKDAY_SCHEDULE, WeeklySchedule
from bot.errors import RoundsError
from bot.learning import enrollment, practice
from bot.process import silence_libraries
from bot.running import running_rounds
from bot.sandbox import Sandbox, SandboxUser
from bot.sandbox.model import Member
from bot.slack import action_ids as ids
from bot.slack.manifest import manifest

NEWCOMER_ID = "U0SAM"
"""This person is new to Rounds, so a visitor can see how it begins."""

LEARNER_ID = "U0AMARA"
ADMIN_ID = "U0TOMAS"
LESSON_TIMEOUT_SECONDS = 60.0
"""How long `--once` waits for each message: long enough for a busy machine."""

_SENTENCES = {
    "coaching.by_meaning": "the coach is ready for whole sentences",
    "delivery.sent": "{kind} arrived",
    "delivery.sent_many": "{deliveries} messages arrived",
    "delivery.failed": "failed to send {kind}: {reason}",
    "delivery.uncertain": "not sure whether {kind} arrived; checking in Slack",
    "handler.broke": "something failed in {what}, and the person was told; reference {reference}",
    "handler.refused": "Rounds couldn't do what {what} asks for, and told the person why",
    "slack.request": "somebody used {what}",
}
_KINDS = {
    "lesson": "today's lesson",
    "day_end": "the check-in at the end of the day",
    "invitation": "an invitation",
    "invitation_reminder": "the reminder of an invitation",
}
_DETAILS = ("errors", "exception")
"""The parts of an event that are printed below its sentence."""


async def try_rounds(port: int) -> None:
    """Run a local Slack with the bot in it until it is canceled."""
    async with running_trial(port) as sandbox:
        newcomer = _name(sandbox, NEWCOMER_ID)
        print_line(f"Open {sandbox.url} in your browser. Press Ctrl+C to stop.")
        print_line(f"Everyone has today's lesson, except {newcomer}: choose {newcomer} there to see how Rounds begins.")
        print_line(
            f"Choose {_name(sandbox, ADMIN_ID)}, and type /rounds admin cohorts, to see a cohort after eight weeks."
        )
        _print_events(logging.INFO)
        await asyncio.Event().wait()


async def try_once() -> None:
    """Deliver a lesson, answer it as one learner, and print what happened. Raises RoundsError after a timeout."""
    async with (
        running_trial(0) as sandbox,
        SandboxUser(sandbox.url, LEARNER_ID, LESSON_TIMEOUT_SECONDS) as person,
    ):
        name = _name(sandbox, LEARNER_ID)
        try:
            lesson = await person.wait_for_message(lambda message: "Your call." in message["text"])
            print_line(f"{name} reads today's lesson: {lesson['text'].splitlines()[0]}")
            await person.click(f"{ids.ANSWER_LESSON}.B", ts=lesson["ts"])
            answered = await person.wait_for_message(lambda message: "streak" in message["text"].lower())
        except TimeoutError as error:
            raise RoundsError("The lesson didn't arrive in time. Nothing of this trial was stored.") from error
        lines = answered["text"].splitlines()
        print_line(f"{name} chose B: {next(line for line in lines if 'best' in line or 'better' in line)}")
        print_line(next(line for line in lines if "streak" in line.lower()))


@contextlib.asynccontextmanager
async def running_trial(port: int) -> AsyncIterator[Sandbox]:
    """Run a sandbox and a connected bot, and print each step. Everyone but one is enrolled and has today's lesson."""
    _print_events(logging.WARNING)
    print_line("Reading the lessons that come with Rounds.")
    pack = await asyncio.to_thread(shipped_pack)
    sandbox = Sandbox(manifest(pack.skills), port=port)
    people = [member for member in sandbox.workspace.people if not member.deleted]
    print_line(f"Opening a local Slack: {sandbox.workspace.team_name}, with {len(people)} people.")
    await sandbox.start()
    try:
        with tempfile.TemporaryDirectory(prefix="rounds-", ignore_cleanup_errors=True) as folder:
            print_line(f"Starting Rounds there, with a new database and a search through {len(pack.lessons)} lessons.")
            async with running_rounds(_settings(sandbox, Path(folder))) as rounds:
                learners = [member for member in people if member.id != NEWCOMER_ID]
                print_line(f"Sending {len(learners)} of them their lesson for today.")
                for member in learners:
                    await _enroll(sandbox, rounds, member)
                await rounds.engine.beat()
                admin = LearnerPerson(sandbox.workspace.team_id, ADMIN_ID)
                await rounds.transactions.write_in_background(add_example_cohort, rounds.library, admin, rounds.clock())
                yield sandbox
    finally:
        await sandbox.stop()


async def _enroll(sandbox: Sandbox, rounds: Rounds, member: Member) -> None:
    """Have somebody press *Start* and ask for today's lesson. Today is a working day for them, even on a weekend."""
    person, write = LearnerPerson(sandbox.workspace.team_id, member.id), rounds.transactions.write_in_background
    now = rounds.clock()
    view = await write(enrollment.register_learner, person, member.tz, now, member.locale)
    schedule = _working_on(now.astimezone(ZoneInfo(member.tz)).weekday())
    await write(enrollment.change_preferences, person, replace(view.preferences, schedule=schedule), now)
    await write(enrollment.start_lessons, person, member.tz, now)
    await write(practice.request_todays_lesson, rounds.library, person, now)


def _working_on(weekday: int) -> WeeklySchedule:
    """Return the default schedule, with the same hours on this weekday as well (0 is Monday)."""
    usual = next(iter(WORKDAY_SCHEDULE.hours.values()))
    return replace(WORKDAY_SCHEDULE, hours={**WORKDAY_SCHEDULE.hours, weekday: usual})


def _settings(sandbox: Sandbox, folder: Path) -> Settings:
    return Settings(
        _env_file=None,
        slack_bot_token=SecretStr(sandbox.bot_token),
        slack_app_token=SecretStr(sandbox.app_token),
        slack_api_url=sandbox.api_url,
        database_url=f"sqlite:///{folder / 'database' / 'rounds.db'}",
        ROUNDS_KEY_FILE=folder / "keys" / "reflections.key",
    )


def _print_events(level: int) -> None:
    """Print log events from this level on as sentences: warnings and errors in full. The log names nobody."""

    def sentence(_logger: object, _method: str, event: MutableMapping[str, Any]) -> str:
        text = _sentence_for(event)
        if text is None:
            raise structlog.DropEvent
        return with_time(text)

    silence_libraries()
    structlog.configure(
        processors=[structlog.stdlib.add_log_level, structlog.processors.format_exc_info, sentence],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=False,
    )


def _sentence_for(event: MutableMapping[str, Any]) -> str | None:
    """Return what to print for a log event, or None for one that says nothing to somebody who tries Rounds."""
    values = {**event, "kind": _KINDS.get(event.get("kind", ""), event.get("kind"))}
    details = "".join(f"\n{values[name]}" for name in _DETAILS if values.get(name))
    if template := _SENTENCES.get(str(values["event"])):
        return template.format(**values) + details
    if values["level"] == "info":
        return None
    rest = ", ".join(f"{name} {event[name]}" for name in event if name not in {"event", "level", *_DETAILS})
    return f"{values['level']}: {values['event']}" + (f" ({rest})" if rest else "") + details


def _name(sandbox: Sandbox, user_id: str) -> str:
    return next((member.real_name for member in sandbox.workspace.people if member.id == user_id), user_id)
