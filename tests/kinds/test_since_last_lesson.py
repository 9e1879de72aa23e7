"""What a lesson says of the time since the last one, in the running bot: a milestone, and the step that was planned."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.bootstrap import Rounds
from bot.config import Settings
from bot.domain.learner import Person
from bot.learning import enrollment
from bot.running import running_rounds
from bot.sandbox import SandboxUser
from bot.slack import action_ids as ids
from bot.storage import Session
from tests.builders import SetClock
from tests.kinds.conftest import NINE, beat
from tests.past import live_through

AMARA = Person("T0RIVER", "U0AMARA")
A_DAY = timedelta(days=1)


@pytest.fixture
async def rounds(settings: Settings, clock: SetClock, amara: SandboxUser) -> AsyncIterator[Rounds]:
    """The bot. Amara practiced on four workdays, and her lesson comes at nine."""
    async with running_rounds(settings, clock) as started:
        await started.transactions.write_in_background(_start, clock())
        yield started


def _start(session: Session, now: Any) -> None:
    enrollment.register_learner(session, AMARA, "America/New_York", now)
    enrollment.start_lessons(session, AMARA, "America/New_York", now)
    live_through(session, AMARA, "xxxx", NINE.date())


async def lesson_at(rounds: Rounds, clock: SetClock, amara: SandboxUser, at: Any, *not_these: str) -> dict[str, Any]:
    await beat(rounds, clock, at)
    return await amara.wait_for_message(lambda each: "Your call." in each["text"] and each["ts"] not in not_these)


async def test_she_reaches_five_days_plans_the_step_and_is_asked_the_next_morning_how_it_went(
    rounds: Rounds, clock: SetClock, amara: SandboxUser
) -> None:
    monday = await lesson_at(rounds, clock, amara, NINE)
    await amara.click(f"{ids.ANSWER_LESSON}.A", ts=monday["ts"])
    answered = await amara.wait_for_message(lambda each: "I'll try it" in each["text"])
    assert "Today counts. Streak: 5 working days. That's five in a row, and the start of a habit." in answered["text"]

    await amara.click(ids.PLAN_STEP, ts=monday["ts"])
    planned = await amara.wait_for_message(lambda each: "You plan to try today's step." in each["text"])
    assert "I'll try it" not in planned["text"]

    tuesday = await lesson_at(rounds, clock, amara, NINE + A_DAY, monday["ts"])
    assert tuesday["text"].startswith("You planned: “")
    assert "Buttons: I did it, Not yet, It didn't fit, A, B, C, D," in tuesday["text"]

    await amara.click(f"{ids.REPORT_PLANNED_STEP}.not_yet", ts=tuesday["ts"])
    said = await amara.wait_for_message(
        lambda each: each["ts"] == tuesday["ts"] and each["text"].startswith("No problem.")
    )
    assert "Your call." in said["text"], "the question is still open"
    assert "How did it go?" not in said["text"]
