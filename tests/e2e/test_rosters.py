"""A learner's shifts from a calendar, in the sandbox's Slack: sent as a file, given in the modal, never quoted."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.bootstrap import Rounds
from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from tests.content.calendars import calendar, event, shift
from tests.e2e.conftest import BotProcess
from tests.e2e.test_learning_day import showing, start
from tests.e2e.test_schedule import Clock, clock, enrol, lessons, rounds, sandbox, settings

__all__ = ["clock", "rounds", "sandbox", "settings"]  # fixtures: a bot in this process, by the test's clock

pytestmark = pytest.mark.own_bot

TUESDAY_NIGHT = ("20261124T190000", "20261125T070000")
THURSDAY_NIGHT = ("20261126T190000", "20261127T070000")
ROTA = calendar(shift(*TUESDAY_NIGHT), shift(*THURSDAY_NIGHT), event("DTSTART;VALUE=DATE:20261125"))


def new_york(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of a day in November, local time in New York."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) + timedelta(hours=5)


async def test_whoever_sends_a_calendar_gets_lessons_inside_its_shifts(
    sandbox: Sandbox, rounds: Rounds, clock: Clock, amara: SandboxUser
):
    await enrol(rounds, amara, "America/New_York")

    await amara.send_file("rota.ics", ROTA)
    kept = await amara.wait_for_message(showing("Your roster is in"))
    assert "2 shifts until Thursday, November 26. Your next lesson comes tomorrow at 7:20 PM." in kept["text"]
    assert "1 all-day entry was left out." in kept["text"]

    for moment, so_far in [
        (new_york(24, 9), 0),  # when it came before
        (new_york(24, 19, 19), 0),
        (new_york(24, 19, 20), 1),
        (new_york(25, 12), 1),
        (new_york(26, 19, 20), 2),
        (new_york(28, 12), 2),
    ]:
        clock.now = moment
        await rounds.engine.beat()
        assert len(lessons(sandbox)) == so_far


async def test_a_broken_calendar_changes_nothing_and_names_every_problem(
    sandbox: Sandbox, rounds: Rounds, clock: Clock, amara: SandboxUser
):
    await enrol(rounds, amara, "America/New_York")

    await amara.send_file("rota.ics", calendar(shift("20261125T190000", "20261125T070000")))
    told = await amara.wait_for_message(showing("I couldn't use this calendar, and nothing changed."))
    await amara.send_file("rota.ics", calendar(*[shift(*TUESDAY_NIGHT)] * 100_000))
    await amara.wait_for_message(showing("larger than 2 MB"))

    assert "Wednesday, November 25, 2026: it ends before its start." in told["text"]
    clock.now = new_york(23, 9)
    await rounds.engine.beat()
    assert len(lessons(sandbox)) == 1


async def test_the_modal_takes_a_file_changes_minutes_and_refuses_private_addresses(
    sandbox: Sandbox, rounds: Rounds, amara: SandboxUser
):
    await enrol(rounds, amara, "America/New_York")
    await amara.send_file("rota.ics", b"not a calendar")
    await amara.wait_for_message(showing("This isn't a calendar."))

    await amara.click(ids.OPEN_CALENDAR)
    await amara.wait_for_modal()
    errors = await amara.submit({"address": "https://169.254.169.254/latest/meta-data"})
    assert "private network" in errors["address"]
    file = await amara.upload_file("rota.ics", ROTA)
    assert await amara.submit({"address": "", "file": [file], "lesson_after": "45"}) == {}
    await amara.wait_for_modal(lambda view: "Your roster is in" in str(view))
    await amara.wait_for_message(showing("Your next lesson comes tomorrow at 7:45 PM."))
    await amara.close_modal()

    await amara.click(ids.OPEN_CALENDAR)
    modal = await amara.wait_for_modal()
    assert "2 shifts until Thursday, November 26, from a file" in str(modal)
    assert await amara.submit({"lesson_after": "5"}) == {}
    await amara.wait_for_message(showing("Your next lesson comes tomorrow at 7:05 PM."))


async def test_a_name_that_leads_to_a_private_address_is_not_reached_and_told_so_in_the_modal(
    sandbox: Sandbox, rounds: Rounds, amara: SandboxUser
):
    await enrol(rounds, amara, "America/New_York")
    await amara.send_file("rota.ics", ROTA)
    await amara.wait_for_message(showing("Your roster is in"))
    await amara.click(ids.OPEN_CALENDAR)
    await amara.wait_for_modal()

    assert await amara.submit({"address": "webcal://localhost/secret.ics"}) == {}

    modal = await amara.wait_for_modal(lambda view: "That didn't work" in str(view))
    assert "I can't reach the calendar's server" in str(modal)
    assert "https://localhost/secret.ics" in str(modal)


@pytest_asyncio.fixture(loop_scope="session")
async def bot(sandbox: Sandbox, tmp_path: Path, prepared: Path) -> AsyncIterator[BotProcess]:
    """The real process, whose log and files are to be looked through."""
    async with BotProcess(sandbox, tmp_path, prepared=prepared) as process:
        yield process


async def test_what_a_calendar_says_beside_its_times_is_found_in_no_log_and_no_file(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    soon = datetime.now(UTC) + timedelta(days=2)
    named = ("SUMMARY:unmistakable", "LOCATION:unmistakable", "UID:unmistakable", "CONTACT:unmistakable")
    good = shift(f"{soon:%Y%m%dT070000Z}", f"{soon:%Y%m%dT150000Z}", *named)
    bad = shift(f"{soon:%Y%m%dT160000Z}", f"{soon:%Y%m%dT170000Z}", *named, "RRULE:FREQ=unmistakable")
    await start(amara)

    await amara.send_file("unmistakable.ics", calendar(good))
    await amara.wait_for_message(showing("Your roster is in"))
    await amara.send_file("unmistakable.ics", calendar(good, bad))
    await amara.wait_for_message(showing("I couldn't read some entries"))
    await amara.send_file("unmistakable.ics", calendar(bad))
    await amara.wait_for_message(showing("I couldn't use this calendar"))
    await amara.click(ids.OPEN_CALENDAR)
    await amara.wait_for_modal()
    await amara.submit({"address": "https://localhost/unmistakable"})
    await amara.wait_for_modal(lambda view: "That didn't work" in str(view))
    await bot.stop()

    written = bot.log + b"".join(file.read_bytes() for file in bot.folder.rglob("*") if file.is_file())
    assert b"unmistakable" not in written
    said = [message["text"] for message in await amara.messages() if message.get("user") != amara.user_id]
    assert "unmistakable" not in str(said)
