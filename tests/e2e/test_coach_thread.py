"""A message to Rounds is a situation: it is answered in a thread, and the thread goes on."""

import time
from typing import Any

import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox, SandboxUser
from bot.sandbox.model import SlackMessage
from bot.slack import action_ids as ids
from bot.slack.blocks import coach_thread, word_practice
from bot.slack.blocks.tips import NO_LESSONS_NOW
from tests.e2e.conftest import BotProcess
from tests.e2e.test_learning_day import get_lesson, start

UNSURE = "people keep swapping shifts behind my back and then nobody shows up"
BETWEEN_TWO = "the night shift keeps ignoring the new schedule"
HINT = "mom answers every question for the kid and there are new marks each visit"
SITUATION = "two of my nurses are not speaking to each other and it spoils the handover"


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def by_meaning(bot: BotProcess) -> None:
    """Lessons are found by meaning in all of these: by words alone, fewer answers are sure."""
    await bot.find_by_meaning()


async def answers(person: SandboxUser, root: str, count: int) -> list[dict[str, Any]]:
    """What Rounds has said in a thread, once it has said so much."""

    async def look() -> list[dict[str, Any]] | None:
        found = [each for each in await person.messages(thread_ts=root) if each["ts"] != root and each["blocks"]]
        return found if len(found) >= count else None

    return await person.wait_until(look)


async def test_a_situation_is_answered_in_its_thread_and_goes_on_by_buttons(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)
    root = await amara.send_message(SITUATION)
    (first,) = await answers(amara, root, 1)
    assert "Say:" in first["text"]
    assert "Rounds keeps nothing of this unless you save it." in first["text"]
    assert "Source:" in first["text"]

    await amara.click(ids.COACH_SHORTER, ts=first["ts"], thread_ts=root)
    *_, brief = await answers(amara, root, 2)
    assert brief["text"].startswith("Say:")
    assert len(brief["text"]) < len(first["text"])

    await amara.click(ids.COACH_NEXT, ts=first["ts"], thread_ts=root)
    *_, other = await answers(amara, root, 3)
    assert other["text"].splitlines()[0] != first["text"].splitlines()[0]

    await amara.click(ids.COACH_PRACTICE, ts=first["ts"], thread_ts=root)
    modal = await amara.wait_for_modal()
    assert modal["title"]["text"] == "Practice the words"
    assert await amara.submit() == {}, "nothing has to be typed"
    shown = await amara.wait_for_modal(lambda view: "Say it out loud" in str(view))
    assert not shown.get("submit"), "there is nothing to save"


async def test_a_line_of_her_own_is_compared_with_the_lessons_words_and_saved_if_she_wants(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)
    lesson = await get_lesson(amara)
    await amara.click(f"{ids.ANSWER_LESSON}.A", ts=lesson["ts"])
    await amara.wait_for_message(lambda each: each["ts"] == lesson["ts"] and "Practice the words" in each["text"])

    await amara.click(ids.PRACTICE_WORDS, ts=lesson["ts"])
    asked = await amara.wait_for_modal()
    assert "How would you say it?" in str(asked)
    await amara.submit({word_practice.INPUT: "I'd like to hear both of you, room 12 first."})
    both = await amara.wait_for_modal(lambda view: "*The lesson*" in str(view))
    assert "I'd like to hear both of you, room 12 first." in str(both)

    await amara.submit()
    saving = await amara.wait_for_modal(lambda view: view["title"]["text"] == "Save to journal")
    assert saving["blocks"][0]["element"]["initial_value"] == "I'd like to hear both of you, room 12 first."
    assert await amara.submit({coach_thread.EXCHANGE: "I'd like to hear both of you."}) == {}
    await amara.run_command("/rounds", "journal")
    journal = await amara.wait_for_modal(lambda view: "I'd like to hear both of you." in str(view["blocks"]))
    assert "room 12" not in str(journal)


async def test_danger_in_a_practiced_line_comes_first(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)
    lesson = await get_lesson(amara)
    await amara.click(f"{ids.ANSWER_LESSON}.A", ts=lesson["ts"])
    await amara.wait_for_message(lambda each: each["ts"] == lesson["ts"] and "Practice the words" in each["text"])

    await amara.click(ids.PRACTICE_WORDS, ts=lesson["ts"])
    await amara.wait_for_modal()
    await amara.submit({word_practice.INPUT: "I want to die"})

    shown = await amara.wait_for_modal(lambda view: "*The lesson*" in str(view))
    assert shown["blocks"][0]["type"] == "header"
    assert "*You*" not in str(shown["blocks"][0])


