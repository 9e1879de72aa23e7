"""A lead switches the monthly figures on and off beside their cohort."""

from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from tests.e2e.conftest import BotProcess
from tests.e2e.test_cohorts import start_cohort
from tests.e2e.test_learning_day import showing


async def test_a_lead_switches_them_on_and_off_and_an_admin_sees_no_switch(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser, amara: SandboxUser
):
    await start_cohort(tomas, "Monthly managers", lead=amara.user_id)
    await amara.run_command("/rounds", "admin cohorts")
    listed = await amara.wait_for_message(showing("Send me the figures each month"))

    await amara.click(ids.TURN_ON_FIGURES, ts=listed["ts"])
    await amara.wait_for_message(showing("On the first Monday of each month, at 9:00 AM"))
    await amara.wait_for_message(lambda m: m["ts"] == listed["ts"] and "Stop the monthly figures" in m["text"])
    await amara.click(ids.TURN_OFF_FIGURES, ts=listed["ts"])
    await amara.wait_for_message(showing("I no longer send you the figures of Monthly managers."))
    await amara.wait_for_message(lambda m: m["ts"] == listed["ts"] and "Send me the figures" in m["text"])
