"""A question that comes back, at the day's end and in Home. What was answered before is written into the database."""

from datetime import UTC, datetime, timedelta

from sqlmodel import col, select

from bot.domain.learner import Person as Somebody
from bot.domain.schedule import DeliveryKindName, DueMessage
from bot.learning import enrollment, planning
from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from bot.storage import Session
from bot.storage.tables import Delivery, LessonRevision, QuestionMemory
from tests.e2e.conftest import BotProcess, in_database, learner_of
from tests.e2e.test_learning_day import get_lesson, showing, start


def answer_nine_days_ago(session: Session, who: Somebody) -> None:
    """Another lesson's question was answered nine days ago, and is due."""
    theirs = Delivery.learner_id == enrollment.get_learner(session, who).id
    lesson = session.exec(select(Delivery).where(Delivery.kind == DeliveryKindName.LESSON, theirs)).one()
    other = session.exec(
        select(LessonRevision).where(LessonRevision.id != lesson.revision_id).order_by(col(LessonRevision.id)).limit(1)
    ).one()
    day = lesson.learning_day
    session.add(
        QuestionMemory(
            learner_id=lesson.learner_id,
            lesson_id=other.lesson_id,
            revision_id=other.id,
            stability=2.3,
            difficulty=2.1,
            last_answered_on=day - timedelta(days=9),
            due_on=day - timedelta(days=7),
        )
    )


def end_the_day(session: Session, who: Somebody) -> None:
    """The day's end is due now."""
    learner = enrollment.get_learner(session, who)
    now = datetime.now(UTC)
    today = planning.get_learning_day(learner, now)
    session.add(
        planning.new_delivery(learner, DueMessage(DeliveryKindName.DAY_END, today, now, now + timedelta(hours=2)))
    )


async def test_a_question_comes_back_at_the_days_end_and_its_answer_counts(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)
    await get_lesson(amara)
    in_database(bot, answer_nine_days_ago, learner_of(amara))
    in_database(bot, end_the_day, learner_of(amara))
    asked = await amara.wait_for_message(showing("From 9 days ago:"))
    assert asked["text"].startswith("Before you go")

    await amara.click(f"{ids.ANSWER_RECALL}.C", ts=asked["ts"])

    answered = await amara.wait_for_message(
        lambda message: message["ts"] == asked["ts"] and shows_result(message["text"])
    )
    assert "streak" in answered["text"].lower()
    assert f"{ids.ANSWER_RECALL}." not in str(answered["blocks"])
    await amara.click(ids.MARK_STEP_TRIED, ts=asked["ts"])
    tried = await amara.wait_for_message(lambda message: "You tried today's step." in message["text"])
    assert shows_result(tried["text"]), "the result stays"


async def test_the_question_that_is_ready_is_tried_in_home(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await start(amara)
    await get_lesson(amara)
    in_database(bot, answer_nine_days_ago, learner_of(amara))
    await amara.open_home()
    await amara.wait_for_home(lambda view: "One question ready." in str(view["blocks"]))

    await amara.click(ids.OPEN_RECALL, where="home")
    asked = await amara.wait_for_modal(lambda view: view["title"]["text"] == "Recall")
    assert "From 9 days ago:" in str(asked["blocks"])
    await amara.click(f"{ids.ANSWER_RECALL_IN_MODAL}.A", where="modal")

    await amara.wait_for_modal(
        lambda view: shows_result(str(view["blocks"])) and "streak" in str(view["blocks"]).lower()
    )
    await amara.wait_for_home(lambda view: "Today's question is answered." in str(view["blocks"]))


def shows_result(text: str) -> bool:
    """Return whether the text says which option fits best."""
    return "is the best fit." in text or "works better here." in text
