"""Exports a learner's data, and deletes all of it."""

import contextlib
from dataclasses import dataclass

import aiohttp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.errors import NotFound
from bot.language import gettext as _
from bot.language import mark
from bot.learning import privacy
from bot.learning.message_deliveries import MessageRef
from bot.slack.blocks.block_kit import text_message
from bot.slack.blocks.privacy import (
    delete_modal,
    erased_home_view,
    erased_message,
    export_deleted_message,
    export_left_message,
    export_message,
    export_modal,
)
from bot.slack.export_files import TITLE, ExportFile, export_files
from bot.slack.file_sharing import request_upload, share_file, upload_content
from bot.slack.handler_context import (
    Body,
    HandlerContext,
    open_modal,
    pressed_message,
    send_dm,
)
from bot.slack.lesson_messages import update_or_repost
from bot.slack.message_updates import update_message_if_exists

ALREADY_DELETED = {"file_not_found", "file_deleted"}

FILE_LEFT_OVER = mark(
    "An export file arrived after everything was deleted, and I couldn't remove it. You can delete it yourself."
)

FILES_LEFT = mark("Not every file of this export could be deleted. You can delete the rest here yourself.")


@dataclass(frozen=True)
class PrivacyHandlers:
    """Answers *Export*, *Delete these files*, and *Delete everything*."""

    context: HandlerContext

    async def ask_export(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """*Export*: say what happens to the files before sending them."""
        await open_modal(ack, client, body, export_modal())

    async def export(self, ack: AsyncAck, client: AsyncWebClient, person: Person) -> None:
        """*Send the files*, to the learner's DM. A message introduces them, and later says if they're gone."""
        words = await self.context.read(privacy.export_learner, person)
        await ack()
        posted = await client.chat_postMessage(channel=person.user_id, **export_message().body)
        introduction = MessageRef(str(posted["channel"]), str(posted["ts"]))
        for file in export_files(words):
            if not await self._send_file(client, person, file, introduction):
                await update_message_if_exists(client, introduction, export_deleted_message(with_everything=True))
                return

    async def delete_export(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Delete these files*: delete an export's files in Slack, and say so in the message that introduced them."""
        introduction = pressed_message(body)
        files = await self.context.read(privacy.list_files_of_export, person, introduction)
        await ack()
        deleted = {file_id for file_id in files if await _delete_file(client, file_id)}
        await self.context.write_for_person(privacy.forget_exported_files, person, deleted)
        left = len(files) - len(deleted)
        said = export_left_message(left) if left else export_deleted_message()
        await update_or_repost(self.context, client, introduction, said, body.get("response_url"))

    async def _send_file(
        self, client: AsyncWebClient, person: Person, file: ExportFile, introduction: MessageRef
    ) -> bool:
        """Share a file in the person's DM. Its id is saved first, so delete-me can't miss the file.

        A delete-me that ran meanwhile found no file to delete, so the id's row is checked before and after sharing.
        Returns whether the file was sent and its owner is still registered.
        """
        name = f"rounds-{self.context.clock():%Y-%m-%d}.{file.ending}"
        ticket = await request_upload(client, name, file.content)
        file_id = ticket.file_id
        try:
            await self.context.write_for_person(privacy.record_exported_file, person, file_id, introduction)
        except NotFound:
            return False
        await upload_content(self.context.session, ticket, file.content)
        if not await self.context.read(privacy.is_exported_file, file_id):
            return False
        try:
            await share_file(client, file_id, person.user_id, _(TITLE), file.comment)
        finally:
            stays = await self._delete_if_owner_left(client, person, file_id)
        return stays

    async def _delete_if_owner_left(self, client: AsyncWebClient, person: Person, file_id: str) -> bool:
        stays = await self.context.read(privacy.is_exported_file, file_id)
        if not stays and not await _delete_file(client, file_id):
            await send_dm(client, person.user_id, text_message(_(FILE_LEFT_OVER)))
        return stays

    async def ask_delete(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """*Delete everything*: ask for confirmation."""
        await open_modal(ack, client, body, delete_modal())

    async def delete(self, ack: AsyncAck, client: AsyncWebClient, person: Person) -> None:
        """Deletion was confirmed: delete the rows first, as they can't wait, then Home, and the files in Slack."""
        erased = await self.context.write_for_person(privacy.erase_learner, person)
        await ack(response_action="clear")  # also closes the Privacy modal below
        self.context.home.viewers.forget(person.user_id)
        self.context.languages.forget(person)
        with contextlib.suppress(SlackApiError, aiohttp.ClientError, TimeoutError):  # opening Home publishes it anew
            await client.views_publish(user_id=person.user_id, view=erased_home_view())
        left = [file for file in erased.files if not await _delete_file(client, file.file_id)]
        for introduction in dict.fromkeys(file.message for file in erased.files if file.message):
            still_there = any(file.message == introduction for file in left)
            text = text_message(_(FILES_LEFT)) if still_there else export_deleted_message(with_everything=True)
            await update_message_if_exists(client, introduction, text)
        await send_dm(client, person.user_id, erased_message(erased, len(erased.files) - len(left)))


async def _delete_file(client: AsyncWebClient, file_id: str) -> bool:
    try:
        await client.files_delete(file=file_id)
    except SlackApiError as error:
        return error.response["error"] in ALREADY_DELETED
    except (aiohttp.ClientError, TimeoutError):
        return False
    return True
