"""An admin loads a pack in Slack, sees its problems, goes back, and invites people."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.content.pack_templates import shipped_pack_folder
from bot.domain.schedule import DeliveryKindName
from bot.learning.enrollment import UNKNOWN_TIME_ZONE
from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from bot.storage import Session
from bot.storage.tables import Delivery, Learner, SendState
from tests.e2e.conftest import BotProcess, in_database
from tests.e2e.test_learning_day import showing, start
from tests.waits import LONGEST, eventually

LESSON = "conflict/01-name-the-kind-of-conflict.yaml"


def zipped(folder: Path, change: dict[str, tuple[str, str]] | None = None, leave_out: str = "") -> bytes:
    """The pack as a .zip, with `change[path]` = (text, its replacement) applied."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*.yaml")):
            path = file.relative_to(folder).as_posix()
            if path == leave_out:
                continue
            text = file.read_text(encoding="utf-8")
            if change and path in change:
                assert change[path][0] in text
                text = text.replace(*change[path], 1)
            archive.writestr(path, text)
    return memory.getvalue()


NEXT_VERSION = {
    "pack.yaml": ("2.5.0", "2.6.0"),
    LESSON: ("title: Name the kind of conflict", "title: Name this kind of conflict"),
}


@pytest.mark.own_bot
async def test_an_admin_loads_a_pack_sees_what_changes_and_goes_back(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser
):
    await tomas.send_file(
        "ward.zip",
        zipped(shipped_pack_folder(), NEXT_VERSION, leave_out="strategy/04-match-the-method-to-the-problem.yaml"),
    )
    summary = await tomas.wait_for_message(showing("Loading this one:"))
    assert "0 added, 1 changed, 1 removed" in summary["text"]
    assert "conflict-01 Title: Name the kind of conflict → Name this kind of conflict" in summary["text"]
    assert "strategy-04 (removed): Match the method to the problem" in summary["text"]

    await tomas.click(ids.LOAD_PACK)
    await tomas.wait_for_message(showing("2.6.0 is live."))

    await tomas.run_command("/rounds", "admin packs")
    await tomas.wait_for_message(showing("Go back to 2.5.0"))
    await tomas.click(ids.ROLL_BACK_PACK)
    await tomas.wait_for_message(showing("Version 2.5.0 is live again."))


async def test_a_broken_pack_changes_nothing_and_names_every_problem(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser
):
    broken = {LESSON: ("correct: false", "correct: true")}

    await tomas.send_file("ward.zip", zipped(shipped_pack_folder(), broken))

    answer = await tomas.wait_for_message(showing("upload again."))
    assert "Nothing changed; Management essentials 2.5.0 is still live. 1 problem in ward.zip:" in answer["text"]
    assert f"{LESSON}:" in answer["text"]
    assert "Keep one." in answer["text"]


async def test_what_is_live_already_is_not_loaded_again(sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser):
    await tomas.send_file("ward.zip", zipped(shipped_pack_folder()))
    await tomas.wait_for_message(showing("ward.zip is already live: Management essentials 2.5.0. Nothing changed."))


async def test_a_file_that_is_no_pack_is_refused_in_words(sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser):
    await tomas.send_file("notes.txt", b"hello")
    await tomas.wait_for_message(showing("This is not a .zip file."))

    await tomas.send_file("bomb.zip", b"PK\x03\x04 no zip at all")
    await tomas.wait_for_message(showing("This zip file can't be opened"))


async def test_others_are_told_who_can(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await amara.send_file("ward.zip", zipped(shipped_pack_folder()))

    await amara.wait_for_message(showing("Only this workspace's admins and owners (and <@U0PRIYA>) can do that."))


@pytest.mark.own_bot
async def test_those_named_in_the_settings_are_admins_too(sandbox: Sandbox, bot: BotProcess):
    async with SandboxUser(sandbox.url, "U0PRIYA", LONGEST) as priya:
        await priya.run_command("/rounds", "admin")

        await priya.wait_for_message(showing("No numbers yet."))


def invite_now(session: Session) -> set[str]:
    """Send the planned invitations at once, as to people whose time zone nobody knows. Return to whom (user ids)."""
    planned = (
        select(Delivery, Learner)
        .join(Learner)
        .where(col(Delivery.kind) == DeliveryKindName.INVITATION, col(Delivery.state) == SendState.DUE)
    )
    invited = set()
    for row, learner in session.exec(planned):
        row.due_at, learner.tz = datetime.now(UTC), UNKNOWN_TIME_ZONE
        invited.add(learner.user_id)
    return invited


@pytest.mark.own_bot
async def test_an_invitation_reaches_each_member_of_a_channel_once_and_enrols_nobody(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser, amara: SandboxUser
):
    await start(tomas)
    await tomas.run_command("/rounds", "admin invite")
    await tomas.wait_for_modal()
    assert await tomas.submit({"channel": "C0WARD", "people": [amara.user_id]}) == {}
    told = await tomas.wait_for_message(showing("Invitations come"))
    assert "at 9:00 AM where each person is" in told["text"]
    await eventually(lambda: amara.user_id in in_database(bot, invite_now))

    await amara.wait_for_message(showing("Hi, I'm Rounds"))
    await amara.run_command("/rounds", "streak")
    await amara.wait_for_message(lambda message: message["ephemeral"] and "Hi, I'm Rounds" in message["text"])
    await tomas.run_command("/rounds", "admin invite")
    await tomas.wait_for_modal()
    await tomas.submit({"channel": "C0WARD", "people": []})
    await tomas.wait_for_message(lambda message: message["ts"] > told["ts"] and "Invitations come" in message["text"])
    assert in_database(bot, invite_now) == set(), "nobody is invited twice"


async def test_a_channel_that_the_bot_is_not_in_is_said_beside_the_field(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser
):
    await tomas.run_command("/rounds", "admin invite")
    await tomas.wait_for_modal()

    errors = await tomas.submit({"channel": "G0LEADS", "people": []})

    assert "Type /invite @Rounds there first" in errors["channel"]


async def test_bots_and_people_who_have_left_are_not_invited(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser, amara: SandboxUser
):
    await tomas.run_command("/rounds", "admin invite")
    await tomas.wait_for_modal()

    await tomas.submit({"people": [amara.user_id, "U0RUTH", "USLACKBOT", "U0NOBODY"]})

    told = await tomas.wait_for_message(showing("Invitations come"))
    assert "3 accounts can't be invited: bots, or people who have left." in told["text"]


@pytest.mark.own_bot
async def test_an_old_go_back_does_not_undo_a_newer_version(sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser):
    for version in ("2.6.0", "2.7.0"):
        await tomas.send_file(f"{version}.zip", zipped(shipped_pack_folder(), {"pack.yaml": ("2.5.0", version)}))
        await tomas.wait_for_message(showing(f"{version}\n"))
        await tomas.click(ids.LOAD_PACK)
        await tomas.wait_for_message(showing(f"{version} is live."))
        if version == "2.6.0":
            await tomas.run_command("/rounds", "admin packs")
            old = await tomas.wait_for_message(showing("Go back to 2.5.0"))

    await tomas.click(ids.ROLL_BACK_PACK, ts=old["ts"])

    await tomas.wait_for_message(showing("That version is no longer live. Nothing was changed."))
    await tomas.run_command("/rounds", "admin packs")
    await tomas.wait_for_message(showing("Go back to 2.5.0"))


async def test_a_picture_from_someone_else_is_no_business_of_admins(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)

    await amara.send_file("holiday.png", b"a beach")

    await amara.wait_for_message(showing("I can't use that file"))
