"""A program from its choice to its second lesson, and out again."""

from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from tests.e2e.conftest import BotProcess
from tests.e2e.test_first_contact import press_start
from tests.e2e.test_learning_day import get_lesson, showing, start, titled
from tests.shipped import shipped_pack

NEW_NURSE_MANAGER = next(each for each in shipped_pack().programs if each.slug == "new-nurse-manager")
TITLES = {lesson.id: lesson.title for lesson in shipped_pack().lessons}


async def test_a_program_is_chosen_at_first_contact_and_brings_its_first_two_lessons(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await press_start(amara)

    assert await amara.submit({"program": NEW_NURSE_MANAGER.slug, "role": "new_manager"}) == {}

    begun = await amara.wait_for_message(showing("New nurse manager: 20 lessons"))
    assert "Week 1 is about your own footing" in begun["text"]
    lesson = await amara.wait_for_message(showing("New nurse manager, lesson 1 of 20."))
    assert TITLES[NEW_NURSE_MANAGER.lesson_ids[0]] in lesson["text"]
    await amara.click(f"{ids.ANSWER_LESSON}.A", ts=lesson["ts"])
    answered = await amara.wait_for_message(lambda each: ids.REQUEST_EXTRA_LESSON in str(each["blocks"]))
    assert "New nurse manager, lesson 1 of 20." in answered["text"]
    await amara.click(ids.REQUEST_EXTRA_LESSON, ts=lesson["ts"])
    extra = await amara.wait_for_message(showing("One more, as you asked."))
    assert TITLES[NEW_NURSE_MANAGER.lesson_ids[1]] in extra["text"]


async def test_a_program_is_chosen_with_a_command_seen_at_the_next_lesson_and_left_again(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)
    await amara.run_command("/rounds", "program")
    modal = await amara.wait_for_modal(titled("Programs"))
    assert "Heads of a hospital department" in str(modal)
    assert await amara.submit({"program": "department-head"}) == {}
    await amara.wait_for_message(showing("Department head: 20 lessons"))

    await get_lesson(amara)
    await amara.wait_for_message(showing("Department head, lesson 1 of 20."))

    await amara.send_message("which program?")
    await amara.wait_for_message(showing("A program is a path of lessons for your role."))
    await amara.click(ids.OPEN_PROGRAMS)
    modal = await amara.wait_for_modal(titled("Programs"))
    assert "Department head: 0 of 20 lessons answered." in str(modal)
    assert await amara.submit({"program": "-"}) == {}
    await amara.wait_for_message(showing("You've left Department head."))


async def test_programs_are_for_those_who_have_started(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await amara.run_command("/rounds", "program")

    await amara.wait_for_message(showing("Hi, I'm Rounds"))
