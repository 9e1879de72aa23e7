"""Repairing a missed day that broke a streak: its lesson must be answered by the end of the second shift after it.

The late answer counts for the learning day on which it is given, as usual. The missed day then no longer breaks the
streak but doesn't extend it.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain.formats import DEFAULT_FORMATS, Formats
from bot.domain.learner import Person
from bot.domain.lesson import Lesson
from bot.domain.schedule import DeliveryKindName
from bot.domain.streak import compute_streak, find_milestone
from bot.errors import NotFound, RepairClosed
from bot.language import gettext as _
from bot.learning import enrollment, lesson_state, practice, retractions, streaks
from bot.learning.lesson_state import LessonState
from bot.learning.library import Library
from bot.learning.message_deliveries import get_lesson_delivery, get_revision_id, other_messages
from bot.learning.streaks import OpenRepair, StreakStatus
from bot.storage import Session, deliveries
from bot.storage import practice as queries
from bot.storage.tables import Delivery, Learner, StreakRepair


@dataclass(frozen=True, slots=True)
class RepairOffer:
    """The lesson to answer to repair a missed day, and what the streak is after an answer.

    `counts_today`: that streak includes today, which an answer practices, unless it is a day off. `formats`: how the
    learner reads dates.
    """

    repair: OpenRepair
    lesson: Lesson
    streak_after_answer: int
    counts_today: bool
    formats: Formats = DEFAULT_FORMATS


@dataclass(frozen=True, slots=True)
class RepairResult:
    """A repaired day and its lesson's current state. `is_first` is False if the day was repaired before.

    `milestone`: the streak's milestone that the repair reached, even if later days went past it.
    """

    day: date
    state: LessonState
    is_first: bool
    milestone: int | None = None


def start_repair(
    session: Session, library: Library, person: Person, day: date, now: datetime
) -> RepairOffer | RepairResult:
    """*Repair streak*: return the lesson to answer, or repair at once.

    That is possible if it was answered or reflected on late already, or retracted: then nobody can answer it.

    Raises RepairClosed if this day can't be repaired, or no longer.
    """
    learner = enrollment.get_learner(session, person)
    row = _lock_missed_lesson(session, learner, day)
    if _is_repaired(session, learner, day):
        return _build_result(session, library, learner, row, now, first=False)
    status, repair = _get_open_repair(session, learner, day, now)
    if (
        queries.was_practiced_since(session, learner.id, get_revision_id(row), since=row.due_at)
        or retractions.find_note(session, row.team_id, get_revision_id(row)) is not None
    ):
        return _repair(session, library, learner, row, status.streak.longest, now)
    counts_today = streaks.is_working_day(learner, status.today)
    days = replace(
        status.days,
        repaired_days={*status.days.repaired_days, day},
        practice_days={*status.days.practice_days, *([status.today] if counts_today else [])},
    )
    return RepairOffer(
        repair,
        library.get_lesson(session, get_revision_id(row)),
        compute_streak(days, status.today).current,
        counts_today,
        status.formats,
    )


def answer_for_repair(
    session: Session, library: Library, person: Person, day: date, choice: str, now: datetime
) -> RepairResult:
    """Answer the missed day's lesson and so repair the day. A second time changes nothing.

    An answer given in the meantime is final. Raises RepairClosed if nothing was changed, and KeyError for an unknown
    option.
    """
    learner = enrollment.get_learner(session, person)
    row = _lock_missed_lesson(session, learner, day)
    if _is_repaired(session, learner, day):
        return _build_result(session, library, learner, row, now, first=False)
    before, _open = _get_open_repair(session, learner, day, now)
    shown_in = practice.record_answer(
        session, library, learner, get_lesson_delivery(session, row), choice, now
    ).superseded_deliveries
    repaired = _repair(session, library, learner, row, before.streak.longest, now)
    superseded = other_messages(shown_in, row) if shown_in is not None else ()
    return replace(repaired, state=replace(repaired.state, superseded=superseded))


def _lock_missed_lesson(session: Session, learner: Learner, day: date) -> Delivery:
    """Return the lesson of that day. On PostgreSQL, a second click waits here until the first is done."""
    row = deliveries.find(session, learner.id, day, DeliveryKindName.LESSON)
    if row is None:
        raise NotFound(_("That day's lesson is no longer available. Nothing was changed."))
    session.refresh(row, with_for_update=True)
    return row


def _is_repaired(session: Session, learner: Learner, day: date) -> bool:
    return session.get(StreakRepair, (learner.id, day)) is not None


def _get_open_repair(session: Session, learner: Learner, day: date, now: datetime) -> tuple[StreakStatus, OpenRepair]:
    status = streaks.get_streak_status(session, learner, now)
    if status.repair is None or status.repair.day != day:
        raise RepairClosed
    return status, status.repair


def _repair(
    session: Session, library: Library, learner: Learner, row: Delivery, longest_before: int, now: datetime
) -> RepairResult:
    session.add(StreakRepair(learner_id=learner.id, learning_day=row.learning_day, at=now))
    session.flush()
    result = _build_result(session, library, learner, row, now, first=True)
    return replace(result, milestone=find_milestone(longest_before, result.state.streak.longest))


def _build_result(
    session: Session, library: Library, learner: Learner, row: Delivery, now: datetime, *, first: bool
) -> RepairResult:
    return RepairResult(row.learning_day, lesson_state.build_lesson_state(session, library, learner, row, now), first)
