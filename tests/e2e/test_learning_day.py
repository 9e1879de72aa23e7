"""A nurse manager's day with Rounds, from first contact to the journal."""

from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from bot.bootstrap import system_clock
from bot.domain.learner import Person as Somebody
from bot.domain.learner import Preferences
from bot.learning import enrollment
from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from bot.storage import Session
from bot.storage.tables import Delivery, Learner, Reflection
from tests.e2e.conftest import BotProcess, in_database, learner_of

WORDS = "I told the night team why lunch cover has to wait <!channel>"


def showing(part: str):
    return lambda message: part in message["text"]


def named(ending: str):
    return lambda message: any(file["name"].endswith(ending) for file in message["files"])


def titled(title: str):
    return lambda view: view["title"]["text"] == title


def with_field(name: str):
    return lambda view: f"'{name}'" in str(view["blocks"])


async def start(person: SandboxUser) -> None:
    await person.send_message("hello")
    await person.wait_for_message(showing("Hi, I'm Rounds"))
    await person.click(ids.START_LESSONS)
    await person.wait_for_message(showing("You're set."))
    await skip_questions(person)


async def skip_questions(person: SandboxUser) -> None:
    """Close the questions that follow *Start*."""
    await person.wait_for_modal(titled("Where to begin"))
    await person.close_modal()


async def get_lesson(person: SandboxUser) -> dict[str, Any]:
    await person.run_command("/lesson")
    return await person.wait_for_message(showing("Your call."))


def planned_for(session: Session, who: Somebody) -> list[UUID]:
    """All deliveries that were ever planned for somebody."""
    return list(session.exec(select(Delivery.id).join(Learner).where(Learner.user_id == who.user_id)))


def preferences_of(session: Session, who: Somebody) -> Preferences:
    """What a learner has chosen."""
    found = enrollment.find_learner(session, who, system_clock())
    assert found is not None
    return found.preferences


def words_of(session: Session, who: Somebody) -> int:
    """How many reflections are kept of a learner."""
    kept = select(Reflection.id).join(Learner, col(Learner.id) == Reflection.learner_id)
    return len(session.exec(kept.where(Learner.user_id == who.user_id)).all())


