"""Whoever's Slack is in German is spoken to in German, from the first word on; others aren't."""

from pathlib import Path

import pytest

from bot.content.pack_loading import PACK_FILE
from bot.content.pack_templates import create_pack
from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from bot.storage import learners
from tests.e2e.conftest import BotProcess, in_database, learner_of, somebody
from tests.e2e.test_admin import zipped
from tests.e2e.test_learning_day import showing, start, titled
from tests.waits import eventually


async def test_a_german_begins_practices_and_writes_in_german(sandbox: Sandbox, bot: BotProcess):
    async with somebody(sandbox, "U0JONAS") as jonas:
        assert sandbox.workspace.person("U0JONAS").locale == "de-DE"
        await jonas.send_message("hallo")
        welcome = await jonas.wait_for_message(showing("Rounds"))
        assert "Starten" in str(welcome)

        await jonas.click(ids.START_LESSONS)
        await jonas.wait_for_modal(titled("Einstieg wählen"))
        assert await jonas.submit({"lesson_at": "19:05"}) == {}
        begun = await jonas.wait_for_message(showing("19:05 Uhr"))
        assert "Montag bis Freitag" in str(begun["text"]) or "montags bis freitags" in str(begun["text"])

        await jonas.send_message("Einstellungen")
        await jonas.wait_for_message(showing("Einstellungen"))
        await jonas.run_command("/rounds", "setings")
        await jonas.wait_for_message(showing("Meintest du"))
        await jonas.send_message("Pause bis nächsten Montag")
        await jonas.wait_for_message(showing("Pausiert bis Montag"))
        await jonas.send_message("/coach eine Pflegerin will sich das Leben nehmen")
        await jonas.wait_for_message(showing("Jemand denkt vielleicht an Suizid"))


async def test_the_same_words_reach_a_german_and_an_american_each_in_their_language(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    async with somebody(sandbox, "U0JONAS") as jonas:
        for person in (jonas, amara):
            await person.send_message("hello")
        await jonas.wait_for_message(showing("ich bin Rounds"))
        await amara.wait_for_message(showing("I'm Rounds"))


async def test_who_switches_their_slack_to_german_is_spoken_to_in_german(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await amara.send_message("hello")
    await amara.wait_for_message(showing("I'm Rounds"))
    await amara.change_profile(locale="de-DE")

    await eventually(lambda: in_database(bot, learners.find_locale, learner_of(amara)) == "de-DE")

    await amara.run_command("/streak")
    await amara.wait_for_message(showing("ich bin Rounds"))


@pytest.mark.own_bot
async def test_a_lesson_of_a_german_pack_is_german_from_its_heading_to_what_an_answer_says(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser, amara: SandboxUser, tmp_path: Path
):
    create_pack(tmp_path / "station", "Station")
    declared = tmp_path / "station" / PACK_FILE
    declared.write_text(declared.read_text(encoding="utf-8") + "language: de\n", encoding="utf-8")
    await start(amara)
    await tomas.send_file("station.zip", zipped(tmp_path / "station"))
    await tomas.wait_for_message(showing("This pack is new."))
    await tomas.click(ids.OPEN_LOAD_FOR)
    await tomas.wait_for_modal(titled("Who gets it?"))
    assert await tomas.submit({"audience": "chosen_alone", "people": [amara.user_id]}) == {}
    await tomas.wait_for_message(showing("is live"))

    await amara.run_command("/lesson")
    lesson = await amara.wait_for_message(showing("Write one line for the next shift"))
    assert "Heute ausprobieren:" in lesson["text"]
    assert "Try today" not in lesson["text"]
    await amara.click(f"{ids.ANSWER_LESSON}.A")
    await amara.wait_for_message(showing("Alle Antworten"))
    await amara.run_command("/streak")
    await amara.wait_for_message(showing("Your streak"))
