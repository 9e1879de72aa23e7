"""A lead switches the monthly figures on and off beside their cohort."""

from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from tests.e2e.conftest import BotProcess
from tests.e2e.test_cohorts import manage, start_cohort
from tests.e2e.test_learning_day import showing


async def test_a_lead_switches_them_on_and_off_and_an_admin_sees_no_switch(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser, amara: SandboxUser
):
    await start_cohort(tomas, "Monthly managers", lead=amara.user_id)
    await amara.run_command("/rounds", "admin cohorts")
    listed = await amara.wait_for_message(showing("Monthly managers"))
    await manage(amara, "Monthly managers", listed)

    await amara.click(ids.TURN_ON_FIGURES)
    await amara.wait_for_message(showing("On the first Monday of each month, at 9:00 AM"))
    await amara.wait_for_modal(lambda view: "Stop figures" in str(view))
    await amara.click(ids.TURN_OFF_FIGURES)
    await amara.wait_for_message(showing("I no longer send you the figures of Monthly managers."))
    await amara.wait_for_modal(lambda view: "Send me figures" in str(view))

    await tomas.run_command("/rounds", "admin cohorts")
    of_admin = await manage(tomas, "Monthly managers", await tomas.wait_for_message(showing("Buttons: Report, Manage")))
    assert "figures" not in str(of_admin)
    assert "Close cohort" in str(of_admin)
