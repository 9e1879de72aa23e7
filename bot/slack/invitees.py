"""Finds whom an admin can invite or choose: the members of a channel or user group, and who is of this workspace."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.errors import SendDelayed
from bot.language import gettext as _
from bot.learning.invitations import Guest
from bot.slack.api_errors import describe_error, slack_error_code, to_send_error
from bot.slack.blocks.invitations import CHANNEL, PEOPLE, USER_GROUP
from bot.slack.handler_context import profile_of, update_modal_if_open
from bot.slack.membership import SLACKBOT, Installation, is_slack_guest
from bot.slack.user_groups import UserGroup, list_user_groups

log = structlog.get_logger(__name__)

PAGE_SIZE = 200
"""Members per request, as Slack recommends."""

CLOSED_CHANNELS = {"not_in_channel", "channel_not_found", "fetch_members_failed"}

MAX_TRIES = 5
"""How many times a rate-limited call is tried before it counts as failed."""


CLOSED_GROUPS = {"no_such_subteam", "missing_scope", "plan_upgrade_required"}


MakeView = Callable[[Sequence[UserGroup]], View]
"""Makes a form for choosing people, with the user groups that it offers."""


async def offer_user_groups(client: AsyncWebClient, view_id: str | None, make_view: MakeView) -> None:
    """Add the user groups to an open form, where there are any. What was entered meanwhile stays, as its fields do.

    A form that waited for them could be too late for Slack, which gives three seconds to open it. Without them, people
    and channels can be chosen.
    """
    if view_id is None or not (groups := await list_user_groups(client)):
        return
    try:
        await update_modal_if_open(client, view_id, make_view(groups))
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        log.debug("user_groups.not_offered", error=describe_error(error))


class ChosenPeople:
    """The user ids of whom somebody chose in a form: one by one, everyone in a channel, and everyone in a user group.

    A channel may have many pages, so it is read in two steps: enough to say whether Rounds can, and then the rest.
    """

    def __init__(self, client: AsyncWebClient, form: Mapping[str, Any]) -> None:
        """`form`: the values of a modal's fields, of which any may be missing or empty."""
        self._client = client
        self.one_by_one: list[str] = form.get(PEOPLE) or []
        self._channel: str | None = form.get(CHANNEL)
        self._user_group: str | None = form.get(USER_GROUP)
        self._cursor: str | None = None if self._channel else ""
        self._in_channel: list[str] = []
        self._in_group: list[str] = []

    @property
    def is_empty(self) -> bool:
        """Whether nobody was chosen in any way."""
        return not self.one_by_one and not self.has_many

    @property
    def has_many(self) -> bool:
        """Whether a channel or a user group was chosen."""
        return self._channel is not None or self._user_group is not None

    async def find_problems(self) -> dict[str, str]:
        """Begin to read. Return by field, in words, why Rounds can't read what was chosen. Empty if it can.

        SlackApiError for anything else that Slack refuses.
        """
        problems = {}
        try:
            await self._turn_page()
        except SlackApiError as error:
            if slack_error_code(error) not in CLOSED_CHANNELS:
                raise
            problems[CHANNEL] = _(
                "I can't see that channel, so nothing was sent or changed. Type /invite @Rounds there first."
            )
        try:
            await self._read_group()
        except SlackApiError as error:
            if slack_error_code(error) not in CLOSED_GROUPS:
                raise
            problems[USER_GROUP] = _("I can't see that user group anymore, so nothing was sent or changed.")
        return problems

    async def all(self, *, without: str) -> list[str]:
        """Read the rest, and return everyone once, without the bot itself (its user id)."""
        tries = MAX_TRIES
        while self._cursor != "":
            try:
                await self._turn_page()
            except SlackApiError as error:
                tries -= 1
                await _wait_if_asked(error, tries)
        everyone = dict.fromkeys([*self.one_by_one, *self._in_channel, *self._in_group])
        everyone.pop(without, None)
        return list(everyone)

    async def _turn_page(self) -> None:
        """Read the channel's next page. SlackApiError if Rounds can't read it, as the first page shows."""
        if self._channel is None or self._cursor == "":
            return
        page = await self._client.conversations_members(channel=self._channel, cursor=self._cursor, limit=PAGE_SIZE)
        self._in_channel += page["members"]
        self._cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""

    async def _read_group(self) -> None:
        """Read the user group: Slack tells all members at once."""
        if self._user_group is not None:
            self._in_group = (await self._client.usergroups_users_list(usergroup=self._user_group))["users"]


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
