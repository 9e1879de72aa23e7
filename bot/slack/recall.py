"""A question that comes back: answered in the day's end that asks it, or in a modal from Home."""

from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.learning import recall
from bot.slack import actions as ids
from bot.slack.blocks import recall as blocks
from bot.slack.desk import Body, Desk, message_of, person_of, show, value_of
from bot.slack.home import HomeTab
from bot.slack.lesson_messages import bring_up_to_date


class RecallActions:
    """Answering, and *I guessed*. Each keeps first, then acknowledges, then shows."""

    def __init__(self, desk: Desk, home: HomeTab) -> None:
        self._desk = desk
        self._home = home

    async def answer(
        self, ack: AsyncAck, body: Body, action: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        """One of A to D was chosen in a day's end. The first choice counts; a second click shows it again."""
        matched = ids.RECALL_PATTERN.match(action["action_id"])
        letter = matched.group(1) if matched else ""
        desk, person, ref = self._desk, person_of(context), message_of(body)
        state = await desk.hop.person(recall.answer_in, desk.library, person, ref, letter, desk.clock())
        await ack()
        await bring_up_to_date(client, ref, state)
        self._home.refresh_soon(client, person)

    async def guessed(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*I guessed*, after a right answer in a day's end."""
        desk, person, ref = self._desk, person_of(context), message_of(body)
        state = await desk.hop.person(recall.guessed_in, desk.library, person, ref, desk.clock())
        await ack()
        await bring_up_to_date(client, ref, state)

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Try* in Home: today's question in a modal."""
        desk = self._desk
        state = await desk.hop.read(recall.ready, desk.library, person_of(context), desk.clock())
        await show(client, body, blocks.ready_modal(state) if state else blocks.nothing_modal())
        await ack()

    async def answer_in_home(
        self, ack: AsyncAck, body: Body, action: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        """One of A to D was chosen in that modal, which shows the result."""
        matched = ids.RECALL_HOME_PATTERN.match(action["action_id"])
        letter = matched.group(1) if matched else ""
        desk, person = self._desk, person_of(context)
        ready = await desk.hop.person(
            recall.answer_ready, desk.library, person, int(value_of(body)), letter, desk.clock()
        )
        await ack()
        await client.views_update(view_id=body["view"]["id"], view=blocks.answered_modal(ready))
        await self._home.refresh(client, person)

    async def guessed_in_home(
        self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        """*I guessed* in that modal."""
        desk = self._desk
        ready = await desk.hop.person(recall.guessed_ready, desk.library, person_of(context), desk.clock())
        await ack()
        await client.views_update(view_id=body["view"]["id"], view=blocks.answered_modal(ready))
