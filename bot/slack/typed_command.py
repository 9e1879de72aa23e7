"""A slash command as somebody typed it, with ways to answer."""

from dataclasses import dataclass

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.slack.blocks import MessageContent
from bot.slack.handler_context import Body, open_modal


@dataclass(frozen=True)
class TypedCommand:
    """A command that someone typed: who, the text after its name, and ways to answer."""

    name: str
    text: str
    person: Person
    body: Body
    client: AsyncWebClient
    ack: AsyncAck

    async def reply(self, message: MessageContent) -> None:
        """Answer only them. The answer is part of the acknowledgement: one request, nothing to repeat."""
        await self.ack(**message.body)

    async def open(self, view: View) -> str | None:
        """Answer with a modal. Return its view id."""
        return await open_modal(self.ack, self.client, self.body, view)
