"""Whom an admin can invite: who is in a channel, and which of them is a person of this workspace."""

import asyncio

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SendDelayed
from bot.slack.api_errors import to_send_error

PAGE = 200
"""Members asked for at once, as Slack advises."""

TRIES = 5
"""How often one call waits as long as Slack asks before it counts as failed."""

SLACKBOT = "USLACKBOT"
"""Slack's own; `users.info` says that it is no bot."""


class ChannelMembers:
    """The user ids of everyone in a channel, read page by page; nobody where there is no channel."""

    def __init__(self, client: AsyncWebClient, channel: str | None) -> None:
        self._client = client
        self.channel = channel
        self._cursor: str | None = None if channel else ""
        self._found: list[str] = []

    async def turn_page(self) -> None:
        """Read the next page. The first shows whether Rounds may read any: SlackApiError if not."""
        if self.channel is None or self._cursor == "":
            return
        page = await self._client.conversations_members(channel=self.channel, cursor=self._cursor, limit=PAGE)
        self._found += page["members"]
        self._cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""

    async def all(self) -> list[str]:
        """Everyone, after reading what is left to read."""
        tries = TRIES
        while self._cursor != "":
            try:
                await self.turn_page()
            except SlackApiError as error:
                tries -= 1
                await _wait_if_asked(error, tries)
        return self._found


async def can_be_invited(client: AsyncWebClient, user_id: str) -> bool:
    """Whether this is a person who can get messages here: no bot, nobody who left, nobody whom Slack doesn't know."""
    if user_id == SLACKBOT:
        return False
    for left in reversed(range(TRIES)):
        try:
            user = (await client.users_info(user=user_id))["user"]
        except SlackApiError as error:
            try:
                await _wait_if_asked(error, left)
            except SlackApiError:
                return False
        except (aiohttp.ClientError, TimeoutError):
            return False
        else:
            return not (user.get("is_bot") or user.get("deleted") or user.get("is_stranger"))
    return False


async def _wait_if_asked(error: SlackApiError, tries: int) -> None:
    """Wait where Slack says "too fast" (a large channel is asked about for minutes); otherwise the error goes on."""
    reason = to_send_error(error)
    if not tries or not isinstance(reason, SendDelayed):
        raise error
    await asyncio.sleep(reason.seconds)
