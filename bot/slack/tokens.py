"""Checks the tokens at startup."""

from typing import TYPE_CHECKING

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SettingsError

if TYPE_CHECKING:  # a worker imports this module, and it has no Bolt app
    from slack_bolt.authorization import AuthorizeResult


async def check_tokens(client: AsyncWebClient, app_token: str | None) -> "AuthorizeResult":
    """Return who the bot is, so that a bad token causes an error now instead of endless retries later.

    `app_token` is checked too, unless it is None. Raises SettingsError if Slack refuses a token or can't be reached.
    """
    from slack_bolt.authorization import AuthorizeResult

    problems: list[str] = []
    try:
        auth = await client.auth_test()
    except SlackApiError as error:
        problems.append(f"Slack refused SLACK_BOT_TOKEN: {error.response['error']}")
    except (aiohttp.ClientError, TimeoutError) as error:
        raise SettingsError(
            f"Slack can't be reached at {client.base_url} ({type(error).__name__}). Rounds didn't start. "
            "Check SLACK_API_URL and the network, then start again."
        ) from error
    try:
        if app_token is not None:
            await client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        problems.append(f"Slack refused SLACK_APP_TOKEN: {error.response['error']}")
    if problems:
        raise SettingsError.from_problems(problems)
    return AuthorizeResult(
        enterprise_id=auth.get("enterprise_id"),
        team_id=auth["team_id"],
        team=auth["team"],
        bot_id=auth["bot_id"],
        bot_user_id=auth["user_id"],
        bot_token=client.token,
    )