async def test_a_thread_goes_on_by_what_is_written_in_it(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)
    root = await amara.send_message(SITUATION)
    (first,) = await answers(amara, root, 1)

    await amara.send_message("they agreed, and now nobody hands over anything", thread_ts=root)
    *_, other = await answers(amara, root, 2)
    assert "Say:" in other["text"]
    assert other["text"].splitlines()[0] != first["text"].splitlines()[0], "another lesson"

    await amara.send_message("something shorter please", thread_ts=root)
    *_, brief = await answers(amara, root, 3)
    assert brief["text"].startswith("Say:")
    assert brief["text"].splitlines()[0] in other["text"], "of the lesson that was shown last"


async def test_what_they_may_say_is_answered_one_by_one_and_thanks_ends_it(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)
    root = await amara.send_message(SITUATION)
    (first,) = await answers(amara, root, 1)

    await amara.send_message("what if they refuse?", thread_ts=root)
    *_, asked = await answers(amara, root, 2)
    assert asked["text"].startswith("What do they say?")

    await amara.click(f"{ids.COACH_REPLY}.1", ts=asked["ts"], thread_ts=root)
    *_, reply = await answers(amara, root, 3)
    assert reply["text"].splitlines()[0] in asked["text"]

    await amara.click(ids.COACH_PUSHBACK, ts=reply["ts"], thread_ts=root)
    *_, again = await answers(amara, root, 4)
    assert again["text"] == asked["text"]

    await amara.send_message("thank you so much!", thread_ts=root)
    *_, ended = await answers(amara, root, 5)
    assert ended["text"] == "Good luck. Tell me how it went, if you like."
    assert first["ts"] != ended["ts"]


async def test_an_unsure_answer_asks_which_lesson_is_closest(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)
    root = await amara.send_message(UNSURE)
    (asked,) = await answers(amara, root, 1)
    assert "I'm not sure which of these fits." in asked["text"]
    assert "Say:" not in asked["text"]

    await amara.click(f"{ids.COACH_CHOOSE}.1", ts=asked["ts"], thread_ts=root)
    *_, chosen = await answers(amara, root, 2)
    assert "Say:" in chosen["text"]
    assert chosen["text"].splitlines()[1] in asked["text"]

    await amara.click(f"{ids.COACH_HELPED}.no", ts=chosen["ts"], thread_ts=root)
    *_, thanked = await answers(amara, root, 3)
    assert thanked["text"].startswith("Thanks for telling me.")

    await amara.send_message("another lesson please", thread_ts=root)
    await answers(amara, root, 4)

    await amara.click(ids.COACH_NONE, ts=asked["ts"], thread_ts=root)
    *_, nothing = await answers(amara, root, 5)
    assert nothing["text"].startswith("OK. Tell me in one more sentence")


async def test_between_two_one_short_question_decides(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)
    await amara.run_command("/coach", BETWEEN_TWO)
    asked = await amara.wait_for_message(lambda message: "None of these" in message["text"])
    first, second, none = next(block for block in asked["blocks"] if block["type"] == "actions")["elements"]
    assert none["action_id"] == ids.COACH_NONE
    assert first["text"]["text"] != second["text"]["text"]

    await amara.click(second["action_id"])

    await amara.wait_for_message(lambda message: "Say:" in message["text"])


@pytest.mark.parametrize(
    "danger", ["what if he kills himself tonight", "in a word, I want to die", "back to wanting to die"]
)
async def test_danger_comes_before_any_request_in_a_thread(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser, danger: str
):
    await start(amara)
    root = await amara.send_message(SITUATION)
    await answers(amara, root, 1)

    await amara.send_message(danger, thread_ts=root)

    *_, card = await answers(amara, root, 2)
    assert "988" in card["text"]


async def test_a_short_story_is_no_request(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)
    root = await amara.send_message(SITUATION)
    (first,) = await answers(amara, root, 1)

    await amara.send_message("another nurse quit over this today", thread_ts=root)

    *_, answer = await answers(amara, root, 2)
    assert not answer["text"].startswith("Say:")
    assert answer["text"] != first["text"]


async def test_back_shows_the_lesson_before(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)
    root = await amara.send_message(SITUATION)
    (first,) = await answers(amara, root, 1)
    await amara.click(ids.COACH_NEXT, ts=first["ts"], thread_ts=root)
    *_, other = await answers(amara, root, 2)

    await amara.send_message("back please", thread_ts=root)

    *_, again = await answers(amara, root, 3)
    assert again["text"].split("Say:")[1].splitlines()[0] == first["text"].split("Say:")[1].splitlines()[0]
    assert again["text"] != other["text"]


