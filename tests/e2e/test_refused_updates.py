"""A message that Slack lets nobody update anymore: what was done is shown all the same."""

from typing import Any

import pytest

from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from bot.slack.message_updates import REFUSED_FOR_GOOD
from tests.e2e.conftest import BotProcess
from tests.e2e.test_learning_day import get_lesson, start


def answered(message: dict[str, Any]) -> bool:
    return "streak" in message["text"].lower() or "practice!" in message["text"]


@pytest.mark.own_bot
@pytest.mark.parametrize("refusal", sorted(REFUSED_FOR_GOOD))
async def test_an_answer_replaces_the_lesson_by_the_response_url(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser, refusal: str
):
    await start(amara)
    lesson = await get_lesson(amara)
    sandbox.faults.add("chat.update", "error", error=refusal, user=amara.user_id)

    await amara.click(f"{ids.ANSWER_LESSON}.A", ts=lesson["ts"])

    shown = await amara.wait_for_message(answered)
    assert shown["ts"] == lesson["ts"]


@pytest.mark.own_bot
async def test_a_reflection_is_shown_in_a_new_message_whose_buttons_work(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    """A form has no response URL."""
    await start(amara)
    lesson = await get_lesson(amara)
    sandbox.faults.add("chat.update", "error", error="edit_window_closed", times=1, user=amara.user_id)
    await amara.click(ids.OPEN_REFLECTION, ts=lesson["ts"])

    assert await amara.submit({"words": "I waited too long"}) == {}
    new = await amara.wait_for_message(lambda message: "Reflection saved." in message["text"])
    await amara.click(f"{ids.ANSWER_LESSON}.A", ts=new["ts"])

    assert new["ts"] != lesson["ts"]
    await amara.wait_for_message(lambda message: message["ts"] == new["ts"] and answered(message))
