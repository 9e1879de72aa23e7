"""An admin loads a pack for some people, and chooses anew who gets it."""

from pathlib import Path

import pytest

from bot.content.pack_templates import create_pack
from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from tests.e2e.conftest import BotProcess
from tests.e2e.test_admin import zipped
from tests.e2e.test_learning_day import get_lesson, showing, start, titled

TAUGHT_ALONE = "who get only the packs they are chosen for"


@pytest.fixture
def pharmacy(tmp_path: Path) -> bytes:
    """A small pack, as a .zip."""
    folder = tmp_path / "pharmacy"
    create_pack(folder, "Pharmacy")
    return zipped(folder)


@pytest.mark.own_bot
async def test_a_pack_is_loaded_for_some_people_and_then_for_others(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser, amara: SandboxUser, pharmacy: bytes
):
    await start(amara)
    await tomas.send_file("pharmacy.zip", pharmacy)
    await tomas.wait_for_message(showing("This pack is new."))
    await tomas.click(ids.OPEN_LOAD_FOR)
    await tomas.wait_for_modal(titled("Who gets it?"))
    assert "at least one person" in (await tomas.submit({"audience": "chosen_alone"}))["people"]

    assert await tomas.submit({"audience": "chosen_alone", "people": [amara.user_id]}) == {}

    live = await tomas.wait_for_message(showing("is live"))
    assert TAUGHT_ALONE in live["text"]
    assert "You added 1 person." in live["text"]
    assert "Write one line for the next shift" in (await get_lesson(amara))["text"]
    await amara.run_command("/conflict-tip")
    await amara.wait_for_message(showing("isn't among your lessons"))

    await tomas.run_command("/rounds", "admin packs")
    await tomas.wait_for_message(showing(TAUGHT_ALONE))
    await tomas.click(ids.OPEN_AUDIENCE)
    await tomas.wait_for_modal(titled("Who gets this pack?"))
    errors = await tomas.submit({"audience": "everyone", "channel": "C0WARD"})
    assert "clear the fields below" in errors["audience"]
    errors = await tomas.submit({"audience": "chosen", "channel": "G0LEADS"})
    assert "Type /invite @Rounds there first" in errors["channel"]

    assert await tomas.submit({"audience": "chosen", "channel": "C0WARD", "taken_out": [amara.user_id]}) == {}

    told = await tomas.wait_for_message(showing("people and took out 1 person."))
    assert TAUGHT_ALONE not in told["text"]
    await amara.run_command("/conflict-tip")
    await amara.wait_for_message(showing("Say:"))
