"""A learner's days: which count, the streak that they make, and what keeps it through a missed one."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice

from bot.domain.learner import Person
from bot.domain.schedule import Shift, instant_of, next_shift, works_on
from bot.domain.streak import (
    DayMark,
    FreezeUsed,
    History,
    Streak,
    four_weeks,
    freeze_used,
    shifts_to_repair,
    streak,
)
from bot.learning import enrolment, planning
from bot.storage import Session, days
from bot.storage.tables import Learner, LearnerState, PracticeDay


@dataclass(frozen=True, slots=True)
class Repair:
    """A missed day that can be made up, and the streak there would be then.

    Open until `until`, the end of the shift of `through`; None while no end is known: lessons wait, or the roster goes
    no further. `shifts`: how many are left for it, counted from today's.
    """

    day: date
    restores: int
    shifts: int
    until: datetime | None
    through: date | None
    today: date


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a learner's streak stands today, and the days that it is made of."""

    streak: Streak
    repair: Repair | None
    today: date
    history: History

    @property
    def counts(self) -> bool:
        """Whether today's practice counts into the streak."""
        return self.streak.counted_today


@dataclass(frozen=True, slots=True)
class StreakView:
    """A learner's streak and their last four weeks, by learning day."""

    streak: Streak
    weeks: tuple[DayMark, ...]
    today: date
    repair: Repair | None = None


def streak_of(session: Session, person: Person, now: datetime) -> StreakView:
    """The learner's streak and last four weeks."""
    learner = enrolment.known(session, person)
    return view_of(standing(session, learner, now))


def view_of(stands: Standing) -> StreakView:
    """The streak and the last four weeks of a learner who stands there."""
    return StreakView(
        streak=stands.streak,
        weeks=four_weeks(stands.history, stands.today),
        today=stands.today,
        repair=stands.repair,
    )


def standing(session: Session, learner: Learner, now: datetime) -> Standing:
    """Where a learner's streak stands: one statement, whatever its length."""
    today = planning.learning_day(learner, now)
    history = days.history(session, learner.id)
    found = streak(history, today)
    return Standing(found, _repair(learner, history, found, today, now), today, history)


def freezes_used(session: Session, learner_ids: Collection[int], now: datetime) -> dict[int, FreezeUsed]:
    """Which of these learners had a freeze cover the day of their last lesson, to be said in the next one.

    Two statements, for any number of learners; one if nobody missed theirs.
    """
    missed = days.missed_their_last(session, learner_ids)
    if not missed:
        return {}
    histories = days.histories(session, [learner.id for learner in missed])
    used: dict[int, FreezeUsed] = {}
    for learner in missed:
        try:
            found = freeze_used(histories[learner.id], planning.learning_day(learner, now))
        except (KeyError, ValueError, TypeError):
            continue  # a schedule that this version can't read: that fails its own lesson, and nobody else's
        if found is not None:
            used[learner.id] = found
    return used


def count_today(session: Session, learner: Learner, now: datetime) -> date:
    """Count the learning day at hand as practised, once; that day."""
    today = planning.learning_day(learner, now)
    days.count(
        session, PracticeDay(learner_id=learner.id, learning_day=today, working=works(learner, today), first_at=now)
    )
    return today


def works(learner: Learner, day: date) -> bool:
    """Whether a shift of this learner starts on this date."""
    preferences = planning.preferences_of(learner)
    return works_on(preferences.teaching, preferences.zone, day)


def _repair(learner: Learner, history: History, found: Streak, today: date, now: datetime) -> Repair | None:
    """The repair that is open now."""
    if found.miss is None:
        return None
    shifts = shifts_to_repair(history, found.miss.day, today)
    if shifts <= 0:
        return None
    last = next(islice(_shifts_that_count(learner, today), shifts - 1, None), None)
    if last is not None and now >= last.ends_at:
        return None
    return Repair(
        day=found.miss.day,
        restores=found.miss.restores,
        shifts=shifts,
        until=last.ends_at if last else None,
        through=last.learning_day if last else None,
        today=today,
    )


def _shifts_that_count(learner: Learner, today: date) -> Iterator[Shift]:
    """The shifts that bring lessons, from today's on, pauses left out; none while nobody knows when they come again."""
    if learner.state != LearnerState.ACTIVE:
        return
    preferences = planning.preferences_of(learner)
    first = max(today, learner.paused_until or today)
    after = instant_of(first, time(0), preferences.zone) - datetime.resolution
    while shift := next_shift(preferences.teaching, preferences.zone, after):
        yield shift
        after = shift.starts_at
