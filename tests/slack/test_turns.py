"""One request of a person runs at a time; a few wait, more are told so, and nobody waits for another person."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.error_handler import ErrorHandler
from bot.slack.replies import Replies
from bot.slack.request_router import RequestRouter
from bot.slack.requests_in_progress import RequestsInProgress
from bot.slack.turns import MAX_WAITING, STILL_BUSY, Turns
from tests.builders import CLERK, NURSE, TEAM
from tests.slack.conftest import ScriptedSlack
from tests.waits import LONGEST, eventually


class Slow:
    """Handlers that wait for their gate, and note what runs."""

    def __init__(self) -> None:
        self.running: list[str] = []
        self.most = 0
        self.done: list[str] = []
        self.gate = asyncio.Event()
        self.after_ack = asyncio.Event()

    async def command(self, ack: AsyncAck, command: dict[str, Any]) -> None:
        self.running.append(command["text"])
        self.most = max(self.most, len(self.running))
        await self.gate.wait()
        self.running.remove(command["text"])
        self.done.append(command["text"])
        await ack(text=f"Answered {command['text']}")

    async def button(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        self.done.append(body["actions"][0]["value"])
        await self.after_ack.wait()

    async def modal(self, ack: AsyncAck) -> None:
        await ack()


@pytest.fixture
def turns() -> Turns:
    return Turns(LONGEST)


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def late_seconds() -> float:
    """When a command is acknowledged without its answer. Tests of that parametrize this."""
    return LONGEST


@pytest.fixture
def in_progress() -> RequestsInProgress:
    return RequestsInProgress()


@pytest.fixture
def app(
    client: AsyncWebClient,
    session: aiohttp.ClientSession,
    slow: Slow,
    turns: Turns,
    in_progress: RequestsInProgress,
    late_seconds: float,
) -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_user_id="U0ROUNDS", bot_token="xoxb-test")

    app = AsyncApp(client=client, authorize=authorize, request_verification_enabled=False)
    app.error(ErrorHandler(Replies(session)).handle)
    requests = RequestRouter(app, turns, Replies(session), in_progress, late_seconds)
    requests.command("/coach")(slow.command)
    requests.action("press")(slow.button)
    requests.view("form")(slow.modal)
    return app


async def dispatch(app: AsyncApp, body: dict[str, Any]) -> BoltResponse:
    async with asyncio.timeout(LONGEST):
        return await app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))


def typed(text: str, user_id: str = NURSE.user_id, **more: Any) -> dict[str, Any]:
    return {"command": "/coach", "text": text, "team_id": TEAM, "user_id": user_id, **more}


def pressed(value: str, **more: Any) -> dict[str, Any]:
    action = {"type": "button", "action_id": "press", "block_id": "b", "value": value}
    return {"type": "block_actions", "team": {"id": TEAM}, "user": {"id": NURSE.user_id}, "actions": [action], **more}


def submitted() -> dict[str, Any]:
    field = {"type": "input", "block_id": "b", "element": {"type": "plain_text_input", "multiline": True}}
    view = {"type": "modal", "callback_id": "form", "blocks": [field], "submit": {"text": "Save"}}
    return {"type": "view_submission", "team": {"id": TEAM}, "user": {"id": NURSE.user_id}, "view": view}


def said(answer: BoltResponse) -> str:
    return str(json.loads(answer.body)["text"]) if answer.body.startswith("{") else str(answer.body)


async def flood(app: AsyncApp, number: int, user_id: str = NURSE.user_id) -> list[asyncio.Task[BoltResponse]]:
    """Type so many commands at once; return when all but those that run or wait are answered."""
    tasks = [asyncio.create_task(dispatch(app, typed(str(each), user_id))) for each in range(number)]
    await eventually(lambda: sum(each.done() for each in tasks) == number - 1 - MAX_WAITING)
    return tasks


async def test_a_persons_requests_run_one_after_the_other_in_order(app: AsyncApp, slow: Slow) -> None:
    slow.gate.set()

    answers = await asyncio.gather(*(dispatch(app, typed(str(number))) for number in range(1 + MAX_WAITING)))

    assert [said(each) for each in answers] == [f"Answered {number}" for number in range(1 + MAX_WAITING)]
    assert (slow.most, slow.done) == (1, ["0", "1", "2"])


async def test_more_than_can_wait_are_answered_at_once_and_kindly(app: AsyncApp, slow: Slow) -> None:
    first = await flood(app, 60)

    refused = [each for each in first if each.done()]

    assert len(refused) == 60 - 1 - MAX_WAITING
    assert {said(each.result()) for each in refused} == {STILL_BUSY}
    slow.gate.set()
    await asyncio.gather(*first)
    assert len(slow.done) == 1 + MAX_WAITING


async def test_nobody_waits_for_another_person(app: AsyncApp, slow: Slow) -> None:
    crowd = await flood(app, 60)

    other = asyncio.create_task(dispatch(app, typed("mine", CLERK.user_id)))
    await eventually(lambda: "mine" in slow.running)

    slow.gate.set()
    assert said(await other) == "Answered mine"
    await asyncio.gather(*crowd)


@pytest.mark.parametrize("turns", [Turns(max_wait_seconds=0.01)])
async def test_who_waits_too_long_is_told_before_slack_gives_up(app: AsyncApp, slow: Slow) -> None:
    first = asyncio.create_task(dispatch(app, typed("first")))
    await eventually(lambda: slow.running)

    assert said(await dispatch(app, typed("second"))) == STILL_BUSY

    slow.gate.set()
    await first


async def test_the_next_request_runs_once_this_one_is_acknowledged(app: AsyncApp, slow: Slow) -> None:
    await dispatch(app, pressed("one"))
    await dispatch(app, pressed("two"))

    assert slow.done == ["one", "two"], "though both still update their messages"
    slow.after_ack.set()


@pytest.mark.parametrize("turns", [Turns(max_wait_seconds=0)])
async def test_a_button_says_so_once_and_a_modal_stays_open_with_its_words(
    app: AsyncApp, slow: Slow, slack: ScriptedSlack
) -> None:
    first = asyncio.create_task(dispatch(app, typed("first")))
    await eventually(lambda: slow.running)

    for _ in range(3):
        assert (await dispatch(app, pressed("again"))).status == 200
    kept = json.loads((await dispatch(app, submitted())).body)

    await eventually(lambda: slack.calls("chat.postMessage"))
    assert [each["text"] for each in slack.calls("chat.postMessage")] == [STILL_BUSY]
    assert kept["response_action"] == "errors"
    assert STILL_BUSY in kept["errors"]["b"]
    slow.gate.set()
    await first


async def test_a_request_is_in_progress_until_its_handler_ends_acknowledged_or_not(
    app: AsyncApp, slow: Slow, in_progress: RequestsInProgress
) -> None:
    await dispatch(app, pressed("one"))
    command = asyncio.create_task(dispatch(app, typed("two", "U0BEN")))
    await eventually(lambda: slow.running)
    stopping = asyncio.create_task(in_progress.wait_until_none())

    slow.gate.set()
    await command
    assert not stopping.done(), "the button's handler still updates its message"
    slow.after_ack.set()

    async with asyncio.timeout(LONGEST):
        await stopping


async def test_whoever_has_nothing_running_takes_no_memory(app: AsyncApp, slow: Slow, turns: Turns) -> None:
    slow.gate.set()

    await asyncio.gather(*(dispatch(app, typed("one", f"U{number}")) for number in range(20)))

    await eventually(lambda: len(turns) == 0)


@pytest.mark.parametrize("late_seconds", [0.1])
async def test_a_slow_command_is_acknowledged_in_time_and_answered_by_its_response_url(
    app: AsyncApp, slow: Slow, slack: ScriptedSlack
) -> None:
    acknowledged = await dispatch(app, typed("1", response_url=f"{slack.url}respond"))
    assert (acknowledged.status, acknowledged.body) == (200, "")
    assert slow.running == ["1"]

    slow.gate.set()

    await eventually(lambda: slack.calls("respond"))
    (answer,) = slack.calls("respond")
    assert (answer["text"], answer["response_type"]) == ("Answered 1", "ephemeral")


@pytest.mark.parametrize("late_seconds", [0.1])
async def test_an_error_of_a_slow_command_is_told_as_one_of_which_nothing_was_saved(
    app: AsyncApp, slow: Slow, slack: ScriptedSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slow, "running", Breaking())
    await dispatch(app, typed("1", response_url=f"{slack.url}respond"))

    slow.gate.set()

    await eventually(lambda: slack.calls("respond"))
    assert "isn't saved yet" in slack.calls("respond")[0]["text"]


class Breaking(list[str]):
    """Breaks the handler once its gate is open."""

    def remove(self, _value: str) -> None:
        raise RuntimeError