async def test_nobody_gets_a_lesson_before_pressing_start(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await amara.run_command("/lesson")

    await amara.wait_for_message(showing("Hi, I'm Rounds"))
    assert in_database(bot, planned_for, learner_of(amara)) == [], "nothing is sent without a row"


async def test_a_lesson_is_answered_reflected_on_and_counted(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)
    lesson = await get_lesson(amara)

    await amara.click(f"{ids.ANSWER_LESSON}.A", ts=lesson["ts"])
    answered = await amara.wait_for_message(
        lambda message: message["ts"] == lesson["ts"] and "streak" in message["text"].lower()
    )
    assert "Streak: 1 working day." in answered["text"] or "Bonus practice!" in answered["text"]
    assert f"{ids.ANSWER_LESSON}." not in str(answered["blocks"])

    await amara.click(ids.OPEN_REFLECTION, ts=lesson["ts"])
    modal = await amara.wait_for_modal()
    assert "Colleagues and admins can't read this" in str(modal)
    assert await amara.submit({"words": WORDS}) == {}
    await amara.wait_for_message(showing("Reflection saved."))

    await amara.run_command("/streak")
    await amara.wait_for_message(showing("Your streak:"))

    await amara.run_command("/rounds", "journal")
    journal = await amara.wait_for_modal()
    assert {"type": "plain_text", "text": WORDS, "emoji": False} in [block.get("text") for block in journal["blocks"]]


@pytest.mark.own_bot
async def test_what_a_learner_writes_is_found_in_no_log_and_no_file(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)
    await get_lesson(amara)
    await amara.click(ids.OPEN_REFLECTION)
    await amara.submit({"words": "unmistakable-reflection"})
    await amara.wait_for_message(showing("Reflection saved."))
    await amara.run_command("/coach", "unmistakable-situation between two nurses")
    await bot.stop()

    written = bot.log + b"".join(file.read_bytes() for file in bot.folder.rglob("*") if file.is_file())
    assert b"unmistakable" not in written
    assert b"unmistakable" not in str(sandbox.call_log.calls).encode()


async def test_what_may_name_a_patient_is_kept_only_on_a_second_press(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)
    lesson = await get_lesson(amara)
    await amara.click(ids.OPEN_REFLECTION, ts=lesson["ts"])
    await amara.wait_for_modal()

    await amara.submit({"words": "Mrs Abernathy in bed 4 has dementia, I was short with her"})

    warned = await amara.wait_for_modal(lambda view: "This may point to a patient" in str(view["blocks"]))
    assert "Mrs Abernathy in bed 4" in str(warned["blocks"]), "the words are still there"
    assert in_database(bot, words_of, learner_of(amara)) == 0

    assert await amara.submit({"words": "A lady with dementia, I was short with her"}) == {}
    await amara.wait_for_message(showing("Reflection saved."))


async def test_the_first_choice_is_final(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)
    lesson = await get_lesson(amara)
    await amara.click(f"{ids.ANSWER_LESSON}.A", ts=lesson["ts"])
    first = await amara.wait_for_message(
        lambda message: message["ts"] == lesson["ts"] and "streak" in message["text"].lower()
    )

    await amara.run_command("/lesson")

    await amara.wait_for_message(showing("already in your messages"))
    assert first["text"] in [message["text"] for message in await amara.messages()]


async def test_a_skill_command_gives_a_tip_and_with_a_situation_the_lessons_that_fit(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)

    await amara.run_command("/conflict-tip")
    first = await amara.wait_for_message(showing("Say:"))
    assert first["ephemeral"]

    await amara.click(ids.SHOW_ANOTHER_TIP)
    await amara.wait_for_message(lambda message: "Say:" in message["text"] and message["text"] != first["text"])
    await amara.click(ids.SHOW_PREVIOUS_TIP)
    await amara.wait_for_message(lambda message: message["text"] == first["text"])

    await amara.run_command("/conflict-tip", "two of my nurses are not speaking to each other")
    advice = await amara.wait_for_message(showing("I don't store what you type."))
    assert "not speaking to each other" not in advice["text"]
    assert advice["text"].startswith("This sounds like ")
    assert "Show, Show" in advice["text"]


async def test_a_situation_at_risk_gets_the_fixed_card_first(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await amara.run_command("/coach", "one of my nurses says she wants to end her life")

    await amara.wait_for_message(showing("988"))


async def test_a_situation_that_matches_nothing_says_so(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await amara.run_command("/coach", "what is the wifi password")

    answer = await amara.wait_for_message(showing("I couldn't match that."))
    assert len([e for b in answer["blocks"] if b["type"] == "actions" for e in b["elements"]]) == 10


async def test_each_command_works_through_rounds_too(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await amara.run_command("/rounds", "conflict-tip")

    await amara.wait_for_message(showing("Say:"))


async def test_pausing_and_resuming(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)

    await amara.run_command("/rounds", "pause until tomorrow")
    await amara.wait_for_message(showing("Paused until"))
    await amara.run_command("/rounds", "pause until the cows come home")
    await amara.wait_for_message(showing("I couldn't read that as a day after today"))

    await amara.run_command("/rounds", "resume")
    await amara.wait_for_message(showing("Welcome back."))


async def test_settings_name_every_problem_beside_its_field(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)
    await amara.run_command("/rounds", "settings")
    await amara.wait_for_modal()

    errors = await amara.submit({"tz": "Mars/Olympus"})
    assert set(errors) == {"tz"}

    assert await amara.submit({"tz": "tokyo"}) == {}
    await amara.wait_for_message(showing("Time zone Asia/Tokyo."))
    await amara.run_command("/rounds", "settings")
    await amara.wait_for_modal()
    await amara.click(ids.OPEN_MORE_SETTINGS)
    await amara.wait_for_modal(titled("More settings"))
    assert await amara.submit({"cadence": "weekly", "follows_status": ["on"], "focus": ["conflict"]}) == {}
    await amara.wait_for_message(showing("Time zone Asia/Tokyo.\nOne lesson a week"))


async def test_shifts_name_every_problem_beside_its_field_and_change_nothing(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)
    before = in_database(bot, preferences_of, learner_of(amara))
    await amara.run_command("/rounds", "settings")
    await amara.wait_for_modal()
    await amara.click(ids.OPEN_SHIFTS)
    await amara.wait_for_modal(titled("My shifts"))

    errors = await amara.submit({"start.every": "09:00", "end.every": "09:40", "lesson_after": "20"})
    assert errors.keys() == {"day_end_before:0"}

    await amara.click(ids.CHOOSE_SCHEDULE_KIND, selected="rotation")
    await amara.wait_for_modal(with_field("cycle"))
    errors = await amara.submit({"cycle": "- - ? -", "first": "2099-01-01"})
    assert errors.keys() == {"cycle:0", "first:0"}
    assert in_database(bot, preferences_of, learner_of(amara)) == before


async def test_a_week_with_hours_of_its_own_for_each_day_is_set_on_a_phone(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)
    await amara.run_command("/rounds", "settings")
    await amara.wait_for_modal()
    await amara.click(ids.OPEN_SHIFTS)
    await amara.wait_for_modal(titled("My shifts"))
    await amara.click(ids.ENTER_TIMES_PER_DAY)
    await amara.wait_for_modal(with_field("start.4"))

    # A day that is added asks for its times before anything is kept.
    assert await amara.submit({"days": ["0", "5"], "start.0": "07:00", "end.0": "15:00", "lesson_after": "10"}) == {}
    asked = await amara.wait_for_modal(with_field("start.5"))
    assert "New: Saturday. Check when it starts and ends, then save." in str(asked)
    assert await amara.submit({"start.5": "20:00", "end.5": "08:00"}) == {}

    await amara.wait_for_message(
        showing("Shifts saved. Monday 7:00 AM–3:00 PM; Saturday 8:00 PM–8:00 AM. Lesson 10 minutes after")
    )
    settings = await amara.wait_for_modal(titled("Settings"))
    assert "Saturday 8:00 PM–8:00 AM" in str(settings)


async def test_home_shows_the_day_and_follows_an_answer(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)
    lesson = await get_lesson(amara)

    async def shows_the_lesson() -> bool:
        await amara.open_home()
        return "the question is open" in str(await amara.wait_for_home())

    await amara.wait_until(shows_the_lesson)

    await amara.click(f"{ids.ANSWER_LESSON}.A", ts=lesson["ts"])

    await amara.wait_for_home(lambda view: "answered" in str(view))


async def test_export_and_delete_me(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)
    await get_lesson(amara)
    await amara.click(ids.OPEN_REFLECTION)
    await amara.submit({"words": "a line of my own"})
    await amara.wait_for_message(showing("Reflection saved."))

    await amara.run_command("/rounds", "export")
    assert "They stay in Slack until you delete them" in str(await amara.wait_for_modal())
    await amara.submit()
    for ending in (".html", ".md", ".json"):
        message = await amara.wait_for_message(named(ending))
        assert b"a line of my own" in await amara.download(message["files"][0]["url"])
    await amara.click(ids.DELETE_EXPORT)
    await amara.wait_for_message(showing("The files of this export were deleted. Your organization may have kept"))
    assert not [m for m in await amara.messages() if m["files"]]
    await amara.run_command("/rounds", "export")
    await amara.wait_for_modal()
    await amara.submit()
    await amara.wait_for_message(named(".json"))

    await amara.run_command("/rounds", "delete-me")
    await amara.wait_for_modal()
    await amara.submit()
    await amara.wait_for_message(
        showing("1 reflection, 0 answers, your streak and settings and 3 export files in Slack")
    )
    await amara.wait_for_message(showing("The files sent here were deleted with everything else."))
    assert not [m for m in await amara.messages() if m["files"]]

    await amara.run_command("/rounds", "journal")
    await amara.wait_for_message(showing("Hi, I'm Rounds"))


@pytest.mark.own_bot(first_start=True)
async def test_the_bot_is_killed_and_comes_back_knowing_what_it_sent(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)
    lesson = await get_lesson(amara)

    await bot.stop(9)
    await bot.start()
    await amara.click(f"{ids.ANSWER_LESSON}.B", ts=lesson["ts"])

    await amara.wait_for_message(lambda message: message["ts"] == lesson["ts"] and "streak" in message["text"].lower())
    lessons = [message for message in sandbox.workspace.all_messages() if message.by_bot and message.metadata]
    assert len(lessons) == 1
