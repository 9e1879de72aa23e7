"""What people read when something fails: what was saved and what to do next, without details or anyone's words."""

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
import structlog
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.schedule import MessageTiming
from bot.errors import DatabaseBusy, NotFound
from bot.learning.coaching import Tip
from bot.learning.roster_settings import RosterView
from bot.sandbox.blocks import check_view
from bot.slack import action_ids as ids
from bot.slack.blocks import MessageContent
from bot.slack.blocks.administration import authors_modal, viewers_modal
from bot.slack.blocks.charts import DataTable, LineChart, Series
from bot.slack.blocks.invitations import invite_modal
from bot.slack.blocks.pack_audience import audience_modal, load_for_modal
from bot.slack.blocks.pack_pilot import pilot_modal
from bot.slack.blocks.posted_invitations import post_invitation_modal
from bot.slack.blocks.privacy import delete_modal, export_modal
from bot.slack.blocks.reflection import BLOCK, reflection_modal
from bot.slack.blocks.sharing import share_tip_modal
from bot.slack.blocks.shift_calendar import calendar_modal
from bot.slack.error_handler import ErrorHandler
from bot.slack.replies import Replies
from tests.slack import builders as a
from tests.slack.catalogue import REF
from tests.slack.conftest import ScriptedSlack

WORDS = "the family in bed four"
TOKEN = "xoxb-test"
REFERENCE = re.compile(r"Reference [2-9A-HJ-NP-Z]{4}\.")

SLACK_WAITS = 2.5
"""Seconds to wait for an answer, a little less than Slack's three."""

WHO = {"team": {"id": "T1"}, "user": {"id": "U1"}, "api_app_id": "A1", "token": "verification"}


class Broken:
    """An app in which every handler raises this error, before or after acknowledging."""

    def __init__(
        self, client: AsyncWebClient, session: aiohttp.ClientSession, error: Exception, *, acked: bool
    ) -> None:
        async def authorize() -> AuthorizeResult:
            return AuthorizeResult(enterprise_id=None, team_id="T1", bot_user_id="UBOT", bot_token=TOKEN)

        async def handler(ack: AsyncAck) -> None:
            if acked:
                await ack()
            raise error

        self._app = AsyncApp(client=client, authorize=authorize)
        self._app.error(ErrorHandler(Replies(session)).handle)
        anything = re.compile(".*")
        self._app.command(anything)(handler)
        self._app.action(anything)(handler)
        self._app.view(anything)(handler)
        self._app.event("message")(handler)
        self._app.event("app_home_opened")(handler)

    async def acknowledge(self, body: dict[str, Any]) -> BoltResponse:
        """Send a request, and return when Bolt answers. TimeoutError if Slack would have stopped waiting."""
        async with asyncio.timeout(SLACK_WAITS):
            return await self._app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))

    async def receive(self, body: dict[str, Any]) -> BoltResponse:
        """Send a request, and return when its handler is done. Bolt answers sooner, at the acknowledgement."""
        response = await self.acknowledge(body)
        for task in asyncio.all_tasks():
            if "run_ack_function" in getattr(task.get_coro(), "__name__", ""):
                await task
        return response


Break = Callable[..., Broken]


@pytest.fixture
def broken(client: AsyncWebClient, session: aiohttp.ClientSession) -> Break:
    def make(error: Exception, *, acked: bool = False) -> Broken:
        return Broken(client, session, error, acked=acked)

    return make


def unforeseen() -> Exception:
    """An error that quotes what someone wrote, as libraries' errors do, and contains a secret."""
    try:
        try:
            raise KeyError(WORDS)
        except KeyError as error:
            raise ValueError(f"invalid literal: {WORDS} {TOKEN}") from error
    except ValueError as error:
        return error


def command(slack: ScriptedSlack) -> dict[str, Any]:
    return {
        "command": "/coach", "text": WORDS, "team_id": "T1", "user_id": "U1", "channel_id": "C1",
        "response_url": f"{slack.url}respond", "trigger_id": "1.2", "token": "verification",
    }  # fmt: skip


def pressed(response_url: str | None = None, action_id: str = ids.ANSWER_LESSON + ".A") -> dict[str, Any]:
    action = {"type": "button", "action_id": action_id, "block_id": "answer"}
    return {"type": "block_actions", **WHO, "actions": [action], "trigger_id": "1.2", "response_url": response_url}


def submitted(view: Any) -> dict[str, Any]:
    values = {BLOCK: {"words": {"type": "plain_text_input", "value": WORDS}}}
    return {"type": "view_submission", **WHO, "view": {**view.to_dict(), "id": "V1", "state": {"values": values}}}


