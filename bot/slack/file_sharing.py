"""Sends files to people on our own HTTP session. The SDK's `files_upload_v2` would open another one."""

from typing import NamedTuple

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient


class UploadTicket(NamedTuple):
    """The file id and the URL that Slack returns before an upload."""

    file_id: str
    upload_url: str


async def request_upload(client: AsyncWebClient, name: str, content: bytes) -> UploadTicket:
    """Ask Slack for a place to upload a file of this name and size."""
    answer = await client.files_getUploadURLExternal(filename=name, length=len(content))
    return UploadTicket(answer["file_id"], answer["upload_url"])


async def upload_content(session: aiohttp.ClientSession, ticket: UploadTicket, content: bytes) -> None:
    """Upload the content of a requested file. Nobody sees it until it is shared."""
    async with session.post(ticket.upload_url, data=content) as response:
        response.raise_for_status()


async def share_file(client: AsyncWebClient, file_id: str, user_id: str, title: str, comment: str) -> None:
    """Share an uploaded file in someone's DM with Rounds."""
    channel = (await client.conversations_open(users=user_id))["channel"]["id"]
    await client.files_completeUploadExternal(
        files=[{"id": file_id, "title": title}], channel_id=channel, initial_comment=comment
    )


async def send_file(
    client: AsyncWebClient, session: aiohttp.ClientSession, user_id: str, name: str, content: bytes, comment: str
) -> None:
    """Send somebody a file in their conversation with Rounds."""
    ticket = await request_upload(client, name, content)
    await upload_content(session, ticket, content)
    await share_file(client, ticket.file_id, user_id, name, comment)
