"""Answers *Post an invitation*, which puts a cohort's invitation into a channel, and its modal."""

from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.formats import Formats
from bot.domain.learner import Person
from bot.errors import SendUncertain
from bot.language import gettext as _
from bot.language import mark
from bot.learning import posted_invitations
from bot.learning.posted_invitations import InvitationToPost
from bot.slack.blocks import posted_invitations as blocks
from bot.slack.blocks.block_kit import text_message
from bot.slack.channel_posts import ChannelClosed, post_in_channel
from bot.slack.handler_context import Body, HandlerContext, open_modal_or_say_why, pressed_id, send_dm

log = structlog.get_logger(__name__)

NOT_IN_CHANNEL = mark(
    "I'm not in that channel, so nothing was posted. Type /invite @Rounds there, or choose another channel."
)
MAYBE_POSTED = mark("Your invitation may have been posted. Look in the channel before you post it again.")


@dataclass(frozen=True)
class PostedInvitationHandlers:
    """For admins, and for leads of cohorts as far as their own go."""

    context: HandlerContext

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Post an invitation*: ask for the channel, with a preview."""
        learner = await self.context.get_or_register_learner(client, person)  # whose time zone is known then
        found = self._find_modal(client, person, pressed_id(body), learner.formats)
        await open_modal_or_say_why(ack, client, body, found)

    async def post(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Post*: post the invitation, and send its link. The modal stays open if it certainly wasn't posted."""
        to_post = await self._read(client, person, int(view["private_metadata"]))
        channel, name = blocks.read_channel(view), to_post.invitation.name
        message = blocks.posted_invitation_message(to_post, await self.context.read_formats(person))
        ts: str | None = None
        try:
            ts = await post_in_channel(client, channel, message)
        except ChannelClosed:
            await ack(response_action="errors", errors={blocks.CHANNEL: _(NOT_IN_CHANNEL)})
            return
        except SendUncertain:
            log.warning("cohort.post_uncertain", team=person.team_id)
        await ack(response_action="clear")
        await self.context.write_for_person(posted_invitations.record_post, person, name)
        log.info("cohort.invitation_posted", team=person.team_id)
        if ts is None:
            said = text_message(_(MAYBE_POSTED))
        else:
            said = blocks.posted_message(name, channel, await _find_link(client, channel, ts))
        await send_dm(client, person.user_id, said)

    async def _find_modal(self, client: AsyncWebClient, person: Person, cohort_id: int, formats: Formats) -> View:
        return blocks.post_invitation_modal(await self._read(client, person, cohort_id), formats)

    async def _read(self, client: AsyncWebClient, person: Person, cohort_id: int) -> InvitationToPost:
        is_admin = await self.context.is_admin(client, person)
        return await self.context.read(posted_invitations.read_invitation, person, cohort_id, is_admin)


async def _find_link(client: AsyncWebClient, channel: str, ts: str) -> str | None:
    """Return a message's address; None if Slack doesn't say it."""
    try:
        return str((await client.chat_getPermalink(channel=channel, message_ts=ts))["permalink"])
    except (SlackApiError, aiohttp.ClientError, TimeoutError):
        log.warning("cohort.link_unknown")
        return None
