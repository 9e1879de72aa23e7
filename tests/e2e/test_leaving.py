"""Who leaves gets nothing more, who comes back finds all as before: the real bot process, in the sandbox."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.domain.learner import Person as Somebody
from bot.learning import enrollment, workspace_lifecycle
from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from bot.slack.manifest import manifest
from bot.storage import Session, Store, learners
from bot.storage.tables import Delivery, Learner, LearnerState, Workspace
from tests.builders import any_cipher
from tests.e2e.conftest import BotProcess, learner_of, sandbox_of, somebody
from tests.e2e.test_learning_day import get_lesson, showing, start
from tests.shipped import shipped_pack
from tests.waits import eventually

TEAM = "T0RIVER"


@contextmanager
def database_of(bot: BotProcess) -> Iterator[Store]:
    """The bot's own database, beside it; no words are read from it."""
    with closing(Store(f"sqlite:///{bot.database}", any_cipher())) as store:
        yield store


async def logged(bot: BotProcess, words: bytes) -> None:
    await eventually(lambda: words in bot.log)


def row_of(session: Session, who: Somebody) -> Learner:
    found = learners.find(session, who)
    assert found is not None
    return found


def is_planned(database: Store, who: Somebody) -> bool:
    due = database.run(row_of, who).next_due_at
    return due is not None and due > datetime.now(UTC)


def state_of(database: Store, who: Somebody) -> LearnerState:
    return database.run(row_of, who).state


def make_due(session: Session, who: Somebody) -> None:
    """Her next lesson falls due: as if its time had come, whatever the time is where this test runs."""
    now = datetime.now(UTC)
    row = row_of(session, who)
    row.state, row.tz = LearnerState.ACTIVE, "Etc/UTC"
    hours = [f"{now - timedelta(minutes=1):%H:%M}", f"{now + timedelta(hours=8):%H:%M}"]
    rule = {"kind": "weekly", "hours": {str(day): hours for day in range(7)}, "lesson_after": 0, "day_end_before": 25}
    row.schedule, row.next_due_at = rule, now - timedelta(minutes=3)


def reasons(session: Session) -> list[str | None]:
    return [row.reason for row in session.exec(select(Delivery).order_by(col(Delivery.due_at)))]


def left_though_due(database: Store, who: Somebody) -> bool:
    """Whether a lesson was skipped for the workspace left; it falls due here, as after a crash half-way.

    The second event of an uninstallation may come late, and it takes back what is due, so this makes it due again.
    """
    if database.run(row_of, who).next_due_at is None:
        database.run(make_due, who)
    return "left" in database.run(reasons)


@pytest.mark.own_bot
@pytest.mark.parametrize("first", ["app_uninstalled", "tokens_revoked"])
async def test_a_workspace_that_takes_rounds_away_gets_nothing_more(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser, first: str
):
    await start(amara)
    posted = len(list(sandbox.workspace.all_messages()))

    sandbox.uninstall(first_event=first)
    await logged(bot, b"workspace.left")
    with database_of(bot) as database:
        await eventually(lambda: database.run(row_of, learner_of(amara)).next_due_at is None)
        await eventually(lambda: left_though_due(database, learner_of(amara)))

    assert len(list(sandbox.workspace.all_messages())) == posted
    assert await bot.stop() == 0
    assert bot.log.count(b"workspace.left") == 1
    assert b"Traceback" not in bot.log


@pytest.mark.parametrize("refusal", ["account_inactive", "token_revoked", "invalid_auth"])
async def test_a_refused_token_is_a_workspace_that_left_though_no_event_said_so(
    tmp_path: Path, prepared: Path, refusal: str
):
    silent = manifest(shipped_pack().skills)
    silent["settings"]["event_subscriptions"]["bot_events"] = ["message.im"]
    async with (
        sandbox_of(silent) as sandbox,
        BotProcess(sandbox, tmp_path, prepared=prepared) as bot,
        somebody(sandbox, "U0AMARA") as amara,
    ):
        await start(amara)

        sandbox.uninstall(refusal=refusal)
        with database_of(bot) as database:
            database.run(make_due, learner_of(amara))
            await logged(bot, b"workspace.left")
            await eventually(lambda: "left" in database.run(reasons))

        assert await bot.stop() == 0
        assert bot.log.count(b"workspace.left") == 1
        assert b"delivery.failed" not in bot.log


