"""chat.*, as slack_sdk's own client sees it."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import ActionsBlock, ButtonElement, SectionBlock
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox, SandboxUser
from tests.sandbox.builders import actions, button, manifest, section, without
from tests.sandbox.conftest import Clock, Start, client_of

METADATA = {"event_type": "rounds_delivery", "event_payload": {"delivery_id": "7f"}}


async def error_of(call: object) -> str:
    with pytest.raises(SlackApiError) as refused:
        await call  # type: ignore[misc]
    return str(refused.value.response["error"])


async def test_message_to_a_person_lands_in_their_direct_message(slack: AsyncWebClient, amara: SandboxUser):
    posted = await slack.chat_postMessage(channel="U0AMARA", text="Good morning")

    assert posted["channel"] == "D0AMARA"
    assert posted["message"]["user"] == "U0ROUNDS"
    assert [message["text"] for message in await amara.messages()] == ["Good morning"]


async def test_message_can_be_addressed_by_the_name_of_a_channel(slack: AsyncWebClient):
    assert (await slack.chat_postMessage(channel="#ward-managers", text="Hello"))["channel"] == "C0WARD"


async def test_timestamps_grow_even_when_the_clock_stands_still(slack: AsyncWebClient):
    stamps = [(await slack.chat_postMessage(channel="U0AMARA", text=f"{n}"))["ts"] for n in range(5)]

    assert stamps == sorted(set(stamps))
    assert stamps[0] == "1772452800.000000"


async def test_blocks_come_back_with_the_ids_and_defaults_that_slack_adds(slack: AsyncWebClient):
    blocks = [SectionBlock(text="*Words*"), ActionsBlock(elements=[ButtonElement(text="Go", action_id="go")])]

    posted = await slack.chat_postMessage(channel="U0AMARA", text="Words", blocks=blocks)

    first, second = posted["message"]["blocks"]
    assert first["block_id"] != second["block_id"]
    assert first["text"] == {"type": "mrkdwn", "text": "*Words*", "verbatim": False}
    assert second["elements"][0]["text"] == {"type": "plain_text", "text": "Go", "emoji": True}
    assert second["elements"][0]["action_id"] == "go"


async def test_blocks_that_slack_gave_out_can_be_sent_again(slack: AsyncWebClient):
    posted = await slack.chat_postMessage(channel="U0AMARA", text="A", blocks=[section(), actions(button("go"))])
    message = posted["message"]

    updated = await slack.chat_update(channel="D0AMARA", ts=posted["ts"], text="B", blocks=message["blocks"])

    assert updated["message"]["blocks"] == message["blocks"]


async def test_invalid_blocks_are_named_with_their_pointer(slack: AsyncWebClient):
    with pytest.raises(SlackApiError) as refused:
        await slack.chat_postMessage(channel="U0AMARA", text="Long", blocks=[section("x" * 3001)])

    assert refused.value.response["error"] == "invalid_blocks"
    assert refused.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "U0AMARA", "text": ""}, "no_text"),
        ({"channel": "U0AMARA", "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "U0NOBODY", "text": "Hi"}, "channel_not_found"),
        ({"channel": "U0RUTH", "text": "Hi"}, "channel_not_found"),
        ({"channel": "D0RUTH", "text": "Hi"}, "is_archived"),
        ({"channel": "C0GENERAL", "text": "Hi"}, "not_in_channel"),
        ({"channel": "G0LEADS", "text": "Hi"}, "channel_not_found"),
        ({"channel": "U0AMARA", "text": "Hi", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"channel": "U0AMARA", "text": "Hi", "blocks": "[{"}, "invalid_blocks_format"),
        ({"channel": "U0AMARA", "text": "Hi", "blocks": {"type": "section"}}, "invalid_blocks"),
        ({"channel": "U0AMARA", "text": "Hi", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ({"text": "Hi"}, "invalid_arguments"),
    ],
)
async def test_message_that_cannot_be_posted_has_slacks_error(
    slack: AsyncWebClient, arguments: dict[str, object], error: str
):
    assert await error_of(slack.api_call("chat.postMessage", json=arguments)) == error


async def test_blocks_with_too_much_text_in_all_have_an_error_of_their_own(slack: AsyncWebClient):
    blocks = [section("x" * 2900) for _ in range(5)]

    assert await error_of(slack.chat_postMessage(channel="U0AMARA", text="Long", blocks=blocks)) == (
        "msg_blocks_too_long"
    )


async def test_app_without_a_messages_tab_cannot_write_to_people(start: Start):
    sandbox = await start(manifest(home={"home_tab_enabled": True, "messages_tab_enabled": False}))

    assert await error_of(client_of(sandbox).chat_postMessage(channel="U0AMARA", text="Hi")) == "messages_tab_disabled"


async def test_scope_for_public_channels_lets_the_bot_write_where_it_is_no_member(start: Start):
    sandbox = await start(manifest(scopes=("chat:write", "chat:write.public")))

    assert (await client_of(sandbox).chat_postMessage(channel="C0GENERAL", text="Hi"))["ok"]


async def test_json_in_a_form_is_read_as_well_as_a_json_body(slack: AsyncWebClient):
    form = {"channel": "U0AMARA", "text": "Hi", "blocks": '[{"type": "divider"}]', "metadata": "{}"}

    posted = await slack.api_call("chat.postMessage", data=form)

    assert posted["message"]["blocks"][0]["type"] == "divider"


async def test_update_changes_words_and_marks_them_as_edited(slack: AsyncWebClient, amara: SandboxUser):
    posted = await slack.chat_postMessage(channel="U0AMARA", text="Frist")

    await slack.chat_update(channel="D0AMARA", ts=posted["ts"], text="First")

    (message,) = await amara.messages()
    assert (message["text"], message["edited"], message["ts"]) == ("First", True, posted["ts"])


async def test_update_with_blocks_is_not_marked_as_edited(slack: AsyncWebClient, amara: SandboxUser):
    posted = await slack.chat_postMessage(channel="U0AMARA", text="First", blocks=[section("First")])

    await slack.chat_update(channel="D0AMARA", ts=posted["ts"], text="Second", blocks=[section("Second")])

    (message,) = await amara.messages()
    assert (message["blocks"][0]["text"]["text"], message["edited"]) == ("Second", False)


async def test_update_with_text_alone_takes_the_blocks_away_and_keeps_the_metadata(slack: AsyncWebClient):
    posted = await slack.chat_postMessage(channel="U0AMARA", text="A", blocks=[section()], metadata=METADATA)

    updated = await slack.chat_update(channel="D0AMARA", ts=posted["ts"], text="B")

    assert "blocks" not in updated["message"]
    assert updated["message"]["metadata"] == METADATA


async def test_update_of_what_is_not_there_or_not_ones_own_is_refused(slack: AsyncWebClient, amara: SandboxUser):
    said = await amara.send_message("Hello")

    assert await error_of(slack.chat_update(channel="D0AMARA", ts="1.000001", text="B")) == "message_not_found"
    assert await error_of(slack.chat_update(channel="D0AMARA", ts=said, text="B")) == "cant_update_message"
    assert await error_of(slack.chat_update(channel="U0AMARA", ts=said, text="B")) == "channel_not_found"
    assert await error_of(slack.chat_delete(channel="D0AMARA", ts=said)) == "cant_delete_message"


async def test_deleted_message_is_gone_but_stays_on_record(sandbox: Sandbox, slack: AsyncWebClient, amara: SandboxUser):
    posted = await slack.chat_postMessage(channel="U0AMARA", text="Oh no")

    await slack.chat_delete(channel="D0AMARA", ts=posted["ts"])

    assert await amara.messages() == []
    assert [(message.text, message.deleted) for message in sandbox.workspace.all_messages()] == [("Oh no", True)]
    assert await error_of(slack.chat_delete(channel="D0AMARA", ts=posted["ts"])) == "message_not_found"


async def test_ephemeral_message_is_for_one_person_and_never_in_history(
    slack: AsyncWebClient, amara: SandboxUser, priya: SandboxUser
):
    sent = await slack.chat_postEphemeral(channel="C0WARD", user="U0AMARA", text="Just you")

    assert [message["ephemeral"] for message in await amara.messages("C0WARD")] == [True]
    assert await priya.messages("C0WARD") == []
    assert (await slack.conversations_history(channel="C0WARD"))["messages"] == []
    assert await error_of(slack.chat_update(channel="C0WARD", ts=sent["message_ts"], text="B")) == "message_not_found"


async def test_ephemeral_message_needs_its_reader_in_the_channel(slack: AsyncWebClient):
    assert await error_of(slack.chat_postEphemeral(channel="C0WARD", user="U0JONAS", text="You")) == (
        "user_not_in_channel"
    )


async def test_permalink_leads_to_the_message(slack: AsyncWebClient):
    posted = await slack.chat_postMessage(channel="U0AMARA", text="Hi")

    link = (await slack.chat_getPermalink(channel="D0AMARA", message_ts=posted["ts"]))["permalink"]

    assert link == f"https://riverside.slack.com/archives/D0AMARA/p{posted['ts'].replace('.', '')}"


async def test_missing_scope_names_what_is_needed_and_what_is_there(start: Start):
    sandbox = await start(manifest(scopes=without("chat:write", "commands")))

    with pytest.raises(SlackApiError) as refused:
        await client_of(sandbox).chat_postMessage(channel="U0AMARA", text="Hi")

    assert refused.value.response["error"] == "missing_scope"
    assert refused.value.response["needed"] == "chat:write"
    assert "im:write" in refused.value.response["provided"].split(",")


async def test_message_carries_the_time_of_the_clock(slack: AsyncWebClient, clock: Clock):
    clock.advance(3600)

    assert (await slack.chat_postMessage(channel="U0AMARA", text="Later"))["ts"].startswith("1772456400.")
