"""The last day end of a week, in Slack. Written entries are moved back some weeks in the database."""

import re
from datetime import UTC, datetime, timedelta

from sqlmodel import col, select

from bot.domain.learner import Person as Somebody
from bot.domain.schedule import DeliveryKindName, DueMessage
from bot.learning import enrollment, planning
from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from bot.storage import Session
from bot.storage.tables import Answer, Delivery, Reflection, StepReport
from tests.e2e.conftest import BotProcess, in_database, learner_of
from tests.e2e.test_learning_day import get_lesson, showing, start
from tests.past import live_through

WORDS = "I asked both of them the same question, and only one answered"


def end_the_week(session: Session, who: Somebody, *, listed: bool = False) -> None:
    """Four weeks of practice, with today's line written at their beginning. The day's end of this week's end is due."""
    learner = enrollment.get_learner(session, who)
    theirs = Delivery.learner_id == learner.id
    now = datetime.now(UTC)
    today = planning.get_learning_day(learner, now)
    live_through(session, who, "x" * 24, today)
    first = today - timedelta(days=today.weekday())
    session.flush()
    then = session.exec(
        select(Delivery)
        .where(
            theirs, Delivery.kind == DeliveryKindName.LESSON, col(Delivery.learning_day) >= first - timedelta(weeks=4)
        )
        .order_by(col(Delivery.learning_day))
    ).first()
    assert then is not None
    assert then.revision_id is not None
    this_week = col(Delivery.learning_day).between(first, today - timedelta(days=1))
    for place, lesson in enumerate(session.exec(select(Delivery).where(theirs, this_week)).all()):
        session.add(answered(lesson, now))
        if place % 2:
            session.add(StepReport(delivery_id=lesson.id, learner_id=learner.id, tried=True, at=now))
    entry = session.exec(select(Reflection).where(Reflection.learner_id == learner.id)).one()
    entry.delivery_id, entry.revision_id, entry.learning_day = then.id, then.revision_id, then.learning_day
    end = planning.new_delivery(learner, DueMessage(DeliveryKindName.DAY_END, today, now, now + timedelta(hours=2)))
    end.closes_week_from, learner.weekly_summary = first, listed
    session.add(end)


def answered(lesson: Delivery, now: datetime) -> Answer:
    assert lesson.revision_id is not None
    return Answer(
        delivery_id=lesson.id,
        learner_id=lesson.learner_id,
        revision_id=lesson.revision_id,
        choice="A",
        correct=False,
        learning_day=lesson.learning_day,
        at=now,
    )


async def test_a_week_ends_with_what_was_done_and_with_words_of_four_weeks_ago(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)
    lesson = await get_lesson(amara)
    await amara.click(ids.OPEN_REFLECTION)
    await amara.submit({"words": WORDS})
    await amara.wait_for_message(showing("Reflection saved."))
    in_database(bot, end_the_week, learner_of(amara))
    ended = await amara.wait_for_message(showing("Four weeks ago,"))
    assert WORDS not in str(await amara.messages()), "a notification shows a message"

    await amara.click(ids.READ_EARLIER_ENTRY, ts=ended["ts"])
    read = await amara.wait_for_modal(lambda view: view["title"]["text"] == "Four weeks ago")
    assert WORDS in str(read["blocks"])
    await amara.click(ids.OPEN_QUESTION, ts=ended["ts"])
    question = await amara.wait_for_modal(lambda view: "The question is open." in str(view))
    assert lesson["ts"].replace(".", "") in str(question), "a link to the lesson, not to this message"
    await amara.click(ids.MARK_STEP_TRIED, ts=ended["ts"])

    tried = await amara.wait_for_message(
        lambda message: message["ts"] == ended["ts"] and "You tried" in message["text"]
    )
    assert "Four weeks ago," in tried["text"], "the day end stays"
    assert re.search(r"and tried \d steps?\.", tried["text"])


async def test_a_summary_is_a_setting(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)
    await amara.run_command("/rounds", "settings")
    await amara.wait_for_modal(lambda view: view["title"]["text"] == "Settings")
    await amara.click(ids.OPEN_MORE_SETTINGS)
    await amara.wait_for_modal(lambda view: view["title"]["text"] == "More settings")

    assert await amara.submit({"weekly_summary": ["on"]}) == {}

    await amara.wait_for_message(showing("You'll get a summary at the end of each week."))
