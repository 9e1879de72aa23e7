"""*Later* under a lesson, and *Open it now* under one that waits."""

from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.later import Later
from bot.learning import later
from bot.slack.blocks import later as blocks
from bot.slack.blocks.reflection import read_metadata
from bot.slack.desk import Body, Desk, message_of, person_of
from bot.slack.home import HomeTab
from bot.slack.lesson_messages import bring_up_to_date


class LaterActions:
    """Puts lessons off, and brings them back."""

    def __init__(self, desk: Desk, home: HomeTab) -> None:
        self._desk = desk
        self._home = home

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Later*: the choices that there are now."""
        desk, ref = self._desk, message_of(body)
        choices = await desk.hop.read(later.later_choices, desk.library, person_of(context), ref, desk.clock())
        await client.views_open(trigger_id=body["trigger_id"], view=blocks.later_modal(choices, ref))
        await ack()

    async def keep(
        self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        """A time was chosen: the lesson's message shrinks to say so."""
        desk, person, ref = self._desk, person_of(context), read_metadata(view["private_metadata"])
        choice = Later(view["state"]["values"][blocks.BLOCK][blocks.INPUT]["selected_option"]["value"])
        state = await desk.hop.person(later.put_off, desk.library, person, ref, choice, desk.clock())
        await ack()
        await bring_up_to_date(client, ref, state)
        await self._home.refresh(client, person)

    async def open_now(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Open it now*: the whole lesson again, in its place."""
        desk, person, ref = self._desk, person_of(context), message_of(body)
        state = await desk.hop.person(later.open_now, desk.library, person, ref, desk.clock())
        await ack()
        await bring_up_to_date(client, ref, state)
        await self._home.refresh(client, person)
