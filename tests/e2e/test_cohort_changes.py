"""A cohort is edited in Slack: by an admin, who hands it to another lead, and by that lead."""

from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from tests.e2e.conftest import BotProcess, somebody
from tests.e2e.test_cohorts import in_days, manage, start_cohort
from tests.e2e.test_learning_day import showing, titled


async def test_an_admin_hands_a_cohort_to_another_lead_who_may_change_less(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser, amara: SandboxUser
):
    await start_cohort(tomas, "Ward leads", lead=tomas.user_id)
    await start_cohort(tomas, "Night leads", lead=None)
    await tomas.run_command("/rounds", "admin cohorts")
    listed = await tomas.wait_for_message(showing("Ward leads"))
    await manage(tomas, "Ward leads", listed)
    await tomas.click(ids.OPEN_EDIT_COHORT)
    await tomas.wait_for_modal(titled("Edit cohort"))
    errors = await tomas.submit({"name": "night leads", "starts_on": in_days(2), "lead": amara.user_id})
    assert "There is a cohort named night leads already." in errors["name"]
    assert "gone by" in (await tomas.submit({"name": "Ward leads", "starts_on": in_days(-2)}))["starts_on"]
    assert "lead" in await tomas.submit({"starts_on": in_days(2), "lead": "U0RUTH"})
    assert await tomas.submit({"name": "Day leads", "starts_on": in_days(2), "lead": amara.user_id}) == {}

    saved = await tomas.wait_for_message(showing("Day leads is saved."))
    assert "leads it now, and has been told." in saved["text"]
    told = await amara.wait_for_message(showing("You lead the cohort Day leads now."))
    assert f"<@{tomas.user_id}> chose you." in told["text"]

    await amara.run_command("/rounds", "admin cohorts")
    own = await amara.wait_for_message(showing("Day leads"))
    await manage(amara, "Day leads", own)
    await amara.click(ids.OPEN_EDIT_COHORT)
    view = await amara.wait_for_modal(titled("Edit cohort"))
    assert [each["block_id"] for each in view["blocks"] if each["type"] == "input"] == ["starts_on", "welcome"]
    assert await amara.submit({"starts_on": in_days(3), "welcome": "Glad you're here."}) == {}
    assert "Invitations that haven't come yet" in (await amara.wait_for_message(showing("Day leads is saved.")))["text"]


async def test_whoever_leads_it_no_more_can_press_edit_in_an_old_modal_and_changes_nothing(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser
):
    async with somebody(sandbox, "U0AMARA") as amara:
        await start_cohort(tomas, "Clinic leads", lead=amara.user_id)
        await amara.wait_for_message(showing("You lead the cohort Clinic leads now."))
        await amara.run_command("/rounds", "admin cohorts")
        own = await amara.wait_for_message(showing("Clinic leads"))
        await manage(amara, "Clinic leads", own)
        await tomas.run_command("/rounds", "admin cohorts")
        listed = await tomas.wait_for_message(showing("Clinic leads"))
        await manage(tomas, "Clinic leads", listed)
        await tomas.click(ids.OPEN_EDIT_COHORT)
        await tomas.wait_for_modal(titled("Edit cohort"))
        assert await tomas.submit({"lead": None}) == {}
        await tomas.wait_for_message(showing("Nobody leads it now."))

        await amara.click(ids.OPEN_EDIT_COHORT)
        refused = await amara.wait_for_modal(lambda view: view["title"]["text"] != "Manage cohort")
        assert "That cohort is closed. Nothing was changed." in str(refused)

        await amara.click(ids.MANAGE_COHORT, ts=own["ts"])
        await amara.wait_for_message(showing("That cohort is closed. Nothing was changed."))
