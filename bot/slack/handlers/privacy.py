"""Exports a learner's data, and deletes all of it."""

import contextlib
from dataclasses import dataclass

import aiohttp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.language import gettext as _
from bot.language import mark
from bot.learning import lms_consents, privacy
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
from bot.slack.export_files import TITLE, export_files
from bot.slack.handler_context import (
    Body,
    HandlerContext,
    open_modal,
    pressed_message,
    send_dm,
)
from bot.slack.lesson_messages import update_or_repost
from bot.slack.message_updates import update_message_if_exists
from bot.slack.personal_files import PersonalFile, delete_file, send_personal_file

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
            sent = PersonalFile(
                f"rounds-{self.context.clock():%Y-%m-%d}.{file.ending}", file.content, _(TITLE), file.comment
            )
            if not await send_personal_file(self.context, client, person, sent, introduction):
                await update_message_if_exists(client, introduction, export_deleted_message(with_everything=True))
                return

    async def delete_export(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Delete these files*: delete an export's files in Slack, and say so in the message that introduced them."""
        introduction = pressed_message(body)
        files = await self.context.read(privacy.list_files_of_export, person, introduction)
        await ack()
        deleted = {file_id for file_id in files if await delete_file(client, file_id)}
        await self.context.write_for_person(privacy.forget_exported_files, person, deleted)
        left = len(files) - len(deleted)
        said = export_left_message(left) if left else export_deleted_message()
        await update_or_repost(self.context, client, introduction, said, body.get("response_url"))

    async def ask_delete(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Delete everything*: ask for confirmation."""
        told_host = await self.context.read(lms_consents.find_told_host, person)
        await open_modal(ack, client, body, delete_modal(told_host))

    async def delete(self, ack: AsyncAck, client: AsyncWebClient, person: Person) -> None:
        """Deletion was confirmed: delete the rows first, as they can't wait, then Home, and the files in Slack."""
        erased = await self.context.write_for_person(privacy.erase_learner, person)
        await ack(response_action="clear")  # also closes the Privacy modal below
        self.context.home.viewers.forget(person.user_id)
        self.context.languages.forget(person)
        with contextlib.suppress(SlackApiError, aiohttp.ClientError, TimeoutError):  # opening Home publishes it anew
            await client.views_publish(user_id=person.user_id, view=erased_home_view())
        left = [file for file in erased.files if not await delete_file(client, file.file_id)]
        for introduction in dict.fromkeys(file.message for file in erased.files if file.message):
            still_there = any(file.message == introduction for file in left)
            text = text_message(_(FILES_LEFT)) if still_there else export_deleted_message(with_everything=True)
            await update_message_if_exists(client, introduction, text)
        await send_dm(client, person.user_id, erased_message(erased, len(erased.files) - len(left)))
