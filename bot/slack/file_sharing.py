"""Files that Rounds sends. The SDK's own way would open a session beside ours."""

from typing import NamedTuple

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient


class UploadTicket(NamedTuple):
    """What Slack gives for a file that is about to be uploaded."""

    file_id: str
    upload_url: str


async def request_upload(client: AsyncWebClient, name: str, content: bytes) -> UploadTicket:
    """Ask Slack to take a file."""
    given = await client.files_getUploadURLExternal(filename=name, length=len(content))
    return UploadTicket(given["file_id"], given["upload_url"])


async def upload_content(session: aiohttp.ClientSession, ticket: UploadTicket, content: bytes) -> None:
    """Upload a file that was announced. Nobody sees it until it is shared."""
    async with session.post(ticket.upload_url, data=content) as taken:
        taken.raise_for_status()


async def share_file(client: AsyncWebClient, file_id: str, user_id: str, title: str, comment: str) -> None:
    """Put an uploaded file into someone's conversation with Rounds."""
    channel = (await client.conversations_open(users=user_id))["channel"]["id"]
    await client.files_completeUploadExternal(
        files=[{"id": file_id, "title": title}], channel_id=channel, initial_comment=comment
    )
