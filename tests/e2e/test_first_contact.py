"""The first minute: four questions after Start, and the lesson that follows from the answers."""

from datetime import time
from typing import Any

from bot.domain.schedule_kinds import weekly_from_lesson_time
from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from tests.e2e.conftest import BotProcess, in_database, learner_of
from tests.e2e.test_learning_day import get_lesson, preferences_of, showing, skip_questions, titled

SITUATION = "Two of my nurses, Zephyrine and Ottoline, are not speaking to each other"


async def press_start(person: SandboxUser) -> dict[str, Any]:
    await person.send_message("hello")
    await person.wait_for_message(showing("Hi, I'm Rounds"))
    await person.click(ids.START_LESSONS)
    return await person.wait_for_modal(titled("Where to begin"))


async def test_what_is_hardest_becomes_the_first_lesson_and_isnt_stored(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await bot.find_by_meaning()
    await press_start(amara)

    assert await amara.submit({"words": SITUATION, "lesson_at": "07:30", "skill": "finance", "role": "unit"}) == {}

    begun = await amara.wait_for_message(showing("begin with “"))
    assert "Lessons come at 7:30 AM on workdays" in begun["text"]
    assert "I don't store what you type." in begun["text"]
    lesson = await amara.wait_for_message(showing("Your call."))
    assert f"“{lesson['text'].splitlines()[0]}”" in begun["text"]
    assert "Conflict" in lesson["text"]
    saved = in_database(bot, preferences_of, learner_of(amara))
    assert saved.focus == {"finance"}
    assert saved.schedule == weekly_from_lesson_time(range(5), time(7, 30))
    files = [*bot.database.parent.iterdir()]
    assert not any(b"Zephyrine" in text for text in [bot.log, *(file.read_bytes() for file in files)])


async def test_begin_without_answers_brings_a_first_lesson(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await press_start(amara)

    assert await amara.submit({}) == {}

    await amara.wait_for_message(showing("Your first lesson is on its way."))
    await amara.wait_for_message(showing("Your call."))


async def test_whoever_skips_the_questions_has_started_and_can_answer_them_later(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await press_start(amara)
    await skip_questions(amara)
    started = await amara.wait_for_message(showing("You're set."))

    await amara.click(ids.OPEN_FIRST_CONTACT, ts=started["ts"])
    await skip_questions(amara)
    await get_lesson(amara)

    await amara.click(ids.OPEN_FIRST_CONTACT, ts=started["ts"])
    await amara.wait_for_message(showing("You already have your first lesson, so nothing was changed."))


async def test_danger_in_the_first_words_comes_before_any_lesson(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await press_start(amara)

    assert await amara.submit({"words": "one of my nurses wants to end her life", "skill": "conflict"}) == {}

    await amara.wait_for_message(lambda message: "988" in message["text"])
    set_up = await amara.wait_for_message(lambda message: message["text"].startswith("You're set. Your next lesson"))
    texts = [message["text"] for message in await amara.messages()]
    assert "988" in texts[-2]
    assert texts[-1] == set_up["text"]
    assert not any("Your call." in text for text in texts)


async def test_whoever_has_started_isnt_asked_again(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await amara.send_message("hello")
    older = await amara.wait_for_message(showing("Hi, I'm Rounds"))
    await amara.send_message("hello again")
    await amara.wait_for_message(lambda message: "Hi, I'm Rounds" in message["text"] and message["ts"] != older["ts"])
    await amara.click(ids.START_LESSONS)
    await skip_questions(amara)

    await amara.click(ids.START_LESSONS, ts=older["ts"])

    await amara.wait_for_message(lambda message: message["ts"] == older["ts"] and "You're set." in message["text"])
    assert await amara.modal() is None
