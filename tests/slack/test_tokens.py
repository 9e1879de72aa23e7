"""A hiccup at the start is no bad token: only Slack's own word makes Rounds exit."""

from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from bot.errors import SettingsError
from bot.sandbox import Sandbox
from bot.slack.manifest import OPTIONAL_SCOPES, SCOPES, manifest
from bot.slack.token_check import inspect_tokens
from bot.slack.tokens import check_tokens
from tests.shipped import shipped_pack
from tests.waits import LONGEST


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    local = Sandbox(manifest(shipped_pack().skills))
    await local.start()
    try:
        yield local
    finally:
        await local.stop()


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[AsyncWebClient]:
    """The bot's client, as it is at a start."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=LONGEST)) as session:
        yield AsyncWebClient(sandbox.bot_token, sandbox.api_url, session=session, retry_handlers=[])


MOST_WAITS = 10
"""More waits than any test here needs; one that goes on has to end."""


class Waits:
    """Takes the place of sleeping, and keeps for how long."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        assert len(self.seconds) <= MOST_WAITS


HICCUPS: dict[str, Callable[[Sandbox, str], object]] = {
    "502": lambda sandbox, method: sandbox.faults.add(method, "server_error", status=502, times=3),
    "429": lambda sandbox, method: sandbox.faults.add(method, "rate_limited", retry_after=7, times=3),
    "busy": lambda sandbox, method: sandbox.faults.add(method, "error", error="service_unavailable", times=3),
    "dropped": lambda sandbox, method: sandbox.faults.add(method, "drop_before", times=3),
}


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
@pytest.mark.parametrize("hiccup", HICCUPS)
async def test_slack_is_asked_again_until_it_answers(
    sandbox: Sandbox, client: AsyncWebClient, hiccup: str, method: str
) -> None:
    HICCUPS[hiccup](sandbox, method)
    waits = Waits()

    with capture_logs() as logged:
        identity = await check_tokens(client, sandbox.app_token, sleep=waits)

    assert identity.team_id == sandbox.workspace.team_id
    assert waits.seconds == ([7, 7, 7] if hiccup == "429" else [1, 2, 4])
    assert [entry["event"] for entry in logged] == ["slack.not_reached"] * 3


@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked", "account_inactive", "missing_scope"])
@pytest.mark.parametrize(
    ("method", "setting"), [("auth.test", "SLACK_BOT_TOKEN"), ("apps.connections.open", "SLACK_APP_TOKEN")]
)
async def test_slacks_own_word_ends_the_start(
    sandbox: Sandbox, client: AsyncWebClient, code: str, method: str, setting: str
) -> None:
    sandbox.faults.add(method, "error", error=code)
    waits = Waits()

    with pytest.raises(SettingsError, match=f"Slack refused {setting}: {code}"):
        await check_tokens(client, sandbox.app_token, sleep=waits)

    assert waits.seconds == []


async def test_a_workspace_that_is_locked_for_now_is_waited_for(sandbox: Sandbox, client: AsyncWebClient) -> None:
    sandbox.faults.add("auth.test", "error", error="team_added_to_org", times=2)
    waits = Waits()

    await check_tokens(client, sandbox.app_token, sleep=waits)

    assert len(waits.seconds) == 2


async def test_both_bad_tokens_are_named_at_once(sandbox: Sandbox, client: AsyncWebClient) -> None:
    client.token = "xoxb-wrong"

    with pytest.raises(SettingsError, match=r"SLACK_BOT_TOKEN[\s\S]*SLACK_APP_TOKEN"):
        await check_tokens(client, "xapp-wrong", sleep=Waits())


async def test_a_doctor_sees_that_slack_takes_the_tokens_and_that_the_scopes_are_right(sandbox: Sandbox) -> None:
    report = await inspect_tokens(sandbox.api_url, sandbox.bot_token, sandbox.app_token)

    assert report.problems == []
    assert "scopes: exactly those that are needed" in report.passed_checks


async def test_a_doctor_names_scopes_that_are_missing() -> None:
    declared = manifest(shipped_pack().skills)
    declared["oauth_config"]["scopes"]["bot"] = sorted(set(SCOPES) - {"files:read"})
    local = Sandbox(declared)
    await local.start()
    try:
        report = await inspect_tokens(local.api_url, local.bot_token, local.app_token)
    finally:
        await local.stop()

    assert [line for line in report.problems if "files:read" in line]


async def test_a_doctor_notes_an_optional_scope_that_was_refused() -> None:
    declared = manifest(shipped_pack().skills)
    declared["oauth_config"]["scopes"]["bot"] = sorted({*SCOPES, *OPTIONAL_SCOPES, "team:read"} - {"users:read.email"})
    local = Sandbox(declared)
    await local.start()
    try:
        report = await inspect_tokens(local.api_url, local.bot_token, local.app_token)
    finally:
        await local.stop()

    assert report.problems == []
    assert "scopes: all there; without the optional users:read.email; not needed: team:read" in report.passed_checks


async def test_a_doctor_names_a_token_that_slack_refuses_and_a_slack_that_is_away(sandbox: Sandbox) -> None:
    refused = await inspect_tokens(sandbox.api_url, "xoxb-wrong", None)
    away = await inspect_tokens("http://127.0.0.1:9/api/", sandbox.bot_token, None)

    assert refused.problems == ["SLACK_BOT_TOKEN: Slack refused it (invalid_auth)"]
    assert "can't be reached" in away.problems[0]
