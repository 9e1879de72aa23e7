"""Events over Bolt: handled once, acknowledged when they are handled, and otherwise sent again by Slack."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import select

from bot.delivery.calendar_fetcher import HttpCalendarFetcher
from bot.delivery.departures import Departures
from bot.delivery.roster_refresh import RosterReader
from bot.delivery.transactions import Transactions
from bot.domain.learner import Person
from bot.learning import deactivation, workspace_lifecycle
from bot.slack.error_handler import ErrorHandler
from bot.slack.events import EventRouter
from bot.slack.handler_context import HandlerContext
from bot.slack.replies import Replies
from bot.slack.routes import register
from bot.slack.turns import MAX_WAITING, STILL_BUSY, Turns
from bot.storage.once_only_events import DONE_RETENTION, HANDLING_TIMEOUT
from bot.storage.tables import LearnerState, SeenEvent
from tests.builders import NURSE, TEAM
from tests.engine_kinds import KINDS
from tests.slack.conftest import ScriptedSlack
from tests.waits import LONGEST, eventually
from tests.ward import Ward

BOT = "U0ROUNDS"
Make = Callable[[], AsyncApp]


async def authorize() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_user_id=BOT, bot_token="xoxb-test")


def event(kind: str, event_id: str = "Ev1", **more: Any) -> dict[str, Any]:
    return {"type": "event_callback", "team_id": TEAM, "event_id": event_id, "event": {"type": kind, **more}}


async def dispatch(app: AsyncApp, body: dict[str, Any]) -> BoltResponse:
    async with asyncio.timeout(LONGEST):
        return await app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))


async def handlers_end() -> None:
    """Send an event, and return when its handlers are done. Bolt answers sooner, at the acknowledgement."""
    for task in asyncio.all_tasks():
        if "run_ack_function" in getattr(task.get_coro(), "__name__", ""):
            await task


@pytest.fixture
def failing() -> list[Exception]:
    """The errors that the next calls of the handler raise."""
    return []


@pytest.fixture
def handled() -> list[str]:
    """The events that were handled."""
    return []


@pytest.fixture
def gate() -> asyncio.Event:
    """The handler waits for this. Set unless a test clears it."""
    event = asyncio.Event()
    event.set()
    return event


@pytest.fixture
def begun() -> asyncio.Event:
    """Set when the handler has started."""
    return asyncio.Event()


@pytest.fixture
def context(session: aiohttp.ClientSession, ward: Ward) -> HandlerContext:
    return HandlerContext(Transactions(ward.store), ward.library, ward.clock, lambda: None, session, KINDS)


@pytest.fixture
def app(
    client: AsyncWebClient,
    session: aiohttp.ClientSession,
    context: HandlerContext,
    failing: list[Exception],
    handled: list[str],
    gate: asyncio.Event,
    begun: asyncio.Event,
) -> AsyncApp:
    """An app with one handler."""

    async def handle(event: dict[str, Any], context: AsyncBoltContext) -> None:
        begun.set()
        await gate.wait()
        if failing:
            raise failing.pop()
        handled.append(f"{event['type']} of {context.team_id}")

    app = AsyncApp(client=client, authorize=authorize)
    app.error(ErrorHandler(Replies(session)).handle)
    events = EventRouter(app, context, Turns(LONGEST))
    events.route("app_home_opened", handle)
    events.route("message", handle)
    return app


async def test_an_event_is_acknowledged_when_it_was_handled_and_not_before(
    app: AsyncApp, handled: list[str], gate: asyncio.Event, begun: asyncio.Event
):
    gate.clear()
    answer = asyncio.create_task(dispatch(app, event("app_home_opened")))
    await begun.wait()
    assert (await dispatch(app, event("app_home_opened"))).status == 503, "by now an acknowledgement would be here too"
    assert not answer.done()

    gate.set()

    assert (await answer).status == 200
    assert handled == [f"app_home_opened of {TEAM}"]


async def test_an_event_is_in_progress_until_it_is_marked_as_done(
    app: AsyncApp, context: HandlerContext, gate: asyncio.Event, begun: asyncio.Event
):
    gate.clear()
    answer = asyncio.create_task(dispatch(app, event("app_home_opened")))
    await begun.wait()
    stopping = asyncio.create_task(context.requests_in_progress.wait_until_none())
    await asyncio.sleep(0)
    assert not stopping.done()

    gate.set()

    async with asyncio.timeout(LONGEST):
        await stopping
        assert (await answer).status == 200


async def test_a_flood_of_messages_runs_one_at_a_time_and_is_answered_once(
    app: AsyncApp, handled: list[str], gate: asyncio.Event, begun: asyncio.Event, slack: ScriptedSlack
):
    gate.clear()
    running = asyncio.create_task(dispatch(app, event("message", "Ev0", user=NURSE.user_id)))
    await begun.wait()
    waiting = [
        asyncio.create_task(dispatch(app, event("message", f"Ev{each}", user=NURSE.user_id)))
        for each in range(1, 1 + MAX_WAITING)
    ]
    await asyncio.sleep(0)

    too_many = await asyncio.gather(
        *(dispatch(app, event("message", f"Ev{each}", user=NURSE.user_id)) for each in range(10, 30))
    )

    gate.set()
    await asyncio.gather(running, *waiting)
    await handlers_end()
    assert {each.status for each in too_many} == {200}
    assert [each["text"] for each in slack.calls("chat.postMessage")] == [STILL_BUSY]
    assert len(handled) == 1 + MAX_WAITING


async def test_an_event_that_comes_again_while_it_is_handled_is_not_taken_for_another_request(
    app: AsyncApp, gate: asyncio.Event, begun: asyncio.Event, slack: ScriptedSlack
):
    gate.clear()
    first = asyncio.create_task(dispatch(app, event("message", user=NURSE.user_id)))
    await begun.wait()

    again = [(await dispatch(app, event("message", user=NURSE.user_id))).status for _ in range(5)]

    gate.set()
    await first
    assert again == [503] * 5
    assert slack.calls("chat.postMessage") == []


async def test_an_event_that_comes_again_is_acknowledged_and_left(app: AsyncApp, handled: list[str]):
    for _ in range(3):
        assert (await dispatch(app, event("app_home_opened"))).status == 200

    assert len(handled) == 1


async def test_an_event_being_handled_is_not_acknowledged_and_slack_sends_it_again(
    app: AsyncApp, handled: list[str], gate: asyncio.Event, begun: asyncio.Event
):
    gate.clear()
    first = asyncio.create_task(dispatch(app, event("app_home_opened")))
    await begun.wait()

    second = await dispatch(app, event("app_home_opened"))

    gate.set()
    assert (second.status, (await first).status, len(handled)) == (503, 200, 1)


async def test_an_event_whose_handling_failed_is_not_acknowledged_and_handled_when_it_comes_again(
    app: AsyncApp, handled: list[str], failing: list[Exception]
):
    failing.append(ValueError("a defect"))

    statuses = [(await dispatch(app, event("app_home_opened"))).status for _ in range(2)]

    assert statuses == [500, 200]
    assert len(handled) == 1


async def test_someone_who_waits_for_an_answer_learns_of_a_failure_once(
    app: AsyncApp, slack: ScriptedSlack, failing: list[Exception]
):
    failing.append(ValueError("a defect"))

    answer = await dispatch(app, event("message", user=NURSE.user_id, channel="D1", text="hello"))

    await handlers_end()
    assert answer.status == 200  # Slack must not send it again, as the person was told to try again
    assert len(slack.calls("chat.postMessage")) == 1


async def test_an_event_that_takes_minutes_is_not_handled_a_second_time_meanwhile(
    client: AsyncWebClient, context: HandlerContext, ward: Ward
):
    begun, gate, handled = asyncio.Event(), asyncio.Event(), []

    async def slow() -> None:
        handled.append("once")
        begun.set()
        await gate.wait()

    app = AsyncApp(client=client, authorize=authorize)
    EventRouter(app, context, Turns(), renewal_seconds=0.01).route("app_home_opened", slow)
    first = asyncio.create_task(dispatch(app, event("app_home_opened")))
    await begun.wait()
    for _ in range(3):
        ward.clock.advance(seconds=HANDLING_TIMEOUT.total_seconds() - 1)
        await eventually(lambda: claimed_until(ward) > ward.clock() + HANDLING_TIMEOUT - timedelta(seconds=1))

    second = await dispatch(app, event("app_home_opened"))

    gate.set()
    assert (second.status, (await first).status, handled) == (503, 200, ["once"])


def claimed_until(ward: Ward) -> datetime:
    at = ward.run(lambda session: session.exec(select(SeenEvent.at)).one())
    return at + DONE_RETENTION


@pytest.fixture
def rounds(client: AsyncWebClient, session: aiohttp.ClientSession, ward: Ward, installed: list[bool]) -> AsyncApp:
    """The whole app, with a Slack that says whether it accepts the token."""

    async def is_installed(team_id: str) -> bool:
        return installed[0]

    transactions = Transactions(ward.store)
    context = HandlerContext(transactions, ward.library, ward.clock, lambda: None, session, KINDS)
    app = AsyncApp(client=client, authorize=authorize)
    register(app, context, Departures(transactions, ward.clock, is_installed), RosterReader(HttpCalendarFetcher()))
    return app


@pytest.fixture
def installed() -> list[bool]:
    return [False]


def has_left(ward: Ward) -> bool:
    return bool(ward.run(workspace_lifecycle.list_departed_workspaces, ward.clock()))


GOODBYE = event("app_uninstalled")
REVOKED = event("tokens_revoked", "Ev2", tokens={"oauth": ["U0NURSE"], "bot": [BOT]})


@pytest.mark.parametrize("bodies", [[GOODBYE, REVOKED], [REVOKED, GOODBYE], [GOODBYE], [REVOKED]])
async def test_either_event_or_both_in_any_order_mean_that_the_workspace_left(
    rounds: AsyncApp, ward: Ward, bodies: list[dict[str, Any]]
):
    ward.enrol(NURSE)

    answers = [(await dispatch(rounds, body)).status for body in bodies]

    assert set(answers) == {200}
    assert has_left(ward)


@pytest.mark.parametrize("tokens", [{"oauth": [BOT]}, {"oauth": ["U0NURSE"], "bot": []}, {"bot": ["U0OTHER"]}, {}])
async def test_a_persons_own_revoked_token_says_nothing_about_the_bot(
    rounds: AsyncApp, ward: Ward, tokens: dict[str, Any]
):
    await dispatch(rounds, event("tokens_revoked", tokens=tokens))

    assert not has_left(ward)


async def test_an_event_that_comes_late_when_rounds_is_installed_again_changes_nothing(
    rounds: AsyncApp, ward: Ward, installed: list[bool]
):
    installed[0] = True

    await dispatch(rounds, GOODBYE)

    assert not has_left(ward)


async def test_a_workspace_that_left_gets_no_answer_until_it_is_back(
    rounds: AsyncApp, ward: Ward, slack: ScriptedSlack
):
    await dispatch(rounds, GOODBYE)
    command = {"command": "/rounds", "text": "help", "team_id": TEAM, "user_id": NURSE.user_id, "channel_id": "C1"}

    silent = await dispatch(rounds, command)
    ward.run(workspace_lifecycle.register_workspace, TEAM, None, "Hospital", BOT, ward.clock())
    spoken = await dispatch(rounds, command)

    assert (silent.status, silent.body) == (200, "")
    assert "What I can do" in spoken.body


def changed(event_id: str, **user: Any) -> dict[str, Any]:
    return event("user_change", event_id, user={"id": NURSE.user_id, "tz": "Europe/London", **user})


async def test_a_deactivated_person_stops_and_a_reactivated_one_is_paused(rounds: AsyncApp, ward: Ward):
    ward.enrol(NURSE)

    await dispatch(rounds, changed("Ev1", deleted=True))
    gone = ward.find(NURSE).state
    await dispatch(rounds, changed("Ev2", deleted=False))

    assert (gone, ward.find(NURSE).state) == (LearnerState.LEFT, LearnerState.PAUSED)


async def test_other_changes_and_other_people_change_nothing(rounds: AsyncApp, ward: Ward):
    ward.enrol(NURSE)
    stranger = event("user_change", "Ev2", user={"id": "U0STRANGER", "deleted": True})

    answers = [(await dispatch(rounds, body)).status for body in (changed("Ev1", deleted=False), stranger)]

    assert answers == [200, 200]
    assert ward.find(NURSE).state is LearnerState.ACTIVE
    assert ward.run(deactivation.find_whether_gone, Person(TEAM, "U0STRANGER")) is None
    kept = ward.run(lambda session: set(session.exec(select(SeenEvent.event_id))))
    assert kept == {"Ev1"}
