"""Going from one tip to another and back, in a message and in the modal from Home."""

from typing import Any

import pytest
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.transactions import Transactions
from bot.errors import NotFound
from bot.learning import coaching
from bot.slack import action_ids as ids
from bot.slack.blocks import tips
from bot.slack.blocks.tips import MAX_TIPS_BACK
from bot.slack.handler_context import HandlerContext
from bot.slack.handlers.tips import TipHandlers
from tests.builders import NURSE
from tests.engine_kinds import KINDS
from tests.slack.conftest import ScriptedSlack
from tests.ward import Ward


class Reader:
    """Somebody with a tip in Home's modal, who presses what is under it."""

    def __init__(self, ward: Ward, slack: ScriptedSlack, client: AsyncWebClient, session: Any) -> None:
        self._slack, self._client = slack, client
        self._handlers = TipHandlers(
            HandlerContext(Transactions(ward.store), ward.library, ward.clock, lambda: None, session, KINDS)
        )
        ward.enrol(NURSE)
        tip = ward.run(coaching.choose_tip, ward.library, NURSE, None, {}, ward.clock())
        self.view: dict[str, Any] = tips.tip_modal(tip).to_dict()

    @property
    def title(self) -> str:
        return str(self.view["blocks"][0]["text"]["text"])

    @property
    def buttons(self) -> dict[str, str]:
        """The value of each button, by its action id."""
        return {each["action_id"]: each["value"] for each in self.view["blocks"][-1]["elements"]}

    async def press(self, action_id: str, value: str | None = None) -> None:
        press = {ids.SHOW_ANOTHER_TIP: self._handlers.another, ids.SHOW_PREVIOUS_TIP: self._handlers.previous}
        body = {
            "view": {"id": "V1", "type": "modal"},
            "actions": [{"value": self.buttons[action_id] if value is None else value}],
        }
        await press[action_id](AsyncAck(), body, self._client, NURSE)
        self.view = self._slack.calls("views.update")[-1]["view"]


@pytest.fixture
def reader(ward: Ward, slack: ScriptedSlack, client: AsyncWebClient, session: Any) -> Reader:
    return Reader(ward, slack, client, session)


async def test_back_leads_through_the_tips_before_in_turn_and_no_further(reader: Reader) -> None:
    titles = [reader.title]
    assert ids.SHOW_PREVIOUS_TIP not in reader.buttons
    for _ in range(2):
        await reader.press(ids.SHOW_ANOTHER_TIP)
        titles.append(reader.title)

    for title in reversed(titles[:-1]):
        await reader.press(ids.SHOW_PREVIOUS_TIP)
        assert reader.title == title
    assert ids.SHOW_PREVIOUS_TIP not in reader.buttons


async def test_the_way_back_keeps_to_what_fits_a_button(reader: Reader) -> None:
    for _ in range(MAX_TIPS_BACK + 5):
        await reader.press(ids.SHOW_ANOTHER_TIP)

    assert len(reader.buttons[ids.SHOW_PREVIOUS_TIP].split()) == MAX_TIPS_BACK


async def test_a_button_without_a_way_back_still_shows_another_tip(reader: Reader) -> None:
    await reader.press(ids.SHOW_ANOTHER_TIP, "any")

    assert ids.SHOW_PREVIOUS_TIP not in reader.buttons


@pytest.mark.parametrize("value", ["", "x", "1 x", "99999999", "1 " + "1 " * MAX_TIPS_BACK + "1", "-1"])
async def test_a_value_that_rounds_never_sends_shows_nothing(reader: Reader, value: str) -> None:
    with pytest.raises(NotFound):
        await reader.press(ids.SHOW_PREVIOUS_TIP, value)