def reflection() -> Any:
    return reflection_modal(a.prompt(WORDS, a.lesson()), REF)


def event(kind: str) -> dict[str, Any]:
    what = {
        "type": kind,
        "user": "U1",
        "text": WORDS,
        "channel": "D1",
        "channel_type": "im",
        "tab": "home",
        "ts": "1.0",
    }
    return {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": what}


def said(response: BoltResponse) -> str:
    """Return the text beside the field of the modal that stays open."""
    answer = json.loads(response.body)
    assert answer["response_action"] == "errors"
    return str(answer["errors"][BLOCK])


async def test_before_saving_the_modal_stays_open_with_the_words_in_it(broken: Break) -> None:
    response = await broken(unforeseen()).receive(submitted(reflection()))

    assert re.fullmatch(
        "Something went wrong on our side, and this isn't saved yet. Your words are still here. Press Save again. "
        + REFERENCE.pattern,
        said(response),
    )


async def test_after_saving_the_person_learns_that_nothing_needs_to_be_written_again(
    slack: ScriptedSlack, broken: Break
) -> None:
    await broken(unforeseen(), acked=True).receive(submitted(reflection()))

    [told] = slack.calls("chat.postMessage")  # a modal has no response URL
    assert told["channel"] == "U1"
    assert told["text"].startswith(
        "Something went wrong on our side; your reflection was saved. You don't need to write it again. Reference "
    )


@pytest.mark.parametrize(
    ("view", "truth"),
    [
        (export_modal, "I may not have sent every file. Everything you wrote is still saved here."),
        (delete_modal, "everything in Rounds is deleted."),
        (lambda: authors_modal(()), "the authors may have changed. Type /rounds admin authors"),
        (lambda: viewers_modal(()), "the viewers may have changed. Type /rounds admin viewers"),
        (
            lambda: audience_modal(a.pack_for_audience(), []),
            "I may not have saved who gets the pack. Please choose again",
        ),
        (
            lambda: load_for_modal(a.change(), "5.4", []),
            "the pack may have been loaded. Type /rounds admin packs to see.",
        ),
        (lambda: pilot_modal(a.pilot_offer(), "5.4"), "the pilot may have started. Type /rounds admin packs to see."),
        (
            lambda: post_invitation_modal(a.invitation_to_post(), a.FORMATS),
            "your invitation may be in the channel. Please look there before you post it again.",
        ),
        (lambda: invite_modal(a.FORMATS, []), "I may not have invited everyone."),
        (lambda: calendar_modal(RosterView(MessageTiming())), "your shifts may have changed. Open Settings in Home"),
        (lambda: share_tip_modal(Tip(a.lesson(), 12)), "your post may be in the channel."),
    ],
)
async def test_after_a_failure_behind_a_closed_modal_the_text_says_only_what_is_true(
    slack: ScriptedSlack, broken: Break, view: Callable[[], Any], truth: str
) -> None:
    await broken(unforeseen(), acked=True).receive(submitted(view()))

    assert truth in slack.calls("chat.postMessage")[0]["text"]


@pytest.mark.parametrize(
    ("action_id", "truth"),
    [
        (ids.ANSWER_LESSON + ".A", "what you did was saved. You don't need to do it again."),
        (ids.DOWNLOAD_PACK, "I may not have sent you every file. Please ask for them again."),
        (ids.DELETE_EXPORT, "some of the files may still be there. Please press Delete these files again."),
        (ids.APPLY_COHORT_FILE, "I may not have added everyone in your file. Please upload it again"),
        (ids.COACH_CHOOSE + ".2", "if nothing new appeared, please press it again."),
        (ids.in_preview(ids.ANSWER_LESSON) + ".B", "if nothing new appeared, please press it again."),
    ],
)
async def test_after_a_failure_behind_a_button_the_text_says_only_what_is_true(
    slack: ScriptedSlack, broken: Break, action_id: str, truth: str
) -> None:
    await broken(unforeseen(), acked=True).receive(pressed(f"{slack.url}respond", action_id))

    assert truth in slack.calls("respond")[0]["text"].replace("*", "")


async def test_a_command_that_failed_after_its_answer_promises_nothing(slack: ScriptedSlack, broken: Break) -> None:
    await broken(unforeseen(), acked=True).receive(command(slack))

    assert "our side; if you see no answer, please type it again." in slack.calls("respond")[0]["text"]


async def test_a_modal_without_fields_stays_open_too_and_can_be_pressed_again(broken: Break) -> None:
    app = broken(unforeseen())

    first = json.loads((await app.receive(submitted(delete_modal()))).body)
    again = {"type": "view_submission", **WHO, "view": {**first["view"], "id": "V1", "state": {"values": {}}}}
    second = json.loads((await app.receive(again)).body)

    for answer in (first, second):
        view = answer["view"]
        assert answer["response_action"] == "update"
        assert check_view(view) == []
        assert (view["callback_id"], view["submit"]["text"]) == (ids.DELETE_MODAL, "Delete everything")
        assert "Press Delete everything again." in view["blocks"][0]["text"]["text"]
        assert len(view["blocks"]) == len(delete_modal().blocks or []) + 1


def too_fast() -> SlackApiError:
    """The error for a rate limit."""
    return SlackApiError("ratelimited", {"ok": False, "error": "ratelimited"})


async def test_a_busy_slack_is_not_our_failure_and_the_text_says_when_to_try_again(
    slack: ScriptedSlack, broken: Break
) -> None:
    await broken(too_fast()).receive(command(slack))
    response = await broken(too_fast()).receive(submitted(reflection()))

    [told] = slack.calls("respond")
    assert told["text"] == (
        "Slack is busy and isn't accepting more from me right now; nothing changed. Please try again in a minute."
    )
    assert said(response) == (
        "Slack is busy right now, and this isn't saved yet. Your words are still here. Press Save again."
    )


async def test_a_busy_slack_after_saving_changes_nothing_that_was_saved(slack: ScriptedSlack, broken: Break) -> None:
    await broken(too_fast(), acked=True).receive(submitted(reflection()))

    [told] = slack.calls("chat.postMessage")
    assert told["text"].endswith("right now; your reflection was saved. You don't need to write it again.")


async def test_an_expected_error_is_shown_in_its_own_words(slack: ScriptedSlack, broken: Break) -> None:
    error = NotFound("There is no skill called <b>. Nothing was changed.")

    await broken(error).receive(command(slack))
    response = await broken(error).receive(submitted(reflection()))

    [reply] = slack.calls("respond")
    assert reply["text"] == "There is no skill called &lt;b&gt;. Nothing was changed."
    assert said(response) == "There is no skill called <b>. Nothing was changed. Your words are still here."


async def test_a_busy_database_promises_nothing_and_needs_no_reference(slack: ScriptedSlack, broken: Break) -> None:
    response = await broken(DatabaseBusy()).receive(submitted(reflection()))
    await broken(DatabaseBusy()).receive(pressed(f"{slack.url}respond"))

    slow = "Something is slow on our side, and this isn't saved yet."
    assert said(response) == f"{slow} Your words are still here. Press Save again."
    assert slack.calls("respond")[0]["text"] == f"{slow} Please try again in a moment."


async def test_a_button_is_answered_where_it_was_pressed_and_to_that_person_alone(
    slack: ScriptedSlack, broken: Break
) -> None:
    response = await broken(unforeseen()).receive(pressed(f"{slack.url}respond"))

    [reply] = slack.calls("respond")
    assert response.status == 200
    assert reply["response_type"] == "ephemeral"
    assert reply["replace_original"] is False
    assert REFERENCE.search(reply["text"])


async def test_a_button_in_home_is_answered_in_the_conversation(slack: ScriptedSlack, broken: Break) -> None:
    await broken(unforeseen()).receive(pressed())

    assert "this isn't saved yet" in slack.calls("chat.postMessage")[0]["text"]


async def test_a_failed_message_is_answered_without_saying_what_was_saved(slack: ScriptedSlack, broken: Break) -> None:
    """An event's acknowledgement says nothing about what was saved."""
    await broken(unforeseen()).receive(event("message"))

    [told] = slack.calls("chat.postMessage")
    assert told["text"].startswith("Something went wrong on our side, and I couldn't finish this. Please try again.")
    assert "kept" not in told["text"]


async def test_someone_who_only_opened_a_tab_gets_no_message(slack: ScriptedSlack, broken: Break) -> None:
    response = await broken(unforeseen()).receive(event("app_home_opened"))

    assert response.status == 200
    assert slack.asked == []


async def test_an_expired_trigger_is_explained(slack: ScriptedSlack, broken: Break) -> None:
    late = SlackApiError("…", {"ok": False, "error": "expired_trigger_id"})

    await broken(late).receive(pressed(f"{slack.url}respond"))

    assert slack.calls("respond")[0]["text"] == (
        "Slack took too long, so this didn't open. Nothing changed. Please try again."
    )


async def test_slack_is_acknowledged_even_if_the_answer_cannot_be_given(slack: ScriptedSlack, broken: Break) -> None:
    async def hang_up(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    slack.answers("respond", hang_up)

    response = await broken(unforeseen()).receive(command(slack))

    assert response.status == 200


async def test_an_acknowledgement_before_the_failure_reaches_slack_at_once(broken: Break) -> None:
    """Bolt drops it if the error handler returns before Bolt polls, and Slack would show a timeout."""
    response = await broken(unforeseen(), acked=True).receive(event("app_home_opened"))

    assert response.status == 200


async def test_slack_is_acknowledged_before_the_reply_is_on_its_way(slack: ScriptedSlack, broken: Break) -> None:
    """Slack waits three seconds for the acknowledgement, and a reply may take ten."""

    async def never(_request: web.Request) -> web.Response:
        await asyncio.sleep(60)
        return web.Response()

    slack.answers("respond", never)

    with structlog.testing.capture_logs() as log:
        response = await broken(unforeseen()).acknowledge(command(slack))

    assert response.status == 200
    assert "handler.untold" not in {line["event"] for line in log}  # the reply is still being tried


@pytest.mark.parametrize("acked", [False, True])
async def test_no_words_no_secret_and_no_traceback_reach_an_answer_or_the_log(
    slack: ScriptedSlack, broken: Break, capsys: pytest.CaptureFixture[str], acked: bool
) -> None:
    app = broken(unforeseen(), acked=acked)
    slack_error = broken(SlackApiError(f"…{WORDS} {TOKEN}", {"ok": False, "error": "invalid_blocks"}), acked=acked)
    bodies = (command(slack), pressed(f"{slack.url}respond"), submitted(reflection()), event("message"))

    with structlog.testing.capture_logs() as log:
        answers = [(await each.receive(body)).body for each in (app, slack_error) for body in bodies]

    shown = json.dumps([answers, slack.asked])
    written = json.dumps(log) + "".join(capsys.readouterr())
    for text in (shown, written):
        assert WORDS not in text
        assert TOKEN not in text
    assert "Traceback" not in shown
    assert "ValueError" not in shown
    assert len(log) == 8


async def test_the_log_says_what_failed_and_where_under_the_reference_that_was_shown(
    slack: ScriptedSlack, broken: Break
) -> None:
    with structlog.testing.capture_logs() as log:
        await broken(unforeseen()).receive(command(slack))

    [line] = log
    outer, inner = line["errors"]
    assert line["event"] == "handler.broke"
    assert line["what"] == "/coach"
    assert f"Reference {line['reference']}." in slack.calls("respond")[0]["text"]
    assert outer.startswith("ValueError ")
    assert re.search(r"test_error_handler:\d+:handler", outer)
    assert inner.startswith("KeyError test_error_handler:")


async def test_the_log_keeps_slacks_error_code(slack: ScriptedSlack, broken: Break) -> None:
    with structlog.testing.capture_logs() as log:
        await broken(SlackApiError("…", {"ok": False, "error": "invalid_blocks"})).receive(command(slack))

    assert log[0]["errors"][0].startswith("SlackApiError(invalid_blocks) ")


async def test_an_expired_response_url_is_logged_and_breaks_nothing(
    slack: ScriptedSlack, session: aiohttp.ClientSession
) -> None:
    slack.answers("respond", web.Response(text="used_url", status=404))

    with structlog.testing.capture_logs() as log:
        await Replies(session).send(f"{slack.url}respond", MessageContent("Hello", ()))

    assert [(line["event"], line["status"]) for line in log] == [("reply.refused", 404)]


async def test_a_slack_that_takes_no_tables_gets_them_in_words(
    slack: ScriptedSlack, session: aiohttp.ClientSession
) -> None:
    slack.answers("respond", web.Response(text="invalid_blocks", status=400), web.Response(text="ok"))
    chart = LineChart("People", ("Mar 2", "Mar 9"), (Series("Learning", (5, 10)),), "Week", "people")
    table = DataTable("Week by week", ("Week", "Learning"), (("Mar 2", "5+"), ("Mar 9", "10+")), 6)

    assert await Replies(session).send(f"{slack.url}respond", MessageContent.of([chart, table]))

    first, second = slack.calls("respond")
    assert [block["type"] for block in first["blocks"]] == ["data_visualization", "data_table"]
    assert [block["text"]["text"] for block in second["blocks"]] == [
        "Week by week:\nMar 2: Learning 5+\nMar 9: Learning 10+"
    ]
    assert first["text"] == second["text"]


async def test_a_replacement_does_not_change_who_sees_the_message(
    slack: ScriptedSlack, session: aiohttp.ClientSession
) -> None:
    await Replies(session).send(f"{slack.url}respond", MessageContent("Hello", ()), replace=True)

    assert slack.calls("respond") == [{"text": "Hello", "blocks": [], "replace_original": True}]
