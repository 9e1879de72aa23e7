"""Answers a mention of Rounds in a channel, so that only whoever wrote it sees the answer."""

from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.learning import coaching
from bot.slack.blocks.tips import mention_message
from bot.slack.handler_context import HandlerContext


@dataclass(frozen=True)
class MentionHandlers:
    """Coaches nobody where others read along: says where that is private, and what to do first if there is danger."""

    context: HandlerContext

    async def received(self, event: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """Answer a message that mentions Rounds. Nothing of it is kept, and no lesson is looked for."""
        situation = await self.context.understand(str(event.get("text") or ""))
        message = mention_message(coaching.list_cards_without_database(situation))
        await client.chat_postEphemeral(
            channel=event["channel"], user=person.user_id, thread_ts=event.get("thread_ts"), **message.body
        )