@pytest.mark.own_bot
async def test_installed_again_all_is_as_before(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser, tmp_path: Path):
    await start(amara)
    await get_lesson(amara)
    await amara.click(ids.OPEN_REFLECTION)
    await amara.submit({"words": "a line of my own"})
    await amara.wait_for_message(showing("Reflection saved."))
    sandbox.uninstall()
    await logged(bot, b"workspace.left")
    await bot.stop()

    sandbox.install()
    async with BotProcess(sandbox, tmp_path) as again:
        await amara.run_command("/rounds", "journal")

        assert "a line of my own" in str(await amara.wait_for_modal())
        assert b"workspace.back" in again.log
        with database_of(again) as database:
            await eventually(lambda: is_planned(database, learner_of(amara)))
            assert state_of(database, learner_of(amara)) == LearnerState.ACTIVE
        lessons = [message for message in sandbox.workspace.all_messages() if message.by_bot and message.metadata]
        assert len(lessons) == 1


@pytest.mark.own_bot
async def test_a_running_bot_whose_token_works_after_all_goes_on(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)
    sandbox.faults.add("chat.postMessage", "error", error="invalid_auth", times=1)

    await amara.run_command("/lesson")

    await logged(bot, b"workspace.stays")
    assert b"workspace.left" not in bot.log


@pytest.mark.own_bot
async def test_a_workspace_that_left_a_month_ago_is_erased(sandbox: Sandbox, bot: BotProcess, tmp_path: Path):
    long_ago = datetime.now(UTC) - workspace_lifecycle.WORKSPACE_RETENTION - timedelta(hours=1)
    await bot.stop()
    with database_of(bot) as database:
        database.run(workspace_lifecycle.register_workspace, "T0GONE", None, "Gone", "U0BOT", long_ago)
        database.run(enrollment.register_learner, Somebody("T0GONE", "U0A"), "Europe/London", long_ago)
        database.run(workspace_lifecycle.mark_workspace_left, "T0GONE", long_ago)
        database.run(lambda session: session.connection().exec_driver_sql("DELETE FROM seenevent").close())

        async with BotProcess(sandbox, tmp_path) as again:
            await logged(again, b"workspace.erased")

        assert database.run(lambda session: session.get(Workspace, "T0GONE")) is None
        assert database.run(learners.find, Somebody("T0GONE", "U0A")) is None
        assert database.run(lambda session: session.get(Workspace, TEAM)) is not None


async def test_a_deactivated_person_gets_nothing_more_and_finds_rounds_paused_when_back(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)

    await amara.change_profile(deleted=True)
    with database_of(bot) as database:
        await eventually(lambda: state_of(database, learner_of(amara)) == LearnerState.LEFT)
        assert database.run(row_of, learner_of(amara)).next_due_at is None

        await amara.change_profile(deleted=False)
        await eventually(lambda: state_of(database, learner_of(amara)) != LearnerState.LEFT)
    await amara.open_home()
    await amara.wait_for_home(lambda view: "aused" in str(view))
    await amara.run_command("/rounds", "resume")
    await amara.wait_for_message(showing("Welcome back."))


@pytest.mark.parametrize("refusal", ["user_not_found", "user_disabled", "cannot_dm_bot", "is_archived"])
async def test_a_person_whom_slack_gives_nothing_gets_nothing_planned(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser, refusal: str
):
    await start(amara)
    sandbox.faults.add("chat.postMessage", "error", error=refusal, times=1, user=amara.user_id)

    await amara.run_command("/lesson")

    with database_of(bot) as database:
        await eventually(lambda: state_of(database, learner_of(amara)) == LearnerState.LEFT)
        assert database.run(row_of, learner_of(amara)).next_due_at is None
