"""How a delivered message is updated when nobody pressed anything in it."""

from dataclasses import replace

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.schedule import DeliveryKindName
from bot.errors import SendDelayed, SendFailed
from bot.learning.lesson_state import LessonState
from bot.learning.message_deliveries import MessageRef
from bot.learning.retraction_messages import OutdatedMessage
from bot.slack.message_updates import DeliveryUpdater
from tests.engine_kinds import KINDS
from tests.slack import builders as a
from tests.slack.conftest import ScriptedSlack

LESSON = replace(a.state(a.lesson(), kind=DeliveryKindName.LESSON), retraction=a.retraction())
OUTDATED = OutdatedMessage("T1", MessageRef("D1", "1.000100", a.DELIVERY), LESSON)


@pytest.fixture
def updater(client: AsyncWebClient) -> DeliveryUpdater:
    return DeliveryUpdater(KINDS, lambda _team_id: client)


async def test_a_message_shows_that_its_lesson_was_retracted(slack: ScriptedSlack, updater: DeliveryUpdater) -> None:
    await updater.update(OUTDATED)

    (updated,) = slack.calls("chat.update")
    assert (updated["channel"], updated["ts"], updated["parse"]) == ("D1", "1.000100", "none")
    assert "Retracted:" in updated["text"]


@pytest.mark.parametrize("code", ["edit_window_closed", "cant_update_message"])
async def test_a_retraction_that_no_update_can_show_is_told_once_in_a_new_message(
    slack: ScriptedSlack, updater: DeliveryUpdater, code: str
) -> None:
    slack.answers("chat.update", *[{"ok": False, "error": code}] * 2)

    await updater.update(OUTDATED)
    with pytest.raises(SendFailed):
        await updater.update(OUTDATED)

    (posted,) = slack.calls("chat.postMessage")
    assert posted["channel"] == "D1"
    assert "Retracted:" in posted["text"]


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("message_not_found", LESSON),
        ("edit_window_closed", replace(LESSON, retraction=None)),
        ("edit_window_closed", replace(LESSON, kind=DeliveryKindName.DAY_END)),
    ],
)
async def test_nothing_is_posted_for_a_message_that_is_gone_a_lesson_in_use_or_a_day_end(
    slack: ScriptedSlack, updater: DeliveryUpdater, code: str, state: LessonState
) -> None:
    slack.answers("chat.update", {"ok": False, "error": code})

    with pytest.raises(SendFailed):
        await updater.update(replace(OUTDATED, state=state))

    assert slack.calls("chat.postMessage") == []


async def test_a_rate_limit_is_passed_on(slack: ScriptedSlack, updater: DeliveryUpdater) -> None:
    slack.answers("chat.update", web.json_response({"ok": False, "error": "ratelimited"}, status=429))

    with pytest.raises(SendDelayed):
        await updater.update(OUTDATED)


async def test_a_message_of_an_unknown_kind_stays_as_it_is(slack: ScriptedSlack, updater: DeliveryUpdater) -> None:
    await updater.update(replace(OUTDATED, state=replace(LESSON, kind="hologram")))

    assert slack.asked == []
