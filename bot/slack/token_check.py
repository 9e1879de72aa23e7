"""Looks at the tokens for `rounds doctor`: whether Slack takes them, and whether the app has the scopes it needs."""

from dataclasses import dataclass, field

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api_errors import describe_error, slack_error_code
from bot.slack.manifest import OPTIONAL_SCOPES, SCOPES

EXACT_SCOPES = "scopes: exactly those that are needed"

TIMEOUT = aiohttp.ClientTimeout(total=10)


@dataclass(slots=True)
class TokenReport:
    """Lines about the tokens: what is wrong, and what is as it should be."""

    problems: list[str] = field(default_factory=list)
    passed_checks: list[str] = field(default_factory=list)


async def inspect_tokens(api_url: str, bot_token: str | None, app_token: str | None) -> TokenReport:
    """Ask Slack about the tokens that are set. Nothing is posted."""
    report = TokenReport()
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        client = AsyncWebClient(base_url=api_url, session=session, retry_handlers=[])
        await _inspect_bot_token(client, bot_token, report)
        await _inspect_app_token(client, app_token, report)
    return report


async def _inspect_bot_token(client: AsyncWebClient, token: str | None, report: TokenReport) -> None:
    if token is None:
        report.passed_checks.append("SLACK_BOT_TOKEN: not set, so it wasn't checked")
        return
    try:
        answer = await client.auth_test(token=token)
    except (SlackApiError, aiohttp.ClientError, OSError, TimeoutError) as error:
        report.problems.append(_describe(client, "SLACK_BOT_TOKEN", error))
        return
    report.passed_checks.append(f"SLACK_BOT_TOKEN: Slack takes it, for {answer.get('team')}")
    headers = {name.lower(): value for name, value in (answer.headers or {}).items()}
    granted = {scope.strip() for scope in str(headers.get("x-oauth-scopes", "")).split(",") if scope.strip()}
    if missing := sorted(set(SCOPES) - granted):
        report.problems.append(
            f"scopes: the app lacks {', '.join(missing)}. Update it with the output of rounds manifest, and install it "
            "to the workspace again"
        )
        return
    refused, unneeded = sorted(set(OPTIONAL_SCOPES) - granted), sorted(granted - set(SCOPES) - set(OPTIONAL_SCOPES))
    beside = [
        *([f"without the optional {', '.join(refused)}"] if refused else []),
        *([f"not needed: {', '.join(unneeded)}"] if unneeded else []),
    ]
    report.passed_checks.append("; ".join(["scopes: all there", *beside]) if beside else EXACT_SCOPES)


async def _inspect_app_token(client: AsyncWebClient, token: str | None, report: TokenReport) -> None:
    if token is None:
        report.passed_checks.append("SLACK_APP_TOKEN: not set, so it wasn't checked; rounds run needs it")
        return
    try:
        await client.apps_connections_open(app_token=token)
    except (SlackApiError, aiohttp.ClientError, OSError, TimeoutError) as error:
        report.problems.append(_describe(client, "SLACK_APP_TOKEN", error))
    else:
        report.passed_checks.append("SLACK_APP_TOKEN: Slack takes it")


def _describe(client: AsyncWebClient, name: str, error: Exception) -> str:
    if isinstance(error, SlackApiError) and slack_error_code(error):
        return f"{name}: Slack refused it ({describe_error(error)})"
    return f"{name}: Slack can't be reached at {client.base_url} ({describe_error(error)})"
