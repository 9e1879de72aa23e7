"""Admins' work with packs: see the live ones, load one, roll one back, or get the template. Others learn who can."""

import asyncio
from dataclasses import dataclass
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.errors import PackError
from bot.learning import packs, review_notices, workspace_overview
from bot.slack.blocks import MessageContent, admin
from bot.slack.file_sharing import request_upload, share_file, upload_content
from bot.slack.handler_context import Body, HandlerContext, pressed_value
from bot.slack.uploaded_files import may_be_pack, read_uploaded_pack


@dataclass(frozen=True)
class AdminHandlers:
    """Answers `/rounds admin` and the buttons for packs."""

    context: HandlerContext

    async def overview(self, client: AsyncWebClient, person: Person) -> MessageContent:
        """Answer `/rounds admin`."""
        if not await self.context.is_admin(client, person.user_id):
            return self.context.refusal
        team_id = person.team_id
        counts, live = (
            await self.context.read(workspace_overview.read_overview, team_id),
            await self.context.read(packs.list_live_packs, team_id),
        )
        due = await self.context.read(review_notices.find_workspace_reviews, team_id, self.context.clock().date())
        return admin.overview_message(counts, live, due)

    async def packs(self, client: AsyncWebClient, person: Person) -> MessageContent:
        """Answer `/rounds admin packs`."""
        if not await self.context.is_admin(client, person.user_id):
            return self.context.refusal
        return admin.packs_message(await self.context.read(packs.list_live_packs, person.team_id))

    async def uploaded(self, file: dict[str, Any], client: AsyncWebClient, person: Person) -> MessageContent | None:
        """Answer a file in the DM: its problems, or what loading it would change.

        None if it is neither a pack nor from an admin. DownloadError if Slack doesn't return it.
        """
        name = str(file.get("name") or "file")
        if not await self.context.is_admin(client, person.user_id):
            return self.context.refusal if may_be_pack(name) else None
        checked = await read_uploaded_pack(self.context.session, client, name, file, self.context.clock().date())
        live = {pack.slug: pack.version for pack in await self.context.read(packs.list_live_packs, person.team_id)}
        if checked.pack is None:
            return admin.problems_message(name, checked.blocking_problems, next(iter(live.values()), None))
        try:
            change = await self.context.write_in_background(
                packs.stage_pack, checked.pack, person.team_id, person.user_id
            )
        except PackError as error:
            return admin.problems_message(name, error.problems, live.get(checked.pack.slug))
        return admin.change_message(name, change, checked.advice)

    async def load(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Load*: make the staged version live."""
        if not await self.context.check_admin(ack, body, client, person):
            return
        change = await self.context.write_for_person(
            packs.activate_version, int(pressed_value(body)), person.team_id, person.user_id
        )
        await ack()
        await self.context.replies.send(body["response_url"], admin.loaded_message(change), replace=True)

    async def discard(self, ack: AsyncAck, body: Body) -> None:
        """*Not now*: the staged version stays unused and is deleted in a week."""
        await ack()
        await self.context.replies.send(body["response_url"], admin.discarded_message(), replace=True)

    async def go_back(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Go back*, confirmed: make the previous version live again."""
        if not await self.context.check_admin(ack, body, client, person):
            return
        version = await self.context.write_for_person(packs.roll_back_pack, int(pressed_value(body)), person.team_id)
        await ack()
        shown = await self.context.read(packs.list_live_packs, person.team_id)
        note = f"Version {version} is live again." if version else "That pack is no longer in use."
        await self.context.replies.send(body["response_url"], admin.packs_message(shown, note), replace=True)

    async def send_template(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Get the lesson sheet*: send the admin the workbook to start a pack with."""
        if not await self.context.check_admin(ack, body, client, person):
            return
        await ack()
        workbook = await asyncio.to_thread(_template)
        ticket = await request_upload(client, admin.TEMPLATE_NAME, workbook)
        await upload_content(self.context.session, ticket, workbook)
        await share_file(client, ticket.file_id, person.user_id, admin.TEMPLATE_NAME, admin.TEMPLATE_COMMENT)


def _template() -> bytes:
    from bot.content.sheets.sheet_writer import write_template  # imported on use to save memory, as few ask for it

    return write_template()
