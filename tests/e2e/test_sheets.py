"""An admin makes a pack of a spreadsheet: gets the sheet in Slack, sends it back, reads its problems, loads it."""

import io

import pytest
from openpyxl import load_workbook

from bot.content.packs import shipped_path
from bot.content.sheets.writing import lessons_csv, template_bytes
from bot.content.sources import folder
from bot.sandbox import Person, Sandbox
from bot.slack import action_ids as ids
from tests.content.sheets.books import at, changed
from tests.e2e.conftest import BotProcess
from tests.e2e.test_learning_day import showing


@pytest.mark.own_bot
async def test_an_admin_gets_the_sheet_fills_it_in_and_loads_it(sandbox: Sandbox, bot: BotProcess, tomas: Person):
    await tomas.command("/rounds", "admin")
    await tomas.wait_for(showing("Get the lesson sheet"))
    await tomas.click(ids.SEND_TEMPLATE)
    sent = await tomas.wait_for(lambda message: bool(message.get("files")))
    assert sent["files"][0]["name"] == "rounds-lessons.xlsx"
    sheet = await tomas.download(sent["files"][0]["url"])
    assert "Lessons" in load_workbook(io.BytesIO(sheet)).sheetnames

    await tomas.upload("ward.xlsx", changed({at("Name", sheet="Pack"): "Ward seven"}, sheet))
    change = await tomas.wait_for(showing("Loading this one:"))
    assert "Ward seven 0.1.0" in change["text"]
    assert "1 added" in change["text"]

    await tomas.click(ids.LOAD_PACK)
    await tomas.wait_for(showing("Ward seven 0.1.0 is live."))


async def test_bad_cells_change_nothing_and_are_all_named(sandbox: Sandbox, bot: BotProcess, tomas: Person):
    await tomas.upload("ward.xlsx", changed({at("Title"): "=1+1", at("Level"): "expert", at("Tip"): None}))

    answer = await tomas.wait_for(showing("upload again."))

    assert "Nothing changed; version 1.0.0 is still live. 3 problems in ward.xlsx:" in answer["text"]
    for place in (at("Title"), at("Level"), at("Tip")):
        assert place in answer["text"]
    await tomas.command("/rounds", "admin packs")
    assert "Our lessons" not in (await tomas.wait_for(showing("Management essentials")))["text"]


async def test_files_that_no_pack_is_in_are_refused_in_words(sandbox: Sandbox, bot: BotProcess, tomas: Person):
    await tomas.upload("ward.csv", lessons_csv(folder(shipped_path())))
    await tomas.wait_for(showing("Here are lessons only."))

    await tomas.upload("ward.xlsm", template_bytes())
    await tomas.wait_for(showing("macros"))

    await tomas.upload("locked.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"))
    await tomas.wait_for(showing("has a password"))


async def test_others_are_told_who_can(sandbox: Sandbox, bot: BotProcess, amara: Person):
    await amara.upload("ward.xlsx", template_bytes())

    await amara.wait_for(showing("That is for this workspace's admins and owners, and for <@U0PRIYA>."))
