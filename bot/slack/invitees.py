"""Finds whom an admin can invite or choose: the members of a channel, and who is of this workspace."""

import asyncio

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.errors import SendDelayed
from bot.language import gettext as _
from bot.learning.invitations import Guest
from bot.slack.api_errors import slack_error_code, to_send_error
from bot.slack.handler_context import profile_of
from bot.slack.membership import SLACKBOT, Installation, is_slack_guest

PAGE_SIZE = 200
"""Members per request, as Slack recommends."""

CLOSED_CHANNELS = {"not_in_channel", "channel_not_found", "fetch_members_failed"}

MAX_TRIES = 5
"""How many times a rate-limited call is tried before it counts as failed."""


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

    async def find_problem(self) -> str | None:
        """Read the first page. Return in words why Rounds can't read this channel, or None if it can, or none is given.

        SlackApiError for anything else that Slack refuses.
        """
        try:
            await self.turn_page()
        except SlackApiError as error:
            if slack_error_code(error) not in CLOSED_CHANNELS:
                raise
            return _("I can't see that channel, so nothing was sent or changed. Type /invite @Rounds there first.")
        return None

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


async def find_guest(
    client: AsyncWebClient, user_id: str, inviter: Person, *, with_slack_guests: bool = True
) -> Guest | None:
    """Return this person with time zone and locale of their profile if they are of the inviter's workspace.

    None for a bot, and for somebody who is deactivated, a stranger, or unknown; also for guests of the workspace, as
    Slack calls them, unless it is to find them, too.
    """
    if user_id == SLACKBOT:
        return None
    for left in reversed(range(MAX_TRIES)):
        try:
            user = (await client.users_info(user=user_id, include_locale=True))["user"]
        except SlackApiError as error:
            try:
                await _wait_if_asked(error, left)
            except SlackApiError:
                return None
        except (aiohttp.ClientError, TimeoutError):
            return None
        else:
            if not Installation(inviter.team_id, inviter.enterprise_id).includes(user):
                return None
            if not with_slack_guests and is_slack_guest(user):
                return None
            profile = profile_of(user)
            return Guest(user_id, profile.tz, profile.locale)
    return None


async def _wait_if_asked(error: SlackApiError, tries: int) -> None:
    """Wait if Slack limits the rate (a large channel takes minutes). Any other error is raised again."""
    reason = to_send_error(error)
    if not tries or not isinstance(reason, SendDelayed):
        raise error
    await asyncio.sleep(reason.seconds)
