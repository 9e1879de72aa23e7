"""*Repair streak*: what is shown, saved, and updated, wherever it is pressed."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import aiohttp
import pytest
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.transactions import Transactions
from bot.errors import RepairClosed
from bot.learning import practice, streaks
from bot.learning.message_deliveries import MessageRef
from bot.slack import action_ids as ids
from bot.slack.blocks import streak_repair as blocks
from bot.slack.handler_context import HandlerContext
from bot.slack.handlers.streak_repair import NOTHING_CHOSEN, StreakRepairHandlers
from bot.storage.tables import Delivery
from tests.builders import NURSE
from tests.engine_kinds import KINDS
from tests.past import live_through
from tests.slack.conftest import ScriptedSlack
from tests.ward import Ward

MONDAY = date(2026, 3, 2)
MISSED_TS = "1772442000.000100"
"""Monday's lesson, sent at 09:00."""

Press = Callable[[dict[str, Any]], Awaitable[None]]
Send = Callable[[str | None, str], Awaitable[Any]]

HOME = {"type": "view"}


@pytest.fixture
def context(ward: Ward, session: aiohttp.ClientSession) -> HandlerContext:
    """A streak of five broke on Monday. Tuesday's lesson came and was answered."""
    ward.enrol(NURSE)
    ward.run(live_through, NURSE, "xxxxx.", date(2026, 3, 3))
    ward.clock.set("2026-03-03 09:00")
    ward.deliver()
    ward.run(practice.answer_lesson, ward.library, NURSE, ward.lesson_of(NURSE), "B", ward.clock())
    return HandlerContext(Transactions(ward.store), ward.library, ward.clock, lambda: None, session, KINDS)


@pytest.fixture
def actions(context: HandlerContext) -> StreakRepairHandlers:
    return StreakRepairHandlers(context)


@pytest.fixture
def press(actions: StreakRepairHandlers, client: AsyncWebClient) -> Press:
    """Press the button in this container."""

    async def pressed(container: dict[str, Any]) -> None:
        body = {"container": container, "actions": [{"value": MONDAY.isoformat()}], "trigger_id": "1.2"}
        await actions.open(AsyncAck(), body, client, NURSE)

    return pressed


@pytest.fixture
def send(actions: StreakRepairHandlers, client: AsyncWebClient) -> Send:
    """Submit the modal with this choice, and return the acknowledgement."""

    async def sent(choice: str | None, metadata: str) -> Any:
        ack = AsyncAck()
        chosen = {"selected_option": {"value": choice} if choice else None}
        view = {"private_metadata": metadata, "state": {"values": {blocks.BLOCK: {blocks.INPUT: chosen}}}}
        await actions.submit_answer(ack, view, client, NURSE)
        return ack.response

    return sent


def todays_lesson(ward: Ward) -> dict[str, Any]:
    ref = ward.lesson_of(NURSE)
    return {"type": "message", "channel_id": ref.channel, "message_ts": ref.ts}


def metadata(ward: Ward) -> str:
    ref = ward.lesson_of(NURSE)
    return f'["{MONDAY.isoformat()}", "{ref.channel}", "{ref.ts}"]'


def streak(ward: Ward) -> int:
    return ward.run(streaks.read_streak, NURSE, ward.clock()).streak.current


async def test_the_button_opens_the_missed_lesson(ward: Ward, slack: ScriptedSlack, press: Press) -> None:
    await press(todays_lesson(ward))

    [opened] = slack.calls("views.open")
    assert opened["view"]["callback_id"] == ids.REPAIR_MODAL
    assert blocks.read_metadata(_metadata(opened)).day == MONDAY
    assert streak(ward) == 1, "nothing is changed by looking"


async def test_submitting_makes_the_day_up_and_updates_every_message_that_showed_the_break(
    ward: Ward, context: HandlerContext, slack: ScriptedSlack, send: Send
) -> None:
    context.home.viewers.record(NURSE.user_id)

    response = await send("A", metadata(ward))

    missed, today = slack.calls("chat.update")
    assert "You made up" in response.body
    assert "response_action" in response.body
    assert (missed["ts"], today["ts"]) == (MISSED_TS, ward.lesson_of(NURSE).ts)
    assert missed["text"].startswith("Not quite. You chose A;")
    assert "Streak: 6 working days." in today["text"]
    assert "make up" not in today["text"]
    assert len(slack.calls("views.publish")) == 1
    assert streak(ward) == 6


async def test_from_home_only_the_missed_lesson_and_home_change(ward: Ward, slack: ScriptedSlack, send: Send) -> None:
    await send("A", f'["{MONDAY.isoformat()}", "", ""]')

    assert [call["ts"] for call in slack.calls("chat.update")] == [MISSED_TS]


async def test_a_lesson_already_answered_late_needs_one_press(ward: Ward, slack: ScriptedSlack, press: Press) -> None:
    missed = ward.deliveries(NURSE)[-2]
    ward.run(practice.answer_lesson, ward.library, NURSE, _ref(missed), "A", ward.clock())

    await press(todays_lesson(ward))

    [shown] = slack.calls("views.open")
    assert "You made up" in str(shown["view"])
    assert streak(ward) == 6


async def test_a_press_in_an_ephemeral_message_looks_for_no_message(
    ward: Ward, slack: ScriptedSlack, press: Press
) -> None:
    await press({"type": "message", "is_ephemeral": True, "channel_id": "D1", "message_ts": "1.2"})

    [opened] = slack.calls("views.open")
    assert blocks.read_metadata(_metadata(opened)).message is None


async def test_without_a_choice_the_field_asks_for_one(ward: Ward, send: Send) -> None:
    response = await send(None, metadata(ward))

    assert NOTHING_CHOSEN in response.body
    assert streak(ward) == 1


async def test_submitting_too_late_says_so_beside_the_field_and_changes_nothing(
    ward: Ward, slack: ScriptedSlack, send: Send
) -> None:
    ward.clock.set("2026-03-04 17:00")
    before = streak(ward)

    response = await send("A", metadata(ward))

    assert '"errors"' in response.body
    assert blocks.BLOCK in response.body
    assert "Your streak is unchanged" in response.body
    assert slack.calls("chat.update") == []
    assert streak(ward) == before


async def test_a_press_that_is_too_late_is_refused_with_an_explanation(
    ward: Ward, slack: ScriptedSlack, press: Press
) -> None:
    ward.clock.set("2026-03-04 17:00")

    with pytest.raises(RepairClosed, match="two shifts passed"):
        await press(HOME)

    assert slack.calls("views.open") == []


async def test_submitting_twice_changes_nothing_more(ward: Ward, send: Send) -> None:
    await send("A", metadata(ward))

    response = await send("B", metadata(ward))

    assert "You already made up" in response.body
    assert "You chose A;" in response.body
    assert streak(ward) == 6


def _metadata(opened: dict[str, Any]) -> str:
    return str(opened["view"]["private_metadata"])


def _ref(row: Delivery) -> MessageRef:
    return MessageRef(row.channel or "", row.ts or "", row.id)
