"""Answers *Programs*: opens the modal, and saves which program somebody follows."""

from dataclasses import dataclass
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.learning import programs
from bot.slack.blocks.programs import NO_PROGRAM, PROGRAM, changed_message, programs_modal
from bot.slack.form_values import entered
from bot.slack.handler_context import Body, HandlerContext, open_modal


@dataclass(frozen=True)
class ProgramHandlers:
    """Opens the programs and saves a choice."""

    context: HandlerContext

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*See programs*, *Choose*, *Change*, or `/rounds program`: show what is offered."""
        view = await self.context.read(programs.read_programs, person)
        await open_modal(ack, client, body, programs_modal(view))

    async def save(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Save*: follow the program, or none, and say so in a new message."""
        chosen = entered(view["state"]["values"])[PROGRAM]
        slug = None if chosen == NO_PROGRAM else chosen
        change = await self.context.write_for_person(programs.follow_program, person, slug)
        await ack()
        await self.context.send_result(client, person, changed_message(change))
