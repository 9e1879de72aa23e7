"""A cohort from its start by an admin to its first lesson, a join by code, and its end."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.sandbox import Sandbox, SandboxUser
from bot.sandbox.model import UserGroup
from bot.slack import action_ids as ids
from bot.storage import Session
from bot.storage.tables import WeeklyFigures
from tests.e2e.conftest import BotProcess, in_database, somebody
from tests.e2e.test_admin import invite_now
from tests.e2e.test_learning_day import get_lesson, showing, start, titled
from tests.waits import eventually


def in_days(count: int) -> str:
    """A date so many days from now."""
    return (datetime.now(UTC) + timedelta(days=count)).date().isoformat()


def write_a_week(session: Session) -> None:
    """What the housekeeping writes once enough people practice."""
    monday = date(2026, 3, 2)
    session.add(
        WeeklyFigures(
            team_id="T0RIVER", cohort_id=0, monday=monday, learning=30, practiced=25, wrote=10,
            first_percent=70, first_low=60, first_high=80,
        )
    )  # fmt: skip


async def start_cohort(admin: SandboxUser, name: str, **fields: Any) -> str:
    """Start a cohort from tomorrow on; the code to join it."""
    await admin.run_command("/rounds", "admin cohorts")
    await admin.wait_for_message(showing("cohort"))
    await admin.click(ids.OPEN_NEW_COHORT)
    await admin.wait_for_modal(titled("New cohort"))
    values: dict[str, Any] = {
        "name": name,
        "starts_on": in_days(1),
        "program": "new-nurse-manager",
        "channel": None,
        "people": [],
    }
    assert await admin.submit(values | fields) == {}
    told = await admin.wait_for_message(lambda m: name in m["text"] and "/rounds join" in m["text"])
    found = re.search(r"/rounds join (\w{6})", told["text"])
    assert found
    return found[1]


async def manage(person: SandboxUser, name: str, listed: dict[str, Any]) -> dict[str, Any]:
    """Press *Manage* below the cohort with this name in a list, and return the modal."""
    await person.click(ids.MANAGE_COHORT, ts=listed["ts"], block_id=buttons_of(listed, name))
    return await person.wait_for_modal(titled("Manage cohort"))


def buttons_of(listed: dict[str, Any], name: str) -> str:
    """The block with the buttons of the cohort with this name."""
    blocks = listed["blocks"]
    about = next(at for at, each in enumerate(blocks) if f"*{name}*" in each.get("text", {}).get("text", ""))
    return str(blocks[about + 1]["block_id"])


def sent_files(sandbox: Sandbox) -> dict[str, bytes]:
    """The files of a report that were shared, by name."""
    files = sandbox.workspace.files.values()
    return {
        each.name: each.content
        for each in files
        if each.name.startswith("rounds-report") and each.content and each.shared
    }


async def test_a_user_group_is_invited_to_a_cohort(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser, amara: SandboxUser
):
    group = UserGroup("S0NEW", "New charge nurses", "new-charge-nurses", (amara.user_id, "U0RUTH"))
    sandbox.workspace.user_groups[group.id] = group

    await tomas.run_command("/rounds", "admin cohorts")
    await tomas.wait_for_message(showing("cohort"))
    await tomas.click(ids.OPEN_NEW_COHORT)
    await tomas.wait_for_modal(lambda view: "New charge nurses" in str(view))
    entered: dict[str, Any] = {
        "name": "Charge nurses",
        "starts_on": in_days(1),
        "people": [],
        "channel": None,
        "user_group": group.id,
    }
    assert await tomas.submit(entered) == {}

    told = await tomas.wait_for_message(lambda m: "You chose 2 people." in m["text"])
    assert "1 account can't be invited" in told["text"], "Ruth has left"
    await eventually(lambda: amara.user_id in in_database(bot, invite_now))
    await amara.wait_for_message(showing("invites you to Charge nurses"))


@pytest.mark.own_bot
async def test_people_are_invited_to_a_cohort_and_begin_its_program_with_start(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser, amara: SandboxUser
):
    await start_cohort(
        tomas, "Spring managers", people=[amara.user_id], lead=tomas.user_id, welcome="Glad that you're here."
    )
    await eventually(lambda: amara.user_id in in_database(bot, invite_now))

    invitation = await amara.wait_for_message(showing("invites you to Spring managers"))
    assert "Glad that you're here." in invitation["text"]
    assert "Whoever invited you isn't told" in invitation["text"]
    await amara.click(ids.START_LESSONS)
    begun = await amara.wait_for_message(showing("You're set."))
    assert "New nurse manager: 20 lessons" in begun["text"]
    await amara.wait_for_modal(titled("Where to begin"))
    await amara.close_modal()
    await get_lesson(amara)
    await amara.wait_for_message(showing("New nurse manager, lesson 1 of 20."))

    await tomas.run_command("/rounds", "admin cohorts")
    listed = await tomas.wait_for_message(showing("Not counted yet."))
    await tomas.click(ids.SHOW_COHORT_REPORT, ts=listed["ts"])
    await tomas.wait_for_message(showing("There is no report yet."))
    in_database(bot, write_a_week)
    await tomas.run_command("/rounds", "admin report")
    report = await tomas.wait_for_message(showing("Practiced 25+"))
    assert "Right on the first try 70% (60–80%)" in report["text"]
    await tomas.click(ids.SEND_REPORT_FILES, ts=report["ts"])
    await eventually(lambda: len(sent_files(sandbox)) == 3)
    page, workbook, text = sent_files(sandbox).values()
    assert (page[:4], workbook[:2]) == (b"%PDF", b"PK")
    assert b"2026-03-02,30,25,10,70,60,80" in text
    await amara.run_command("/rounds", "admin report")
    await amara.wait_for_message(showing("can do that. Nothing changed."))
    await manage(tomas, "Spring managers", listed)
    await tomas.click(ids.CLOSE_COHORT)
    assert "Spring managers is closed." in str(
        await tomas.wait_for_modal(lambda view: view["title"]["text"] != "Manage cohort")
    )
    await tomas.wait_for_message(showing("Spring managers is closed."))
    await tomas.wait_for_message(lambda m: m["ts"] == listed["ts"] and "Spring managers" not in m["text"])


async def test_whoever_has_the_code_joins_and_a_wrong_one_is_told(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser, amara: SandboxUser
):
    code = await start_cohort(tomas, "Fall managers")
    await start(amara)
    await amara.run_command("/rounds", "join nothere")
    await amara.wait_for_message(showing("There is no cohort with that code here."))
    await amara.run_command("/rounds", "join")
    await amara.wait_for_message(showing("Type the code after it"))

    await amara.run_command("/rounds", f"join {code.lower()}")

    joined = await amara.wait_for_message(showing("You're in Fall managers."))
    assert "New nurse manager: 20 lessons" in joined["text"]


async def test_whoever_hasnt_started_joins_with_start(sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser):
    code = await start_cohort(tomas, "Summer managers")
    async with somebody(sandbox, "U0SAM") as sam:
        await sam.run_command("/rounds", f"join {code}")
        await sam.wait_for_message(showing("Hi, I'm Rounds"))
        await sam.send_message("hello")
        await sam.wait_for_message(showing("Hi, I'm Rounds"))

        await sam.click(ids.START_LESSONS)

        begun = await sam.wait_for_message(showing("You're set."))
        assert "New nurse manager: 20 lessons" in begun["text"]


async def test_what_is_wrong_with_a_cohort_is_said_beside_its_field(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser
):
    await start_cohort(tomas, "Winter managers")
    await tomas.run_command("/rounds", "admin cohorts")
    await tomas.wait_for_message(showing("Winter managers"))
    await tomas.click(ids.OPEN_NEW_COHORT)
    await tomas.wait_for_modal(titled("New cohort"))

    gone_by = in_days(-3)
    errors = await tomas.submit(
        {"name": "Winter managers", "starts_on": gone_by, "lead": "U0RUTH", "channel": "G0LEADS"}
    )
    assert set(errors) == {"starts_on", "lead", "channel"}
    errors = await tomas.submit({"name": "winter managers", "starts_on": in_days(1), "lead": None, "channel": None})
    assert "There is a cohort named winter managers already." in errors["name"]


async def test_a_lead_adds_people_and_others_may_not(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser, amara: SandboxUser
):
    await amara.run_command("/rounds", "admin cohorts")
    await amara.wait_for_message(showing("can do that. Nothing changed."))
    await start_cohort(tomas, "Night managers", lead=amara.user_id)

    await amara.run_command("/rounds", "admin cohorts")
    listed = await amara.wait_for_message(showing("Night managers"))
    assert "New cohort" not in listed["text"]
    await manage(amara, "Night managers", listed)
    await amara.click(ids.OPEN_ADD_TO_COHORT)
    await amara.wait_for_modal(titled("Add people"))
    assert "people" in await amara.submit({"people": [], "channel": None})
    assert await amara.submit({"people": ["U0MEI", "USLACKBOT"], "channel": None}) == {}
    assert await amara.modal() is None

    told = await amara.wait_for_message(showing("You chose 2 people."))
    assert "1 account can't be invited" in told["text"]
