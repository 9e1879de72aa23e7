"""Tips on demand: another one, or one of those offered."""

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.learning import coaching
from bot.learning.coaching import Tip
from bot.slack.blocks import tips
from bot.slack.desk import Body, Desk, person_of, show, value_of

ANY_SKILL = "any"


class TipActions:
    """What can be pressed under a tip."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def another(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Another*, or a skill chosen from the list: a tip not shown lately, in place of this one."""
        desk, person = self._desk, person_of(context)
        await desk.meet(client, person)
        skill = None if value_of(body) == ANY_SKILL else value_of(body)
        tip = await desk.hop.person(coaching.tip, desk.library, person, skill, desk.clock(), desk.shown.waiting)
        await ack()
        await self._show(client, body, tip)

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """One of the lessons offered beside the best."""
        desk = self._desk
        tip = await desk.hop.person(coaching.open_tip, desk.library, person_of(context), value_of(body), desk.clock())
        await ack()
        await self._show(client, body, tip)

    async def _show(self, client: AsyncWebClient, body: Body, tip: Tip) -> None:
        """In place of the tip they see; from Home, where nothing can be replaced, as a modal."""
        if body.get("response_url"):
            await self._desk.replies.send(body["response_url"], tips.tip_message(tip), replace=True)
        else:
            await show(client, body, tips.tip_modal(tip))
