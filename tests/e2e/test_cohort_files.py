"""A roster file for a cohort, from the button to an invitation, and what Slack's permissions change."""

import io

import pytest
from openpyxl import Workbook

from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from bot.slack.manifest import manifest
from tests.e2e.conftest import BotProcess, in_database, sandbox_of
from tests.e2e.test_admin import invite_now
from tests.e2e.test_cohorts import in_days, manage, start_cohort
from tests.e2e.test_learning_day import showing, titled
from tests.shipped import shipped_pack
from tests.waits import LONGEST, eventually


def workbook(*rows: list[str]) -> bytes:
    """A workbook with these rows."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    memory = io.BytesIO()
    book.save(memory)
    return memory.getvalue()


async def upload(admin: SandboxUser, name: str, content: bytes, cohort: str) -> None:
    """Press *Roster file* beside a cohort, and submit a file."""
    await admin.run_command("/rounds", "admin cohorts")
    await manage(admin, cohort, await admin.wait_for_message(showing("Buttons: Report, Manage")))
    await admin.click(ids.OPEN_COHORT_FILE)
    await admin.wait_for_modal(titled("Roster file"))
    file = await admin.upload_file(name, content)
    assert await admin.submit({"file": [file]}) == {}
    await admin.close_modal()
    await admin.close_modal()


@pytest.mark.own_bot
async def test_a_file_is_corrected_shown_and_applied_and_a_second_one_canceled(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser
):
    await start_cohort(tomas, "Spring managers")
    bad = b"E-mail,Time zone\namara@riverside.example,Mars\nnobody@riverside.example,\nruth,\n"
    await upload(tomas, "people.csv", bad, "Spring managers")
    told = await tomas.wait_for_message(showing("3 problems in people.csv"))
    for problem in ("Row 2, Time zone", "Row 3, Email: Nobody here", "Row 4, Email: This isn't an email"):
        assert problem in told["text"]

    good = workbook(
        ["Email or Slack ID", "Time zone", "Start"],
        ["Amara@Riverside.example", "Europe/Lisbon", in_days(2)],
        ["U0MEI", "", ""],
    )
    await upload(tomas, "people.xlsx", good, "Spring managers")
    preview = await tomas.wait_for_message(showing("people.xlsx names 2 people for Spring managers."))
    assert "Europe/Lisbon: 1 person" in preview["text"]
    await tomas.click(ids.APPLY_COHORT_FILE, ts=preview["ts"])
    await tomas.wait_for_message(showing("Spring managers: your file is applied."))

    await eventually(lambda: {"U0AMARA", "U0MEI"} <= set(in_database(bot, invite_now)))
    async with SandboxUser(sandbox.url, "U0AMARA", LONGEST) as amara:
        invitation = await amara.wait_for_message(showing("Spring managers"))
        await amara.click(ids.START_LESSONS, ts=invitation["ts"])
        begun = await amara.wait_for_message(showing("You're set."))
        assert "New nurse manager" in begun["text"]

    await upload(tomas, "rest.csv", b"Slack ID\nU0MEI\n", "Spring managers")
    second = await tomas.wait_for_message(showing("rest.csv names 1 person for Spring managers."))
    await tomas.click(ids.CANCEL_COHORT_FILE, ts=second["ts"])
    await tomas.wait_for_message(showing("Canceled. Nothing changed"))
    assert b"riverside.example" not in bot.log


async def test_a_template_is_sent(sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser):
    await start_cohort(tomas, "Template managers")
    await tomas.run_command("/rounds", "admin cohorts")
    await manage(tomas, "Template managers", await tomas.wait_for_message(showing("Buttons: Report, Manage")))
    await tomas.click(ids.OPEN_COHORT_FILE)
    await tomas.wait_for_modal(titled("Roster file"))

    await tomas.click(ids.SEND_COHORT_TEMPLATE)

    sent = await tomas.wait_for_message(
        lambda message: bool(message.get("files")) and "Here's the file" in message["text"]
    )
    content = await tomas.download(sent["files"][0]["url"])
    assert content.decode("utf-8-sig").strip() == "Email,Slack member ID,Time zone,Start date"
    await tomas.close_modal()
    await tomas.close_modal()


async def test_without_the_optional_permission_a_file_with_addresses_says_what_to_do(prepared, tmp_path):
    declared = manifest(shipped_pack().skills)
    scopes = declared["oauth_config"]["scopes"]
    scopes["bot"] = sorted(set(scopes["bot"]) - set(scopes["bot_optional"]))
    async with (
        sandbox_of(declared) as local,
        BotProcess(local, tmp_path, prepared=prepared),
        SandboxUser(local.url, "U0TOMAS") as tomas,
    ):
        await start_cohort(tomas, "Quiet managers")

        await upload(tomas, "people.csv", b"Email\namara@riverside.example\n", "Quiet managers")
        told = await tomas.wait_for_message(showing("1 row names somebody by email address alone"))
        assert "users:read.email" in told["text"]

        await upload(tomas, "ids.csv", b"Slack ID\nU0AMARA\n", "Quiet managers")
        await tomas.wait_for_message(showing("ids.csv names 1 person"))
