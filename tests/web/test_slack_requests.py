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

from bot.web.request_verifier import RefusalReason, RequestVerifier
from bot.web.server import MAX_BODY_BYTES, SLACK_EVENTS_PATH
from bot.web.slack_requests import SlackRequestHandler
from tests.builders import SetClock
from tests.web.test_request_verifier import NOW, SECRET, signed

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
def signatures() -> RequestVerifier:
    return RequestVerifier(SECRET, SetClock(NOW))


@pytest.fixture
async def client(app: AsyncApp, signatures: RequestVerifier) -> AsyncIterator[Client]:
    application = web.Application(client_max_size=MAX_BODY_BYTES)
    application.add_routes(SlackRequestHandler(app, signatures).routes)
    async with TestClient(TestServer(application)) as client:
        yield client


def command(text: str) -> bytes:
    return urlencode({"command": "/tip", "text": text, "team_id": "T1", "user_id": "U1"}).encode()


async def test_a_signed_command_reaches_its_handler_and_its_answer_slack(client: Client, seen: list[str]) -> None:
    body = command("two nurses")

    answer = await client.post(SLACK_EVENTS_PATH, data=body, headers={"Content-Type": FORM, **signed(body)})

    assert (answer.status, await answer.text()) == (200, "A tip")
    assert seen == ["two nurses"]


async def test_a_signed_event_is_acknowledged(client: Client, seen: list[str]) -> None:
    body = json.dumps(
        {"type": "event_callback", "team_id": "T1", "event": {"type": "app_home_opened", "user": "U1"}}
    ).encode()

    answer = await client.post(
        SLACK_EVENTS_PATH, data=body, headers={"Content-Type": "application/json", **signed(body)}
    )

    assert answer.status == 200


async def test_slacks_challenge_is_given_back(client: Client) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"}).encode()

    answer = await client.post(
        SLACK_EVENTS_PATH, data=body, headers={"Content-Type": "application/json", **signed(body)}
    )

    assert (answer.status, await answer.json()) == (200, {"challenge": "3eZbrw1a"})


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({}, RefusalReason.UNSIGNED),
        (signed(command("two nurses"), secret="guessed"), RefusalReason.FORGED),
        (signed(command("another text")), RefusalReason.FORGED),
        (signed(command("two nurses"), seconds=-301), RefusalReason.OLD),
    ],
    ids=["unsigned", "forged", "altered", "old"],
)
async def test_what_slack_did_not_just_sign_reaches_no_handler_and_is_counted(
    client: Client, signatures: RequestVerifier, seen: list[str], headers: dict[str, str], why: RefusalReason
) -> None:
    answer = await client.post(SLACK_EVENTS_PATH, data=command("two nurses"), headers={"Content-Type": FORM, **headers})

    assert answer.status == 401
    assert seen == []
    assert +signatures.refused == {why: 1}


async def test_a_body_over_a_megabyte_is_refused_and_counted(
    client: Client, signatures: RequestVerifier, seen: list[str]
) -> None:
    body = command("x" * MAX_BODY_BYTES)

    answer = await client.post(SLACK_EVENTS_PATH, data=body, headers={"Content-Type": FORM, **signed(body)})

    assert answer.status == 413
    assert seen == []
    assert +signatures.refused == {RefusalReason.TOO_LARGE: 1}


DEEP = b'{"event":' * 10_000 + b"1" + b"}" * 10_000


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"{", id="half of an object"),
        pytest.param(b"[1, 2]", id="a list"),
        pytest.param(b"null", id="nothing"),
        pytest.param(DEEP, id="10,000 levels"),
        pytest.param(b'{"type": "event_callback"}', id="no event"),
        pytest.param(b'{"type": "event_callback", "event": {}}', id="an empty event"),
        pytest.param(b'{"type": "event_callback", "event": "message"}', id="an event that is a text"),
        pytest.param(b'{"type": "block_actions", "actions": []}', id="no action"),
        pytest.param(b'{"type": "block_actions", "actions": ["tip"]}', id="an action that is a text"),
        pytest.param(b'{"type": "view_submission", "view": null}', id="no view"),
        pytest.param(b'{"type": "view_submission", "view": {"id": "V1"}, "user": 7}', id="a user that is a number"),
        pytest.param(b'{"type": ["block_actions"], "team": ["T1"]}', id="a team that is a list"),
    ],
)
@pytest.mark.parametrize("form", [False, True], ids=["JSON", "form"])
async def test_what_is_signed_and_not_slacks_is_refused_and_counted(
    client: Client, signatures: RequestVerifier, caplog: pytest.LogCaptureFixture, body: bytes, form: bool
) -> None:
    sent = urlencode({"payload": body}).encode() if form else body
    content_type = FORM if form else "application/json"

    answer = await client.post(SLACK_EVENTS_PATH, data=sent, headers={"Content-Type": content_type, **signed(sent)})

    assert answer.status == 400
    assert +signatures.refused == {RefusalReason.UNREADABLE: 1}
    assert caplog.records == []


async def test_slack_may_look_at_the_certificate_and_nobody_else_gets_anything(client: Client) -> None:
    assert (await client.get(SLACK_EVENTS_PATH, params={"ssl_check": "1"})).status == 200
    assert (await client.get(SLACK_EVENTS_PATH)).status == 405
    assert (await client.get("/")).status == 404
