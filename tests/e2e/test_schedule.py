"""The bot in this process, with a clock of the test's own, against the sandbox's Slack."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import SecretStr

from bot.bootstrap import Rounds
from bot.config import Settings
from bot.learning import enrollment
from bot.running import running_rounds
from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from bot.storage.backup import back_up_sqlite
from tests.e2e.conftest import learner_of, sandbox_of

pytestmark = pytest.mark.own_bot

MONDAY_NEW_YORK_EIGHT = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock(MONDAY_NEW_YORK_EIGHT)


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox(clock: Clock) -> AsyncIterator[Sandbox]:
    async with sandbox_of(clock=lambda: clock().timestamp()) as local:
        yield local


@pytest.fixture
def settings(sandbox: Sandbox, tmp_path: Path, prepared: Path) -> Settings:
    database = tmp_path / "database" / "rounds.db"
    database.parent.mkdir()
    shutil.copy(prepared, database)
    return Settings(
        _env_file=None,
        slack_bot_token=SecretStr(sandbox.bot_token),
        slack_app_token=SecretStr(sandbox.app_token),
        slack_api_url=sandbox.api_url,
        database_url=f"sqlite:///{database}",
        ROUNDS_KEY_FILE=tmp_path / "keys" / "key",
    )


@pytest_asyncio.fixture(loop_scope="session")
async def rounds(settings: Settings, clock: Clock) -> AsyncIterator[Rounds]:
    async with running_rounds(settings, clock) as running_bot:
        yield running_bot


async def enrol(rounds: Rounds, person: SandboxUser, tz: str) -> None:
    await rounds.transactions.write_in_background(enrollment.register_learner, learner_of(person), tz, rounds.clock())
    await rounds.transactions.write_in_background(enrollment.start_lessons, learner_of(person), tz, rounds.clock())


def lessons(sandbox: Sandbox) -> list[str]:
    return [message.channel for message in sandbox.workspace.all_messages() if "Your call." in message.text]


async def test_the_lesson_comes_at_nine_in_the_learners_own_zone_and_the_look_back_at_half_past_four(
    sandbox: Sandbox, rounds: Rounds, clock: Clock, amara: SandboxUser
):
    await enrol(rounds, amara, "America/New_York")
    clock.now = MONDAY_NEW_YORK_EIGHT + timedelta(minutes=59)
    await rounds.engine.beat()
    assert lessons(sandbox) == []

    clock.now = MONDAY_NEW_YORK_EIGHT + timedelta(hours=1)
    await rounds.engine.beat()
    assert len(lessons(sandbox)) == 1

    clock.now = MONDAY_NEW_YORK_EIGHT + timedelta(hours=8, minutes=30)
    await rounds.engine.beat()
    await amara.wait_for_message(lambda message: "Before you go" in message["text"])
    await amara.click(ids.MARK_STEP_NOT_TRIED)
    await amara.wait_for_message(lambda message: "It'll keep for another day." in message["text"])
    await amara.click(ids.FINISH_DAY)
    await amara.wait_for_message(lambda message: "Done for today." in message["text"])


async def test_a_night_rotation_that_is_set_in_slack_brings_its_lesson_inside_the_night(
    sandbox: Sandbox, rounds: Rounds, clock: Clock, amara: SandboxUser
):
    await enrol(rounds, amara, "America/New_York")
    await amara.run_command("/rounds", "settings")
    await amara.wait_for_modal()
    await amara.click(ids.OPEN_SHIFTS)
    await amara.wait_for_modal(lambda view: view["title"]["text"] == "My shifts")
    await amara.click(f"{ids.CHOOSE_SHIFT_PATTERN}.four-on")
    await amara.wait_for_modal(lambda view: "D D D D - - - -" in str(view))
    assert await amara.submit({"cycle": "- N N - -", "first": "2026-11-23"}) == {}  # asks when N starts and ends
    await amara.wait_for_modal(lambda view: "start.N" in str(view))
    assert await amara.submit({"start.N": "23:30", "end.N": "07:30"}) == {}
    await amara.wait_for_message(
        lambda message: (
            "1 off, 2 on, 2 off: N 11:30 PM–7:30 AM. Lesson at 11:50 PM, quick check-in at 7:05 AM.\n"
            "Your next lesson comes tomorrow at 11:50 PM." in message["text"]
        )
    )

    monday_and_tuesday = [MONDAY_NEW_YORK_EIGHT + timedelta(hours=hours) for hours in (1, 9, 15, 25, 39)]
    for clock.now in monday_and_tuesday:
        await rounds.engine.beat()
    assert lessons(sandbox) == []

    clock.now = datetime(2026, 11, 25, 4, 50, tzinfo=UTC)  # Tuesday, 23:50
    await rounds.engine.beat()
    assert len(lessons(sandbox)) == 1

    clock.now = datetime(2026, 11, 25, 12, 5, tzinfo=UTC)  # Wednesday, 07:05: before the night ends
    await rounds.engine.beat()
    await amara.wait_for_message(lambda message: "Before you go" in message["text"])

    clock.now = datetime(2026, 11, 26, 4, 50, tzinfo=UTC)
    await rounds.engine.beat()
    assert len(lessons(sandbox)) == 2


async def test_what_is_entered_in_one_form_is_still_there_after_the_others(
    sandbox: Sandbox, rounds: Rounds, amara: SandboxUser
):
    await enrol(rounds, amara, "America/New_York")
    await amara.run_command("/rounds", "settings")
    await amara.click(ids.OPEN_SHIFTS)
    typed = {"start.every:0": {"start.every": "06:15"}, "lesson_after:0": {"lesson_after": "35"}}
    await amara.click(ids.ENTER_TIMES_PER_DAY, state=typed)
    await amara.wait_for_modal(lambda view: "start.4" in str(view))
    await amara.click("days", selected=["0", "6"])
    await amara.wait_for_modal(lambda view: "start.6" in str(view) and "start.4" not in str(view))
    await amara.click(ids.CHOOSE_SCHEDULE_KIND, selected="rotation")
    await amara.wait_for_modal(lambda view: "start.N" not in str(view) and "cycle:0" in str(view))
    await amara.click("cycle", selected="D N -")  # and Enter
    await amara.wait_for_modal(lambda view: "start.N" in str(view))
    await amara.click(ids.CHOOSE_SCHEDULE_KIND, selected="calendar")
    await amara.wait_for_modal(lambda view: ids.OPEN_CALENDAR in str(view))
    await amara.click(ids.CHOOSE_SCHEDULE_KIND, selected="weekly")
    await amara.wait_for_modal(lambda view: "start.6" in str(view))
    await amara.click(ids.ENTER_SAME_TIMES)
    await amara.wait_for_modal(lambda view: "start.every" in str(view))

    assert await amara.submit() == {}

    await amara.wait_for_message(
        lambda message: (
            "Monday, Sunday 6:15 AM–5:00 PM. Lesson at 6:50 AM, quick check-in at 4:30 PM" in message["text"]
        )
    )


async def test_a_lesson_before_a_day_shift_is_chosen_in_settings_and_comes_then(
    sandbox: Sandbox, rounds: Rounds, clock: Clock, amara: SandboxUser
):
    await enrol(rounds, amara, "America/New_York")
    await amara.run_command("/rounds", "settings")
    await amara.click(ids.OPEN_SHIFTS)
    assert await amara.submit({"start.every": "10:00", "end.every": "18:00", "lesson_after": "20"}) == {}
    await amara.wait_for_message(lambda message: "Shifts saved. Workdays 10:00 AM–6:00 PM." in message["text"])
    settings = await amara.wait_for_modal(lambda view: "Workdays 10:00 AM–6:00 PM" in str(view))
    assert settings["title"]["text"] == "Settings"

    wrong = await amara.submit({"lesson_at": "05:00"})
    assert list(wrong.values()) == [
        "5:00 AM isn't during any of your shifts, or in the 4 hours before one. Choose another time."
    ]
    assert await amara.submit({"lesson_at": "08:15"}) == {}

    await amara.wait_for_message(
        lambda message: (
            "Lessons come at 8:15 AM on workdays, with a quick check-in at 5:30 PM." in message["text"]
            and "Your next lesson comes today at 8:15 AM." in message["text"]
        )
    )
    clock.now = MONDAY_NEW_YORK_EIGHT + timedelta(minutes=14)
    await rounds.engine.beat()
    assert lessons(sandbox) == []
    clock.now = MONDAY_NEW_YORK_EIGHT + timedelta(minutes=15)
    await rounds.engine.beat()
    assert len(lessons(sandbox)) == 1
    clock.now = MONDAY_NEW_YORK_EIGHT + timedelta(hours=3)  # the shift has begun
    await rounds.engine.beat()
    assert len(lessons(sandbox)) == 1


async def test_times_and_days_are_changed_in_one_short_form(sandbox: Sandbox, rounds: Rounds, amara: SandboxUser):
    await enrol(rounds, amara, "America/New_York")
    await amara.run_command("/rounds", "settings")
    form = {"lesson_at": "12:30", "day_end_at": "04:15", "days": ["0", "2", "5"]}
    assert await amara.submit(form) == {}
    await amara.wait_for_modal(lambda view: "Your check-in at 4:15 AM comes the day after your lesson" in str(view))

    assert await amara.submit({"day_end_at": "16:15"}) == {}

    await amara.wait_for_message(
        lambda message: (
            "Lessons come at 12:30 PM on Monday, Wednesday, Saturday, with a quick check-in at 4:15 PM."
            in message["text"]
        )
    )


async def test_a_24_hour_shift_is_saved_only_when_it_is_meant(sandbox: Sandbox, rounds: Rounds, amara: SandboxUser):
    await enrol(rounds, amara, "America/New_York")
    await amara.run_command("/rounds", "settings")
    await amara.click(ids.OPEN_SHIFTS)

    assert await amara.submit({"start.every": "07:00", "end.every": "07:00"}) == {}
    asked = await amara.wait_for_modal(lambda view: "Your shift lasts 24 hours." in str(view))
    assert asked["submit"]["text"] == "Yes, save"
    assert await amara.submit() == {}

    await amara.wait_for_message(lambda message: "Shifts saved. Workdays 7:00 AM–7:00 AM." in message["text"])


async def test_shifts_are_saved_and_said_when_the_settings_below_were_closed_meanwhile(
    sandbox: Sandbox, rounds: Rounds, amara: SandboxUser
):
    await enrol(rounds, amara, "America/New_York")
    await amara.run_command("/rounds", "settings")
    await amara.click(ids.OPEN_SHIFTS)
    sandbox.faults.add(method="views.update", kind="error", error="not_found", times=1)

    assert await amara.submit({"start.every": "06:00", "end.every": "14:00"}) == {}

    await amara.wait_for_message(lambda message: "Shifts saved. Workdays 6:00 AM–2:00 PM." in message["text"])


async def test_a_place_that_is_typed_stays_until_slack_is_followed_again(
    sandbox: Sandbox, rounds: Rounds, amara: SandboxUser
):
    await enrol(rounds, amara, "America/New_York")
    await amara.run_command("/rounds", "settings")
    assert await amara.submit({"tz": "Tokyo"}) == {}
    await amara.wait_for_message(lambda message: "Time zone Asia/Tokyo.\n" in message["text"])

    await amara.run_command("/rounds", "settings")
    assert await amara.submit({"follows_zone": ["on"]}) == {}

    await amara.wait_for_message(
        lambda message: "Time zone America/New_York, which follows Slack.\n" in message["text"]
    )


async def test_nothing_is_sent_outside_a_shift_that_ended_while_nobody_could_send(
    sandbox: Sandbox, rounds: Rounds, clock: Clock, amara: SandboxUser
):
    await enrol(rounds, amara, "America/New_York")

    clock.now = MONDAY_NEW_YORK_EIGHT + timedelta(hours=9)  # 17:00, as the shift ends
    await rounds.engine.beat()
    clock.now += timedelta(minutes=1)
    await rounds.engine.beat()

    assert [message.text for message in sandbox.workspace.all_messages()] == []


async def test_a_reply_that_is_lost_makes_no_second_message(
    sandbox: Sandbox, rounds: Rounds, clock: Clock, amara: SandboxUser
):
    await enrol(rounds, amara, "America/New_York")
    sandbox.faults.add(method="chat.postMessage", kind="drop_after_accept", times=1)
    clock.now = MONDAY_NEW_YORK_EIGHT + timedelta(hours=1)
    await rounds.engine.beat()

    clock.now += timedelta(minutes=5)
    await rounds.engine.beat()
    await rounds.engine.wait_for_lookups()
    await rounds.engine.beat()

    assert len(lessons(sandbox)) == 1


async def test_a_message_that_never_arrived_is_sent_again_after_the_history_was_read(
    sandbox: Sandbox, rounds: Rounds, clock: Clock, amara: SandboxUser
):
    await enrol(rounds, amara, "America/New_York")
    sandbox.faults.add(method="chat.postMessage", kind="server_error", times=1)
    clock.now = MONDAY_NEW_YORK_EIGHT + timedelta(hours=1)
    await rounds.engine.beat()
    assert lessons(sandbox) == []

    clock.now += timedelta(minutes=5)
    await rounds.engine.beat()
    await rounds.engine.wait_for_lookups()
    await rounds.engine.beat()

    assert len(lessons(sandbox)) == 1


async def test_an_old_backup_that_is_put_back_makes_no_second_message_and_the_lesson_can_be_answered(
    sandbox: Sandbox, settings: Settings, clock: Clock, amara: SandboxUser, tmp_path: Path
):
    async with running_rounds(settings, clock) as first:
        await enrol(first, amara, "America/New_York")
        await first.engine.beat()
        back_up_sqlite(settings.database_url, tmp_path / "backup.db")
        clock.now = MONDAY_NEW_YORK_EIGHT + timedelta(hours=1)
        await first.engine.beat()
        assert len(lessons(sandbox)) == 1

    clock.now += timedelta(minutes=10)
    async with running_rounds(
        settings.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'backup.db'}"}), clock
    ) as old:
        for _ in range(3):
            await old.engine.beat()
            await old.engine.wait_for_lookups()
            clock.now += timedelta(minutes=3)

        assert len(lessons(sandbox)) == 1
        await amara.click(f"{ids.ANSWER_LESSON}.B")
        await amara.wait_for_message(lambda message: "You chose B" in message["text"])


async def test_a_dropped_socket_comes_back_by_itself(sandbox: Sandbox, rounds: Rounds, amara: SandboxUser):
    sandbox.sockets.drop_connections()

    async def answered() -> bool:
        try:
            await amara.run_command("/rounds", "help")
        except Exception:
            return False
        return True

    assert await amara.wait_until(answered)
