"""Tips on demand: another one, one of those offered, share it."""

import asyncio
from typing import Any

import aiohttp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.review import is_overdue
from bot.errors import SendFailed, SendUncertain
from bot.learning import coaching
from bot.learning.coaching import Tip
from bot.slack.blocks import Message, tips
from bot.slack.blocks.surface import section
from bot.slack.desk import Body, Desk, person_of, send_dm, show, value_of
from bot.slack.messenger import translate

ANY_SKILL = "any"

POSTING = 2.0
"""Seconds that a post may take: the modal waits three for its acknowledgement."""

CLOSED_CHANNELS = {"not_in_channel", "channel_not_found", "is_archived"}

NOT_THERE = "I'm not in that channel. Type /invite @Rounds there, or choose another one. Nothing was shared."
PERHAPS_SHARED = "It may have been posted. Look in the channel before you share again."


class TipActions:
    """What can be pressed under a tip."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def another(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Another*, or a skill chosen from the list: a tip not shown lately, in place of this one."""
        desk, person = self._desk, person_of(context)
        await desk.meet(client, person)
        skill = None if value_of(body) == ANY_SKILL else value_of(body)
        tip = await desk.hop.person(coaching.tip, desk.library, person, skill, desk.clock(), desk.shown.waiting)
        await ack()
        await self._show(client, body, tip)

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """One of the lessons offered beside the best."""
        desk = self._desk
        tip = await desk.hop.person(coaching.open_tip, desk.library, person_of(context), value_of(body), desk.clock())
        await ack()
        await self._show(client, body, tip)

    async def open_share(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """*Share to channel*: where to, with a look at what will be posted."""
        desk, revision = self._desk, int(value_of(body))
        lesson = await desk.hop.read(coaching.lesson_of, desk.library, revision)
        overdue = is_overdue(lesson, desk.clock().date())
        await show(client, body, tips.share_modal(Tip(lesson, revision, overdue)))
        await ack()

    async def share(
        self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        """*Share*: posted where they chose; the modal stays open if it surely wasn't."""
        desk = self._desk
        channel = view["state"]["values"][tips.SHARE_BLOCK][tips.SHARE_INPUT]["selected_conversation"]
        lesson = await desk.hop.read(coaching.lesson_of, desk.library, int(view["private_metadata"]))
        overdue = is_overdue(lesson, desk.clock().date())
        message = tips.shared_message(lesson, str(context.user_id), overdue=overdue)
        try:
            async with asyncio.timeout(POSTING):
                await client.chat_postMessage(channel=channel, unfurl_links=False, **message.body)
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
            reason = translate(error)
            if isinstance(reason, SendUncertain):
                await ack()
                await send_dm(client, str(context.user_id), Message.of([section(PERHAPS_SHARED)]))
            elif isinstance(reason, SendFailed) and reason.code in CLOSED_CHANNELS:
                await ack(response_action="errors", errors={tips.SHARE_BLOCK: NOT_THERE})
            else:
                raise
            return
        await ack()

    async def _show(self, client: AsyncWebClient, body: Body, tip: Tip) -> None:
        """In place of the tip they see; from Home, where nothing can be replaced, as a modal."""
        if body.get("response_url"):
            await self._desk.replies.send(body["response_url"], tips.tip_message(tip), replace=True)
        else:
            await show(client, body, tips.tip_modal(tip))
