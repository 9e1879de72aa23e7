"""What admins do: load packs, begin one, go back, invite. Others are told who can."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.errors import DatabaseBusy, PackError, RoundsError
from bot.learning import enrolment, packs, reports, reviews
from bot.learning.enrolment import Invited
from bot.slack.blocks import Message, admin
from bot.slack.files import announce, share, upload
from bot.slack.guests import Members, can_be_invited
from bot.slack.handler_context import Body, HandlerContext, send_dm, show, value_of
from bot.slack.uploads import may_be_pack, read_uploaded_pack

AT_ONCE = 200
"""People invited in one transaction: a few milliseconds for which nobody else's press is kept waiting."""


class InvitingStopped(RoundsError):
    """Something failed before everyone was invited. Please invite them again: nobody gets a second message."""


@dataclass(frozen=True)
class AdminActions:
    """Packs and invitations."""

    context: HandlerContext

    async def overview(self, client: AsyncWebClient, person: Person) -> Message:
        """The answer to /rounds admin."""
        if not await self.context.is_admin(client, person.user_id):
            return self._refused()
        team_id = person.team_id
        counts, live = await self.context.read(reports.overview, team_id), await self.context.read(packs.live, team_id)
        due = await self.context.read(reviews.due, team_id, self.context.clock().date())
        return admin.overview_message(counts, live, due)

    async def packs(self, client: AsyncWebClient, person: Person) -> Message:
        """The answer to /rounds admin packs."""
        if not await self.context.is_admin(client, person.user_id):
            return self._refused()
        return admin.packs_message(await self.context.read(packs.live, person.team_id))

    async def uploaded(self, file: dict[str, Any], client: AsyncWebClient, person: Person) -> Message | None:
        """A file came in the DM: its problems, or what loading it would change; None for someone's holiday picture.

        DownloadError if Slack doesn't give it.
        """
        name = str(file.get("name") or "file")
        if not await self.context.is_admin(client, person.user_id):
            return self._refused() if may_be_pack(name) else None
        checked = await read_uploaded_pack(self.context.session, client, name, file, self.context.clock().date())
        live = {pack.slug: pack.version for pack in await self.context.read(packs.live, person.team_id)}
        if checked.pack is None:
            return admin.problems_message(name, checked.blocking, next(iter(live.values()), None))
        try:
            change = await self.context.write_in_background(packs.stage, checked.pack, person.team_id, person.user_id)
        except PackError as error:
            return admin.problems_message(name, error.problems, live.get(checked.pack.slug))
        return admin.change_message(name, change, checked.advice)

    async def load(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Load*."""
        if not await self._allowed(ack, body, client, person):
            return
        change = await self.context.write_for_person(
            packs.activate, int(value_of(body)), person.team_id, person.user_id
        )
        await ack()
        await self.context.replies.send(body["response_url"], admin.loaded_message(change), replace=True)

    async def discard(self, ack: AsyncAck, body: Body) -> None:
        """*Not now*: what was read is forgotten in a week."""
        await ack()
        await self.context.replies.send(body["response_url"], admin.discarded_message(), replace=True)

    async def go_back(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Go back*, confirmed."""
        if not await self._allowed(ack, body, client, person):
            return
        version = await self.context.write_for_person(packs.go_back, int(value_of(body)), person.team_id)
        await ack()
        shown = await self.context.read(packs.live, person.team_id)
        note = f"Version {version} is live again." if version else "That pack is no longer in use."
        await self.context.replies.send(body["response_url"], admin.packs_message(shown, note), replace=True)

    async def send_template(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Get the lesson sheet*: the workbook to begin a pack with, in the admin's own conversation."""
        if not await self._allowed(ack, body, client, person):
            return
        await ack()
        workbook = await asyncio.to_thread(_template)
        ticket = await announce(client, admin.TEMPLATE_NAME, workbook)
        await upload(self.context.session, ticket, workbook)
        await share(client, ticket.file_id, person.user_id, admin.TEMPLATE_NAME, admin.TEMPLATE_COMMENT)

    async def open_invite(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Invite people*."""
        if await self._allowed(ack, body, client, person):
            await show(client, body, admin.invite_modal())
            await ack()

    async def invite(
        self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person, bot_user_id: str
    ) -> None:
        """*Invite*: each gets one message with *Start*. What takes long comes after the acknowledgement."""
        if not await self.context.is_admin(client, person.user_id):
            await ack(response_action="errors", errors={"people": "That is for admins. Nothing was sent."})
            return
        values = view["state"]["values"]
        chosen = values["people"]["people"].get("selected_users") or []
        channel = values["channel"]["channel"].get("selected_conversation")
        if not chosen and not channel:
            await ack(response_action="errors", errors={"people": "Choose people or a channel."})
            return
        members = Members(client, channel)
        try:
            await members.turn_page()
        except SlackApiError as error:
            if error.response["error"] not in {"not_in_channel", "channel_not_found", "fetch_members_failed"}:
                raise
            said = "I can't see that channel. Type /invite @Rounds there first. Nothing was sent."
            await ack(response_action="errors", errors={"channel": said})
            return
        await ack()
        try:
            people = dict.fromkeys([*chosen, *await members.all()])
            people.pop(bot_user_id, None)
            invited, left_out = await self._invite(client, person, list(people))
        except (SlackApiError, aiohttp.ClientError, TimeoutError, DatabaseBusy) as error:
            raise InvitingStopped from error
        await send_dm(client, person.user_id, admin.invited_message(invited, left_out))

    async def _invite(self, client: AsyncWebClient, person: Person, people: Sequence[str]) -> tuple[Invited, int]:
        """Invite those who can read it, batch by batch, behind whatever people wait for; how many can't comes along."""
        asked = known = 0
        for start in range(0, len(people), AT_ONCE):
            guests = [user for user in people[start : start + AT_ONCE] if await can_be_invited(client, user)]
            invited = await self.context.write_in_background(enrolment.invite, person, guests)
            asked, known = asked + invited.asked, known + invited.known
            self.context.wake()
        return Invited(asked, known), len(people) - asked - known

    async def _allowed(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> bool:
        """Ask again at each press: a message can outlive its reader's office."""
        if await self.context.is_admin(client, person.user_id):
            return True
        await ack()
        await self.context.replies.send(body["response_url"], self._refused())
        return False

    def _refused(self) -> Message:
        return admin.refused_message(sorted(self.context.admins))


def _template() -> bytes:
    from bot.content.sheets.writing import template_bytes  # imported on use: few ask for it, and it takes memory

    return template_bytes()
