"""A trial is planned in Slack, told to somebody who starts, left by them, and canceled."""

from typing import Any

from bot.domain.trial import hash_text
from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from tests.e2e.conftest import BotProcess
from tests.e2e.test_cohorts import in_days, start_cohort
from tests.e2e.test_learning_day import showing, start, titled


def cohort_named(view: dict[str, Any], name: str) -> str:
    """The value of the option with this cohort."""
    field = next(each for each in view["blocks"] if each.get("block_id") == "cohort")
    return str(next(each["value"] for each in field["element"]["options"] if each["text"]["text"] == name))


def buttons_of(listed: dict[str, Any], name: str) -> str:
    """The block with the buttons of the trial in this cohort."""
    blocks = listed["blocks"]
    about = next(at for at, each in enumerate(blocks) if f"*{name}*" in each.get("text", {}).get("text", ""))
    return str(blocks[about + 1]["block_id"])


async def test_an_admin_plans_a_trial_and_whoever_starts_is_told_and_may_leave(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser, amara: SandboxUser
):
    code = await start_cohort(tomas, "Comparing managers", starts_on=in_days(3))
    await tomas.run_command("/rounds", "admin trial")
    await tomas.wait_for_message(showing("Plan a trial"))
    await tomas.click(ids.OPEN_PLAN_TRIAL)
    view = await tomas.wait_for_modal(titled("Plan a trial"))
    chosen = {"cohort": cohort_named(view, "Comparing managers"), "people": "40"}
    assert await tomas.submit(chosen) == {}
    outlook = await tomas.wait_for_modal(titled("Is this your plan?"))
    assert "you would only notice a difference of 18 or more in 100" in str(outlook)
    assert await tomas.submit() == {}
    planned = await tomas.wait_for_message(showing("The plan of the trial in Comparing managers is locked."))
    await tomas.click(ids.SHOW_TRIAL_PLAN, ts=planned["ts"])
    await tomas.wait_for_modal(titled("The plan"))
    await tomas.click(ids.SHOW_EXACT_PLAN)
    shown = await tomas.wait_for_modal(titled("The exact plan"))
    whole = hash_text(shown["blocks"][1]["text"]["text"])
    assert whole in shown["blocks"][0]["text"]["text"]
    assert f"{whole[:4]} {whole[4:8]} {whole[8:12]} {whole[12:16]}" in planned["text"]
    await tomas.close_modal()

    await start(amara)
    await amara.run_command("/rounds", "opt-out")
    await amara.wait_for_message(showing("You aren't in a comparison"))
    await amara.run_command("/rounds", f"join {code}")
    told = await amara.wait_for_message(showing("Your cohort is taking part in a comparison"))
    assert "type /rounds opt-out at any time" in told["text"]
    await amara.run_command("/rounds", "opt-out")
    await amara.wait_for_message(showing("You've opted out."))

    await tomas.run_command("/rounds", "admin trial")
    listed = await tomas.wait_for_message(showing("Planned: from"))
    await tomas.click(ids.CANCEL_TRIAL, ts=listed["ts"], block_id=buttons_of(listed, "Comparing managers"))
    await tomas.wait_for_message(showing("The trial in Comparing managers is canceled."))
    await tomas.wait_for_message(showing("There is no result, because the trial was canceled."))


async def test_with_start_somebody_enters_a_trial_and_is_told(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser, amara: SandboxUser
):
    code = await start_cohort(tomas, "Starting managers", starts_on=in_days(3))
    await tomas.run_command("/rounds", "admin trial")
    await tomas.wait_for_message(showing("Plan a trial"))
    await tomas.click(ids.OPEN_PLAN_TRIAL)
    view = await tomas.wait_for_modal(titled("Plan a trial"))
    assert await tomas.submit({"cohort": cohort_named(view, "Starting managers"), "people": "5000"}) == {}
    assert "That is enough." in str(await tomas.wait_for_modal(titled("Is this your plan?")))
    assert await tomas.submit() == {}
    await tomas.wait_for_message(showing("The plan of the trial in Starting managers is locked."))

    await amara.run_command("/rounds", f"join {code}")
    welcome = await amara.wait_for_message(showing("Hi, I'm Rounds."))
    assert "comparison" not in welcome["text"]
    await amara.click(ids.START_LESSONS, ts=welcome["ts"])

    await amara.wait_for_message(showing("Your cohort is taking part in a comparison."))
    await amara.wait_for_message(showing("You're set."))


async def test_only_admins_plan_trials(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await amara.run_command("/rounds", "admin trial")

    await amara.wait_for_message(showing("can do that. Nothing changed."))
