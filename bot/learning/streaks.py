"""A learner's days: which of them count, the streak they form, and the freezes and repairs that save it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice

from bot.domain.formats import DEFAULT_FORMATS, Formats
from bot.domain.learner import Person
from bot.domain.schedule import Shift, find_next_shift, has_shift_on, local_to_utc
from bot.domain.streak import (
    MarkedDay,
    Streak,
    StreakDays,
    UsedFreeze,
    compute_streak,
    count_shifts_left_for_repair,
    find_used_freeze,
    mark_last_four_weeks,
)
from bot.learning import enrollment, planning
from bot.storage import Session, streak_days
from bot.storage.tables import Learner, LearnerState, PracticeDay


@dataclass(frozen=True, slots=True)
class OpenRepair:
    """A missed day that can be repaired, and the length of the streak after the repair.

    The repair is open until `until`, the end of the shift on `last_day`. Both are None while no end is known, because
    lessons are paused or the roster ends earlier. `shifts_left`: how many shifts are left for it, including today's.
    """

    day: date
    restored_streak: int
    shifts_left: int
    until: datetime | None
    last_day: date | None
    today: date


@dataclass(frozen=True, slots=True)
class StreakStatus:
    """A learner's streak today, the open repair, the days behind both, and how the learner reads dates.

    `milestone_reached_at`: when the practice that reached today's milestone was recorded; None on other days.
    """

    streak: Streak
    repair: OpenRepair | None
    today: date
    days: StreakDays
    milestone_reached_at: datetime | None = None
    formats: Formats = DEFAULT_FORMATS

    @property
    def counts_today(self) -> bool:
        """Whether today counts toward the streak."""
        return self.streak.counted_today

    def find_milestone_of(self, *practiced_at: datetime | None) -> int | None:
        """Return the milestone that practice recorded at one of these instants reached, or None."""
        reached = self.milestone_reached_at is not None and self.milestone_reached_at in practiced_at
        return self.streak.milestone_today if reached else None


@dataclass(frozen=True, slots=True)
class StreakView:
    """A learner's streak and last four weeks, by learning day, and how the learner reads dates."""

    streak: Streak
    recent_days: tuple[MarkedDay, ...]
    today: date
    repair: OpenRepair | None = None
    formats: Formats = DEFAULT_FORMATS


def read_streak(session: Session, person: Person, now: datetime) -> StreakView:
    """Return the learner's streak and last four weeks."""
    learner = enrollment.get_learner(session, person)
    return build_streak_view(get_streak_status(session, learner, now))


def build_streak_view(status: StreakStatus) -> StreakView:
    """Return the streak and last four weeks for a streak status."""
    return StreakView(
        streak=status.streak,
        recent_days=mark_last_four_weeks(status.days, status.today),
        today=status.today,
        repair=status.repair,
        formats=status.formats,
    )


def get_streak_status(session: Session, learner: Learner, now: datetime) -> StreakStatus:
    """Return a learner's streak status. Runs one statement, whatever the streak's length, and two at a milestone."""
    today = planning.get_learning_day(learner, now)
    history = streak_days.find_streak_days(session, learner.id)
    found = compute_streak(history, today)
    repair = _find_open_repair(learner, history, found, today, now)
    reached = None if found.milestone_today is None else session.get(PracticeDay, (learner.id, today))
    at = reached.first_practiced_at if reached else None
    return StreakStatus(found, repair, today, history, at, Formats(learner.locale))


def find_used_freezes(session: Session, learner_ids: Collection[int], now: datetime) -> dict[int, UsedFreeze]:
    """Return the freezes that covered the last lesson day of these learners, to be mentioned in the next lesson.

    Runs two statements for any number of learners, or one if nobody missed that day.
    """
    missed = streak_days.find_who_missed_last_lesson(session, learner_ids)
    if not missed:
        return {}
    histories = streak_days.find_streak_days_of_many(session, [learner.id for learner in missed])
    used: dict[int, UsedFreeze] = {}
    for learner in missed:
        try:
            found = find_used_freeze(histories[learner.id], planning.get_learning_day(learner, now))
        except (KeyError, ValueError, TypeError):
            continue  # an unreadable schedule: this learner's own lesson fails later, but nobody else's should
        if found is not None:
            used[learner.id] = found
    return used


def record_practice_today(session: Session, learner: Learner, now: datetime) -> date:
    """Record the current learning day as practiced, once, and return it."""
    today = planning.get_learning_day(learner, now)
    streak_days.record_practice_day(
        session,
        PracticeDay(
            learner_id=learner.id, learning_day=today, had_shift=is_working_day(learner, today), first_practiced_at=now
        ),
    )
    return today


def is_working_day(learner: Learner, day: date) -> bool:
    """Return whether a shift that brings a lesson to this learner starts on this date."""
    preferences = planning.get_preferences(learner)
    return has_shift_on(preferences.lesson_schedule, preferences.zone, day)


def _find_open_repair(
    learner: Learner, history: StreakDays, found: Streak, today: date, now: datetime
) -> OpenRepair | None:
    """Return the repair that is open now, or None."""
    if found.repairable_miss is None:
        return None
    shifts = count_shifts_left_for_repair(history, found.repairable_miss.day, today)
    if shifts <= 0:
        return None
    last = next(islice(_list_lesson_shifts(learner, today), shifts - 1, None), None)
    if last is not None and now >= last.ends_at:
        return None
    return OpenRepair(
        day=found.repairable_miss.day,
        restored_streak=found.repairable_miss.restored_streak,
        shifts_left=shifts,
        until=last.ends_at if last else None,
        last_day=last.learning_day if last else None,
        today=today,
    )


def _list_lesson_shifts(learner: Learner, today: date) -> Iterator[Shift]:
    """Yield the shifts that bring lessons, from today's on, without pauses. None while lessons are stopped."""
    if learner.state != LearnerState.ACTIVE:
        return
    preferences = planning.get_preferences(learner)
    first = max(today, learner.paused_until or today)
    after = local_to_utc(first, time(0), preferences.zone) - datetime.resolution
    while shift := find_next_shift(preferences.lesson_schedule, preferences.zone, after):
        yield shift
        after = shift.starts_at
