"""One more lesson in the running bot: pressed twice, with failures on the way, and asked for in words."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.bootstrap import Rounds
from bot.config import Settings
from bot.domain.learner import Person
from bot.learning import enrollment
from bot.running import running_rounds
from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from bot.storage import Session
from tests.builders import SetClock
from tests.kinds.conftest import NINE, beat

AMARA = Person("T0RIVER", "U0AMARA")
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
async def rounds(settings: Settings, clock: SetClock, amara: SandboxUser) -> AsyncIterator[Rounds]:
    """The bot. Amara's lesson comes at nine on workdays."""
    async with running_rounds(settings, clock) as started:
        await started.transactions.write_in_background(_start, clock())
        yield started


def _start(session: Session, now: datetime) -> None:
    enrollment.register_learner(session, AMARA, "America/New_York", now)
    enrollment.start_lessons(session, AMARA, "America/New_York", now)


async def answered_lesson(rounds: Rounds, clock: SetClock, amara: SandboxUser) -> dict[str, Any]:
    """Monday's lesson, once it is answered."""
    await beat(rounds, clock, NINE)
    lesson = await amara.wait_for_message(lambda each: "Your call." in each["text"])
    await amara.click(f"{ids.ANSWER_LESSON}.A", ts=lesson["ts"])
    return await amara.wait_for_message(lambda each: "One more lesson" in each["text"])


def is_extra(message: dict[str, Any]) -> bool:
    return bool(message["text"].startswith("One more, as you asked."))


def count_extras(sandbox: Sandbox) -> int:
    return sum(message.text.startswith("One more, as you asked.") for message in sandbox.workspace.all_messages())


async def test_pressed_on_two_devices_at_once_it_comes_once_and_the_button_goes(
    sandbox: Sandbox, rounds: Rounds, clock: SetClock, amara: SandboxUser
) -> None:
    day = await answered_lesson(rounds, clock, amara)

    await asyncio.gather(*(amara.click(ids.REQUEST_EXTRA_LESSON, ts=day["ts"]) for _ in range(2)))
    said = await amara.wait_for_message(lambda each: "You asked for one more lesson. It comes below." in each["text"])
    for minutes in range(1, 4):
        await beat(rounds, clock, NINE + minutes * A_MINUTE)

    assert said["ts"] == day["ts"]
    assert ids.REQUEST_EXTRA_LESSON not in str(said["blocks"])
    extra = await amara.wait_for_message(is_extra)
    assert ids.OPEN_POSTPONE not in str(extra["blocks"])
    assert count_extras(sandbox) == 1


@pytest.mark.parametrize("fault", ["drop_after_accept", "server_error"])
async def test_one_that_slack_may_have_taken_comes_once_and_is_answered(
    sandbox: Sandbox, rounds: Rounds, clock: SetClock, amara: SandboxUser, fault: Any
) -> None:
    day = await answered_lesson(rounds, clock, amara)
    await amara.click(ids.REQUEST_EXTRA_LESSON, ts=day["ts"])
    sandbox.faults.add(method="chat.postMessage", kind=fault, times=1)
    for minutes in (1, 6, 7):
        await beat(rounds, clock, NINE + minutes * A_MINUTE)

    extra = await amara.wait_for_message(is_extra)
    await amara.click(f"{ids.ANSWER_LESSON}.B", ts=extra["ts"])

    answered = await amara.wait_for_message(lambda each: each["ts"] == extra["ts"] and "Your call." not in each["text"])
    assert "One more lesson" not in answered["text"]
    assert "I'll try it" not in answered["text"]
    assert count_extras(sandbox) == 0, "its message shows the answer"


async def test_one_that_was_asked_for_just_before_a_crash_comes_after_it(
    sandbox: Sandbox, rounds: Rounds, settings: Settings, clock: SetClock, amara: SandboxUser
) -> None:
    day = await answered_lesson(rounds, clock, amara)
    await amara.click(ids.REQUEST_EXTRA_LESSON, ts=day["ts"])
    await rounds.stop()

    async with running_rounds(settings, clock) as again:
        await beat(again, clock, NINE + A_MINUTE)
        await amara.wait_for_message(is_extra)

    assert count_extras(sandbox) == 1


async def test_even_if_the_pressed_message_can_not_be_updated_it_comes(
    sandbox: Sandbox, rounds: Rounds, clock: SetClock, amara: SandboxUser
) -> None:
    day = await answered_lesson(rounds, clock, amara)
    sandbox.faults.add(method="chat.update", kind="server_error", times=1)

    await amara.click(ids.REQUEST_EXTRA_LESSON, ts=day["ts"])
    await beat(rounds, clock, NINE + A_MINUTE)

    await amara.wait_for_message(is_extra)
    assert count_extras(sandbox) == 1


async def test_in_words_it_is_refused_while_a_question_is_open_then_comes_and_then_the_day_has_had_two(
    sandbox: Sandbox, rounds: Rounds, clock: SetClock, amara: SandboxUser
) -> None:
    await beat(rounds, clock, NINE)
    lesson = await amara.wait_for_message(lambda each: "Your call." in each["text"])
    await amara.send_message("one more please")
    refused = await amara.wait_for_message(lambda each: "Answer its question, and then" in each["text"])
    assert "Go to it" in refused["text"]

    await amara.click(f"{ids.ANSWER_LESSON}.A", ts=lesson["ts"])
    await amara.wait_for_message(lambda each: "One more lesson" in each["text"])
    await amara.send_message("another lesson please")
    await amara.wait_for_message(lambda each: "One more lesson is on its way." in each["text"])
    await beat(rounds, clock, NINE + A_MINUTE)
    await amara.wait_for_message(is_extra)

    await amara.send_message("B")
    await amara.wait_for_message(lambda each: "The lesson above shows it, too." in each["text"])
    await amara.send_message("one more lesson")
    done = await amara.wait_for_message(lambda each: each["text"].startswith("That's two for today."))
    assert done["text"] == "That's two for today. Your next lesson comes tomorrow at 9:00 AM."
