"""A missed day: covered by a freeze, or made up. The days before today are written into the database."""

from datetime import UTC, date, datetime

from sqlmodel import select

from bot.domain.learner import Person as Somebody
from bot.domain.schedule import DeliveryKindName
from bot.learning import enrollment, planning
from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from bot.slack.blocks import streak_repair
from bot.storage import Session
from bot.storage.tables import Delivery, SendState
from tests.e2e.conftest import BotProcess, in_database, learner_of
from tests.e2e.test_learning_day import get_lesson, showing, start
from tests.past import live_through, workdays_before
from tests.waits import eventually


def live_until_today(session: Session, who: Somebody, line: str) -> None:
    today = planning.get_learning_day(enrollment.get_learner(session, who), datetime.now(UTC))
    live_through(session, who, line, today)


def miss_the_last_workday(session: Session, who: Somebody, line: str) -> date:
    """Today's lesson, which is a real message, came on the last workday instead, after days lived like this."""
    learner = enrollment.get_learner(session, who)
    theirs = Delivery.learner_id == learner.id
    lesson = session.exec(select(Delivery).where(Delivery.kind == DeliveryKindName.LESSON, theirs)).one()
    missed = next(workdays_before(lesson.learning_day))
    live_through(session, who, line, missed)
    lesson.id = planning.build_delivery_id(learner.team_id, learner.user_id, missed, DeliveryKindName.LESSON)
    lesson.learning_day, lesson.counts_for_streak = missed, True
    return missed


def is_recorded(session: Session, who: Somebody) -> bool:
    """Whether the bot has written down that the lesson arrived, which it does after Slack has shown it."""
    learner = enrollment.get_learner(session, who)
    theirs = Delivery.learner_id == learner.id
    lesson = session.exec(select(Delivery).where(Delivery.kind == DeliveryKindName.LESSON, theirs)).one()
    return lesson.state == SendState.SENT


async def test_a_freeze_covers_a_missed_day_and_the_next_lesson_says_so(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)
    in_database(bot, live_until_today, learner_of(amara), "x" * 12 + ".")

    lesson = await get_lesson(amara)

    assert lesson["text"].startswith("A freeze covered ")
    assert "Your streak is still 12. The next freeze comes at 20 days." in lesson["text"]
    await amara.run_command("/streak")
    told = await amara.wait_for_message(showing("Your streak: 12 working days"))
    assert " freeze" in told["text"]


async def test_a_broken_streak_is_repaired_by_the_missed_days_question(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)
    missed = await get_lesson(amara)
    await eventually(lambda: in_database(bot, is_recorded, learner_of(amara)))
    in_database(bot, miss_the_last_workday, learner_of(amara), "xxxxx")
    await amara.run_command("/lesson")
    lesson = await amara.wait_for_message(lambda each: each["ts"] != missed["ts"] and "Your call." in each["text"])
    await amara.click(f"{ids.ANSWER_LESSON}.A", ts=lesson["ts"])
    await amara.wait_for_message(lambda each: each["ts"] == lesson["ts"] and "Keep your streak of" in each["text"])

    await amara.click(ids.OPEN_REPAIR, ts=lesson["ts"])
    asked = await amara.wait_for_modal()
    assert missed["text"].splitlines()[0] in str(asked)
    assert await amara.submit() != {}, "nothing was chosen"
    assert await amara.submit({streak_repair.INPUT: "A"}) == {}

    await amara.wait_for_modal(lambda view: "You made up" in str(view))
    await amara.wait_for_message(lambda each: each["ts"] == lesson["ts"] and "Keep your streak of" not in each["text"])
    answered = await amara.wait_for_message(lambda each: each["ts"] == missed["ts"] and "You chose A;" in each["text"])
    assert "Keep your streak of" not in answered["text"]
    await amara.run_command("/streak")
    told = await amara.wait_for_message(showing("made up"))
    assert "Longest: 6 working days." in told["text"] or "Longest: 5 working days." in told["text"]  # on a day off
