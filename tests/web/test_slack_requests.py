"""The request URL, with a Bolt app behind it and HTTP in front."""

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.web.server import BODY_LIMIT, REQUEST_URL
from bot.web.signatures import Refusal, Signatures
from bot.web.slack_requests import SlackRequests
from tests.builders import SetClock
from tests.web.test_signatures import NOW, SECRET, signed

Client = TestClient[web.Request, web.Application]

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def seen() -> list[str]:
    """What reached a handler."""
    return []


@pytest.fixture
def app(seen: list[str]) -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_user_id="U0", bot_token="xoxb-1")

    app = AsyncApp(client=AsyncWebClient(), authorize=authorize, request_verification_enabled=False)

    @app.command("/tip")
    async def tip(ack: Any, command: dict[str, Any]) -> None:
        seen.append(command["text"])
        await ack(text="A tip")

    @app.event("app_home_opened")
    async def opened(event: dict[str, Any]) -> None:
        seen.append(event["type"])

    return app


@pytest.fixture
def signatures() -> Signatures:
    return Signatures(SECRET, SetClock(NOW))


@pytest.fixture
async def client(app: AsyncApp, signatures: Signatures) -> AsyncIterator[Client]:
    application = web.Application(client_max_size=BODY_LIMIT)
    application.add_routes(SlackRequests(app, signatures).routes)
    async with TestClient(TestServer(application)) as client:
        yield client


def command(text: str) -> bytes:
    return urlencode({"command": "/tip", "text": text, "team_id": "T1", "user_id": "U1"}).encode()


async def test_a_signed_command_reaches_its_handler_and_its_answer_slack(client: Client, seen: list[str]) -> None:
    body = command("two nurses")

    answer = await client.post(REQUEST_URL, data=body, headers={"Content-Type": FORM, **signed(body)})

    assert (answer.status, await answer.text()) == (200, "A tip")
    assert seen == ["two nurses"]


async def test_a_signed_event_is_acknowledged(client: Client, seen: list[str]) -> None:
    body = json.dumps(
        {"type": "event_callback", "team_id": "T1", "event": {"type": "app_home_opened", "user": "U1"}}
    ).encode()

    answer = await client.post(REQUEST_URL, data=body, headers={"Content-Type": "application/json", **signed(body)})

    assert answer.status == 200


async def test_slacks_challenge_is_given_back(client: Client) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"}).encode()

    answer = await client.post(REQUEST_URL, data=body, headers={"Content-Type": "application/json", **signed(body)})

    assert (answer.status, await answer.json()) == (200, {"challenge": "3eZbrw1a"})


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({}, Refusal.UNSIGNED),
        (signed(command("two nurses"), secret="guessed"), Refusal.FORGED),
        (signed(command("another text")), Refusal.FORGED),
        (signed(command("two nurses"), seconds=-301), Refusal.OLD),
    ],
    ids=["unsigned", "forged", "altered", "old"],
)
async def test_what_slack_did_not_just_sign_reaches_no_handler_and_is_counted(
    client: Client, signatures: Signatures, seen: list[str], headers: dict[str, str], why: Refusal
) -> None:
    answer = await client.post(REQUEST_URL, data=command("two nurses"), headers={"Content-Type": FORM, **headers})

    assert answer.status == 401
    assert seen == []
    assert +signatures.refused == {why: 1}


async def test_a_body_over_a_megabyte_is_refused_and_counted(
    client: Client, signatures: Signatures, seen: list[str]
) -> None:
    body = command("x" * BODY_LIMIT)

    answer = await client.post(REQUEST_URL, data=body, headers={"Content-Type": FORM, **signed(body)})

    assert answer.status == 413
    assert seen == []
    assert +signatures.refused == {Refusal.TOO_LARGE: 1}


async def test_slack_may_look_at_the_certificate_and_nobody_else_gets_anything(client: Client) -> None:
    assert (await client.get(REQUEST_URL, params={"ssl_check": "1"})).status == 200
    assert (await client.get(REQUEST_URL)).status == 405
    assert (await client.get("/")).status == 404
