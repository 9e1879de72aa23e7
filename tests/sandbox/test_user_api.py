"""The person-facing API: what the page and `SandboxUser` rely on."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import RefusedBySandbox, Sandbox, SandboxUser
from tests.sandbox.builders import actions, asked, button, manifest, modal, plain
from tests.sandbox.conftest import Start
from tests.waits import LONGEST


async def get(sandbox: Sandbox, path: str) -> tuple[int, object]:
    async with aiohttp.ClientSession() as session, session.get(f"{sandbox.url}/sandbox{path}") as reply:
        return reply.status, await reply.json()


async def test_state_names_the_team_the_app_and_everyone(sandbox: Sandbox):
    _, state = await get(sandbox, "/state")

    assert isinstance(state, dict)
    assert state["team"] == {"id": "T0RIVER", "name": "Riverside Health", "domain": "riverside"}
    assert state["app"] == {"id": "A0ROUNDS", "name": "Rounds", "bot_user_id": "U0ROUNDS", "bot_name": "Rounds"}
    assert [person["id"] for person in state["people"]] == [
        *("U0AMARA", "U0JONAS", "U0PRIYA", "U0TOMAS", "U0MEI", "U0LENA", "U0SAM"),
        "U0RUTH",
    ]
    assert state["commands"][0] == {"command": "/tip", "description": "A tip", "usage_hint": "[skill]"}
    assert state["commands"][-1]["command"] == "/invite"


async def names_of_channels(sandbox: Sandbox, whose: str = "") -> list[str]:
    _, state = await get(sandbox, f"{whose}/state")
    assert isinstance(state, dict)
    return [channel["name"] for channel in state["channels"]]


async def test_a_private_channel_is_shown_to_its_members_alone(sandbox: Sandbox):
    assert await names_of_channels(sandbox) == ["general", "ward-managers"]
    assert await names_of_channels(sandbox, "/people/U0AMARA") == ["general", "ward-managers"]
    assert await names_of_channels(sandbox, "/people/U0PRIYA") == ["general", "ward-managers", "leads"]


async def test_a_private_channel_can_be_chosen_and_named_by_its_members_alone(
    sandbox: Sandbox, slack: AsyncWebClient, amara: SandboxUser, priya: SandboxUser
):
    menu = {"type": "conversations_select", "action_id": "where", "placeholder": plain("Where?")}
    await slack.chat_postMessage(channel="C0WARD", text="Where?", blocks=[actions(menu)])
    for person, refusal in ((amara, "no_such_option"), (priya, "no_app_connected")):
        await slack.views_open(trigger_id=sandbox.triggers.issue(person.user_id), view=modal(asked("where", menu)))
        with pytest.raises(RefusedBySandbox, match=refusal):
            await person.submit({"where": "G0LEADS"})
        with pytest.raises(RefusedBySandbox, match=refusal):
            await person.click("where", where="message", channel="C0WARD", selected="G0LEADS")

    await amara.send_message("#leads #general", "C0WARD")
    await priya.send_message("#leads #general", "C0WARD")

    *_, from_amara, from_priya = await amara.messages("C0WARD")
    assert from_amara["text"] == "#leads <#C0GENERAL|general>"
    assert from_priya["text"] == "<#G0LEADS|leads> <#C0GENERAL|general>"


def members_of_leads(sandbox: Sandbox) -> list[str]:
    return list(sandbox.workspace.channels["G0LEADS"].members)


async def test_invite_adds_the_app_to_the_channel_it_is_typed_in(sandbox: Sandbox, priya: SandboxUser):
    await priya.send_message("/invite @Rounds", "G0LEADS")

    assert members_of_leads(sandbox) == ["U0PRIYA", "U0TOMAS", "U0LENA", "U0ROUNDS"]
    (said,) = await priya.messages("G0LEADS")
    assert (said["user"], said["text"]) == ("U0ROUNDS", "<@U0ROUNDS> was added to <#G0LEADS|leads> by <@U0PRIYA>.")


async def test_invite_adds_everyone_or_nobody_and_says_why(sandbox: Sandbox, priya: SandboxUser):
    for text, channel, error in (
        ("/invite @Rounds", "dm", "not_in_a_channel"),
        ("/invite", "G0LEADS", "no_user"),
        ("/invite @jonas @nobody", "G0LEADS", "user_not_found"),
        ("/invite @jonas @ruth", "G0LEADS", "user_not_found"),
        ("/invite @jonas @tomas", "G0LEADS", "already_in_channel"),
    ):
        with pytest.raises(RefusedBySandbox) as refused:
            await priya.send_message(text, channel)
        assert refused.value.error == error
        assert refused.value.answer["detail"].endswith(".")
    assert members_of_leads(sandbox) == ["U0PRIYA", "U0TOMAS", "U0LENA"]
    await priya.run_command("/invite", "@jonas @Amara", channel="G0LEADS")
    assert members_of_leads(sandbox) == ["U0PRIYA", "U0TOMAS", "U0LENA", "U0JONAS", "U0AMARA"]


async def test_person_sees_their_own_channels_with_the_direct_message_first(amara: SandboxUser, slack: AsyncWebClient):
    await slack.chat_postMessage(channel="U0AMARA", text="One")
    await slack.chat_postMessage(channel="U0AMARA", text="Two")
    await amara.send_message("Mine is never unread", "C0GENERAL")

    assert await amara.channels() == [
        {"id": "D0AMARA", "name": None, "kind": "dm", "unread": 2},
        {"id": "C0GENERAL", "name": "general", "kind": "channel", "unread": 0},
        {"id": "C0WARD", "name": "ward-managers", "kind": "channel", "unread": 0},
    ]
    await amara.messages()
    assert (await amara.channels())[0]["unread"] == 0


async def test_message_shows_all_that_the_page_needs(amara: SandboxUser):
    ts = await amara.send_message("Hello *there*")

    assert await amara.messages() == [
        {
            "ts": ts,
            "user": "U0AMARA",
            "bot": False,
            "username": "Amara Osei",
            "text": "Hello *there*",
            "blocks": [],
            "ephemeral": False,
            "edited": False,
            "thread_ts": None,
            "reply_count": 0,
            "files": [],
            "subtype": None,
            "reactions": [],
        }
    ]


async def test_thread_hangs_below_its_message(amara: SandboxUser, slack: AsyncWebClient):
    posted = await slack.chat_postMessage(channel="C0WARD", text="Who takes Friday?")
    await amara.send_message("I do", "C0WARD", thread_ts=posted["ts"])

    (top,) = await amara.messages("C0WARD")
    thread = await amara.messages("C0WARD", thread_ts=posted["ts"])

    assert top["reply_count"] == 1
    assert [message["text"] for message in thread] == ["Who takes Friday?", "I do"]
    with pytest.raises(RefusedBySandbox, match="thread_not_found"):
        await amara.send_message("Too late", "C0WARD", thread_ts="1.000001")


async def test_refusals_are_a_name_and_a_sentence(sandbox: Sandbox, amara: SandboxUser):
    assert await get(sandbox, "/people/U0NOBODY/channels") == (
        404,
        {"ok": False, "error": "user_not_found", "detail": "There is nobody with this id in the workspace."},
    )
    status, answer = await get(sandbox, "/nowhere")
    assert (status, isinstance(answer, dict) and answer["error"]) == (404, "not_found")
    for call, error in (
        (amara.messages("G0LEADS"), "channel_not_found"),
        (amara.send_message("Hi", "C0NONE"), "channel_not_found"),
        (amara.send_message("   "), "no_text"),
        (amara.submit({}), "not_found"),
        (amara.change_profile(tz="Mars/Olympus"), "invalid_tz"),
        (amara.change_profile(status_text="w" * 101), "too_long"),
        (amara.change_profile(status_expiration="tomorrow"), "invalid_request"),
        (amara.invite("U0PRIYA", "C0WARD"), "already_in_channel"),
        (amara.invite("U0NOBODY", "C0WARD"), "user_not_found"),
    ):
        with pytest.raises(RefusedBySandbox) as refused:
            await call
        assert refused.value.error == error
        assert refused.value.answer["detail"].endswith(".")


async def test_request_that_is_no_json_or_lacks_a_part_is_refused(sandbox: Sandbox):
    async with aiohttp.ClientSession() as session:
        for path, body in (
            ("/messages", "{"),
            ("/messages", "[]"),
            ("/messages", '{"channel": "dm"}'),
            ("/actions", '{"container": "elsewhere"}'),
            ("/files", "{}"),
        ):
            async with session.post(f"{sandbox.url}/sandbox/people/U0AMARA{path}", data=body) as reply:
                assert (await reply.json())["error"] == "invalid_request"


async def test_person_who_left_can_do_nothing_but_come_back(sandbox: Sandbox):
    async with SandboxUser(sandbox.url, "U0RUTH", LONGEST) as ruth:
        with pytest.raises(RefusedBySandbox, match="account_inactive"):
            await ruth.send_message("Hello?")
        await ruth.change_profile(deleted=False)
        assert await ruth.send_message("Hello!")


async def test_another_persons_modal_cannot_be_submitted(sandbox: Sandbox, slack: AsyncWebClient, priya: SandboxUser):
    view = (await slack.views_open(trigger_id=sandbox.triggers.issue("U0AMARA"), view=MODAL))["view"]

    async with aiohttp.ClientSession() as session:
        url = f"{sandbox.url}/sandbox/people/U0PRIYA/views/{view['id']}/submit"
        async with session.post(url, json={"values": {}}) as reply:
            assert (await reply.json())["error"] == "not_found"
    assert await priya.modal() is None


MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "A modal"},
    "blocks": [{"type": "divider"}],
}


async def test_stream_tells_what_changed(sandbox: Sandbox, slack: AsyncWebClient):
    notices: list[dict[str, Any]] = []
    address = f"{sandbox.url}/sandbox/people/U0AMARA/stream"
    async with aiohttp.ClientSession() as session, session.get(address) as stream:
        assert stream.content_type == "text/event-stream"
        assert await stream.content.readline() == b": still here\n"
        posted = await slack.chat_postMessage(channel="U0AMARA", text="One")
        await slack.chat_postMessage(channel="U0PRIYA", text="Not for Amara")
        await slack.chat_update(channel="D0AMARA", ts=posted["ts"], text="Two")
        view = (await slack.views_open(trigger_id=sandbox.triggers.issue("U0AMARA"), view=MODAL))["view"]
        await slack.chat_delete(channel="D0AMARA", ts=posted["ts"])
        while len(notices) < 4:
            line = await asyncio.wait_for(stream.content.readline(), LONGEST)
            notices += [json.loads(line.removeprefix(b"data: "))] if line.startswith(b"data: ") else []

    at = {"channel": "D0AMARA", "ts": posted["ts"]}
    assert notices == [
        {"kind": "message", **at},
        {"kind": "message_changed", **at},
        {"kind": "view_opened", "view_id": view["id"]},
        {"kind": "message_deleted", **at},
    ]


async def test_record_keeps_calls_and_every_message(sandbox: Sandbox, slack: AsyncWebClient):
    posted = await slack.chat_postMessage(channel="U0AMARA", text="Hi")
    await slack.chat_delete(channel="D0AMARA", ts=posted["ts"])

    _, record = await get(sandbox, "/record")

    assert isinstance(record, dict)
    assert [(call["method"], call["user"], call["ok"]) for call in record["calls"]] == [
        ("chat.postMessage", "U0AMARA", True),
        ("chat.delete", None, True),
    ]
    assert [(message["text"], message["deleted"]) for message in record["messages"]] == [("Hi", True)]


async def test_messages_tab_can_be_read_only(start: Start):
    declared = manifest(home={"messages_tab_enabled": True, "messages_tab_read_only_enabled": True})
    sandbox = await start(declared)
    async with SandboxUser(sandbox.url, "U0AMARA", LONGEST) as amara:
        with pytest.raises(RefusedBySandbox, match="messages_tab_read_only"):
            await amara.send_message("Hello")
        with pytest.raises(RefusedBySandbox, match="home_tab_disabled"):
            await amara.open_home()


async def test_app_without_interactivity_gets_no_presses(start: Start):
    declared = manifest()
    declared["settings"]["interactivity"]["is_enabled"] = False
    sandbox = await start(declared)
    slack = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url)
    await slack.chat_postMessage(channel="U0AMARA", text="Hi", blocks=[actions(button("go"))])
    async with SandboxUser(sandbox.url, "U0AMARA", LONGEST) as amara:
        with pytest.raises(RefusedBySandbox, match="interactivity_disabled"):
            await amara.click("go")


async def test_waiting_gives_up_when_nothing_comes(amara: SandboxUser):
    with pytest.raises(TimeoutError):
        await amara.wait_for_message(lambda message: True, timeout=0.05)
