"""A learner says that a lesson wasn't useful; an admin looks at a lesson that few people find the answer to."""

from datetime import UTC, date, datetime, timedelta

from sqlmodel import col, select

from bot.domain.learner import Person as Somebody
from bot.domain.schedule import DeliveryKindName
from bot.learning import enrollment
from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from bot.storage import Session
from bot.storage.tables import Delivery, LessonFeedback, LessonFigures, LessonRevision
from tests.e2e.conftest import BotProcess, in_database, learner_of
from tests.e2e.test_learning_day import get_lesson, showing, start, titled
from tests.e2e.test_weeks import answered
from tests.past import live_through


def answer_nine(session: Session, who: Somebody) -> None:
    """Nine lessons that came before today's, none of them the same, and are answered."""
    learner = enrollment.get_learner(session, who)
    now = datetime.now(UTC)
    theirs = select(Delivery).where(Delivery.learner_id == learner.id, Delivery.kind == DeliveryKindName.LESSON)
    todays = session.exec(theirs).one()
    days = live_through(session, who, "x" * 9, todays.learning_day)
    session.flush()
    others = select(LessonRevision.id).where(LessonRevision.id != todays.revision_id)
    before = session.exec(theirs.where(col(Delivery.learning_day).in_(days))).all()
    for lesson, revision_id in zip(before, session.exec(others), strict=False):
        lesson.revision_id = revision_id
        session.add(answered(lesson, now - timedelta(days=1)))


def said(session: Session, who: Somebody) -> list[bool]:
    """What somebody said of lessons."""
    learner = enrollment.get_learner(session, who)
    return list(session.exec(select(LessonFeedback.useful).where(LessonFeedback.learner_id == learner.id)))


async def test_the_tenth_answered_lesson_asks_whether_it_was_useful_and_the_first_choice_counts(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)
    lesson = await get_lesson(amara)
    in_database(bot, answer_nine, learner_of(amara))

    await amara.click(f"{ids.ANSWER_LESSON}.A", ts=lesson["ts"])
    asked = await amara.wait_for_message(showing("Was this useful?"))
    assert asked["text"].index("The case.") < asked["text"].index("Was this useful?")
    await amara.click(f"{ids.SAY_IF_USEFUL}.no", ts=lesson["ts"])
    thanked = await amara.wait_for_message(showing("Thanks. It counts for the lesson only"))

    assert thanked["ts"] == lesson["ts"]
    assert "Was this useful?" not in thanked["text"]
    assert in_database(bot, said, learner_of(amara)) == [False]


def write_a_week(session: Session) -> None:
    """What the housekeeping writes once enough people have answered."""
    shown = select(LessonRevision.id).where(LessonRevision.lesson_id == "leadership-01")
    revision_id = session.exec(shown.order_by(col(LessonRevision.id).desc())).first()
    nobody = {"shown": 0, "counted": 0}
    health = {"people": 15, "percent": None, "few": "right", "wrong_letter": "A", "chose": 10, "problem": "too_hard"}
    figure = {
        "health": health, "counted": 18, "until": "2026-03-08", "postponed": {"shown": 5, "counted": 6},
        "unanswered": nobody, "saved": nobody, "not_useful": nobody, "is_useless": False,
    }  # fmt: skip
    session.add(LessonFigures(team_id="T0RIVER", monday=date(2099, 3, 2), lessons={str(revision_id): figure}))


async def test_an_admin_looks_at_a_lesson_that_few_find_the_answer_to(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser
):
    in_database(bot, write_a_week)

    await tomas.run_command("/rounds", "admin lessons")
    listed = await tomas.wait_for_message(showing("At least 15 people answered, and fewer than five were right."))
    assert "At least 10 chose A. At least 5 people postponed it." in listed["text"]
    await tomas.click(ids.OPEN_LESSON_TO_CHECK, ts=listed["ts"])

    modal = await tomas.wait_for_modal(titled("Lesson to look at"))
    assert "best fit" in str(modal["blocks"])
