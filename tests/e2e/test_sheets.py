"""An admin makes a pack of a spreadsheet: gets the sheet in Slack, sends it back, reads its problems, loads it."""

import io

import pytest
from openpyxl import load_workbook

from bot.content.pack_loading import load_folder
from bot.content.pack_templates import shipped_pack_folder
from bot.content.sheets.sheet_writer import write_lessons_csv, write_template
from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from tests.content.sheets.books import at, changed
from tests.e2e.conftest import BotProcess
from tests.e2e.test_learning_day import showing


@pytest.mark.own_bot
async def test_an_admin_gets_the_sheet_fills_it_in_and_loads_it(sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser):
    await tomas.run_command("/rounds", "admin")
    await tomas.wait_for_message(showing("Get the lesson sheet"))
    await tomas.click(ids.SEND_TEMPLATE)
    sent = await tomas.wait_for_message(lambda message: bool(message.get("files")))
    assert sent["files"][0]["name"] == "rounds-lessons.xlsx"
    sheet = await tomas.download(sent["files"][0]["url"])
    assert "Lessons" in load_workbook(io.BytesIO(sheet)).sheetnames

    await tomas.send_file("ward.xlsx", changed({at("Name", sheet="Pack"): "Ward seven"}, sheet))
    change = await tomas.wait_for_message(showing("Loading this one:"))
    assert "Ward seven 0.1.0" in change["text"]
    assert "1 added" in change["text"]

    await tomas.click(ids.LOAD_PACK)
    await tomas.wait_for_message(showing("Ward seven 0.1.0 is live."))


async def test_bad_cells_change_nothing_and_are_all_named(sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser):
    await tomas.send_file("ward.xlsx", changed({at("Title"): "=1+1", at("Level"): "expert", at("Tip"): None}))

    answer = await tomas.wait_for_message(showing("upload again."))

    assert "Nothing changed; version 2.0.0 is still live. 3 problems in ward.xlsx:" in answer["text"]
    for place in (at("Title"), at("Level"), at("Tip")):
        assert place in answer["text"]
    await tomas.run_command("/rounds", "admin packs")
    assert "Our lessons" not in (await tomas.wait_for_message(showing("Management essentials")))["text"]


async def test_files_that_no_pack_is_in_are_refused_in_words(sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser):
    await tomas.send_file("ward.csv", write_lessons_csv(load_folder(shipped_pack_folder())))
    await tomas.wait_for_message(showing("This file has only lessons."))

    await tomas.send_file("ward.xlsm", write_template())
    await tomas.wait_for_message(showing("macros"))

    await tomas.send_file("locked.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"))
    await tomas.wait_for_message(showing("has a password"))


async def test_others_are_told_who_can(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await amara.send_file("ward.xlsx", write_template())

    await amara.wait_for_message(showing("Only this workspace's admins and owners (and <@U0PRIYA>) can do that."))
