"""Sharing with a channel: a tip, or an entry of one's own journal. Both are looked at before, and posted once."""

import asyncio
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.errors import SendFailed, SendUncertain
from bot.learning import coaching, journal
from bot.learning.reflections import may_name_a_patient
from bot.slack.api_errors import to_send_error
from bot.slack.blocks import MessageContent, sharing
from bot.slack.blocks.block_kit import text_message
from bot.slack.handler_context import Body, HandlerContext, open_modal, pressed_value, send_dm

POST_TIMEOUT = 2.0
"""Seconds that a post may take: the modal waits three for its acknowledgement."""

CLOSED_CHANNELS = {"not_in_channel", "channel_not_found", "is_archived"}

NOT_THERE = "I'm not in that channel. Type /invite @Rounds there, or choose another one. Nothing was shared."
PERHAPS_SHARED = "It may have been posted. Look in the channel before you share again."


@dataclass(frozen=True)
class SharingHandlers:
    """*Share*, under a tip and beside an entry, and what comes of it."""

    context: HandlerContext

    async def open_tip(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """*Share with my team*, under a tip: where to, with a look at what will be posted."""
        tip = await self.context.read(coaching.build_tip_of_revision, int(pressed_value(body)))
        await open_modal(ack, client, body, sharing.share_tip_modal(tip))

    async def share_tip(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Share*: posted where they chose; the modal stays open if it surely wasn't."""
        tip = await self.context.read(coaching.build_tip_of_revision, int(view["private_metadata"]))
        await _post(ack, client, view, person.user_id, sharing.shared_tip_message(tip, person.user_id))

    async def open_entry(
        self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person, entry_id: int
    ) -> None:
        """*Share with my team*, beside an entry of the journal."""
        entry = await self.context.read(journal.get_entry, person, entry_id)
        await open_modal(ack, client, body, sharing.share_entry_modal(entry))

    async def share_entry(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Share*: the entry as it reads now. One that may name a patient is shared on a second press."""
        entry_id, warned = sharing.read_entry(view)
        entry = await self.context.read(journal.get_entry, person, entry_id)
        if not warned and may_name_a_patient(entry.words):
            again = sharing.share_entry_modal(entry, sharing.read_channel(view), warned=True)
            await ack(response_action="update", view=again)
            return
        await _post(ack, client, view, person.user_id, sharing.shared_entry_message(entry, person.user_id))


async def _post(
    ack: AsyncAck, client: AsyncWebClient, view: dict[str, Any], user_id: str, message: MessageContent
) -> None:
    """Post it, once, and close the modal: unless it surely wasn't posted, for then they may choose another channel."""
    channel = sharing.read_channel(view)
    try:
        async with asyncio.timeout(POST_TIMEOUT):
            await client.chat_postMessage(channel=channel, unfurl_links=False, unfurl_media=False, **message.body)
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        reason = to_send_error(error)
        if isinstance(reason, SendUncertain):
            await ack()
            await send_dm(client, user_id, text_message(PERHAPS_SHARED))
        elif isinstance(reason, SendFailed) and reason.code in CLOSED_CHANNELS:
            await ack(response_action="errors", errors={sharing.CHANNEL: NOT_THERE})
        else:
            raise
        return
    await ack()
