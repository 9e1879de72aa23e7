"""An export during which someone deletes their data leaves no file behind."""

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


@pytest.fixture
def export(ward: Ward, slack: ScriptedSlack, client: AsyncWebClient, session: aiohttp.ClientSession) -> Export:
    """Presses *Send the files* as someone who has started."""
    ward.enrol(NURSE)
    tickets = [{"ok": True, "file_id": each, "upload_url": f"{slack.url}upload"} for each in ("F1", "F2")]
    slack.answers("files.getUploadURLExternal", *tickets)
    slack.answers("conversations.open", *[{"ok": True, "channel": {"id": "D1"}}] * 2)
    context = HandlerContext(Transactions(ward.store), ward.library, ward.clock, lambda: None, session, KINDS)
    return lambda: PrivacyHandlers(context).export(AsyncAck(), client, NURSE)


def deleting(ward: Ward, answer: dict[str, object]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Answers this, but the learner deletes everything before the answer arrives."""

    async def erase_and_answer(_: web.Request) -> web.Response:
        ward.run(privacy.erase_learner, NURSE)
        return web.json_response(answer)

    return erase_and_answer


async def test_both_files_stay_with_someone_who_stays(slack: ScriptedSlack, export: Export) -> None:
    await export()

    assert len(slack.calls("files.completeUploadExternal")) == 2
    assert slack.calls("files.delete") == []


async def test_a_file_is_not_sent_to_someone_who_left_while_it_was_uploaded(
    ward: Ward, slack: ScriptedSlack, export: Export
) -> None:
    slack.answers("upload", deleting(ward, {"ok": True}))

    await export()

    assert slack.calls("files.completeUploadExternal") == []


async def test_a_file_that_arrived_after_its_owner_left_is_deleted(
    ward: Ward, slack: ScriptedSlack, export: Export
) -> None:
    slack.answers("files.completeUploadExternal", deleting(ward, {"ok": True}))

    await export()

    assert slack.calls("files.delete") == [{"file": "F1"}]
    assert slack.calls("chat.postMessage") == []


async def test_a_file_that_cannot_be_deleted_is_reported(ward: Ward, slack: ScriptedSlack, export: Export) -> None:
    slack.answers("files.completeUploadExternal", deleting(ward, {"ok": True}))
    slack.answers("files.delete", {"ok": False, "error": "cant_delete_file"})

    await export()

    assert "You can delete it yourself." in slack.calls("chat.postMessage")[0]["text"]


async def test_a_file_is_looked_for_even_when_slack_did_not_say_that_it_arrived(
    ward: Ward, slack: ScriptedSlack, export: Export
) -> None:
    slack.answers("files.completeUploadExternal", deleting(ward, {"ok": False, "error": "fatal_error"}))

    with pytest.raises(SlackApiError):
        await export()

    assert slack.calls("files.delete") == [{"file": "F1"}]
