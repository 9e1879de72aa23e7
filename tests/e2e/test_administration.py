"""An admin makes somebody an author, who loads a pack, and reads in the audit log who did what."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from tests.e2e.conftest import BotProcess
from tests.e2e.test_cohorts import start_cohort
from tests.e2e.test_learning_day import showing, titled
from tests.e2e.test_pack_audiences import pharmacy  # noqa: F401 (a fixture)


@pytest.mark.own_bot
async def test_an_author_changes_packs_and_nothing_that_concerns_people(
    sandbox: Sandbox,
    bot: BotProcess,
    tomas: SandboxUser,
    amara: SandboxUser,
    pharmacy: bytes,  # noqa: F811
):
    await amara.run_command("/rounds", "admin packs")
    await amara.wait_for_message(showing("can do that. Nothing changed."))
    await tomas.run_command("/rounds", "admin authors")
    await tomas.wait_for_modal(titled("Authors"))
    assert await tomas.submit({"authors": ["U0RUTH"]}) == {}
    await tomas.wait_for_message(showing("No author was changed"))
    await tomas.run_command("/rounds", "admin authors")
    await tomas.wait_for_modal(titled("Authors"))
    assert await tomas.submit({"authors": [amara.user_id]}) == {}
    await tomas.wait_for_message(showing("Authors besides the admins:"))

    await amara.send_file("pharmacy.zip", pharmacy)
    change = await amara.wait_for_message(showing("This pack is new."))
    assert "Load for some people" not in change["text"]
    await amara.click(ids.LOAD_PACK)
    await amara.wait_for_message(showing("is live"))
    await amara.run_command("/rounds", "admin")
    listed = await amara.wait_for_message(showing("Remove"))
    assert "Who gets it" not in listed["text"]
    assert "Get the lesson sheet" in listed["text"]
    assert "learned here" not in listed["text"]
    await amara.run_command("/rounds", "admin invite")
    await amara.wait_for_message(lambda m: m["ts"] > listed["ts"] and "can do that" in m["text"])

    await amara.run_command("/rounds", "admin lessons")
    await amara.wait_for_message(showing("No question has enough answers yet. It takes answers from 15 people"))

    await tomas.run_command("/rounds", "admin log")
    log = await tomas.wait_for_message(showing("Audit log"))
    assert "an author of packs" in log["text"]
    assert "loaded Pharmacy 0.1.0" in log["text"]
    assert "UTC" not in log["text"], "Slack says where the admin is"
    await amara.run_command("/rounds", "admin log")
    await amara.wait_for_message(lambda m: m["ts"] > listed["ts"] and "can do that" in m["text"])


def after(ts: str, words: str) -> Callable[[dict[str, Any]], bool]:
    """Find a message with these words that came after another one."""
    return lambda message: message["ts"] > ts and words in message["text"]


async def test_a_viewer_sees_reports_and_lesson_health_and_nothing_else(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser, amara: SandboxUser
):
    await start_cohort(tomas, "Viewed managers")
    await tomas.run_command("/rounds", "admin viewers")
    await tomas.wait_for_modal(titled("Viewers"))
    assert await tomas.submit({"viewers": ["U0RUTH"]}) == {}
    await tomas.wait_for_message(showing("No viewer was changed"))
    await amara.run_command("/rounds", "admin report")
    await amara.wait_for_message(showing("can do that. Nothing changed."))
    await tomas.run_command("/rounds", "admin viewers")
    await tomas.wait_for_modal(titled("Viewers"))
    assert await tomas.submit({"viewers": [amara.user_id]}) == {}
    await tomas.wait_for_message(showing("Viewers besides the admins:"))

    await amara.run_command("/rounds", "admin report")
    offered = await amara.wait_for_message(showing("Everyone here"))
    (row,) = [each for each in offered["blocks"] if each["type"] == "actions"]
    groups = row["elements"][0]["options"]
    (own,) = [each["value"] for each in groups if each["text"]["text"] == "Viewed managers"]
    await amara.click(ids.CHOOSE_REPORT, selected=own, ts=offered["ts"])
    await amara.wait_for_message(lambda m: m["ts"] == offered["ts"] and "Viewed managers" in m["text"])
    await amara.run_command("/rounds", "admin lessons")
    seen = await amara.wait_for_message(showing("answers yet"))
    await amara.run_command("/rounds", "admin help")
    listed = (await amara.wait_for_message(showing("What you can do")))["text"]
    assert "/rounds admin report" in listed
    assert "/rounds admin lessons" in listed
    assert "/rounds admin packs" not in listed
    assert "/rounds admin invite" not in listed
    for word in ("packs", "invite", "cohorts", "authors", "viewers", "log"):
        await amara.run_command("/rounds", f"admin {word}")
        seen = await amara.wait_for_message(after(seen["ts"], "can do that"))

    await tomas.run_command("/rounds", "admin log")
    await tomas.wait_for_message(showing("a viewer of reports"))
    await tomas.run_command("/rounds", "admin viewers")
    await tomas.wait_for_modal(titled("Viewers"))
    assert await tomas.submit({"viewers": []}) == {}
    await tomas.wait_for_message(showing("Only admins, owners, and leads of cohorts can see reports now."))
    await amara.click(ids.CHOOSE_REPORT, selected=own, ts=offered["ts"])
    await amara.wait_for_message(showing("This no longer exists. Nothing was changed."))
