"""What people write or upload in their conversation with Rounds."""

from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.admin import AdminActions
from bot.slack.blocks import Message
from bot.slack.blocks.learner import welcome
from bot.slack.blocks.surface import section
from bot.slack.desk import Desk, person_of, send_dm

MOST_FILES = 5
"""Files of one message that are read: each is a pack, and takes a second or two."""

HINT = (
    "I don't read what is written here, and nothing of it was kept. Type `/coach` and what is going on, "
    "or `/rounds help` for what I can do."
)


class DirectMessages:
    """First contact, and packs that admins upload."""

    def __init__(self, desk: Desk, admin: AdminActions) -> None:
        self._desk = desk
        self._admin = admin

    async def received(self, event: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """A message in the DM. Edits, deletions and other apps' messages say nothing to us."""
        if event.get("channel_type") != "im" or event.get("subtype") not in {None, "file_share"} or "bot_id" in event:
            return
        person = person_of(context)
        if files := event.get("files"):
            for file in files[:MOST_FILES]:
                await send_dm(client, person.user_id, await self._admin.uploaded(file, client, person))
            return
        view = await self._desk.meet(client, person)
        await send_dm(client, person.user_id, Message.of([section(HINT)]) if view.started else welcome(view))
