"""Lessons that wait, in the real bot process: put off, asked whether to go on, moved and paused by a profile."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from bot.bootstrap import system_clock
from bot.domain.learner import Person as Learner
from bot.domain.learner import Preferences
from bot.domain.schedule import DeliveryKindName, DueMessage
from bot.domain.schedule_kinds import weekly_around_messages
from bot.learning import enrollment, planning
from bot.learning.enrollment import LearnerView
from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from bot.storage import Session, deliveries
from bot.storage.tables import LearnerState
from tests.e2e.conftest import BotProcess, in_database, learner_of
from tests.e2e.test_learning_day import get_lesson, showing, start


def on_shift(bot: BotProcess, amara: SandboxUser) -> None:
    """A shift that began an hour ago and lasts another six and a half; a status pauses lessons."""
    now = datetime.now(UTC)
    times = ((now + timedelta(hours=hours)).time().replace(second=0, microsecond=0) for hours in (-1, 6))
    chosen = Preferences("Etc/GMT", weekly_around_messages(range(7), *times), follows_status=True)
    in_database(bot, enrollment.change_preferences, learner_of(amara), chosen, now)


def learner(bot: BotProcess, amara: SandboxUser) -> LearnerView:
    found = in_database(bot, enrollment.find_learner, learner_of(amara), system_clock())
    assert found is not None
    return found


async def recorded(bot: BotProcess, amara: SandboxUser, ts: str) -> None:
    """Wait until the bot has written down where its question stands: a person is slower than that, a test isn't."""

    async def known() -> bool:
        return in_database(bot, question_at, learner_of(amara)) == ts

    await amara.wait_until(known)


def question_at(session: Session, who: Learner) -> str | None:
    asked = deliveries.find_newest(session, enrollment.get_learner(session, who).id, DeliveryKindName.CHECK_IN)
    return asked.ts if asked else None


def now_says(ts: str, part: str) -> Callable[[dict[str, Any]], bool]:
    return lambda message: message["ts"] == ts and part in message["text"]


async def test_a_lesson_is_put_off_for_an_hour_and_opened_before(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)
    on_shift(bot, amara)
    lesson = await get_lesson(amara)

    await amara.click(ids.OPEN_POSTPONE, ts=lesson["ts"])
    modal = await amara.wait_for_modal()
    assert modal["title"]["text"] == "Later"
    assert await amara.submit({"choice": "hour"}) == {}
    waiting = await amara.wait_for_message(now_says(lesson["ts"], "comes back"))  # after 11 PM, on another date
    assert waiting["text"].endswith("Buttons: Open it now.")

    await amara.click(ids.OPEN_POSTPONED_LESSON, ts=lesson["ts"])
    opened = await amara.wait_for_message(now_says(lesson["ts"], "Your call."))
    assert opened["text"] == lesson["text"]
    await amara.click(f"{ids.ANSWER_LESSON}.A", ts=lesson["ts"])
    await amara.wait_for_message(now_says(lesson["ts"], "treak"))


async def test_on_a_day_off_a_lesson_is_put_off_until_tomorrow(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)
    now = datetime.now(UTC)
    in_three_days = weekly_around_messages([(now.weekday() + 3) % 7], time(9), time(16, 30))
    in_database(bot, enrollment.change_preferences, learner_of(amara), Preferences("Etc/GMT", in_three_days), now)
    lesson = await get_lesson(amara)

    await amara.click(ids.OPEN_POSTPONE, ts=lesson["ts"])
    offered = str(await amara.wait_for_modal())
    assert "In 1 hour, at" in offered
    assert "In my next shift" in offered
    assert await amara.submit({"choice": "tomorrow"}) == {}

    tomorrow = now + timedelta(days=1)
    await amara.wait_for_message(now_says(lesson["ts"], f"comes back on {tomorrow:%A} at 9:00 AM."))


async def test_a_lesson_that_waits_for_the_next_shift_comes_back_when_it_is_asked_for(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)
    on_shift(bot, amara)
    lesson = await get_lesson(amara)
    await amara.click(ids.OPEN_POSTPONE, ts=lesson["ts"])
    await amara.wait_for_modal()
    await amara.submit({"choice": "next_shift"})
    await amara.wait_for_message(now_says(lesson["ts"], "comes back in your next shift."))

    await amara.run_command("/lesson")

    await amara.wait_for_message(now_says(lesson["ts"], "Your call."))
    await amara.wait_for_message(showing("already in your messages"))


