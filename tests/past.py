"""Days that a learner has behind them, written as rows: a year of them takes no longer than it must."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from sqlmodel import col, select

from bot.domain.learner import Person
from bot.domain.schedule import DeliveryKindName
from bot.domain.spaced_repetition import Rating, update_memory
from bot.learning.planning import build_delivery_id
from bot.storage import Session, learners
from bot.storage.tables import Delivery, LessonRevision, PracticeDay, QuestionMemory, SendState


def live_through(session: Session, person: Person, line: str, until: date) -> list[date]:
    """What became of the workdays before `until`, the last one last: `x` practised, `.` missed; those days, in order.

    A lesson came on each, at 09:00 UTC, as message `day.000100` of the DM; what was answered is not written, so that
    nobody is asked for it whether lessons should go on.
    """
    learner = learners.find(session, person)
    assert learner is not None
    learner.silence_counted_from = until
    revisions = session.exec(select(LessonRevision.id).order_by(col(LessonRevision.id))).all()
    days = sorted(day for day, _ in zip(workdays_before(until), line, strict=False))
    for place, (day, was) in enumerate(zip(days, line, strict=True)):
        came_at = datetime.combine(day, time(9), UTC)
        session.add(
            Delivery(
                id=build_delivery_id(learner.team_id, learner.user_id, day, DeliveryKindName.LESSON),
                learner_id=learner.id,
                team_id=learner.team_id,
                learning_day=day,
                kind=DeliveryKindName.LESSON,
                due_at=came_at,
                expires_at=came_at + timedelta(hours=4),
                state=SendState.SENT,
                attempt=1,
                revision_id=revisions[place % len(revisions)],
                channel=f"D{learner.user_id}",
                ts=f"{came_at.timestamp():.0f}.000100",
                sent_at=came_at,
            )
        )
        if was == "x":
            session.add(
                PracticeDay(learner_id=learner.id, learning_day=day, had_shift=True, first_practiced_at=came_at)
            )
    return days


def workdays_before(until: date) -> Iterator[date]:
    """Mondays to Fridays, going back."""
    day = until
    while True:
        day -= timedelta(days=1)
        if day.weekday() < 5:
            yield day


def learn_through(session: Session, person: Person, days: int, until: date) -> None:
    """So many workdays before `until` were practised, skills in turns: every fourth question wrongly, most recalled."""
    learner = learners.find(session, person)
    assert learner is not None
    lived = live_through(session, person, "x" * days, until)
    came = {row.learning_day: row for row in session.exec(select(Delivery).where(Delivery.learner_id == learner.id))}
    texts = {row.id: row.lesson_id for row in session.exec(select(LessonRevision))}
    in_turns = sorted(texts, key=lambda each: (texts[each].rpartition("-")[2], each))
    for place, (day, revision_id) in enumerate(zip(lived, in_turns, strict=False)):
        came[day].revision_id = revision_id
        memory = update_memory(None, Rating.AGAIN if place % 4 == 3 else Rating.GOOD, day)
        while place % 3 and memory.due_on < until:
            memory = update_memory(memory, Rating.GOOD, memory.due_on)
        session.add(
            QuestionMemory(
                learner_id=learner.id,
                lesson_id=texts[revision_id],
                revision_id=revision_id,
                stability=memory.stability,
                difficulty=memory.difficulty,
                last_answered_on=memory.last_answered_on,
                due_on=memory.due_on,
            )
        )
