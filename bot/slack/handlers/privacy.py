"""Exports a learner's data, and deletes all of it."""

from dataclasses import dataclass

import aiohttp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.learning import privacy
from bot.slack.blocks.block_kit import text_message
from bot.slack.blocks.privacy import delete_modal, erased_message, export_file, export_json, export_modal
from bot.slack.file_sharing import request_upload, share_file, upload_content
from bot.slack.handler_context import Body, HandlerContext, open_modal, send_dm

ALREADY_DELETED = {"file_not_found", "file_deleted"}

COMMENT = "Your reflections and answers. This file stays in Slack until you delete it."
COMMENT_JSON = "The same for other programs to read."

FILE_LEFT_OVER = (
    "An export file arrived after everything was deleted, and I couldn't remove it. You can delete it yourself."
)


@dataclass(frozen=True)
class PrivacyHandlers:
    """Answers *Export* and *Delete everything*."""

    context: HandlerContext

    async def ask_export(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """*Export*: say what happens to the files before sending them."""
        await open_modal(ack, client, body, export_modal())

    async def export(self, ack: AsyncAck, client: AsyncWebClient, person: Person) -> None:
        """*Send the files*, to the learner's DM."""
        words = await self.context.read(privacy.export_learner, person)
        await ack()
        name = f"rounds-{self.context.clock():%Y-%m-%d}"
        if await self._send_file(client, person, f"{name}.md", export_file(words).encode(), COMMENT):
            await self._send_file(client, person, f"{name}.json", export_json(words).encode(), COMMENT_JSON)

    async def _send_file(self, client: AsyncWebClient, person: Person, name: str, content: bytes, comment: str) -> bool:
        """Share a file in the person's DM. Its id is saved first, so delete-me can't miss the file.

        A delete-me that ran meanwhile found no file to delete, so the id's row is checked before and after sharing.
        Returns whether the file was sent and its owner is still registered.
        """
        ticket = await request_upload(client, name, content)
        file_id = ticket.file_id
        await self.context.write_for_person(privacy.record_exported_file, person, file_id)
        await upload_content(self.context.session, ticket, content)
        if not await self.context.read(privacy.is_exported_file, file_id):
            return False
        try:
            await share_file(client, file_id, person.user_id, "Your words in Rounds", comment)
        finally:
            stays = await self._delete_if_owner_left(client, person, file_id)
        return stays

    async def _delete_if_owner_left(self, client: AsyncWebClient, person: Person, file_id: str) -> bool:
        stays = await self.context.read(privacy.is_exported_file, file_id)
        if not stays and not await _delete_file(client, file_id):
            await send_dm(client, person.user_id, text_message(FILE_LEFT_OVER))
        return stays

    async def ask_delete(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """*Delete everything*: ask for confirmation."""
        await open_modal(ack, client, body, delete_modal())

    async def delete(self, ack: AsyncAck, client: AsyncWebClient, person: Person) -> None:
        """Deletion was confirmed: delete the rows first, as they can't wait, and then the files in Slack."""
        erased = await self.context.write_for_person(privacy.erase_learner, person)
        await ack(response_action="clear")  # also closes the Privacy modal below
        self.context.home.viewers.forget(person.user_id)
        removed = sum([await _delete_file(client, file_id) for file_id in erased.files])
        await send_dm(client, person.user_id, erased_message(erased, removed))


async def _delete_file(client: AsyncWebClient, file_id: str) -> bool:
    try:
        await client.files_delete(file=file_id)
    except SlackApiError as error:
        return error.response["error"] in ALREADY_DELETED
    except (aiohttp.ClientError, TimeoutError):
        return False
    return True
