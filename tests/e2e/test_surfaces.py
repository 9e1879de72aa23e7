"""Everything else that can be pressed or typed, in the real bot process."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.bootstrap import system_clock
from bot.domain.learner import Person as Learner
from bot.domain.schedule import DeliveryKindName
from bot.learning import enrollment
from bot.sandbox import Sandbox, SandboxUser
from bot.sandbox.faults import FaultKind
from bot.sandbox.model import Channel
from bot.slack import action_ids as ids
from bot.storage import Session, deliveries
from tests.e2e.conftest import BotProcess, in_database, learner_of
from tests.e2e.test_journal import shared_by
from tests.e2e.test_learning_day import get_lesson, showing, start
from tests.shipped import shipped_pack


def new_message(known: set[str], said: str) -> Callable[[dict[str, Any]], bool]:
    return lambda message: message["ts"] not in known and said in message["text"]


async def title_of_the_modal(person: SandboxUser) -> str:
    return str((await person.wait_for_modal())["title"]["text"])


async def test_a_tip_is_saved_and_found_in_home(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)
    await amara.run_command("/eq-tip")
    tip = await amara.wait_for_message(showing("Say:"))
    await amara.click(ids.SAVE_TIP)
    await amara.wait_for_message(showing("Saved."))

    await amara.open_home()
    await amara.wait_for_home()
    await amara.click(ids.OPEN_SAVED_LESSONS, where="home")

    assert tip["text"].splitlines()[0] in str(await amara.wait_for_modal())


async def test_a_tip_is_shared_only_where_the_reader_says(sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser):
    await start(tomas)
    await tomas.run_command("/team-tip")
    await tomas.wait_for_message(showing("Say:"))
    await tomas.click(ids.OPEN_SHARE_TIP)
    await tomas.wait_for_modal()
    assert await shared_by(tomas) == []

    refused = await tomas.submit({"channel": "G0LEADS"})
    assert "nothing was shared" in refused["channel"]
    assert await tomas.submit({"channel": "C0WARD"}) == {}

    (shared,) = await shared_by(tomas)
    assert "from Rounds" in shared["text"]


async def test_a_tip_is_shared_once_rounds_is_invited_as_it_says(sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser):
    channel = Channel("G0NIGHTS", "night-leads", "private", (tomas.user_id,))
    sandbox.workspace.channels[channel.id] = channel
    await start(tomas)
    await tomas.run_command("/team-tip")
    await tomas.wait_for_message(showing("Say:"))
    await tomas.click(ids.OPEN_SHARE_TIP)
    await tomas.wait_for_modal()
    refused = await tomas.submit({"channel": channel.id})
    typed = re.search(r"Type (/invite @\w+) there", refused["channel"])
    assert typed

    await tomas.send_message(typed[1], channel.id)

    assert await tomas.submit({"channel": channel.id}) == {}
    shared = await tomas.wait_for_message(showing("from Rounds"), channel.id)
    assert "Say:" in shared["text"]


async def test_an_offer_beside_the_best_lesson_opens_in_its_place(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await bot.find_by_meaning()
    await start(amara)
    await amara.run_command("/coach", "two of my nurses are not speaking to each other")
    best = await amara.wait_for_message(showing("This sounds like"))
    offer = next(block for block in best["blocks"] if "accessory" in block)
    title = offer["text"]["text"].split("*")[1]

    await amara.click(offer["accessory"]["action_id"])

    await amara.wait_for_message(lambda message: message["text"].startswith(title))


async def test_a_lesson_shows_its_sources_who_can_see_what_and_takes_a_guess(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)
    lesson = await get_lesson(amara)
    await amara.click(ids.OPEN_WHY)
    assert await title_of_the_modal(amara) == "Why and sources"
    await amara.close_modal()

    await amara.click(ids.OPEN_REFLECTION)
    await amara.click(ids.OPEN_WHO_SEES_WHAT)
    assert await title_of_the_modal(amara) == "Who can see what"
    assert len(await amara.views()) == 2
    await amara.close_modal()
    assert await amara.submit({"words": "   "}) == {
        "reflection": "Nothing is saved yet. Write something first; a line is plenty."
    }
    await amara.close_modal()

    right = shipped_pack().lessons[0].question.correct_option.key
    await amara.click(f"{ids.ANSWER_LESSON}.{right}", ts=lesson["ts"])
    await amara.wait_for_message(showing(f"Yes, {right} is the best fit."))
    await amara.click(ids.OPEN_ANSWERS)
    assert await title_of_the_modal(amara) == "All answers"
    explained = str((await amara.views())[-1])
    for option in shipped_pack().lessons[0].question.options:
        assert option.explanation.split(".")[0] in explained
    await amara.close_modal()
    await amara.click(ids.MARK_LESSON_GUESSED)
    await amara.click(ids.SAVE_LESSON)
    await amara.wait_for_message(
        lambda message: (
            f"Yes, {right} is the best fit." in message["text"]
            and "You guessed, so this question comes back a little sooner." in message["text"]
            and "Saved. You'll find it in Home." in message["text"]
        )
    )
    await amara.click(ids.UNSAVE_LESSON)
    await amara.wait_for_message(
        lambda message: message["ts"] == lesson["ts"] and "Saved. You'll find it in Home." not in message["text"]
    )


async def test_home_leads_to_everything(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await amara.open_home()
    await amara.wait_for_home(lambda view: "Hi, I'm Rounds" in str(view))
    await amara.click(ids.START_LESSONS, where="home")
    await amara.wait_for_home(lambda view: "Journal" in str(view))
    await amara.click(ids.SEND_LESSON_NOW, where="home")
    await amara.wait_for_message(showing("Your call."))

    for action, title in (
        (ids.OPEN_FOUR_WEEKS, "Your last four weeks"),
        (ids.SHOW_ANOTHER_TIP, "A tip"),
        (ids.OPEN_JOURNAL, "Journal"),
        (ids.OPEN_SAVED_LESSONS, "Saved lessons"),
        (ids.OPEN_HELP, "Help"),
        (ids.OPEN_SETTINGS, "Settings"),
        (ids.OPEN_PRIVACY, "Privacy"),
    ):
        await amara.click(action, where="home")
        assert await title_of_the_modal(amara) == title
        if action != ids.OPEN_PRIVACY:
            await amara.close_modal()
    await amara.click(ids.OPEN_EXPORT, where="modal")
    assert await title_of_the_modal(amara) == "Export your words"
    await amara.close_modal()
    await amara.click(ids.OPEN_DELETE, where="modal")
    assert await title_of_the_modal(amara) == "Delete everything?"
    await amara.close_modal()
    await amara.close_modal()


async def test_a_pause_is_chosen_in_home_and_a_lesson_comes_only_when_asked_for(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)
    await amara.open_home()
    await amara.wait_for_home()
    await amara.click(ids.OPEN_PAUSE, where="home")
    assert "until" in await amara.submit({"until": "2020-01-01"})
    until = (system_clock() + timedelta(days=90)).date()
    assert await amara.submit({"until": f"{until}"}) == {}
    await amara.wait_for_message(showing(f"Paused until {until:%A}, {until:%B} {until.day}"))

    await amara.run_command("/lesson")
    await amara.wait_for_message(showing("Your call."))  # who asks gets it, in a pause too

    await amara.wait_for_home(lambda view: "Resume" in str(view))
    await amara.click(ids.RESUME_LESSONS, where="home")
    await amara.wait_for_message(showing("Welcome back."))


async def test_what_is_typed_is_understood_or_explained(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)
    for command, text, answer in (
        ("/rounds", "help", "What I can do"),
        ("/rounds", "", "What I can do"),
        ("/rounds", "dance", "I don't know dance, so nothing changed."),
        ("/conflict-tip", "help", "I don't store what you type."),
        ("/tip", "help", "Add a situation"),
        ("/tip", "conflict", "Say:"),
        ("/tip", "conflict two nurses are not speaking", "I don't store what you type."),
        ("/tip", "two nurses are not speaking", "I don't store what you type."),
        ("/tip", "", "Say:"),
        ("/coach", "", "I don't store what you type."),
        ("/streak", "", "Your streak"),
    ):
        before = {message["ts"] for message in await amara.messages()}
        await amara.run_command(command, text)
        await amara.wait_for_message(new_message(before, answer))


async def test_a_skill_is_chosen_where_nothing_matched(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await amara.run_command("/coach", "what is the wifi password")
    await amara.wait_for_message(showing("I couldn't match that."))

    await amara.click(f"{ids.SHOW_TIP_OF_SKILL}.finance")

    await amara.wait_for_message(lambda message: "Say:" in message["text"])


async def test_what_matters_is_read_at_the_end_of_a_long_text(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await amara.run_command(
        "/coach", "The rota is late again. " * 110 + "One of my nurses says she wants to end her life."
    )

    await amara.wait_for_message(showing("988"))


async def test_not_now_is_respected(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await amara.send_message("hello")
    await amara.wait_for_message(showing("Hi, I'm Rounds"))

    await amara.click(ids.DECLINE_LESSONS)

    await amara.wait_for_message(showing("Nothing will be sent."))


async def open_share(person: SandboxUser) -> None:
    await start(person)
    await person.run_command("/team-tip")
    await person.wait_for_message(showing("Say:"))
    await person.click(ids.OPEN_SHARE_TIP)
    await person.wait_for_modal()


@pytest.mark.parametrize("kind", ["drop_after_accept", "server_error_after", "latency"])
async def test_a_share_whose_answer_is_lost_is_not_asked_for_again(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser, kind: FaultKind
):
    await open_share(tomas)
    sandbox.faults.add("chat.postMessage", kind, times=1, seconds=2.6, user="C0WARD")

    assert await tomas.submit({"channel": "C0WARD"}) == {}

    await tomas.wait_for_message(showing("It may have been posted. Check the channel before you share it again."))
    assert await tomas.modal() is None


async def test_a_share_that_surely_failed_keeps_the_modal_open(sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser):
    await open_share(tomas)
    sandbox.faults.add("chat.postMessage", "error", times=1, error="restricted_action", user="C0WARD")

    assert "Press Share again." in (await tomas.submit({"channel": "C0WARD"}))["channel"]
    assert await tomas.submit({"channel": "C0WARD"}) == {}

    assert len(await shared_by(tomas)) == 1


async def test_after_everything_is_deleted_no_modal_of_it_is_left(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)
    await amara.open_home()
    await amara.wait_for_home()
    await amara.click(ids.OPEN_PRIVACY, where="home")
    await amara.wait_for_modal()
    await amara.click(ids.OPEN_DELETE, where="modal")
    assert await title_of_the_modal(amara) == "Delete everything?"

    assert await amara.submit() == {}

    assert await amara.views() == []
    await amara.wait_for_message(showing("Everything is deleted:"))


async def test_a_mention_in_a_channel_is_answered_to_its_writer_alone(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser, tomas: SandboxUser
):
    channel = next(each for each in sandbox.workspace.channels_with(amara.user_id) if each.kind == "channel")
    await amara.invite(sandbox.workspace.bot.id, channel.id)

    await amara.send_message(f"@{sandbox.workspace.bot.name} one of my nurses wants to end her life", channel.id)

    answer = await amara.wait_for_message(lambda message: "I don't coach in channels" in message["text"], channel.id)
    assert "988" in answer["text"]
    assert not [each for each in await tomas.messages(channel.id) if "I don't coach" in each["text"]]


async def test_ordinary_words_in_the_dm_are_understood(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)
    for said, answer in (
        ("hi", "Tell me in a sentence what is going on"),
        ("help", "What I can do"),
        ("when is my next lesson?", "Your next lesson comes"),
        ("stop", "no lessons come until the day you choose"),
        ("settings", "to change your times and everything else"),
        ("resume", "aren't paused, so nothing changed"),
        ("B", "No question is open right now."),
        ("my streak", "Your streak:"),
        ("pause until tomorrow", "Paused until"),
        ("resume", "Welcome back."),
    ):
        await amara.send_message(said)
        await amara.wait_for_message(showing(answer))


async def recorded(bot: BotProcess, person: SandboxUser, ts: str) -> None:
    """Wait until the bot has written down where the lesson stands: a person is slower than that, a test isn't."""

    async def known() -> bool:
        return in_database(bot, newest_lesson, learner_of(person)) == ts

    await person.wait_until(known)


def newest_lesson(session: Session, who: Learner) -> str | None:
    found = deliveries.find_newest(session, enrollment.get_learner(session, who).id, DeliveryKindName.LESSON)
    return found.ts if found else None


async def test_a_typed_letter_answers_the_open_question(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)
    lesson = await get_lesson(amara)
    await recorded(bot, amara, lesson["ts"])

    await amara.send_message("b")

    await amara.wait_for_message(showing("The lesson above shows it, too."))
    await amara.wait_for_message(lambda message: message["ts"] == lesson["ts"] and "All answers" in message["text"])
