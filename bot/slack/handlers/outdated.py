"""Answers buttons and forms that this version no longer has: an old message may still show them."""

from dataclasses import dataclass
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.language import gettext as _
from bot.language import mark
from bot.slack.blocks.block_kit import text_message
from bot.slack.blocks.enrollment import answer_modal
from bot.slack.handler_context import Body, HandlerContext, send_dm

OUTDATED = mark(
    "This is from an older version of Rounds and no longer works, so nothing changed. "
    "Type `/lesson` to get today's lesson, or `/rounds help` to see what I can do."
)


@dataclass(frozen=True)
class OutdatedHandlers:
    """Says in words what Slack would show as a warning sign alone."""

    context: HandlerContext

    async def pressed(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """Answer a button or a menu that no handler knows, where it was pressed."""
        view, message = body.get("view") or {}, text_message(_(OUTDATED))
        if view.get("type") == "modal":
            await client.views_update(view_id=view["id"], view=answer_modal(message))
            await ack()
            return
        await ack()
        if url := body.get("response_url"):
            await self.context.replies.send(url, message)
        else:
            await send_dm(client, person.user_id, message)

    async def submitted(self, ack: AsyncAck, view: dict[str, Any]) -> None:
        """Answer a form that no handler knows. What was typed stays in it for copying, if there is a field."""
        fields = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
        if fields:
            await ack(response_action="errors", errors={fields[0]: _(OUTDATED)})
        else:
            await ack(response_action="update", view=answer_modal(text_message(_(OUTDATED))))
