"""A missed day: covered by a freeze, or made up. The days before today are written while the bot is stopped."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime

from cryptography.fernet import Fernet
from sqlmodel import select

from bot.domain.learner import Person as Somebody
from bot.domain.schedule import Kind
from bot.learning import planning
from bot.sandbox import Person, Sandbox
from bot.slack import actions as ids
from bot.slack.blocks import repair
from bot.storage import Session, Store
from bot.storage.encryption import Cipher
from bot.storage.tables import Delivery, Learner
from tests.e2e.conftest import BotProcess
from tests.e2e.test_learning_day import get_lesson, showing, start
from tests.past import live_through, workdays_before


@asynccontextmanager
async def stopped(bot: BotProcess) -> AsyncIterator[Store]:
    """The database of a bot that stops meanwhile. Nothing here is encrypted, so any key will do."""
    await bot.stop()
    store = Store(f"sqlite:///{bot.folder / 'database' / 'rounds.db'}", Cipher([Fernet.generate_key().decode()]))
    yield store
    store.close()
    await bot.start()


def live_until_today(session: Session, line: str) -> None:
    learner = session.exec(select(Learner)).one()
    today = planning.learning_day(learner, datetime.now(UTC))
    live_through(session, Somebody(learner.team_id, learner.user_id), line, today)


def miss_the_last_workday(session: Session, line: str) -> date:
    """Today's lesson, which is a real message, came on the last workday instead, after days lived like this."""
    lesson = session.exec(select(Delivery).where(Delivery.kind == Kind.LESSON)).one()
    learner = session.get_one(Learner, lesson.learner_id)
    person = Somebody(learner.team_id, learner.user_id)
    missed = next(workdays_before(lesson.learning_day))
    live_through(session, person, line, missed)
    lesson.id = planning.delivery_id(learner.team_id, learner.user_id, missed, Kind.LESSON)
    lesson.learning_day, lesson.owed = missed, True
    return missed


async def test_a_freeze_covers_a_missed_day_and_the_next_lesson_says_so(
    sandbox: Sandbox, bot: BotProcess, amara: Person
):
    await start(amara)
    async with stopped(bot) as store:
        store.run(live_until_today, "x" * 12 + ".")

    lesson = await get_lesson(amara)

    assert lesson["text"].startswith("A freeze covered ")
    assert "Your streak is still 12. The next freeze comes at 20 days." in lesson["text"]
    await amara.command("/streak")
    told = await amara.wait_for(showing("Your streak: 12 working days"))
    assert " freeze" in told["text"]


async def test_a_broken_streak_is_repaired_by_the_missed_days_question(
    sandbox: Sandbox, bot: BotProcess, amara: Person
):
    await start(amara)
    missed = await get_lesson(amara)
    async with stopped(bot) as store:
        store.run(miss_the_last_workday, "xxxxx")
    await amara.command("/lesson")
    lesson = await amara.wait_for(lambda each: each["ts"] != missed["ts"] and "Your call." in each["text"])
    await amara.click(f"{ids.ANSWER}.A", ts=lesson["ts"])
    await amara.wait_for(lambda each: each["ts"] == lesson["ts"] and "can still be made up" in each["text"])

    await amara.click(ids.REPAIR, ts=lesson["ts"])
    asked = await amara.wait_for_modal()
    assert missed["text"].splitlines()[0] in str(asked)
    assert await amara.submit() != {}, "nothing was chosen"
    assert await amara.submit({repair.INPUT: "A"}) == {}

    await amara.wait_for_modal(lambda view: "is made up." in str(view))
    await amara.wait_for(lambda each: each["ts"] == lesson["ts"] and "can still be made up" not in each["text"])
    answered = await amara.wait_for(lambda each: each["ts"] == missed["ts"] and "You chose A." in each["text"])
    assert "can still be made up" not in answered["text"]
    await amara.command("/streak")
    told = await amara.wait_for(showing("made up"))
    assert "Longest: 6 working days." in told["text"] or "Longest: 5 working days." in told["text"]  # on a day off
