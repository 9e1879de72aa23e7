"""Lessons that somebody answered in the past, for tests of what they are good for."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

from sqlmodel import select

from bot.domain.learner import Person
from bot.domain.schedule import DeliveryKindName
from bot.storage import Session
from bot.storage.tables import Answer, Delivery, Learner, LessonRevision, SendState

FIRST_DAY = date(2025, 3, 3)


def answer_in_the_past(session: Session, person: Person, lesson_ids: Sequence[str], since: date = FIRST_DAY) -> None:
    """Answer these lessons, one a day, in the past. Each has a revision in the database."""
    theirs = select(Learner).where(Learner.user_id == person.user_id, Learner.team_id == person.team_id)
    learner = session.exec(theirs).one()
    rows = session.exec(select(LessonRevision.lesson_id, LessonRevision.id).order_by(LessonRevision.id)).all()  # type: ignore[arg-type]
    revisions: dict[str, int] = dict(rows)
    for number, lesson_id in enumerate(lesson_ids):
        day = since + timedelta(days=number)
        at = datetime.combine(day, time(9), UTC)
        delivery = Delivery(
            id=uuid4(),
            team_id=person.team_id,
            learner_id=learner.id,
            learning_day=day,
            kind=DeliveryKindName.LESSON,
            due_at=at,
            expires_at=at,
            sent_at=at,
            revision_id=revisions[lesson_id],
            state=SendState.SENT,
        )
        session.add(delivery)
        session.flush()
        session.add(
            Answer(
                delivery_id=delivery.id,
                learner_id=learner.id,
                revision_id=revisions[lesson_id],
                choice="B",
                correct=True,
                learning_day=day,
                at=at,
            )
        )
