"""An admin tries a version with a cohort, changes it, makes it live for everyone, and ends a pilot."""

from pathlib import Path

import pytest

from bot.content.pack_templates import create_pack
from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from tests.e2e.conftest import BotProcess
from tests.e2e.test_admin import zipped
from tests.e2e.test_cohorts import start_cohort
from tests.e2e.test_learning_day import showing, start, titled


@pytest.fixture
def pharmacy(tmp_path: Path) -> Path:
    """A small pack, as a folder."""
    folder = tmp_path / "pharmacy"
    create_pack(folder, "Pharmacy")
    return folder


async def list_skills(person: SandboxUser, *, has_pack: bool) -> None:
    """Ask for tips, and see whether the skill of the pack is among those offered."""
    await person.run_command("/tip", "help")
    await person.wait_for_message(lambda m: "gives a tip" in m["text"] and ("Handoffs" in m["text"]) is has_pack)


async def send(admin: SandboxUser, folder: Path, version: str) -> None:
    """Upload a version of the pack."""
    await admin.send_file("pharmacy.zip", zipped(folder, {"pack.yaml": ("version: 0.1.0", f"version: {version}")}))
    await admin.wait_for_message(showing(f"Pharmacy {version}"))


@pytest.mark.own_bot
async def test_a_cohort_tries_a_pack_before_everyone_gets_it(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser, amara: SandboxUser, pharmacy: Path
):
    await start(amara)
    await start(tomas)
    await send(tomas, pharmacy, "0.2.0")
    await tomas.click(ids.OPEN_PILOT)
    await tomas.wait_for_message(showing("There is no open cohort to try this version with."))

    await start_cohort(tomas, "Spring managers", people=[amara.user_id], program=None)
    await tomas.click(ids.OPEN_PILOT)
    await tomas.wait_for_modal(titled("Try with a cohort"))
    assert await tomas.submit({"cohort": "1"}) == {}

    told = await tomas.wait_for_message(showing("is in a pilot with the cohort Spring managers."))
    assert "Nobody else gets this pack." in told["text"]
    await list_skills(amara, has_pack=True)
    await list_skills(tomas, has_pack=False)

    await send(tomas, pharmacy, "0.3.0")
    await tomas.wait_for_message(showing("The cohort Spring managers is trying version 0.2.0."))
    await tomas.click(ids.COMPARE_WITH_PILOT)
    await tomas.wait_for_message(showing("Version 0.2.0 is in the pilot now."))
    await tomas.click(ids.USE_IN_PILOT)
    await tomas.wait_for_message(showing("Pharmacy 0.3.0 is in the pilot now."))

    await tomas.run_command("/rounds", "admin packs")
    await tomas.wait_for_message(showing("The cohort Spring managers has tried it since"))
    await tomas.click(ids.SHOW_PILOT_CHANGE)
    await tomas.wait_for_message(showing("The cohort Spring managers is trying this version."))
    await tomas.click(ids.LOAD_PACK)
    live = await tomas.wait_for_message(showing("Pharmacy 0.3.0 is live."))
    assert "The pilot with the cohort Spring managers has ended." in live["text"]
    await list_skills(tomas, has_pack=True)

    await send(tomas, pharmacy, "0.4.0")
    await tomas.click(ids.OPEN_PILOT)
    await tomas.wait_for_modal(titled("Try with a cohort"))
    assert await tomas.submit({"cohort": "1"}) == {}
    await tomas.wait_for_message(showing("Everyone else keeps version 0.3.0."))
    await tomas.run_command("/rounds", "admin packs")
    await tomas.wait_for_message(showing("Pharmacy 0.4.0"))
    await tomas.click(ids.END_PILOT)
    await tomas.wait_for_message(showing("The pilot of Pharmacy 0.4.0 has ended."))
