"""HTTP in place of Socket Mode, with a Bolt app at the request URL that checks the signatures itself."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

from bot.sandbox import RefusedBySandbox, Sandbox, SandboxUser
from bot.sandbox.socket_mode import NotAcknowledged
from tests.sandbox.builders import actions, button, line, modal
from tests.sandbox.conftest import Clock, client_of

Json = dict[str, Any]
Serve = Callable[[AsyncApp], Awaitable[list[web.Request]]]


@pytest.fixture
def clock() -> Clock:
    """Now: Bolt looks at the real clock to see whether a request is fresh."""
    clock = Clock()
    clock.now = time.time()
    return clock


@pytest.fixture
def app(sandbox: Sandbox) -> AsyncApp:
    return AsyncApp(client=client_of(sandbox), signing_secret=sandbox.signing_secret)


@pytest.fixture
async def serve(sandbox: Sandbox) -> AsyncIterator[Serve]:
    """Puts a Bolt app at the sandbox's request URL; gives the requests that come."""
    async with AsyncExitStack() as stack:

        async def served(app: AsyncApp) -> list[web.Request]:
            requests: list[web.Request] = []

            async def receive(request: web.Request) -> web.Response:
                requests.append(request)
                return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

            application = web.Application()
            application.router.add_post("/slack/events", receive)
            server = await stack.enter_async_context(TestServer(application))
            sandbox.request_url.url = str(server.make_url("/slack/events"))
            return requests

        yield served


async def test_a_url_that_gives_the_challenge_back_is_verified(sandbox: Sandbox, app: AsyncApp, serve: Serve):
    await serve(app)

    await sandbox.request_url.verify()


async def test_a_url_that_does_not_is_refused(sandbox: Sandbox, serve: Serve, app: AsyncApp):
    await serve(AsyncApp(client=app.client, signing_secret="another"))

    with pytest.raises(NotAcknowledged, match="http_error"):
        await sandbox.request_url.verify()


async def test_a_command_is_a_signed_form_and_its_answer_comes_back(app: AsyncApp, serve: Serve, amara: SandboxUser):
    @app.command("/tip")
    async def tip(ack: Any, command: Json) -> None:
        await ack(f"You asked for {command['text']}")

    requests = await serve(app)
    await amara.run_command("/tip", "conflict + co")

    (message,) = await amara.messages()
    assert (message["text"], message["ephemeral"]) == ("You asked for conflict + co", True)
    assert requests[0].content_type == "application/x-www-form-urlencoded"


async def test_a_button_and_a_modal_work_as_over_socket_mode(app: AsyncApp, serve: Serve, amara: SandboxUser):
    @app.action("reflect")
    async def reflect(ack: Any, body: Json, client: Any) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=modal(line("words")))
        await ack()

    @app.view("form")
    async def keep(ack: Any) -> None:
        await ack(response_action="errors", errors={"words": "Write a little more."})

    await serve(app)
    await app.client.chat_postMessage(channel="U0AMARA", text="Your call", blocks=[actions(button("reflect"))])
    await amara.click("reflect")

    opened = await amara.wait_for_modal(lambda view: view["type"] == "modal")
    assert opened["callback_id"]


async def test_an_event_is_retried_with_the_number_and_the_reason(app: AsyncApp, serve: Serve, amara: SandboxUser):
    requests = await serve(app)  # no listener: Bolt answers 404

    await amara.open_home()
    await amara.wait_until(lambda: _count(requests, 4))

    numbers = [request.headers.get("X-Slack-Retry-Num") for request in requests]
    assert numbers == [None, "1", "2", "3"]
    assert requests[1].headers["X-Slack-Retry-Reason"] == "http_error"


async def _count(requests: list[web.Request], number: int) -> bool:
    return len(requests) >= number


@pytest.mark.parametrize("ack_seconds", [0.2])
async def test_an_app_that_does_not_answer_in_time_is_told_apart_from_one_that_is_not_there(
    sandbox: Sandbox, app: AsyncApp, serve: Serve, amara: SandboxUser
):
    @app.command("/tip")
    async def tip(ack: Any) -> None:
        await asyncio.sleep(0.5)
        await ack()

    await serve(app)
    with pytest.raises(RefusedBySandbox) as late:
        await amara.run_command("/tip")
    sandbox.request_url.url = "http://127.0.0.1:9/slack/events"
    with pytest.raises(RefusedBySandbox) as gone:
        await amara.run_command("/tip")

    assert late.value.error == "operation_timeout"
    assert gone.value.error in {"no_app_connected", "dispatch_failed"}


@pytest.mark.parametrize("address", ["http://example.org/slack/events", "https://127.0.0.1/", "http://10.0.0.1/"])
async def test_nothing_is_ever_sent_to_another_machine(sandbox: Sandbox, address: str):
    with pytest.raises(ValueError, match="only to this machine"):
        sandbox.request_url.url = address
