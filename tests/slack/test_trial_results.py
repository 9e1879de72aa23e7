"""Telling whoever planned a trial how it ended: the real client against a scripted server."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.formats import Formats
from bot.errors import HistoryUnreadable, PersonLeft, SendUncertain
from bot.slack.trial_results import TrialResultNotifier
from tests.slack import builders as a
from tests.slack.conftest import ScriptedSlack

ENDED = a.trial_result()
BEGUN_AT = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
def notifier(client: AsyncWebClient) -> TrialResultNotifier:
    return TrialResultNotifier(lambda _team_id: client, lambda _team_id: client, {"U0OPERATOR"})


@pytest.mark.parametrize(
    ("user", "may"),
    [
        ({"is_admin": True}, True),
        ({"is_owner": True}, True),
        ({"is_admin": False}, False),
        ({"is_admin": True, "deleted": True}, False),
        ({"is_admin": True, "is_restricted": True}, False),
    ],
)
async def test_only_an_admin_who_is_still_there_is_told(
    slack: ScriptedSlack, notifier: TrialResultNotifier, user: dict[str, bool], may: bool
):
    slack.answers("users.info", {"ok": True, "user": {"id": "U0AMARA", "team_id": "T1", **user}})

    assert await notifier.may_be_told(ENDED) is may


@pytest.mark.parametrize("is_deleted", [True, False])
async def test_an_operators_admin_is_told_as_long_as_they_are_there(
    slack: ScriptedSlack, notifier: TrialResultNotifier, is_deleted: bool
):
    slack.answers("users.info", {"ok": True, "user": {"id": "U0OPERATOR", "team_id": "T1", "deleted": is_deleted}})
    theirs = replace(ENDED, person=replace(ENDED.person, user_id="U0OPERATOR"))

    assert await notifier.may_be_told(theirs) is not is_deleted


async def test_somebody_whom_slack_does_not_know_has_left(slack: ScriptedSlack, notifier: TrialResultNotifier):
    slack.answers("users.info", {"ok": False, "error": "user_not_found"})

    with pytest.raises(PersonLeft):
        await notifier.may_be_told(ENDED)


async def test_the_message_is_in_their_language_and_can_be_found_again(
    slack: ScriptedSlack, notifier: TrialResultNotifier
):
    await notifier.notify(replace(ENDED, formats=Formats("de-DE")))

    (posted,) = slack.calls("chat.postMessage")
    assert "Dein Vergleich ist beendet" in posted["text"]
    slack.answers("conversations.open", {"ok": True, "channel": {"id": "D1"}})
    found = {"type": "message", "ts": "1.000100", "metadata": posted["metadata"]}
    slack.answers("conversations.history", {"ok": True, "messages": [found]})
    assert await notifier.was_posted(replace(ENDED, begun_at=BEGUN_AT))


async def test_other_messages_are_not_taken_for_it(slack: ScriptedSlack, notifier: TrialResultNotifier):
    other = {"event_type": "rounds_delivery", "event_payload": {"delivery_id": str(UUID(int=8))}}
    slack.answers("conversations.open", {"ok": True, "channel": {"id": "D1"}})
    slack.answers("conversations.history", {"ok": True, "messages": [{"ts": "1.000100", "metadata": other}]})

    assert not await notifier.was_posted(replace(ENDED, begun_at=BEGUN_AT))


async def test_what_slack_cannot_say_stays_open(slack: ScriptedSlack, notifier: TrialResultNotifier):
    slack.answers("conversations.open", {"ok": False, "error": "internal_error"})
    slack.answers("chat.postMessage", {"ok": False, "error": "internal_error"})

    with pytest.raises(HistoryUnreadable):
        await notifier.was_posted(replace(ENDED, begun_at=BEGUN_AT))
    with pytest.raises(SendUncertain):
        await notifier.notify(ENDED)
