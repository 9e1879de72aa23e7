"""One more lesson, from its button to the journal."""

from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from tests.e2e.conftest import BotProcess
from tests.e2e.test_learning_day import get_lesson, showing, start


async def test_after_an_answer_one_more_lesson_comes_and_is_answered_and_written_about(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)
    lesson = await get_lesson(amara)
    assert ids.REQUEST_EXTRA_LESSON not in str(lesson["blocks"])
    await amara.click(f"{ids.ANSWER_LESSON}.A", ts=lesson["ts"])
    answered = await amara.wait_for_message(lambda each: ids.REQUEST_EXTRA_LESSON in str(each["blocks"]))
    streak = next(line for line in answered["text"].splitlines() if "streak" in line.lower())

    await amara.click(ids.REQUEST_EXTRA_LESSON, ts=lesson["ts"])

    await amara.wait_for_message(showing("You asked for one more lesson. It comes below."))
    extra = await amara.wait_for_message(showing("One more, as you asked."))
    await amara.click(f"{ids.ANSWER_LESSON}.B", ts=extra["ts"])
    also_answered = await amara.wait_for_message(
        lambda each: each["ts"] == extra["ts"] and "streak" in each["text"].lower()
    )
    assert streak in also_answered["text"], "the streak stays what it was"

    await amara.click(ids.OPEN_REFLECTION, ts=extra["ts"])
    await amara.wait_for_modal()
    assert await amara.submit({"words": "A second thought"}) == {}
    await amara.wait_for_message(lambda each: each["ts"] == extra["ts"] and "Reflection saved." in each["text"])
    await amara.run_command("/rounds", "journal")
    assert "A second thought" in str(await amara.wait_for_modal())
    await amara.close_modal()

    await amara.send_message("another lesson please")
    await amara.wait_for_message(showing("That's two for today."))
