"""Invites the people whom an admin chose, and everyone in a channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import aiohttp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.errors import DatabaseBusy, Refused
from bot.language import gettext as _
from bot.learning import audit_log, invitations
from bot.learning.invitations import Guest
from bot.slack.blocks import MessageContent
from bot.slack.blocks import invitations as blocks
from bot.slack.blocks.block_kit import text_message
from bot.slack.form_values import entered
from bot.slack.handler_context import Body, HandlerContext, open_modal, send_dm
from bot.slack.invitees import ChosenPeople, offer_user_groups
from bot.slack.inviting import InvitingFailed, invite_in_batches


@dataclass(frozen=True)
class InvitationHandlers:
    """Answers *Invite people* and its modal, for admins."""

    context: HandlerContext

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Invite people*: open the modal."""
        if await self.context.check_admin(ack, body, client, person):
            formats = await self.context.read_formats(person)
            view_id = await open_modal(ack, client, body, blocks.invite_modal(formats, []))
            await offer_user_groups(client, view_id, partial(blocks.invite_modal, formats))

    async def invite(
        self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person, bot_user_id: str
    ) -> None:
        """*Invite*: plan a message with *Start* for each person. The slow part runs after the acknowledgement."""
        chosen = ChosenPeople(client, entered(view["state"]["values"]))
        if problems := await self._find_problems(client, person, chosen):
            await ack(response_action="errors", errors=problems)
            return
        await ack()
        try:
            said = await self._invite(client, person, await chosen.all(without=bot_user_id))
        except Refused as refusal:
            await send_dm(client, person.user_id, text_message(str(refusal)))
            return
        except (SlackApiError, aiohttp.ClientError, TimeoutError, DatabaseBusy) as error:
            raise InvitingFailed from error
        await send_dm(client, person.user_id, said)

    async def _find_problems(self, client: AsyncWebClient, person: Person, chosen: ChosenPeople) -> dict[str, str]:
        """Return why these people can't be invited, by field. Empty if they can."""
        if not await self.context.is_admin(client, person):
            return {blocks.PEOPLE: _("Only admins can invite people, so nothing was sent.")}
        if chosen.is_empty:
            return {blocks.PEOPLE: _(blocks.CHOOSE_SOMEBODY)}
        return await chosen.find_problems()

    async def _invite(self, client: AsyncWebClient, person: Person, people: Sequence[str]) -> MessageContent:
        """Invite everyone who can read it. Return what to tell the admin."""
        await self.context.write_in_background(audit_log.record_invitations, person.team_id, person.user_id)

        async def plan(guests: Sequence[Guest], zone: str | None) -> None:
            await self.context.write_in_background(invitations.invite_people, person, guests, zone, None)

        days, left_out = await invite_in_batches(self.context, client, person, people, None, plan)
        return blocks.invited_message(days, await self.context.read_formats(person), left_out)
