"""A question that comes back: answered in the day's end that asks it, or in a modal from Home."""

from dataclasses import dataclass

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.learning import recall
from bot.slack.blocks import recall as blocks
from bot.slack.handler_context import Body, HandlerContext, letter_of, message_of, show, value_of
from bot.slack.lesson_messages import bring_up_to_date


@dataclass(frozen=True)
class RecallActions:
    """Answering, and *I guessed*. Each keeps first, then acknowledges, then shows."""

    context: HandlerContext

    async def answer(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """One of A to D was chosen in a day's end. The first choice counts; a second click shows it again."""
        ref = message_of(body)
        state = await self.context.write_for_person(recall.answer_in, person, ref, letter_of(body))
        await ack()
        await bring_up_to_date(self.context, client, ref, state)
        self.context.home.refresh_soon(client, person)

    async def guessed(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*I guessed*, after a right answer in a day's end."""
        ref = message_of(body)
        state = await self.context.write_for_person(recall.guessed_in, person, ref)
        await ack()
        await bring_up_to_date(self.context, client, ref, state)

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Try* in Home: today's question in a modal."""
        state = await self.context.read(recall.ready, person)
        await show(client, body, blocks.ready_modal(state) if state else blocks.nothing_modal())
        await ack()

    async def answer_in_home(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """One of A to D was chosen in that modal, which shows the result."""
        revision_id = int(value_of(body))
        ready = await self.context.write_for_person(recall.answer_ready, person, revision_id, letter_of(body))
        await ack()
        await client.views_update(view_id=body["view"]["id"], view=blocks.answered_modal(ready))
        await self.context.home.refresh(client, person)

    async def guessed_in_home(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*I guessed* in that modal."""
        ready = await self.context.write_for_person(recall.guessed_ready, person)
        await ack()
        await client.views_update(view_id=body["view"]["id"], view=blocks.answered_modal(ready))
