"""Sending deliveries: the real client against a scripted server."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.ports import OutgoingDelivery, PostedMessage, UncertainDelivery
from bot.domain.formats import Formats
from bot.domain.schedule import DeliveryKindName
from bot.errors import (
    HistoryUnreadable,
    PersonLeft,
    SendDelayed,
    SendFailed,
    SendUncertain,
    WorkspaceHeld,
    WorkspaceLeft,
)
from bot.kinds.day_end import DayEnd
from bot.kinds.lesson import SinceLastLesson
from bot.slack.api_errors import DEFAULT_WAIT_SECONDS, MAX_WAIT_SECONDS, UNREACHABLE_WAIT_SECONDS, WORKSPACE_ERRORS
from bot.slack.messenger import PAGE_SIZE, SlackMessenger
from tests.engine_kinds import KINDS
from tests.slack import builders as a
from tests.slack.conftest import ScriptedSlack

POSTED = {"ok": True, "channel": "D1", "ts": "1.000100"}

LESSON = OutgoingDelivery(
    delivery_id=UUID(int=1),
    kind=DeliveryKindName.LESSON,
    team_id="T1",
    user_id="U1",
    learner_id=1,
    channel=None,
    lesson=a.lesson(),
    revision_id=12,
    due_at=a.NOW,
    worker="here:1",
    attempt=1,
)

LOST = UncertainDelivery(UUID(int=1), "T1", "U1", 1, "D1", datetime(2026, 12, 3, 8, 0, tzinfo=UTC), "here:1", 1)


def messenger(client: AsyncWebClient) -> SlackMessenger:
    return SlackMessenger(KINDS, lambda _team_id: client)


def message(ts: str, delivery_id: UUID | None, event_type: str = "rounds_delivery") -> dict[str, object]:
    metadata = {"event_type": event_type, "event_payload": {"delivery_id": str(delivery_id)}}
    return {"type": "message", "ts": ts, "text": "…", **({"metadata": metadata} if delivery_id else {})}


def page(*messages: dict[str, object], cursor: str = "") -> dict[str, object]:
    return {"ok": True, "messages": list(messages), "response_metadata": {"next_cursor": cursor}}


async def test_a_message_is_posted_once_with_its_opaque_id_and_its_channel_and_ts_returned(
    slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    slack.answers("chat.postMessage", POSTED)

    posted = await messenger(client).send(LESSON)

    [sent] = slack.calls("chat.postMessage")
    assert posted == PostedMessage("D1", "1.000100")
    assert sent["channel"] == "U1"  # Slack opens the conversation
    opaque = {"delivery_id": str(UUID(int=1)), "revision": 12}
    assert sent["metadata"] == {"event_type": "rounds_delivery", "event_payload": opaque}
    assert sent["text"].endswith("Why &amp; sources, Later.")
    assert json.loads(sent["blocks"])[0]["type"] == "header"
    assert (sent["unfurl_links"], sent["unfurl_media"]) == (False, False)


async def test_a_known_conversation_is_posted_to_directly(slack: ScriptedSlack, client: AsyncWebClient) -> None:
    slack.answers("chat.postMessage", POSTED)

    await messenger(client).send(replace(LESSON, channel="D9"))

    assert slack.calls("chat.postMessage")[0]["channel"] == "D9"


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (DeliveryKindName.LESSON, "Your call."),
        (DeliveryKindName.POSTPONED_LESSON, "Your call."),
        (DeliveryKindName.DAY_END, "Before you go"),
        (DeliveryKindName.INVITATION, "Hi, I'm Rounds"),
        (DeliveryKindName.CHECK_IN, "Shall I go on"),
    ],
)
async def test_each_kind_of_delivery_brings_its_own_message(
    slack: ScriptedSlack, client: AsyncWebClient, kind: DeliveryKindName, said: str
) -> None:
    slack.answers("chat.postMessage", POSTED)
    owed = replace(LESSON, kind=kind)
    bare = replace(owed, lesson=None, revision_id=None)

    await messenger(client).send(bare if kind in {DeliveryKindName.INVITATION, DeliveryKindName.CHECK_IN} else owed)

    assert said in slack.calls("chat.postMessage")[0]["text"]


async def test_a_lesson_is_rendered_once_per_revision_and_holds_no_delivery_id(
    slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    slack.answers("chat.postMessage", POSTED, POSTED, POSTED)
    sender = messenger(client)
    changed = replace(a.lesson(), title="A new title")

    await sender.send(LESSON)
    await sender.send(
        replace(LESSON, delivery_id=UUID(int=2), lesson=changed)
    )  # the same revision isn't rendered again
    await sender.send(replace(LESSON, delivery_id=UUID(int=3), lesson=changed, revision_id=13))

    first, second, third = slack.calls("chat.postMessage")
    assert first["blocks"] == second["blocks"]
    assert first["text"] == second["text"]
    assert "A new title" in third["text"]
    for sent in (first, second, third):
        assert "00000000" not in sent["blocks"] + sent["text"]
    assert first["metadata"] != second["metadata"]


async def test_an_invitation_says_its_time_in_each_persons_own_way(
    slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    slack.answers("chat.postMessage", POSTED, POSTED, POSTED)
    invitation = replace(LESSON, kind=DeliveryKindName.INVITATION, lesson=None, revision_id=None)
    here = messenger(client)

    for locale in ("en-US", "en-GB", "en-US"):
        await here.send(replace(invitation, formats=Formats(locale)))

    american, british, again = (call["text"] for call in slack.calls("chat.postMessage"))
    assert "Lessons come at 9:00 AM on workdays" in american
    assert "Lessons come at 09:00 on workdays" in british
    assert american == again


async def test_a_recall_question_is_never_shared_between_learners(slack: ScriptedSlack, client: AsyncWebClient) -> None:
    slack.answers("chat.postMessage", POSTED, POSTED)
    sender = messenger(client)
    end = replace(LESSON, kind=DeliveryKindName.DAY_END)

    await sender.send(replace(end, extras=DayEnd(a.recalled().question)))
    await sender.send(end)

    asked, plain = slack.calls("chat.postMessage")
    assert "From 9 days ago:" in asked["text"]
    assert "From 9 days ago:" not in plain["text"]


async def test_a_used_freeze_is_mentioned_before_the_lesson_only_to_its_owner(
    slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    slack.answers("chat.postMessage", POSTED, POSTED, POSTED)
    sender = messenger(client)

    for outgoing in (LESSON, replace(LESSON, extras=SinceLastLesson(a.freeze())), LESSON):
        await sender.send(outgoing)

    before, told, after = slack.calls("chat.postMessage")
    note, *lesson = json.loads(told["blocks"])
    assert note["elements"][0]["text"] == "A freeze covered yesterday. Your streak is still 12. One freeze left."
    assert lesson == json.loads(before["blocks"])
    assert told["text"].startswith("A freeze covered yesterday.")
    assert told["text"].endswith(before["text"][-200:])
    assert (after["text"], after["blocks"]) == (before["text"], before["blocks"])


async def test_the_oldest_rendering_goes_when_there_are_too_many(
    slack: ScriptedSlack, client: AsyncWebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.messenger.MAX_RENDERED", 2)
    slack.answers("chat.postMessage", *[POSTED] * 5)
    sender = messenger(client)
    changed = replace(a.lesson(), title="A new title")

    for revision in (1, 2, 3):
        await sender.send(replace(LESSON, revision_id=revision))
    for revision in (3, 1):
        await sender.send(replace(LESSON, revision_id=revision, lesson=changed))

    again = ["A new title" in sent["text"] for sent in slack.calls("chat.postMessage")[3:]]
    assert again == [False, True]


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (
            lambda: web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "7"}),
            7.0,
        ),
        (lambda: web.json_response({"ok": False, "error": "ratelimited"}, status=429), DEFAULT_WAIT_SECONDS),
        (lambda: web.json_response({}, status=429, headers={"Retry-After": "0"}), 1.0),
        (lambda: web.json_response({}, status=429, headers={"Retry-After": "soon"}), DEFAULT_WAIT_SECONDS),
        (lambda: web.json_response({}, status=429, headers={"Retry-After": "1e300"}), MAX_WAIT_SECONDS),
        (lambda: web.json_response({}, status=429, headers={"Retry-After": "inf"}), MAX_WAIT_SECONDS),
        (lambda: web.json_response({}, status=429, headers={"Retry-After": "nan"}), 1.0),
        (lambda: web.Response(text="<html>", content_type="text/html", status=429, headers={"Retry-After": "9"}), 9.0),
        (lambda: web.json_response({"ok": False, "error": "rate_limited"}), DEFAULT_WAIT_SECONDS),
        (lambda: web.json_response({"ok": False, "error": "message_limit_exceeded"}), DEFAULT_WAIT_SECONDS),
    ],
)
async def test_a_rate_limit_is_certain_and_says_how_long_to_wait(
    slack: ScriptedSlack, client: AsyncWebClient, answer, seconds: float
) -> None:
    slack.answers("chat.postMessage", answer())

    with pytest.raises(SendDelayed) as caught:
        await messenger(client).send(LESSON)

    assert caught.value.seconds == seconds


@pytest.mark.parametrize(
    "code",
    ["channel_not_found", "account_inactive", "token_revoked", "not_in_channel", "user_disabled", "invalid_auth"],
)
async def test_slacks_refusal_is_final_and_keeps_its_error_code(
    slack: ScriptedSlack, client: AsyncWebClient, code: str
) -> None:
    slack.answers("chat.postMessage", {"ok": False, "error": code})

    with pytest.raises(SendFailed) as caught:
        await messenger(client).send(LESSON)

    assert caught.value.code == code


@pytest.mark.parametrize(
    "answer",
    [
        lambda: web.json_response({"ok": False, "error": "fatal_error"}),
        lambda: web.json_response({"ok": False, "error": "internal_error"}),
        lambda: web.json_response({"ok": False, "error": "service_unavailable"}),
        lambda: web.json_response({"ok": False, "error": "channel_not_found"}, status=500),
        lambda: web.Response(text="<html>Bad gateway</html>", content_type="text/html", status=502),
        lambda: web.Response(text="{half", content_type="application/json", status=503),
        lambda: web.Response(text="upstream connect error", content_type="text/plain", status=503),
        lambda: web.Response(text="", content_type="application/json", status=504),
        lambda: web.Response(text="<html>Sign in to the ward's network</html>", content_type="text/html", status=200),
        lambda: web.Response(text="<html>Forbidden</html>", content_type="text/html", status=403),
        lambda: web.json_response({"ok": True}),  # accepted, but no channel or ts
    ],
    ids=[
        "fatal",
        "internal",
        "unavailable",
        "500",
        "502",
        "503-half",
        "503-text",
        "504",
        "portal",
        "proxy",
        "no-place",
    ],
)
async def test_what_may_have_been_posted_is_uncertain(slack: ScriptedSlack, client: AsyncWebClient, answer) -> None:
    slack.answers("chat.postMessage", answer())

    with pytest.raises(SendUncertain):
        await messenger(client).send(LESSON)

    assert len(slack.calls("chat.postMessage")) == 1


@pytest.mark.parametrize("client_seconds", [0.1])
async def test_a_time_out_is_uncertain_and_not_sent_again(slack: ScriptedSlack, client: AsyncWebClient) -> None:
    async def never(_request: web.Request) -> web.Response:
        await asyncio.sleep(60)
        return web.json_response(POSTED)

    slack.answers("chat.postMessage", never)

    with pytest.raises(SendUncertain):
        await messenger(client).send(LESSON)

    assert len(slack.calls("chat.postMessage")) == 1


async def test_a_connection_that_breaks_after_the_post_is_uncertain_and_not_sent_again(
    slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    async def hang_up(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    slack.answers("chat.postMessage", hang_up)

    with pytest.raises(SendUncertain):
        await messenger(client).send(LESSON)

    assert len(slack.calls("chat.postMessage")) == 1


async def test_no_connection_at_all_is_certain(client: AsyncWebClient, unused_tcp_port: int) -> None:
    client.base_url = f"http://127.0.0.1:{unused_tcp_port}/api/"

    with pytest.raises(SendDelayed) as caught:
        await messenger(client).send(LESSON)

    assert caught.value.seconds == UNREACHABLE_WAIT_SECONDS


async def test_a_lost_message_is_found_by_its_id_on_whatever_page(slack: ScriptedSlack, client: AsyncWebClient) -> None:
    others = [message("3.0", UUID(int=3)), message("2.0", None), message("1.9", UUID(int=1), event_type="another_app")]
    slack.answers(
        "conversations.history", page(*others, cursor="more="), page(cursor="last="), page(message("1.5", UUID(int=1)))
    )

    found = await messenger(client).find_in_history(LOST)

    asked = slack.calls("conversations.history")
    assert found == PostedMessage("D1", "1.5")
    assert [each.get("cursor") for each in asked] == [None, "more=", "last="]
    for each in asked:
        assert each["channel"] == "D1"
        assert each["oldest"] == "1796284800.000000"
        assert each["include_all_metadata"] == "1"
        assert each["limit"] == str(PAGE_SIZE)


async def test_a_found_message_says_which_revision_it_has(slack: ScriptedSlack, client: AsyncWebClient) -> None:
    """A restored backup may not know the revision, but the posted message carries it."""
    slack.answers("chat.postMessage", POSTED)
    await messenger(client).send(LESSON)
    [sent] = slack.calls("chat.postMessage")
    slack.answers("conversations.history", page({"type": "message", "ts": "1.5", "metadata": sent["metadata"]}))

    assert await messenger(client).find_in_history(LOST) == PostedMessage("D1", "1.5", revision_id=12)


async def test_an_invitation_carries_no_revision(slack: ScriptedSlack, client: AsyncWebClient) -> None:
    slack.answers("chat.postMessage", POSTED)

    await messenger(client).send(replace(LESSON, kind=DeliveryKindName.INVITATION, lesson=None, revision_id=None))

    assert slack.calls("chat.postMessage")[0]["metadata"]["event_payload"] == {"delivery_id": str(UUID(int=1))}


async def test_a_message_in_no_page_is_absent(slack: ScriptedSlack, client: AsyncWebClient) -> None:
    slack.answers(
        "conversations.history", page(message("3.0", UUID(int=3)), cursor="more"), {"ok": True, "messages": []}
    )

    assert await messenger(client).find_in_history(LOST) is None


async def test_an_unknown_conversation_is_opened_before_it_is_read(
    slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    slack.answers("conversations.open", {"ok": True, "channel": {"id": "D7"}})
    slack.answers("conversations.history", page(message("1.5", UUID(int=1))))

    found = await messenger(client).find_in_history(replace(LOST, channel=None))

    assert found == PostedMessage("D7", "1.5")
    assert slack.calls("conversations.open")[0]["users"] == "U1"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda: web.json_response({"ok": False, "error": "ratelimited"}, status=429), "ratelimited"),
        (lambda: web.json_response({"ok": False, "error": "missing_scope"}), "missing_scope"),
        (lambda: web.Response(text="<html>", content_type="text/html", status=502), "http_502"),
        (lambda: web.Response(text="no JSON", content_type="text/plain", status=502), "http_502"),
        (lambda: web.json_response({"ok": True}), "TypeError"),  # no messages, which is not the same as none
    ],
)
async def test_a_history_that_cannot_be_read_proves_nothing(
    slack: ScriptedSlack, client: AsyncWebClient, answer, reason: str
) -> None:
    slack.answers("conversations.history", page(message("3.0", UUID(int=3)), cursor="more"), answer())

    with pytest.raises(HistoryUnreadable) as caught:
        await messenger(client).find_in_history(LOST)

    assert str(caught.value) == reason


@pytest.mark.parametrize("code", ["account_inactive", "token_revoked", "token_expired", "invalid_auth", "not_authed"])
async def test_a_token_that_no_longer_works_means_that_the_workspace_left(
    slack: ScriptedSlack, client: AsyncWebClient, code: str
) -> None:
    slack.answers("chat.postMessage", {"ok": False, "error": code})
    slack.answers("conversations.history", {"ok": False, "error": code})

    with pytest.raises(WorkspaceLeft):
        await messenger(client).send(LESSON)
    with pytest.raises(WorkspaceLeft):
        await messenger(client).find_in_history(LOST)


@pytest.mark.parametrize("code", sorted(WORKSPACE_ERRORS))
async def test_a_refusal_of_the_whole_workspace_is_none_of_the_person_and_ends(
    slack: ScriptedSlack, client: AsyncWebClient, code: str
) -> None:
    slack.answers("chat.postMessage", {"ok": False, "error": code})

    with pytest.raises(WorkspaceHeld) as caught:
        await messenger(client).send(LESSON)

    assert caught.value.code == code


@pytest.mark.parametrize("code", ["user_not_found", "user_disabled", "cannot_dm_bot", "is_archived"])
async def test_a_person_who_cannot_be_messaged_has_left(
    slack: ScriptedSlack, client: AsyncWebClient, code: str
) -> None:
    slack.answers("chat.postMessage", {"ok": False, "error": code})

    with pytest.raises(PersonLeft):
        await messenger(client).send(LESSON)


async def test_a_person_not_found_by_their_id_has_left_but_a_lost_conversation_proves_nothing(
    slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    slack.answers("chat.postMessage", *({"ok": False, "error": "channel_not_found"},) * 2)

    with pytest.raises(PersonLeft):
        await messenger(client).send(LESSON)
    with pytest.raises(SendFailed) as caught:
        await messenger(client).send(replace(LESSON, channel="D9"))
    assert not isinstance(caught.value, PersonLeft)


@pytest.mark.parametrize(
    ("answer", "installed"),
    [
        ({"ok": True, "team_id": "T1"}, True),
        ({"ok": True, "team_id": "T2"}, False),
        ({"ok": False, "error": "account_inactive"}, False),
        ({"ok": False, "error": "ratelimited"}, None),
        ({"ok": False, "error": "internal_error"}, None),
    ],
)
async def test_slack_is_asked_whether_it_accepts_our_token_for_a_workspace(
    slack: ScriptedSlack, client: AsyncWebClient, answer: dict[str, object], installed: bool | None
) -> None:
    slack.answers("auth.test", answer)

    assert await messenger(client).is_installed("T1") is installed
