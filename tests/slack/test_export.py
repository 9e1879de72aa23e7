"""An export: its files, and that none is left behind if someone deletes it, or everything, even meanwhile."""

from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.transactions import Transactions
from bot.learning import privacy
from bot.slack.handler_context import HandlerContext
from bot.slack.handlers.privacy import PrivacyHandlers
from tests.builders import NURSE
from tests.engine_kinds import KINDS
from tests.slack.conftest import ScriptedSlack
from tests.ward import Ward

Export = Callable[[], Awaitable[None]]

PRESSED = {"container": {"channel_id": "D1", "message_ts": "1.2"}}
"""A press in the message that introduces the files."""


@pytest.fixture
def handlers(ward: Ward, session: aiohttp.ClientSession) -> PrivacyHandlers:
    context = HandlerContext(Transactions(ward.store), ward.library, ward.clock, lambda: None, session, KINDS)
    return PrivacyHandlers(context)


@pytest.fixture
def export(ward: Ward, slack: ScriptedSlack, client: AsyncWebClient, handlers: PrivacyHandlers) -> Export:
    """Presses *Send the files* as someone who has started."""
    ward.enrol(NURSE)
    tickets = [{"ok": True, "file_id": each, "upload_url": f"{slack.url}upload"} for each in ("F1", "F2", "F3")]
    slack.answers("files.getUploadURLExternal", *tickets)
    slack.answers("conversations.open", *[{"ok": True, "channel": {"id": "D1"}}] * 3)
    slack.answers("chat.postMessage", {"ok": True, "channel": "D1", "ts": "1.2"})
    return lambda: handlers.export(AsyncAck(), client, NURSE)


def deleting(ward: Ward, answer: dict[str, object]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Answers this, but the learner deletes everything before the answer arrives."""

    async def erase_and_answer(_: web.Request) -> web.Response:
        ward.run(privacy.erase_learner, NURSE, ward.clock())
        return web.json_response(answer)

    return erase_and_answer


async def test_all_files_stay_with_someone_who_stays(slack: ScriptedSlack, export: Export) -> None:
    await export()

    assert len(slack.calls("files.completeUploadExternal")) == 3
    assert slack.calls("files.delete") == []


async def test_a_file_is_not_sent_to_someone_who_left_while_it_was_uploaded(
    ward: Ward, slack: ScriptedSlack, export: Export
) -> None:
    slack.answers("upload", deleting(ward, {"ok": True}))

    await export()

    assert slack.calls("files.completeUploadExternal") == []
    assert "were deleted with everything else" in slack.calls("chat.update")[0]["text"]


async def test_a_file_that_arrived_after_its_owner_left_is_deleted(
    ward: Ward, slack: ScriptedSlack, export: Export
) -> None:
    slack.answers("files.completeUploadExternal", deleting(ward, {"ok": True}))

    await export()

    assert slack.calls("files.delete") == [{"file": "F1"}]
    assert len(slack.calls("chat.postMessage")) == 1, "the message that introduces the files"


async def test_a_file_that_cannot_be_deleted_is_reported(ward: Ward, slack: ScriptedSlack, export: Export) -> None:
    slack.answers("files.completeUploadExternal", deleting(ward, {"ok": True}))
    slack.answers("files.delete", {"ok": False, "error": "cant_delete_file"})

    await export()

    assert "You can delete it yourself." in slack.calls("chat.postMessage")[1]["text"]


async def test_a_file_is_looked_for_even_when_slack_did_not_say_that_it_arrived(
    ward: Ward, slack: ScriptedSlack, export: Export
) -> None:
    slack.answers("files.completeUploadExternal", deleting(ward, {"ok": False, "error": "fatal_error"}))

    with pytest.raises(SlackApiError):
        await export()

    assert slack.calls("files.delete") == [{"file": "F1"}]


async def test_an_exports_own_button_deletes_its_files_and_its_message_says_so(
    ward: Ward, slack: ScriptedSlack, client: AsyncWebClient, handlers: PrivacyHandlers, export: Export
) -> None:
    await export()

    await handlers.delete_export(AsyncAck(), PRESSED, client, NURSE)

    assert [call["file"] for call in slack.calls("files.delete")] == ["F1", "F2", "F3"]
    (changed,) = slack.calls("chat.update")
    assert (changed["channel"], changed["ts"]) == ("D1", "1.2")
    assert changed["text"].startswith("The files of this export were deleted.")
    assert ward.run(privacy.erase_learner, NURSE, ward.clock()).files == ()


async def test_files_that_cannot_be_deleted_are_counted_and_can_be_tried_again(
    slack: ScriptedSlack, client: AsyncWebClient, handlers: PrivacyHandlers, export: Export
) -> None:
    await export()
    slack.answers("files.delete", {"ok": True}, {"ok": False, "error": "internal_error"})

    await handlers.delete_export(AsyncAck(), PRESSED, client, NURSE)
    await handlers.delete_export(AsyncAck(), PRESSED, client, NURSE)

    first, second = slack.calls("chat.update")
    assert "1 file of this export couldn't be deleted from Slack." in first["text"]
    assert first["text"].endswith("Buttons: Delete these files.")
    assert second["text"].startswith("The files of this export were deleted.")
    assert [call["file"] for call in slack.calls("files.delete")] == ["F1", "F2", "F3", "F2"]


async def test_deleting_everything_changes_the_message_of_each_export(
    slack: ScriptedSlack, client: AsyncWebClient, handlers: PrivacyHandlers, export: Export
) -> None:
    await export()

    await handlers.delete(AsyncAck(), client, NURSE)

    (changed,) = slack.calls("chat.update")
    assert changed["ts"] == "1.2"
    assert changed["text"].startswith("The files sent here were deleted with everything else.")
