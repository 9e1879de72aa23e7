"""What the running bot leaves behind of a person: nothing after delete-me, and nothing in its log at any time."""

import asyncio
import re

import pytest

from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from tests.e2e.conftest import BotProcess
from tests.e2e.test_learning_day import get_lesson, showing, start, titled
from tests.waits import LONGEST


async def practice(person: SandboxUser) -> None:
    """Answer a lesson, guess, write a reflection, and look at Home."""
    await start(person)
    lesson = await get_lesson(person)
    await person.click(f"{ids.ANSWER_LESSON}.B", ts=lesson["ts"])
    await person.wait_for_message(lambda m: m["ts"] == lesson["ts"] and "streak" in m["text"].lower())
    await person.click(ids.OPEN_REFLECTION, ts=lesson["ts"])
    await person.wait_for_modal()
    await person.submit({"words": "unmistakable-reflection"})
    await person.wait_for_message(showing("Reflection saved."))
    await person.open_home()
    await person.wait_for_home(lambda view: ids.OPEN_PRIVACY in str(view))


def files_with(user_id: str, bot: BotProcess) -> list[str]:
    """Return the names of the database's files that have this id in them."""
    return [file.name for file in bot.database.parent.iterdir() if user_id.encode() in file.read_bytes()]


@pytest.mark.own_bot
async def test_after_delete_me_no_file_has_the_id_and_home_shows_nothing(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await practice(amara)
    assert files_with(amara.user_id, bot), "the search can find what is there"
    await amara.click(ids.OPEN_PRIVACY, where="home")
    await amara.wait_for_modal(titled("Privacy"))
    await amara.click(ids.OPEN_DELETE, where="modal")
    await amara.wait_for_modal(titled("Delete everything?"))

    assert await amara.submit() == {}

    await amara.wait_for_message(showing("Everything is deleted"))
    await amara.wait_for_home(lambda view: "Everything is deleted" in str(view) and ids.OPEN_PRIVACY not in str(view))
    async with asyncio.timeout(LONGEST):
        while files_with(amara.user_id, bot):
            await amara.open_home()  # somebody was reading: the files are emptied with what happens next


@pytest.mark.own_bot
async def test_the_log_of_a_day_tells_neither_who_did_something_nor_what_they_chose_or_wrote(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await practice(amara)
    await amara.run_command("/coach", "unmistakable-situation: two nurses don't speak")
    await amara.wait_for_message(showing("I don't store what you type."))
    await amara.send_message("unmistakable-message about the schedule")
    await amara.wait_for_message(lambda m: bool(m.get("reply_count")))
    await amara.run_command("/rounds", "journal")
    await amara.wait_for_modal()
    await bot.stop()

    log = bot.log.decode()
    assert "what='lesson.answer'" in log
    assert "what='/coach'" in log
    assert "unmistakable" not in log
    assert not re.search(r"\b[UW][A-Z0-9]{7,}\b", log), "a user id"
    assert [each for each in sandbox.workspace.members if each in log] == []
    assert not re.search(r"what='[^']*\.(?:[A-D]|\d+)'", log), "an option or a row"