async def test_a_time_that_is_gone_is_said_beside_the_choices(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)
    on_shift(bot, amara)
    lesson = await get_lesson(amara)
    await amara.click(ids.OPEN_POSTPONE, ts=lesson["ts"])
    await amara.wait_for_modal()
    # As good as a shift that has ended meanwhile:
    in_database(bot, enrollment.pause_lessons, learner_of(amara), None, system_clock())

    refused = await amara.submit({"choice": "hour"})

    assert "There is no time left for that." in refused["later"]
    assert lesson["text"] in [message["text"] for message in await amara.messages()]


async def test_lessons_move_along_with_the_zone_of_the_profile(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)
    before = learner(bot, amara)

    await amara.change_profile(tz="Asia/Tokyo")

    async def moved() -> bool:
        return learner(bot, amara).preferences.tz == "Asia/Tokyo"

    await amara.wait_until(moved)
    after = learner(bot, amara)
    assert before.next_lesson is not None
    assert after.next_lesson is not None
    assert after.next_lesson.due_at != before.next_lesson.due_at
    assert after.next_lesson.due_at.astimezone(after.preferences.zone).hour == 9


@pytest.mark.own_bot
async def test_a_holiday_status_pauses_lessons_and_is_kept_nowhere(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)
    on_shift(bot, amara)
    await amara.open_home()
    await amara.wait_for_home()
    away = {"status_text": "unmistakable-holiday", "status_emoji": ":palm_tree:"}

    await amara.change_profile(**away, status_expiration=int((datetime.now(UTC) + timedelta(days=9)).timestamp()))
    await amara.wait_for_home(lambda view: "as your Slack status says" in str(view))
    await amara.change_profile(status_text="", status_emoji="", status_expiration=0)
    await amara.wait_for_home(lambda view: "Paused until" not in str(view))
    await amara.change_profile(**away, status_expiration=0)
    await amara.wait_for_home(lambda view: "Paused until your Slack status is cleared" in str(view))
    await amara.click(ids.RESUME_LESSONS, where="home")
    await amara.wait_for_home(lambda view: "Paused until" not in str(view))
    await bot.stop()

    written = bot.log + b"".join(file.read_bytes() for file in bot.folder.rglob("*") if file.is_file())
    assert b"unmistakable" not in written
    assert b"palm_tree" not in written
    assert b"user_change" not in bot.log


def ask_whether_to_go_on(session: Session, who: Learner, now: datetime) -> None:
    """What the tick does in the place of the eighth lesson."""
    row = enrollment.get_learner(session, who)
    day = planning.get_learning_day(row, now)
    session.add(planning.new_delivery(row, DueMessage(DeliveryKindName.CHECK_IN, day, now, now + timedelta(hours=1))))
    row.state, row.next_due_at = LearnerState.WAITING, None


async def test_after_the_question_whether_to_go_on_lessons_wait_and_stop_and_come_back(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)
    in_database(bot, ask_whether_to_go_on, learner_of(amara), system_clock())
    question = await amara.wait_for_message(showing("Shall I go on"))
    await amara.open_home()
    await amara.wait_for_home(lambda view: "Lessons wait for a word from you." in str(view))

    await amara.click(ids.STOP_LESSONS, ts=question["ts"])
    await amara.wait_for_message(now_says(question["ts"], "Lessons have stopped."))
    await amara.click(ids.RESUME_LESSONS, ts=question["ts"])

    await amara.wait_for_message(now_says(question["ts"], "Welcome back."))
    assert learner(bot, amara).state is LearnerState.ACTIVE


async def test_the_question_is_answered_in_home_in_settings_and_by_practicing(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)
    lesson = await get_lesson(amara)
    in_database(bot, ask_whether_to_go_on, learner_of(amara), system_clock())
    question = await amara.wait_for_message(showing("Shall I go on"))
    await recorded(bot, amara, question["ts"])
    await amara.click(f"{ids.ANSWER_LESSON}.A", ts=lesson["ts"])
    await amara.wait_for_message(now_says(question["ts"], "You practiced, so I took that as a yes."))

    in_database(bot, wait_again, learner_of(amara))
    await amara.run_command("/rounds", "settings")
    await amara.wait_for_modal()
    await amara.click(ids.SWITCH_TO_WEEKLY, where="modal")
    await amara.wait_for_modal(lambda view: "One lesson a week" in str(view))
    await amara.close_modal()

    in_database(bot, wait_again, learner_of(amara))
    await amara.open_home()
    await amara.wait_for_home(lambda view: "Lessons wait for a word from you." in str(view))
    await amara.click(ids.CONTINUE_LESSONS, where="home")
    await amara.wait_for_message(showing("Lessons go on. Your next lesson comes"))
    await amara.wait_for_home(lambda view: "Lessons wait" not in str(view))


def wait_again(session: Session, who: Learner) -> None:
    enrollment.get_learner(session, who).state = LearnerState.WAITING
