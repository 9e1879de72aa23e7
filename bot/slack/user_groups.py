"""Reads a workspace's user groups, such as @charge-nurses, where the app has the optional scope for it."""

from dataclasses import dataclass

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api_errors import describe_error

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class UserGroup:
    """A user group: its ID, and its name in Slack."""

    id: str
    name: str


async def list_user_groups(client: AsyncWebClient) -> list[UserGroup]:
    """Return the workspace's user groups by name, without those of other organizations.

    Empty where the app lacks `usergroups:read`, the workspace's plan has no groups, or Slack doesn't answer: people and
    channels can be chosen without.
    """
    try:
        answer = await client.usergroups_list()
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        log.debug("user_groups.unread", error=describe_error(error))
        return []
    found = answer.get("usergroups") or []
    groups = [UserGroup(each["id"], each["name"]) for each in found if not each.get("is_external")]
    return sorted(groups, key=lambda group: (group.name.casefold(), group.id))
