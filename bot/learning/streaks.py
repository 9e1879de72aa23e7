"""A learner's days: which count, and the streak that they make."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.learner import Person
from bot.domain.schedule import works_on
from bot.domain.streak import DayMark, Streak, four_weeks, streak
from bot.learning import enrolment, planning
from bot.storage import Session, deliveries
from bot.storage import practice as queries
from bot.storage.tables import Learner, PracticeDay


@dataclass(frozen=True, slots=True)
class StreakView:
    """A learner's streak and their last four weeks, by learning day."""

    streak: Streak
    weeks: tuple[DayMark, ...]
    today: date
    working_today: bool


def streak_of(session: Session, person: Person, now: datetime) -> StreakView:
    """The learner's streak and last four weeks."""
    learner = enrolment.known(session, person)
    today = planning.learning_day(learner, now)
    owed = deliveries.days_owed(session, learner.id)
    practised = queries.days_practised(session, learner.id)
    return StreakView(
        streak=streak(owed, practised, today),
        weeks=four_weeks(owed, practised, today),
        today=today,
        working_today=works(learner, today),
    )


def count_today(session: Session, learner: Learner, now: datetime) -> date:
    """Count the learning day at hand as practised, once; that day."""
    today = planning.learning_day(learner, now)
    if session.get(PracticeDay, (learner.id, today)) is None:
        session.add(PracticeDay(learner_id=learner.id, learning_day=today, working=works(learner, today), first_at=now))
    return today


def works(learner: Learner, day: date) -> bool:
    """Whether a shift of this learner starts on this date."""
    preferences = planning.preferences_of(learner)
    return works_on(preferences.teaching, preferences.zone, day)
