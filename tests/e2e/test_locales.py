"""Each person reads dates and clock times as their Slack has them, and new messages follow when that changes."""

from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from bot.storage import learners
from tests.e2e.conftest import BotProcess, in_database, learner_of, somebody
from tests.e2e.test_learning_day import showing, titled
from tests.waits import eventually


async def begin_at_five_past_seven(person: SandboxUser) -> str:
    """Press *Start*, choose 19:05 in Slack's time picker, and return what Rounds says to that."""
    await person.send_message("hello")
    await person.wait_for_message(showing("Hi, I'm Rounds"))
    await person.click(ids.START_LESSONS)
    await person.wait_for_modal(titled("Where to begin"))
    assert await person.submit({"lesson_at": "19:05"}) == {}
    begun = await person.wait_for_message(showing("on workdays, with a quick check-in"))
    return str(begun["text"])


async def test_an_american_and_a_briton_read_the_same_time_each_in_their_own_way(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    async with somebody(sandbox, "U0LENA") as lena:
        assert sandbox.workspace.person(amara.user_id).locale == "en-US"
        assert sandbox.workspace.person(lena.user_id).locale == "en-GB"

        assert "Lessons come at 7:05 PM on workdays" in await begin_at_five_past_seven(amara)
        assert "Lessons come at 19:05 on workdays" in await begin_at_five_past_seven(lena)


async def test_who_changes_the_language_of_their_slack_reads_times_in_the_new_way(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    assert "Lessons come at 7:05 PM on workdays" in await begin_at_five_past_seven(amara)

    await amara.change_profile(locale="en-GB")
    await eventually(lambda: in_database(bot, learners.find_locale, learner_of(amara)) == "en-GB")

    await amara.click(ids.OPEN_SETTINGS)
    assert "19:05" in str(await amara.wait_for_modal(titled("Settings")))
    assert await amara.submit({"tz": "Europe/London"}) == {}
    await amara.wait_for_message(showing("Lessons come at 19:05 on workdays"))
