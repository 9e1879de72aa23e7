"""Answers *Later* under a lesson, and *Open it now* under a postponed one."""

from dataclasses import dataclass
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.domain.postponing import PostponeOption
from bot.learning import postponing
from bot.slack.blocks import postponement as blocks
from bot.slack.blocks.reflection import read_metadata
from bot.slack.form_values import entered
from bot.slack.handler_context import Body, HandlerContext, open_modal, pressed_message
from bot.slack.lesson_messages import update_lesson_messages


@dataclass(frozen=True)
class PostponementHandlers:
    """Postpones lessons, and opens postponed ones."""

    context: HandlerContext

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Later*: offer the times that are possible now."""
        ref = pressed_message(body)
        choices = await self.context.read(postponing.find_postpone_options, person, ref)
        await open_modal(ack, client, body, blocks.postpone_modal(choices, ref))

    async def postpone(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Remind me*: postpone the lesson, and shrink its message to say until when."""
        ref = read_metadata(view["private_metadata"])
        choice = PostponeOption(entered(view["state"]["values"])[blocks.INPUT])
        state = await self.context.write_for_person(postponing.postpone_lesson, person, ref, choice)
        await ack()
        await update_lesson_messages(self.context, client, ref, state)
        await self.context.home.refresh(client, person)

    async def open_now(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Open it now*: show the whole lesson again in the same message."""
        ref = pressed_message(body)
        state = await self.context.write_for_person(postponing.open_postponed_lesson, person, ref)
        await ack()
        await update_lesson_messages(self.context, client, ref, state, body.get("response_url"))
        await self.context.home.refresh(client, person)
