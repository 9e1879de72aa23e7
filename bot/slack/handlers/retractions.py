"""Admins' work with lessons that must not be used: retract one, see what is retracted, and use it again."""

from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.errors import NotFound, Refused
from bot.learning import retractions
from bot.slack.blocks import retractions as blocks
from bot.slack.form_values import entered
from bot.slack.handler_context import Body, HandlerContext, open_modal, pressed_id, send_dm

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class RetractionHandlers:
    """Answers *Retract a lesson*, *Retracted lessons*, *Use again*, and the modal, for admins."""

    context: HandlerContext

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Retract a lesson*: ask which one, and why."""
        if await self.context.check_author(ack, body, client, person):
            offered = await self.context.read(retractions.list_retractable, pressed_id(body), person.team_id)
            await open_modal(ack, client, body, blocks.retract_modal(offered))

    async def retract(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Retract*: nothing of the lesson is sent from then on. Its messages are updated in the background."""
        await self.context.require_author(client, person)
        chosen = entered(view["state"]["values"])
        try:
            reason = retractions.check_reason(chosen[blocks.REASON] or "")
        except Refused as problem:
            await ack(response_action="errors", errors={blocks.REASON: str(problem)})
            return
        try:
            retracted = await self.context.write_for_person(
                retractions.retract_lesson,
                int(view["private_metadata"]),
                person.team_id,
                chosen[blocks.LESSON] or "",
                reason,
                person.user_id,
            )
        except NotFound as problem:
            await ack(response_action="errors", errors={blocks.LESSON: str(problem)})
            return
        await ack()
        log.info("lesson.retracted", team=person.team_id, retraction=retracted.retraction_id)
        await send_dm(client, person.user_id, blocks.retracted_message(retracted))

    async def open_list(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Retracted lessons*: list them in a modal."""
        if await self.context.check_author(ack, body, client, person):
            retracted = await self.context.read(retractions.list_retracted, person.team_id)
            formats = await self.context.read_formats(person)
            await open_modal(ack, client, body, blocks.retracted_lessons_modal(retracted, formats))

    async def lift(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Use again*, confirmed: put the lesson back into use, and show the list without it."""
        await self.context.require_author(client, person)
        retraction_id = pressed_id(body)
        title = await self.context.write_for_person(
            retractions.lift_retraction, retraction_id, person.team_id, person.user_id
        )
        await ack()
        log.info("lesson.used_again", team=person.team_id, retraction=retraction_id)
        left = await self.context.read(retractions.list_retracted, person.team_id)
        formats = await self.context.read_formats(person)
        shown = blocks.retracted_lessons_modal(left, formats, blocks.used_again_text(title))
        await client.views_update(view_id=body["view"]["id"], view=shown)