async def test_a_hint_of_danger_asks_and_offers_the_card(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)
    root = await amara.send_message(HINT)
    (asked,) = await answers(amara, root, 1)
    assert "Could someone be at risk?" in asked["text"]

    offered = next(block for block in asked["blocks"] if block.get("block_id") == "risk")["elements"][0]
    await amara.click(offered["action_id"], ts=asked["ts"], thread_ts=root)

    card = await amara.wait_for_modal(lambda view: view["title"]["text"] == "What to do first")
    assert "awaits a clinician's review" in str(card["blocks"])


async def test_danger_comes_first_and_small_talk_gets_no_lesson(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)

    root = await amara.send_message("one of my nurses says she wants to end her life")
    first, *_ = await answers(amara, root, 1)
    assert "988" in first["text"]

    root = await amara.send_message("what do you think of the weather?")
    (nothing,) = await answers(amara, root, 1)
    assert "I couldn't match that." in nothing["text"]


@pytest.mark.own_bot
async def test_nothing_of_a_conversation_is_kept(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)
    root = await amara.send_message(f"unmistakable-words: {SITUATION}")
    await answers(amara, root, 1)
    await amara.send_message("unmistakable-words: what if they refuse?", thread_ts=root)
    await answers(amara, root, 2)
    await bot.stop()

    written = bot.log + b"".join(file.read_bytes() for file in bot.folder.rglob("*") if file.is_file())
    assert b"unmistakable" not in written


async def test_an_exchange_is_kept_when_one_wishes(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)
    root = await amara.send_message(SITUATION)
    (first,) = await answers(amara, root, 1)
    await amara.send_message("what if they refuse & shout?", thread_ts=root)
    await answers(amara, root, 2)

    await amara.click(ids.COACH_SAVE, ts=first["ts"], thread_ts=root)
    modal = await amara.wait_for_modal(lambda view: view["title"]["text"] == "Save to journal")
    (field,) = (block["element"] for block in modal["blocks"] if block["type"] == "input")
    assert field["initial_value"] == f"{SITUATION}\n\nwhat if they refuse & shout?"
    assert await amara.submit({"exchange": "They refused, so I saw each alone."}) == {}

    assert "Kept in your journal." in (await answers(amara, root, 3))[-1]["text"]
    await amara.run_command("/rounds", "journal")
    kept = await amara.wait_for_modal(lambda view: view["title"]["text"] == "Journal")
    assert "They refused, so I saw each alone." in str(kept["blocks"])
    assert "Brought to the coach" in str(kept["blocks"])


async def test_what_is_written_in_another_way_is_answered_and_what_has_no_words_asks_for_some(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)

    root = await say(sandbox, amara, SITUATION, subtype="me_message")
    await answers(amara, root, 1)
    await say(sandbox, amara, "")
    await amara.wait_for_message(lambda message: "there were no words in that" in message["text"])


async def say(sandbox: Sandbox, person: SandboxUser, text: str, **more: object) -> str:
    """An event of a message in a form that the local Slack's people don't write; its ts."""
    channel = next(each.id for each in sandbox.workspace.channels_with(person.user_id) if each.kind == "dm")
    said = {"type": "message", "channel_type": "im", "channel": channel, "user": person.user_id, "text": text, **more}
    ts = sandbox.workspace.next_ts(time.time())
    sandbox.workspace.store_message(SlackMessage(channel, person.user_id, text, ts=ts))
    body = {
        "type": "event_callback",
        "team_id": "T0RIVER",
        "event_id": f"Ev{ts}",
        "event": {**said, "ts": ts, "event_ts": ts},
    }
    await sandbox.sockets.deliver("events_api", body)
    return ts


async def test_buttons_that_no_longer_exist_are_answered_in_words(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)
    channel = next(each.id for each in sandbox.workspace.channels_with(amara.user_id) if each.kind == "dm")
    client = AsyncWebClient(sandbox.bot_token, sandbox.api_url)
    old = {"type": "button", "action_id": "lesson.rate", "text": {"type": "plain_text", "text": "Rate"}, "value": "1"}
    await client.chat_postMessage(channel=channel, text="Old", blocks=[{"type": "actions", "elements": [old]}])

    await amara.click("lesson.rate")

    await amara.wait_for_message(lambda message: "from an older version of Rounds" in message["text"])


async def test_danger_is_answered_before_somebody_new_is_welcomed(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    root = await amara.send_message("one of my nurses says she wants to end her life")

    (card,) = await answers(amara, root, 1)
    assert "988" in card["text"]
    assert NO_LESSONS_NOW not in card["text"]
    await amara.wait_for_message(lambda message: "Hi, I'm Rounds" in message["text"])
