"""Socket Mode, with slack_sdk's own aiohttp client at the other end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import aiohttp
import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import RefusedBySandbox, Sandbox, SandboxUser
from tests.sandbox.builders import manifest, without
from tests.sandbox.conftest import Clock, Start, client_of
from tests.sandbox.test_chat import error_of
from tests.waits import LONGEST


class App:
    """An app that notes every envelope, and acknowledges those it is told to."""

    def __init__(self, sandbox: Sandbox, *, ignores: int = 0) -> None:
        self.client = SocketModeClient(sandbox.app_token, web_client=client_of(sandbox), ping_interval=0.05)
        self.client.socket_mode_request_listeners.append(self._listen)
        self.got: asyncio.Queue[SocketModeRequest] = asyncio.Queue()
        self._ignores = ignores

    async def next(self) -> SocketModeRequest:
        return await asyncio.wait_for(self.got.get(), LONGEST)

    async def _listen(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        self.got.put_nowait(request)
        if self._ignores:
            self._ignores -= 1
        else:
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id))


@pytest.fixture
async def apps() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def connected(sandbox: Sandbox, apps: AsyncExitStack, *, ignores: int = 0) -> App:
    app = App(sandbox, ignores=ignores)
    apps.push_async_callback(app.client.close)
    await app.client.connect()
    await asyncio.wait_for(sandbox.sockets.wait_for_connections(), LONGEST)
    return app


async def test_connection_begins_with_hello(sandbox: Sandbox, slack: AsyncWebClient):
    url = (await slack.apps_connections_open(app_token=sandbox.app_token))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        hello = await socket.receive_json()

    assert (hello["type"], hello["num_connections"]) == ("hello", 1)
    assert hello["connection_info"] == {"app_id": "A0ROUNDS"}


async def test_ticket_opens_one_connection_only(sandbox: Sandbox, slack: AsyncWebClient):
    url = (await slack.apps_connections_open(app_token=sandbox.app_token))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url):
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_app_without_socket_mode_gets_no_address(start: Start):
    declared = manifest()
    declared["settings"]["socket_mode_enabled"] = False
    sandbox = await start(declared)

    refused = client_of(sandbox).apps_connections_open(app_token=sandbox.app_token)

    assert await error_of(refused) == "socket_mode_not_enabled"


async def test_event_is_shaped_as_slack_shapes_it(sandbox: Sandbox, apps: AsyncExitStack, amara: SandboxUser):
    app = await connected(sandbox, apps)

    ts = await amara.send_message("Hello & <good> morning")

    request = await app.next()
    event = request.payload["event"]
    assert (request.type, request.payload["type"], request.retry_attempt) == ("events_api", "event_callback", 0)
    assert request.payload["authorizations"][0]["user_id"] == "U0ROUNDS"
    assert (event["type"], event["channel_type"], event["channel"]) == ("message", "im", "D0AMARA")
    assert (event["user"], event["ts"], event["event_ts"]) == ("U0AMARA", ts, ts)
    assert event["text"] == "Hello &amp; &lt;good&gt; morning"


@pytest.mark.parametrize("ack_seconds", [0.05])
async def test_unacknowledged_event_comes_again_under_the_same_id(
    sandbox: Sandbox, apps: AsyncExitStack, amara: SandboxUser
):
    app = await connected(sandbox, apps, ignores=2)

    await amara.send_message("Hello")

    requests = [await app.next() for _ in range(3)]
    assert [request.retry_attempt for request in requests] == [0, 1, 2]
    assert [request.retry_reason for request in requests] == ["", "timeout", "timeout"]
    assert len({request.payload["event_id"] for request in requests}) == 1


async def test_event_is_given_up_after_three_retries(start: Start, apps: AsyncExitStack):
    sandbox = await start(ack_seconds=0.02)
    app = await connected(sandbox, apps, ignores=4)
    async with SandboxUser(sandbox.url, "U0AMARA", LONGEST) as amara:
        await amara.send_message("First")
        attempts = [(await app.next()).retry_attempt for _ in range(4)]
        await amara.send_message("Second")

    assert attempts == [0, 1, 2, 3]
    assert (await app.next()).payload["event"]["text"] == "Second"


async def test_event_waits_for_an_app_that_is_about_to_connect(start: Start, apps: AsyncExitStack):
    sandbox = await start(retry_delays=(0.3,) * 10)
    async with SandboxUser(sandbox.url, "U0AMARA", LONGEST) as amara:
        await amara.send_message("Anyone?")
        app = await connected(sandbox, apps)

    assert (await app.next()).retry_reason == "connection_failed"


async def test_events_without_subscription_or_scope_are_not_sent(start: Start, apps: AsyncExitStack):
    sandbox = await start(manifest(scopes=without("im:history"), events=("message.im", "app_home_opened")))
    app = await connected(sandbox, apps)
    async with SandboxUser(sandbox.url, "U0AMARA", LONGEST) as amara:
        await amara.send_message("Not for the app")
        await amara.change_profile(tz="Europe/London")
        await amara.open_home()

    assert (await app.next()).payload["event"]["type"] == "app_home_opened"


async def test_bots_own_messages_and_edits_come_as_events_too(
    sandbox: Sandbox, apps: AsyncExitStack, slack: AsyncWebClient
):
    app = await connected(sandbox, apps)
    posted = await slack.chat_postMessage(channel="U0AMARA", text="A")
    await slack.chat_update(channel="D0AMARA", ts=posted["ts"], text="B")
    await slack.chat_delete(channel="D0AMARA", ts=posted["ts"])

    new, changed, deleted = [(await app.next()).payload["event"] for _ in range(3)]

    assert (new["bot_id"], new["app_id"], new.get("subtype")) == ("B0ROUNDS", "A0ROUNDS", None)
    assert (changed["subtype"], changed["message"]["text"]) == ("message_changed", "B")
    assert changed["previous_message"]["text"] == "A"
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", posted["ts"])
    assert new["ts"] < changed["event_ts"] < deleted["event_ts"]


async def test_channel_messages_reach_the_app_where_it_is_a_member(
    sandbox: Sandbox, apps: AsyncExitStack, amara: SandboxUser
):
    app = await connected(sandbox, apps)
    await amara.send_message("Hidden from the bot", "C0GENERAL")
    await amara.send_message("Thanks @Rounds", "C0WARD")

    events = [(await app.next()).payload["event"] for _ in range(2)]

    assert {event["type"] for event in events} == {"message", "app_mention"}
    assert {event["text"] for event in events} == {"Thanks <@U0ROUNDS>"}


async def test_profile_change_and_invitation_reach_the_app(sandbox: Sandbox, apps: AsyncExitStack, priya: SandboxUser):
    app = await connected(sandbox, apps)

    await priya.change_profile(tz="Europe/Berlin", status_text="Away")
    changed = (await app.next()).payload["event"]
    await priya.invite("U0ROUNDS", "G0LEADS")
    joined = (await app.next()).payload["event"]

    assert (changed["type"], changed["user"]["tz"], changed["user"]["profile"]["status_text"]) == (
        "user_change",
        "Europe/Berlin",
        "Away",
    )
    assert (joined["type"], joined["channel"], joined["inviter"]) == ("member_joined_channel", "G0LEADS", "U0PRIYA")


async def test_a_status_is_kept_as_slack_keeps_it_and_cleared_when_it_ends(
    sandbox: Sandbox, apps: AsyncExitStack, priya: SandboxUser, clock: Clock
):
    app = await connected(sandbox, apps)

    async def shown() -> tuple[str, str, int]:
        profile = (await app.next()).payload["event"]["user"]["profile"]
        return profile["status_emoji"], profile["status_text"], profile["status_expiration"]

    await priya.change_profile(status_text="On the roof", status_expiration=int(clock()) + 60)
    assert await shown() == (":speech_balloon:", "On the roof", int(clock()) + 60)
    ends = int(clock()) + 3600
    await priya.change_profile(status_text="Vacationing", status_emoji=":palm_tree:", status_expiration=ends)
    assert await shown() == (":palm_tree:", "Vacationing", ends)
    clock.advance(3600)
    assert await shown() == ("", "", 0)
    await priya.change_profile(status_expiration=ends + 9999)
    assert await shown() == ("", "", 0)


async def test_payloads_are_shared_out_among_connections(sandbox: Sandbox, apps: AsyncExitStack, amara: SandboxUser):
    first, second = await connected(sandbox, apps), await connected(sandbox, apps)
    await asyncio.wait_for(sandbox.sockets.wait_for_connections(2), LONGEST)

    for number in range(4):
        await amara.send_message(f"{number}")
    texts = {app: [(await app.next()).payload["event"]["text"] for _ in range(2)] for app in (first, second)}

    assert sorted(texts[first] + texts[second]) == ["0", "1", "2", "3"]


async def test_eleventh_connection_is_turned_away(sandbox: Sandbox, slack: AsyncWebClient):
    async with aiohttp.ClientSession() as session:
        sockets = []
        for _ in range(11):
            url = (await slack.apps_connections_open(app_token=sandbox.app_token))["url"]
            sockets.append(await session.ws_connect(url))
        answers = [await socket.receive_json() for socket in sockets]

    assert [answer["type"] for answer in answers] == ["hello"] * 10 + ["disconnect"]
    assert answers[-1]["reason"] == "too_many_websockets"


async def test_app_comes_back_after_it_is_asked_to_reconnect(
    sandbox: Sandbox, apps: AsyncExitStack, amara: SandboxUser
):
    app = await connected(sandbox, apps)
    before = app.client.wss_uri

    await sandbox.sockets.request_reconnect()
    await amara.wait_until(lambda: changed(app, before))
    await amara.send_message("Still there?")

    assert (await app.next()).payload["event"]["text"] == "Still there?"


async def changed(app: App, before: str | None) -> bool:
    return app.client.wss_uri != before and await app.client.is_connected()


async def test_app_comes_back_after_its_sockets_are_cut_off(sandbox: Sandbox, apps: AsyncExitStack, amara: SandboxUser):
    app = await connected(sandbox, apps)
    before = app.client.wss_uri

    sandbox.sockets.drop_connections()
    await amara.wait_until(lambda: changed(app, before))
    await asyncio.wait_for(sandbox.sockets.wait_for_connections(), LONGEST)
    await amara.send_message("Still there?")

    assert (await app.next()).payload["event"]["text"] == "Still there?"


async def test_acknowledgements_that_make_no_sense_are_passed_over(
    sandbox: Sandbox, slack: AsyncWebClient, amara: SandboxUser
):
    url = (await slack.apps_connections_open(app_token=sandbox.app_token))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        for nonsense in ("{", "[]", '{"envelope_id": "unknown"}'):
            await socket.send_str(nonsense)
        used = asyncio.create_task(amara.run_command("/tip"))
        await socket.send_json({"envelope_id": (await socket.receive_json())["envelope_id"]})

        await used


async def test_command_without_an_app_says_so(amara: SandboxUser):
    with pytest.raises(RefusedBySandbox, match="The app isn't connected") as refused:
        await amara.run_command("/tip")

    (message,) = await amara.messages()
    assert refused.value.error == "no_app_connected"
    assert (message["username"], message["ephemeral"]) == ("Slackbot", True)
    assert message["text"] == '/tip failed with the error "dispatch_failed"'


async def test_command_that_is_not_acknowledged_fails_as_at_slack(start: Start, apps: AsyncExitStack):
    sandbox = await start(ack_seconds=0.02)
    await connected(sandbox, apps, ignores=1)
    async with SandboxUser(sandbox.url, "U0AMARA", LONGEST) as amara:
        with pytest.raises(RefusedBySandbox) as refused:
            await amara.run_command("/tip")

        (message,) = await amara.messages()

    assert refused.value.error == "operation_timeout"
    assert message["text"] == '/tip failed with the error "operation_timeout"'


async def test_command_is_over_when_its_connection_breaks(start: Start, slack: AsyncWebClient):
    sandbox = await start(ack_seconds=60)
    url = (await client_of(sandbox).apps_connections_open(app_token=sandbox.app_token))["url"]
    async with aiohttp.ClientSession() as session, SandboxUser(sandbox.url, "U0AMARA", LONGEST) as amara:
        socket = await session.ws_connect(url)
        await socket.receive_json()
        used = asyncio.create_task(amara.run_command("/tip"))
        await socket.receive_json()
        await socket.close()

        with pytest.raises(RefusedBySandbox, match="operation_timeout"):
            await used
