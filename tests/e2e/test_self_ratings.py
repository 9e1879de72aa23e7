"""How ready somebody feels: answered with one tap in the first day's end, and changed with another."""

from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from tests.e2e.conftest import BotProcess, in_database, learner_of
from tests.e2e.test_learning_day import get_lesson, showing, start
from tests.e2e.test_recall import end_the_day


async def test_a_tap_answers_and_another_one_changes_the_answer(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
) -> None:
    await start(amara)
    await get_lesson(amara)
    in_database(bot, end_the_day, learner_of(amara))
    asked = await amara.wait_for_message(showing("How ready do you feel right now"))

    for value in (2, 4):
        await amara.click(f"{ids.ANSWER_SELF_RATING}.{value}", ts=asked["ts"])
        await amara.wait_for_message(showing(f"You answered {value}."))

    assert (
        "1: not at all ready · 5: completely ready"
        in (await amara.wait_for_message(showing("You answered 4.")))["text"]
    )

    await amara.click(ids.FINISH_DAY, ts=asked["ts"])
    done = await amara.wait_for_message(showing("Done for today."))
    assert "You answered 4. Until the day is over, you can press another number." in done["text"]
