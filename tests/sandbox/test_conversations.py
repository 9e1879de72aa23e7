"""conversations.*, users.* and who the app is, as slack_sdk's own client sees them."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox, SandboxUser
from tests.sandbox.builders import manifest, without
from tests.sandbox.conftest import Clock, Start, client_of
from tests.sandbox.test_chat import METADATA, error_of


async def post(slack: AsyncWebClient, *texts: str, **fields: Any) -> list[str]:
    return [(await slack.chat_postMessage(channel="U0AMARA", text=text, **fields))["ts"] for text in texts]


async def test_token_tells_whose_it_is(slack: AsyncWebClient):
    answer = await slack.auth_test()

    assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == ("T0RIVER", "U0ROUNDS", "B0ROUNDS")
    assert answer.headers["x-slack-req-id"]
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


async def test_calls_without_the_right_token_are_refused(sandbox: Sandbox, slack: AsyncWebClient):
    async with aiohttp.ClientSession() as session, session.post(f"{sandbox.api_url}auth.test") as reply:
        assert (await reply.json())["error"] == "not_authed"
    assert await error_of(AsyncWebClient(token="xoxb-other", base_url=sandbox.api_url).auth_test()) == "invalid_auth"
    assert await error_of(slack.apps_connections_open(app_token=sandbox.bot_token)) == "not_allowed_token_type"
    assert await error_of(slack.auth_test(token=sandbox.app_token)) == "not_allowed_token_type"


async def test_unknown_method_and_unreadable_body_are_named(sandbox: Sandbox, slack: AsyncWebClient):
    assert await error_of(slack.chat_scheduleMessage(channel="U0AMARA", post_at=1, text="Hi")) == "unknown_method"
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {sandbox.bot_token}"}) as session:
        for body, error in (("{", "invalid_json"), ("[]", "json_not_object")):
            sent = session.post(f"{sandbox.api_url}auth.test", data=body, headers={"Content-Type": "application/json"})
            async with sent as reply:
                assert (await reply.json())["error"] == error


async def test_opening_a_conversation_gives_the_direct_message(slack: AsyncWebClient):
    assert (await slack.conversations_open(users="U0MEI"))["channel"] == {"id": "D0MEI"}
    whole = (await slack.conversations_open(users=["U0MEI"], return_im=True))["channel"]
    assert (whole["is_im"], whole["user"]) == (True, "U0MEI")


@pytest.mark.parametrize(
    ("users", "error"),
    [
        ("U0NOBODY", "user_not_found"),
        ("U0RUTH", "user_disabled"),
        ("U0ROUNDS", "cannot_dm_bot"),
        ("", "users_list_not_supplied"),
    ],
)
async def test_conversation_that_cannot_be_opened_has_slacks_error(slack: AsyncWebClient, users: str, error: str):
    assert await error_of(slack.conversations_open(users=users)) == error


async def test_history_is_newest_first_and_without_replies(slack: AsyncWebClient):
    first, _ = await post(slack, "one", "two")
    await post(slack, "a reply", thread_ts=first)

    found = (await slack.conversations_history(channel="D0AMARA"))["messages"]

    assert [message["text"] for message in found] == ["two", "one"]
    assert found[1]["reply_count"] == 1


async def test_history_comes_in_pages(slack: AsyncWebClient):
    await post(slack, *"abcde")

    pages = [
        [message["text"] for message in page["messages"]]
        async for page in await slack.conversations_history(channel="D0AMARA", limit=2)
    ]

    assert pages == [["e", "d"], ["c", "b"], ["a"]]


async def test_history_lies_between_oldest_and_latest(slack: AsyncWebClient):
    _, second, _, fourth, _ = await post(slack, *"abcde")

    async def texts(**arguments: Any) -> str:
        found = await slack.conversations_history(channel="D0AMARA", oldest=second, latest=fourth, **arguments)
        return "".join(message["text"] for message in found["messages"])

    assert await texts() == "c"
    assert await texts(inclusive=True) == "dcb"


async def test_metadata_comes_back_only_when_it_is_asked_for(slack: AsyncWebClient):
    await post(slack, "one", metadata=METADATA)

    (without_it,) = (await slack.conversations_history(channel="D0AMARA"))["messages"]
    (with_it,) = (await slack.conversations_history(channel="D0AMARA", include_all_metadata=True))["messages"]

    assert "metadata" not in without_it
    assert with_it["metadata"] == METADATA


async def test_replies_begin_with_the_message_they_answer(slack: AsyncWebClient):
    (first,) = await post(slack, "question")
    await post(slack, "answer", "and another", thread_ts=first)

    found = (await slack.conversations_replies(channel="D0AMARA", ts=first))["messages"]

    assert [message["text"] for message in found] == ["question", "answer", "and another"]
    assert await error_of(slack.conversations_replies(channel="D0AMARA", ts="1.000001")) == "thread_not_found"


async def test_bad_cursors_limits_and_times_are_refused(slack: AsyncWebClient):
    assert await error_of(slack.conversations_history(channel="D0AMARA", cursor="nonsense")) == "invalid_cursor"
    assert await error_of(slack.conversations_history(channel="D0AMARA", limit=0)) == "invalid_limit"
    assert await error_of(slack.conversations_history(channel="D0AMARA", oldest="noon")) == "invalid_ts_oldest"


async def test_history_needs_the_scope_of_the_kind_of_channel(start: Start):
    slack = client_of(await start(manifest(scopes=without("im:history", "channels:read"))))

    assert await error_of(slack.conversations_history(channel="D0AMARA")) == "missing_scope"
    assert (await slack.conversations_history(channel="C0WARD"))["ok"]
    assert await error_of(slack.conversations_members(channel="C0WARD")) == "missing_scope"


async def test_history_of_a_channel_the_bot_is_not_in_is_refused(slack: AsyncWebClient):
    assert await error_of(slack.conversations_history(channel="C0GENERAL")) == "not_in_channel"
    assert await error_of(slack.conversations_history(channel="G0LEADS")) == "channel_not_found"


async def test_members_of_a_public_channel_are_listed_in_pages(slack: AsyncWebClient):
    pages = [page["members"] async for page in await slack.conversations_members(channel="C0GENERAL", limit=5)]

    assert [len(page) for page in pages] == [5, 2]
    assert "U0RUTH" not in pages[0] + pages[1]


async def test_channels_are_described_and_private_ones_stay_hidden(slack: AsyncWebClient):
    ward = (await slack.conversations_info(channel="C0WARD"))["channel"]

    assert (ward["name"], ward["is_member"], ward["num_members"]) == ("ward-managers", True, 5)
    assert await error_of(slack.conversations_info(channel="G0LEADS")) == "channel_not_found"
    listed = (await slack.conversations_list(types="public_channel,private_channel"))["channels"]
    assert [channel["name"] for channel in listed] == ["general", "ward-managers"]
    mine = (await slack.users_conversations())["channels"]
    assert [channel["name"] for channel in mine] == ["ward-managers"]
    of_priya = (await slack.users_conversations(user="U0PRIYA", types="public_channel,private_channel"))["channels"]
    assert [channel["name"] for channel in of_priya] == ["general", "ward-managers"]
    assert await error_of(slack.conversations_list(types="secret")) == "invalid_types"


async def test_invited_bot_can_read_a_private_channel(sandbox: Sandbox, slack: AsyncWebClient, priya: SandboxUser):
    await priya.invite("U0ROUNDS", "G0LEADS")

    members = (await slack.conversations_members(channel="G0LEADS"))["members"]

    assert members == ["U0PRIYA", "U0TOMAS", "U0LENA", "U0ROUNDS"]


async def test_offset_of_a_user_follows_daylight_saving(slack: AsyncWebClient, clock: Clock):
    winter = (await slack.users_info(user="U0AMARA"))["user"]
    clock.advance(30 * 86_400)
    summer = (await slack.users_info(user="U0AMARA"))["user"]

    assert winter["tz"] == summer["tz"] == "America/New_York"
    assert (winter["tz_offset"], summer["tz_offset"]) == (-18_000, -14_400)


async def test_locale_of_a_user_is_told_on_request(slack: AsyncWebClient):
    plain = (await slack.users_info(user="U0LENA"))["user"]
    asked = (await slack.users_info(user="U0LENA", include_locale=True))["user"]
    listed = (await slack.users_list(include_locale=True))["members"]

    assert "locale" not in plain
    assert asked["locale"] == "en-GB"
    assert {"U0LENA": "en-GB", "U0JONAS": "de-DE"}.items() <= {each["id"]: each["locale"] for each in listed}.items()


async def test_users_are_told_apart_as_slack_does(slack: AsyncWebClient):
    members = {member["id"]: member for member in (await slack.users_list())["members"]}

    assert (members["U0TOMAS"]["is_admin"], members["U0TOMAS"]["is_owner"]) == (True, True)
    assert (members["U0AMARA"]["is_admin"], members["U0AMARA"]["profile"]["title"]) == (
        False,
        "Nurse manager, medical ward",
    )
    assert members["U0RUTH"]["deleted"]
    assert members["U0ROUNDS"]["is_bot"]
    assert not members["USLACKBOT"]["is_bot"]
    assert await error_of(slack.users_info(user="U0NOBODY")) == "user_not_found"


async def test_people_are_looked_up_by_email_in_any_case(slack: AsyncWebClient):
    found = (await slack.users_lookupByEmail(email="Amara@Riverside.example"))["user"]

    assert (found["id"], found["profile"]["email"]) == ("U0AMARA", "amara@riverside.example")
    assert await error_of(slack.users_lookupByEmail(email="nobody@riverside.example")) == "users_not_found"
    assert await error_of(slack.users_lookupByEmail(email="ruth@riverside.example")) == "users_not_found", "who left"


async def test_without_the_scope_for_emails_there_are_none(start: Start):
    slack = client_of(await start(manifest(scopes=without("users:read.email"))))

    assert await error_of(slack.users_lookupByEmail(email="amara@riverside.example")) == "missing_scope"
    assert not any("email" in member["profile"] for member in (await slack.users_list())["members"])


async def test_user_groups_and_their_members_are_listed_with_the_scope(slack: AsyncWebClient, start: Start):
    groups = {group["handle"]: group["id"] for group in (await slack.usergroups_list())["usergroups"]}
    members = (await slack.usergroups_users_list(usergroup=groups["charge-nurses"]))["users"]

    assert members == ["U0PRIYA", "U0AMARA", "U0RUTH"], "also who has left"
    assert await error_of(slack.usergroups_users_list(usergroup="S0OTHER")) == "no_such_subteam"
    stopped = client_of(await start(manifest(scopes=without("usergroups:read"))))
    assert await error_of(stopped.usergroups_list()) == "missing_scope"


async def test_workspace_and_bot_are_described(slack: AsyncWebClient):
    assert (await slack.team_info())["team"]["name"] == "Riverside Health"
    assert (await slack.bots_info(bot="B0ROUNDS"))["bot"]["app_id"] == "A0ROUNDS"
    assert await error_of(slack.bots_info(bot="B0OTHER")) == "bot_not_found"
    assert await error_of(slack.team_info(team="T0OTHER")) == "team_not_found"


async def test_reaction_shows_on_the_message_once(slack: AsyncWebClient, amara: SandboxUser):
    said = await amara.send_message("We did it")

    await slack.reactions_add(channel="D0AMARA", timestamp=said, name="tada")

    (message,) = await amara.messages()
    assert message["reactions"] == [{"name": "tada", "user": "U0ROUNDS"}]
    assert await error_of(slack.reactions_add(channel="D0AMARA", timestamp=said, name="tada")) == "already_reacted"
