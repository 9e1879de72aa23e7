"""Sends people files of their own in their DM, so that none is left behind if they delete everything."""

from dataclasses import dataclass

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.errors import NotFound
from bot.language import gettext as _
from bot.language import mark
from bot.learning import privacy
from bot.learning.message_deliveries import MessageRef
from bot.slack.blocks.block_kit import text_message
from bot.slack.file_sharing import request_upload, share_file, upload_content
from bot.slack.handler_context import HandlerContext, send_dm

ALREADY_DELETED = {"file_not_found", "file_deleted"}

FILE_LEFT_OVER = mark(
    "A file of yours arrived after everything was deleted, and I couldn't remove it. You can delete it yourself."
)


@dataclass(frozen=True, slots=True)
class PersonalFile:
    """A file for one person: its name, its content, its title in Slack, and what to say beside it."""

    name: str
    content: bytes
    title: str
    comment: str


async def send_personal_file(
    context: HandlerContext, client: AsyncWebClient, person: Person, file: PersonalFile, introduction: MessageRef
) -> bool:
    """Share a file in the person's DM. Its id is saved first, so delete-me can't miss the file.

    `introduction`: the message that introduces it. A delete-me that ran meanwhile found no file to delete, so the id's
    row is checked before and after sharing. Returns whether the file was sent and its owner is still registered.
    """
    ticket = await request_upload(client, file.name, file.content)
    file_id = ticket.file_id
    try:
        await context.write_for_person(privacy.record_exported_file, person, file_id, introduction)
    except NotFound:
        return False
    await upload_content(context.session, ticket, file.content)
    if not await context.read(privacy.is_exported_file, file_id):
        return False
    try:
        await share_file(client, file_id, person.user_id, file.title, file.comment)
    finally:
        stays = await _delete_if_owner_left(context, client, person, file_id)
    return stays


async def delete_file(client: AsyncWebClient, file_id: str) -> bool:
    """Delete a file in Slack. Returns whether it is gone."""
    try:
        await client.files_delete(file=file_id)
    except SlackApiError as error:
        return error.response["error"] in ALREADY_DELETED
    except (aiohttp.ClientError, TimeoutError):
        return False
    return True


async def _delete_if_owner_left(context: HandlerContext, client: AsyncWebClient, person: Person, file_id: str) -> bool:
    stays = await context.read(privacy.is_exported_file, file_id)
    if not stays and not await delete_file(client, file_id):
        await send_dm(client, person.user_id, text_message(_(FILE_LEFT_OVER)))
    return stays
