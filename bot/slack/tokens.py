"""Checks the tokens at startup."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import SendDelayed, SendError, SendUncertain, SettingsError, WorkspaceHeld
from bot.slack.api_errors import MISSING_SCOPE, describe_error, slack_error_code, to_send_error

if TYPE_CHECKING:  # a worker imports this module, and it has no Bolt app
    from slack_bolt.authorization import AuthorizeResult

log = structlog.get_logger(__name__)

FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 1.0, 60.0
"""Seconds between two tries to reach Slack: twice as long each time, within these limits."""


async def check_tokens(
    client: AsyncWebClient,
    app_token: str | None,
    *,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> "AuthorizeResult":
    """Return who the bot is, so that a bad token causes an error now instead of endless retries later.

    `app_token` is checked too, unless it is None. While Slack can't be reached or is busy, it is asked again, for as
    long as that takes. Raises SettingsError only if Slack says that a token is no good.
    """
    from slack_bolt.authorization import AuthorizeResult

    problems: list[str] = []
    auth: AsyncSlackResponse | None = None
    try:
        auth = await _ask(client.auth_test, client, sleep)
    except SlackApiError as error:
        problems.append(f"Slack refused SLACK_BOT_TOKEN: {slack_error_code(error)}")
    try:
        if app_token is not None:
            await _ask(lambda: client.apps_connections_open(app_token=app_token), client, sleep)
    except SlackApiError as error:
        problems.append(f"Slack refused SLACK_APP_TOKEN: {slack_error_code(error)}")
    if auth is None or problems:
        raise SettingsError.from_problems(problems)
    return AuthorizeResult(
        enterprise_id=auth.get("enterprise_id"),
        team_id=auth["team_id"],
        team=auth["team"],
        bot_id=auth["bot_id"],
        bot_user_id=auth["user_id"],
        bot_token=client.token,
    )


async def _ask(
    call: Callable[[], Awaitable[AsyncSlackResponse]],
    client: AsyncWebClient,
    sleep: Callable[[float], Awaitable[object]],
) -> AsyncSlackResponse:
    """Call until Slack answers. Raises SlackApiError if the answer is a refusal."""
    wait = FIRST_WAIT_SECONDS
    while True:
        try:
            return await call()
        except (SlackApiError, aiohttp.ClientError, OSError, TimeoutError) as error:
            outcome = to_send_error(error)
            if isinstance(error, SlackApiError) and not _may_pass(outcome):
                raise
            busy = isinstance(error, SlackApiError) and isinstance(outcome, SendDelayed)
            seconds = max(wait, outcome.seconds) if busy and isinstance(outcome, SendDelayed) else wait
            log.warning(
                "slack.not_reached", url=client.base_url, error=describe_error(error), next_try_seconds=round(seconds)
            )
        await sleep(seconds)
        wait = min(2 * wait, LONGEST_WAIT_SECONDS)


def _may_pass(outcome: SendError) -> bool:
    """Return whether the same call may succeed later, with the same token. No token gets a scope by waiting."""
    if isinstance(outcome, WorkspaceHeld):
        return outcome.code != MISSING_SCOPE
    return isinstance(outcome, SendDelayed | SendUncertain)
