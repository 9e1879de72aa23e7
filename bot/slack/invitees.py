"""Finds whom an admin can invite: the members of a channel who are people in this workspace."""

import asyncio

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SendDelayed
from bot.slack.api_errors import to_send_error

PAGE_SIZE = 200
"""Members per request, as Slack recommends."""

MAX_TRIES = 5
"""How many times a rate-limited call is tried before it counts as failed."""

SLACKBOT = "USLACKBOT"
"""Slackbot's user id. `users.info` doesn't mark it as a bot."""


class ChannelMembers:
    """The user ids of a channel's members, read page by page. Empty if no channel is given."""

    def __init__(self, client: AsyncWebClient, channel: str | None) -> None:
        self._client = client
        self.channel = channel
        self._cursor: str | None = None if channel else ""
        self._found: list[str] = []

    async def turn_page(self) -> None:
        """Read the next page. SlackApiError if Rounds can't read the channel, as the first page shows."""
        if self.channel is None or self._cursor == "":
            return
        page = await self._client.conversations_members(channel=self.channel, cursor=self._cursor, limit=PAGE_SIZE)
        self._found += page["members"]
        self._cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""

    async def all(self) -> list[str]:
        """Read the remaining pages, and return everyone."""
        tries = MAX_TRIES
        while self._cursor != "":
            try:
                await self.turn_page()
            except SlackApiError as error:
                tries -= 1
                await _wait_if_asked(error, tries)
        return self._found


async def can_be_invited(client: AsyncWebClient, user_id: str) -> bool:
    """Return whether this is a person who can get messages here: not a bot, deactivated, a stranger, or unknown."""
    if user_id == SLACKBOT:
        return False
    for left in reversed(range(MAX_TRIES)):
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
    """Wait if Slack limits the rate (a large channel takes minutes). Any other error is raised again."""
    reason = to_send_error(error)
    if not tries or not isinstance(reason, SendDelayed):
        raise error
    await asyncio.sleep(reason.seconds)
