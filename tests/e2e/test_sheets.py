"""An admin makes a pack of a spreadsheet: gets the sheet in Slack, sends it back, reads its problems, loads it."""

import io

import pytest
from openpyxl import load_workbook

from bot.content.pack_loading import load_folder
from bot.content.pack_templates import shipped_pack_folder
from bot.content.sheets.sheet_writer import write_lessons_csv, write_template
from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from tests.content.hostile_files import with_rows, zipped
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

    assert "Nothing changed. 3 problems in ward.xlsx:" in answer["text"]
    for place in (at("Title"), at("Level"), at("Tip")):
        assert place in answer["text"]
    await tomas.run_command("/rounds", "admin packs")
    assert "Our lessons" not in (await tomas.wait_for_message(showing("Management essentials")))["text"]


@pytest.mark.own_bot
async def test_an_admin_downloads_a_live_pack_changes_it_and_loads_it(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser
):
    await tomas.send_file("ward.xlsx", changed({at("Name", sheet="Pack"): "Ward seven"}))
    await tomas.wait_for_message(showing("Loading this one:"))
    await tomas.click(ids.LOAD_PACK)
    await tomas.wait_for_message(showing("Ward seven 0.1.0 is live."))

    await tomas.run_command("/rounds", "admin packs")
    listed = await tomas.wait_for_message(showing("Download as spreadsheet"))
    assert listed["text"].count("Download as spreadsheet") == 2
    sheet = await downloaded(tomas, "Ward seven")
    await tomas.send_file("ward.xlsx", sheet)
    await tomas.wait_for_message(showing("is already live: Ward seven 0.1.0. Nothing changed."))

    next_one = {at("Version", sheet="Pack"): "0.2.0", at("Title"): "Write one line for them"}
    await tomas.send_file("ward.xlsx", changed(next_one, sheet))
    change = await tomas.wait_for_message(showing("Version 0.1.0 is live now."))
    assert "0 added, 1 changed" in change["text"]


async def downloaded(tomas: SandboxUser, name: str) -> bytes:
    """Press *Download as spreadsheet* next to a pack, and open the file that comes."""
    for message in reversed(await tomas.messages()):
        for block in message["blocks"]:
            for element in block.get("elements", []):
                if element.get("action_id") == ids.DOWNLOAD_PACK and name in element.get("accessibility_label", ""):
                    await tomas.click(ids.DOWNLOAD_PACK, block_id=block["block_id"], ts=message["ts"])
                    sent = await tomas.wait_for_message(showing(f"{name} 0.1.0* as a spreadsheet."))
                    return await tomas.download(sent["files"][0]["url"])
    raise AssertionError(f"no button for {name}")


async def test_the_shipped_pack_is_downloaded_whole(sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser):
    await tomas.run_command("/rounds", "admin packs")
    await tomas.wait_for_message(showing("Download as spreadsheet"))
    await tomas.click(ids.DOWNLOAD_PACK)

    sent = await tomas.wait_for_message(showing("as a spreadsheet."))

    assert sent["files"][0]["name"] == "management-essentials-2.5.0.xlsx"
    await tomas.send_file("back.xlsx", await tomas.download(sent["files"][0]["url"]))
    await tomas.wait_for_message(showing("back.xlsx is already live: Management essentials 2.5.0. Nothing changed."))


async def test_a_failed_upload_names_the_live_version_of_its_own_pack(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser
):
    files = {path: text for path, text in load_folder(shipped_pack_folder()).files.items() if "/" not in path}
    await tomas.send_file("essentials.zip", zipped(files))
    answer = await tomas.wait_for_message(showing("in essentials.zip:"))
    assert "Nothing changed; Management essentials 2.5.0 is still live." in answer["text"]

    await tomas.send_file("ward.xlsx", changed({at("Tip"): None}))
    answer = await tomas.wait_for_message(showing("in ward.xlsx:"))
    assert "Nothing changed. 1 problem" in answer["text"]


async def test_ids_of_another_live_pack_are_named_in_their_cells(sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser):
    cells = {at("Short name", sheet="Skills"): "conflict", at("Skill"): "conflict"}

    await tomas.send_file("clash.xlsx", changed(cells | {at("Command", sheet="Skills"): "/finance-tip"}))

    answer = await tomas.wait_for_message(showing("in clash.xlsx:"))
    assert f"{at('Number')} Lesson conflict-01 is already in the pack Management essentials." in answer["text"]
    place = at("Command", sheet="Skills")
    assert f"{place} The command /finance-tip belongs to the pack Management essentials." in answer["text"]


@pytest.mark.own_bot
async def test_a_pack_that_clashes_since_it_was_sent_is_not_loaded(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser
):
    offers = []
    for name in ("North", "South"):
        cells = {at("Name", sheet="Pack"): name, at("Short name", sheet="Pack"): name}
        await tomas.send_file(f"{name}.xlsx", changed(cells))
        offers.append(await tomas.wait_for_message(showing(f"{name} 0.1.0")))
    await tomas.click(ids.LOAD_PACK, ts=offers[0]["ts"])
    await tomas.wait_for_message(showing("North 0.1.0 is live."))

    await tomas.click(ids.LOAD_PACK, ts=offers[1]["ts"])

    answer = await tomas.wait_for_message(showing("Not loaded, because another pack went live"))
    assert "Nothing changed." in answer["text"]
    assert "• Lesson handoff-01 is already in the pack North." in answer["text"]
    assert "P901" not in answer["text"]


async def test_a_sheet_zipped_by_somebody_is_read(sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser):
    await tomas.send_file("sent.zip", zipped({"ward.zip": zipped({"ward.xlsx": changed({at("Tip"): None})})}))

    answer = await tomas.wait_for_message(showing("in sent.zip:"))

    assert at("Tip") in answer["text"]


@pytest.mark.parametrize(
    "row",
    [b'<row r="1048576"><c r="AP1048576" s="1"/></row>', b'<row r="1048576"/>'],
    ids=["a formatted cell", "an empty row"],
)
async def test_formatting_in_the_last_row_is_answered_once(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser, row: bytes
):
    name = f"last-{len(row)}.xlsx"
    await tomas.send_file(name, with_rows(row))

    await tomas.wait_for_message(showing("Our lessons 0.1.0"))
    await tomas.send_file("after.txt", b"x")
    await tomas.wait_for_message(showing("This is not a .zip file."))

    after = [each for each in await tomas.messages() if name in str(each.get("files"))][-1]["ts"]
    answers = [each for each in await tomas.messages() if each["ts"] > after and "Our lessons 0.1.0" in each["text"]]
    assert len(answers) == 1


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
