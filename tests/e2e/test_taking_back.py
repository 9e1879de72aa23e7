"""An admin takes a lesson back, and a whole pack, while people have them in front of them."""

import pytest

from bot.content.pack_templates import create_pack
from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from tests.e2e.conftest import BotProcess
from tests.e2e.test_admin import zipped
from tests.e2e.test_learning_day import get_lesson, showing, start
from tests.e2e.test_surfaces import new_message
from tests.shipped import shipped_pack

REASON = "The figure in its tip is <wrong>."


async def open_packs(admin: SandboxUser) -> None:
    """Type `/rounds admin packs`, and wait for the answer."""
    known = {message["ts"] for message in await admin.messages()}
    await admin.run_command("/rounds", "admin packs")
    await admin.wait_for_message(new_message(known, "Loaded by"))


@pytest.mark.own_bot
async def test_a_retracted_lesson_says_why_in_its_message_and_is_answered_no_more(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser, amara: SandboxUser
):
    first = shipped_pack().lessons[0]
    await start(amara)
    lesson = await get_lesson(amara)
    assert first.title in lesson["text"]

    await open_packs(tomas)
    await tomas.click(ids.OPEN_RETRACT)
    asked = await tomas.wait_for_modal()
    assert "You retract the lesson in this workspace only." in str(asked)
    assert await tomas.submit({"lesson": first.id, "reason": REASON}) == {}
    await tomas.wait_for_message(showing(f"Retracted: {first.title}."))

    told = await amara.wait_for_message(
        lambda message: message["ts"] == lesson["ts"] and f"Retracted: {first.title}" in message["text"]
    )
    assert "The reason: The figure in its tip is &lt;wrong&gt;." in told["text"]
    assert "That won't break your streak." in told["text"]
    assert not [block for block in told["blocks"] if block["type"] == "actions"]
    known = {message["ts"] for message in await amara.messages()}
    await amara.run_command("/lesson")
    await amara.wait_for_message(new_message(known, "Today's lesson was retracted, so nothing is open."))

    await open_packs(tomas)
    await tomas.click(ids.OPEN_RETRACTED)
    listed = str(await tomas.wait_for_modal())
    assert f"Retracted by <@{tomas.user_id}> on" in listed
    await tomas.click(ids.LIFT_RETRACTION, where="modal")
    await amara.wait_for_message(lambda message: message["ts"] == lesson["ts"] and "Your call." in message["text"])


@pytest.mark.own_bot
async def test_a_removed_pack_sends_nothing_and_comes_back_when_it_is_loaded_again(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser, amara: SandboxUser
):
    create_pack(bot.folder / "ours", "Our lessons")
    file = zipped(bot.folder / "ours")
    await tomas.send_file("ours.zip", file)
    await tomas.wait_for_message(showing("This pack is new."))
    await tomas.click(ids.LOAD_PACK)
    await tomas.wait_for_message(showing("Our lessons 0.1.0 is live."))
    await start(amara)
    await amara.run_command("/tip", "handoff")
    await amara.wait_for_message(showing("Write one line for the next shift"))
    await amara.click(ids.SAVE_TIP)
    await amara.wait_for_message(showing("Saved."))

    await open_packs(tomas)
    await tomas.click(ids.OPEN_REMOVE_PACK)
    asked = str(await tomas.wait_for_modal())
    assert "Our lessons 0.1.0* has 1 lesson." in asked
    assert "how many people have begun with it" in asked or "people* had begun with it" in asked
    assert "Answers, reflections, streaks, and saved lessons are kept." in asked
    assert await tomas.submit({}) == {}
    await tomas.wait_for_message(showing("Our lessons 0.1.0 is removed."))

    known = {message["ts"] for message in await amara.messages()}
    await amara.run_command("/tip", "handoff")
    after = await amara.wait_for_message(new_message(known, ""))
    assert "Write one line for the next shift" not in after["text"]
    await amara.open_home()
    await amara.wait_for_home()
    await amara.click(ids.OPEN_SAVED_LESSONS, where="home")
    assert "Write one line for the next shift" in str(await amara.wait_for_modal())

    await tomas.send_file("again.zip", file)
    again = await tomas.wait_for_message(showing("This pack was removed before."))
    await tomas.click(ids.LOAD_PACK, ts=again["ts"])
    await tomas.wait_for_message(lambda message: message["ts"] == again["ts"] and "is live." in message["text"])
    known = {message["ts"] for message in await amara.messages()}
    await amara.run_command("/tip", "handoff")
    await amara.wait_for_message(new_message(known, "Write one line for the next shift"))


async def test_a_wrong_word_for_admins_is_answered_with_what_was_meant(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser, amara: SandboxUser
):
    await tomas.run_command("/rounds", "admin pakcs")
    await tomas.wait_for_message(showing("I don't know /rounds admin pakcs, so nothing changed. Did you mean"))
    await amara.run_command("/rounds", "admin pakcs")
    await amara.wait_for_message(showing("Only this workspace's admins and owners"))

    await tomas.run_command("/rounds", "admin help")
    answer = await tomas.wait_for_message(showing("What you can do"))

    assert "/rounds admin packs: see, download, roll back, or remove live packs" in answer["text"]
