"""The app is taken out of the workspace, and installed again."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import RefusedBySandbox, Sandbox, SandboxUser
from tests.sandbox.conftest import Connect, client_of
from tests.waits import LONGEST


async def change(sandbox: Sandbox, body: dict[str, Any]) -> dict[str, Any]:
    async with aiohttp.ClientSession() as session, session.post(f"{sandbox.url}/sandbox/app", json=body) as reply:
        answer: dict[str, Any] = await reply.json()
        return answer


@pytest.fixture
def heard(app: AsyncApp) -> asyncio.Queue[dict[str, Any]]:
    """The events that the app hears of its end."""
    queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def hear(event: dict[str, Any]) -> None:
        queue.put_nowait(event)

    app.event("app_uninstalled")(hear)
    app.event("tokens_revoked")(hear)
    return queue


@pytest.mark.parametrize("first", ["app_uninstalled", "tokens_revoked"])
async def test_an_app_that_is_taken_out_hears_of_it_by_both_events_in_the_order_asked_for(
    sandbox: Sandbox, app: AsyncApp, connect: Connect, heard: asyncio.Queue[dict[str, Any]], first: str
):
    await connect(app)

    sandbox.uninstall(first_event=first)

    events = [await asyncio.wait_for(heard.get(), LONGEST) for _ in range(2)]
    assert events[0]["type"] == first
    assert {event["type"] for event in events} == {"app_uninstalled", "tokens_revoked"}
    revoked = next(event for event in events if event["type"] == "tokens_revoked")
    assert revoked["tokens"] == {"oauth": [], "bot": ["U0ROUNDS"]}


async def test_a_token_that_was_taken_away_is_refused_as_asked_for(sandbox: Sandbox, slack: AsyncWebClient):
    sandbox.uninstall(refusal="token_revoked")

    with pytest.raises(SlackApiError, match="token_revoked"):
        await slack.auth_test()


async def test_an_app_that_is_installed_again_has_a_new_token_and_the_former_stays_dead(
    sandbox: Sandbox, slack: AsyncWebClient
):
    sandbox.uninstall()

    token = sandbox.install()

    assert token == sandbox.bot_token != slack.token
    assert (await client_of(sandbox).auth_test())["team_id"] == "T0RIVER"
    with pytest.raises(SlackApiError, match="account_inactive"):
        await slack.auth_test()


async def test_people_can_not_use_an_app_that_is_not_installed(
    sandbox: Sandbox, app: AsyncApp, connect: Connect, amara: SandboxUser
):
    await connect(app)
    sandbox.uninstall()

    with pytest.raises(RefusedBySandbox, match="app_not_installed"):
        await amara.run_command("/tip")


async def test_the_app_is_taken_out_and_installed_over_http(sandbox: Sandbox, slack: AsyncWebClient):
    gone = await change(sandbox, {"installed": False, "first": "tokens_revoked", "refusal": "token_revoked"})
    assert gone["installed"] is False
    with pytest.raises(SlackApiError, match="token_revoked"):
        await slack.auth_test()

    back = await change(sandbox, {"installed": True})
    assert back == {"ok": True, "installed": True, "bot_token": sandbox.bot_token}


@pytest.mark.parametrize("body", [{}, {"installed": "no"}, {"installed": False, "first": "lunch"}])
async def test_what_is_no_such_change_is_refused_in_words(sandbox: Sandbox, body: dict[str, Any]):
    answer = await change(sandbox, body)

    assert answer["error"] == "invalid_request"
    assert "app_uninstalled" in answer["detail"]
