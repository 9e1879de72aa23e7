"""What was learned is drawn week by week, read aloud as well, and said in words where Slack draws nothing."""

from datetime import timedelta
from typing import Any

from aiohttp import web
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.blocks.progress import progress_message, progress_modal
from bot.slack.handler_context import send_dm
from bot.slack.handlers.commands import CommandHandlers
from tests.answered import answer_in_the_past
from tests.builders import NURSE, six_lessons
from tests.slack import builders as a
from tests.slack.conftest import ScriptedSlack
from tests.slack.test_commands import handlers
from tests.ward import Ward

CHART = "data_visualization"


def types(blocks: list[dict[str, Any]]) -> list[str]:
    return [each["type"] for each in blocks]


def test_a_screen_reader_hears_the_same_numbers() -> None:
    said = progress_message(a.progress((), lessons=366))

    assert types(list(said.blocks)).count(CHART) == 1
    assert "Your lessons so far, week by week:\nLessons answered: " in said.text
    assert "You still knew 250 of 300 questions that have come back." in said.text
    assert CHART not in str(progress_modal(a.progress(())).to_dict()), "modals take no charts"


def test_a_line_of_nothing_is_not_drawn() -> None:
    said = progress_message(a.progress((), came_back=2, remembered=0))

    assert "Lessons answered" in said.text
    assert "Remembered later" not in said.text
    assert "come back" not in said.text


async def test_the_command_says_it_in_words_if_slack_takes_no_charts(
    ward: Ward, client: AsyncWebClient, session: Any, slack: ScriptedSlack
) -> None:
    ward.enrol(NURSE)
    for weeks_ago, lesson in enumerate(six_lessons().lessons):
        ward.run(answer_in_the_past, NURSE, [lesson.id], ward.clock().date() - timedelta(weeks=weeks_ago))
    slack.answers("answer", web.Response(text="invalid_blocks", status=400), web.Response(text="ok"))
    body = {"command": "/rounds", "text": "progress", "response_url": f"{slack.url}answer"}

    await handlers(CommandHandlers, ward, session).typed(AsyncAck(), body, client, NURSE)

    drawn, in_words = slack.calls("answer")
    assert CHART in types(drawn["blocks"])
    assert CHART not in types(in_words["blocks"])
    assert in_words["response_type"] == "ephemeral"


async def test_so_does_a_message_to_somebody_who_asks_in_words(client: AsyncWebClient, slack: ScriptedSlack) -> None:
    slack.answers("chat.postMessage", {"ok": False, "error": "invalid_blocks"})

    await send_dm(client, NURSE.user_id, progress_message(a.progress(())))

    drawn, in_words = slack.calls("chat.postMessage")
    assert CHART in str(drawn["blocks"])
    assert CHART not in str(in_words["blocks"])
