"""An invitation to a cohort is posted in a channel, and people join by its button without anybody else seeing it."""

from typing import Any

from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from tests.e2e.conftest import BotProcess, somebody
from tests.e2e.test_cohorts import manage, start_cohort
from tests.e2e.test_learning_day import showing, start, titled

WARD = "C0WARD"


async def post(lead: SandboxUser, name: str) -> dict[str, Any]:
    """Post a new cohort's invitation in the ward's channel, and return the message."""
    started = await lead.wait_for_message(lambda m: name in m["text"] and "/rounds join" in m["text"])
    await lead.click(ids.OPEN_POST_INVITATION, ts=started["ts"])
    view = await lead.wait_for_modal(titled("Post an invitation"))
    assert name in str(view["blocks"])
    assert "nothing was posted" in (await lead.submit({"channel": "G0LEADS"}))["channel"]
    assert await lead.submit({"channel": WARD}) == {}
    await lead.wait_for_message(showing(f"Your invitation to {name} is in"))
    return await lead.wait_for_message(showing(name), WARD)


async def press_join(person: SandboxUser, posted: dict[str, Any]) -> None:
    await person.click(ids.JOIN_COHORT, channel=WARD, ts=posted["ts"])


async def test_whoever_presses_join_in_the_channel_is_answered_alone_as_with_the_code(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser, amara: SandboxUser
):
    await start(amara)
    await start_cohort(tomas, "Posted managers", lead=tomas.user_id, welcome="Glad you're here.")

    posted = await post(tomas, "Posted managers")

    for said in (f"<@{tomas.user_id}> invites you to Posted managers.", "Glad you're here.", "Nobody sees who joins."):
        assert said in posted["text"]
    confirmed = await tomas.wait_for_message(showing("Your invitation to Posted managers is in"))
    assert f"/archives/{WARD}/p{posted['ts'].replace('.', '')}" in confirmed["text"]

    await press_join(amara, posted)
    joined = await amara.wait_for_message(showing("You're in Posted managers."), WARD)
    assert "New nurse manager: 20 lessons" in joined["text"]
    async with somebody(sandbox, "U0SAM") as sam:
        await tomas.invite(sam.user_id, WARD)
        await press_join(sam, posted)
        welcome = await sam.wait_for_message(showing("Hi, I'm Rounds"), WARD)
        assert "You're in Posted managers." in welcome["text"]
        await sam.click(ids.START_LESSONS, channel=WARD, ts=welcome["ts"])
        begun = await sam.wait_for_message(showing("You're set."), WARD)
        assert "New nurse manager: 20 lessons" in begun["text"]
    seen_by_others = [each for each in await tomas.messages(WARD) if each["bot"]]
    assert seen_by_others[-1] == posted, "nobody else sees an answer, and the message stays as it is"

    await tomas.run_command("/rounds", "admin log")
    await tomas.wait_for_message(
        showing(f"<@{tomas.user_id}> posted an invitation to the cohort Posted managers in a channel")
    )


async def test_the_button_of_a_closed_cohort_says_so(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser, amara: SandboxUser
):
    await start(amara)
    await start_cohort(tomas, "Short managers", lead=tomas.user_id)
    posted = await post(tomas, "Short managers")
    await tomas.run_command("/rounds", "admin cohorts")
    await manage(tomas, "Short managers", await tomas.wait_for_message(showing("Buttons: Report, Manage")))
    await tomas.click(ids.CLOSE_COHORT)
    await tomas.wait_for_message(showing("Short managers is closed."))

    await press_join(amara, posted)

    await amara.wait_for_message(showing("That cohort is closed, so nobody can join it anymore."), WARD)
