"""How the files in a message are answered, and which URLs may get the token."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.calendar_fetcher import HttpCalendarFetcher
from bot.delivery.roster_refresh import RosterReader
from bot.delivery.transactions import Transactions
from bot.domain.learner import Person
from bot.slack.handler_context import HandlerContext
from bot.slack.handlers.admin import AdminHandlers
from bot.slack.handlers.coach_thread import CoachThreadHandlers
from bot.slack.handlers.direct_messages import MAX_FILES, DirectMessageHandlers
from bot.slack.handlers.plain_words import PlainWordsHandlers
from bot.slack.handlers.shift_calendar import ShiftCalendarHandlers
from bot.slack.uploaded_files import may_receive_token
from tests.builders import TEAM
from tests.engine_kinds import KINDS
from tests.slack.conftest import ScriptedSlack
from tests.ward import Ward

ADMIN = "U0ADMIN"
SLACK = "https://slack.com/api/"


@pytest.fixture
def messages(ward: Ward, session: aiohttp.ClientSession) -> DirectMessageHandlers:
    context = HandlerContext(
        Transactions(ward.store), ward.library, ward.clock, lambda: None, session, KINDS, frozenset({ADMIN})
    )
    rosters = ShiftCalendarHandlers(context, RosterReader(HttpCalendarFetcher()))
    return DirectMessageHandlers(
        context, AdminHandlers(context), rosters, CoachThreadHandlers(context), PlainWordsHandlers(context)
    )


async def write(
    messages: DirectMessageHandlers, client: AsyncWebClient, *files: dict[str, Any], by: str = ADMIN
) -> None:
    event = {"channel": "D1", "ts": "1.000100", "channel_type": "im", "subtype": "file_share", "files": list(files)}
    await messages.received(event, client, Person(TEAM, by), "U0ROUNDS")


def said(slack: ScriptedSlack) -> list[str]:
    return [str(call["text"]) for call in slack.calls("chat.postMessage")]


def zip_at(url: str, name: str = "ward.zip") -> dict[str, Any]:
    return {"id": "F1", "name": name, "size": 9, "url_private_download": url}


async def test_a_file_stub_is_looked_up_and_read(
    slack: ScriptedSlack, client: AsyncWebClient, messages: DirectMessageHandlers
) -> None:
    slack.answers("files.info", {"ok": True, "file": zip_at(f"{slack.url}download")})

    await write(messages, client, {"id": "F1", "file_access": "check_file_info"})

    assert slack.calls("files.info") == [{"file": "F1"}]
    assert "This zip file can't be opened" in said(slack)[0]


async def test_each_file_is_answered_even_if_another_one_failed(
    slack: ScriptedSlack, client: AsyncWebClient, messages: DirectMessageHandlers
) -> None:
    slack.answers("files.info", {"ok": False, "error": "file_not_found"})

    await write(
        messages,
        client,
        {"id": "F1", "file_access": "check_file_info"},
        zip_at("https://example.org/ward.zip"),
        {"id": "F3", "name": "notes.txt", "size": 5},
    )

    first, second, third = said(slack)
    assert first == "The file couldn't be downloaded from Slack. Nothing changed; please upload it again."
    assert second == "ward.zip couldn't be downloaded from Slack. Nothing changed; please upload it again."
    assert "This is not a .zip file." in third


async def test_files_beyond_the_limit_are_mentioned(
    slack: ScriptedSlack, client: AsyncWebClient, messages: DirectMessageHandlers
) -> None:
    await write(messages, client, *[{"id": "F1", "name": "notes.txt"}] * (MAX_FILES + 1))

    assert len(said(slack)) == MAX_FILES + 1
    assert said(slack)[-1].startswith("I read the first 5 files of your message")


@pytest.mark.parametrize(
    "url",
    [
        "https://files.slack.com/files-pri/T1-F1/download/ward.zip",
        "https://slack.com/x",
        "https://files.slack-gov.com/x",
        "https://slack-gov.com/x",
    ],
)
def test_the_token_goes_to_slack(url: str) -> None:
    assert may_receive_token(url, SLACK)


@pytest.mark.parametrize(
    "url",
    [
        "http://files.slack.com/x",
        "http://slack.com/x",
        "https://notslack.com/x",
        "https://slack.com.example.org/x",
        "https://slack.com@example.org/x",
        "https://example.org/slack.com",
        "//slack.com/x",
        "",
    ],
)
def test_the_token_goes_nowhere_else_and_never_unencrypted(url: str) -> None:
    assert not may_receive_token(url, SLACK)


def test_the_token_goes_to_the_host_of_the_api() -> None:
    assert may_receive_token("http://127.0.0.1:3890/files/F1", "http://127.0.0.1:3890/api/")
    assert not may_receive_token("http://127.0.0.1:3891/files/F1", "http://127.0.0.1:3890/api/")
