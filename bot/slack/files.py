"""Files that Rounds sends."""

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient


async def send_file(
    client: AsyncWebClient, session: aiohttp.ClientSession, user_id: str, name: str, content: bytes, comment: str
) -> None:
    """Put a file into someone's conversation with Rounds. The SDK's own way would open a session beside ours."""
    ticket = await client.files_getUploadURLExternal(filename=name, length=len(content))
    async with session.post(ticket["upload_url"], data=content) as taken:
        taken.raise_for_status()
    channel = (await client.conversations_open(users=user_id))["channel"]["id"]
    await client.files_completeUploadExternal(
        files=[{"id": ticket["file_id"], "title": name}], channel_id=channel, initial_comment=comment
    )
