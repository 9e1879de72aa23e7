"""Making up the missed day that broke a streak: its lesson is answered by the end of the second shift after it.

The late answer counts for the learning day it is given in, as any does; the missed day is kept, and adds nothing.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain.learner import Person
from bot.domain.lesson import Lesson
from bot.domain.schedule import DeliveryKind
from bot.errors import NotFound, RepairClosed
from bot.learning import enrollment, lesson_state, practice, streaks
from bot.learning.lesson_state import LessonState
from bot.learning.library import Library
from bot.learning.message_deliveries import get_lesson_delivery, get_revision_id, other_messages
from bot.learning.streaks import OpenRepair
from bot.storage import Session, deliveries
from bot.storage import practice as queries
from bot.storage.tables import Delivery, Learner, StreakRepair


@dataclass(frozen=True, slots=True)
class RepairOffer:
    """What is to be answered so that a missed day is made up."""

    repair: OpenRepair
    lesson: Lesson


@dataclass(frozen=True, slots=True)
class RepairResult:
    """A missed day that is made up, and its lesson as it stands now; `is_first` is False if it had been made up
    before."""

    day: date
    state: LessonState
    is_first: bool


def start_repair(
    session: Session, library: Library, person: Person, day: date, now: datetime
) -> RepairOffer | RepairResult:
    """*Repair streak*: the lesson to answer, or done at once if it was answered or reflected on late already.

    RepairClosed if this day is not, or no longer, to be made up.
    """
    learner = enrollment.get_learner(session, person)
    row = _missed_lesson(session, learner, day)
    if _is_made_up(session, learner, day):
        return _made_up(session, library, learner, row, now, first=False)
    repair = _open(session, learner, day, now)
    if queries.was_practiced_since(session, learner.id, get_revision_id(row), since=row.due_at):
        return _make_up(session, library, learner, row, now)
    return RepairOffer(repair, library.get_lesson(session, get_revision_id(row)))


def answer_for_repair(
    session: Session, library: Library, person: Person, day: date, choice: str, now: datetime
) -> RepairResult:
    """Answer the missed day's lesson, and so make the day up; a second time changes nothing.

    An answer that was given meanwhile stands. RepairClosed: nothing was changed. KeyError: no such option.
    """
    learner = enrollment.get_learner(session, person)
    row = _missed_lesson(session, learner, day)
    if _is_made_up(session, learner, day):
        return _made_up(session, library, learner, row, now, first=False)
    _open(session, learner, day, now)
    shown_in = practice.record_answer(
        session, library, learner, get_lesson_delivery(session, row), choice, now
    ).superseded_deliveries
    made_up = _make_up(session, library, learner, row, now)
    stale = other_messages(shown_in, row) if shown_in is not None else ()
    return replace(made_up, state=replace(made_up.state, superseded=stale))


def _missed_lesson(session: Session, learner: Learner, day: date) -> Delivery:
    """The lesson of that day; on PostgreSQL a second press waits here until the first is done."""
    row = deliveries.find(session, learner.id, day, DeliveryKind.LESSON)
    if row is None:
        raise NotFound("The lesson of that day isn't kept any more. Nothing was changed.")
    session.refresh(row, with_for_update=True)
    return row


def _is_made_up(session: Session, learner: Learner, day: date) -> bool:
    return session.get(StreakRepair, (learner.id, day)) is not None


def _open(session: Session, learner: Learner, day: date, now: datetime) -> OpenRepair:
    repair = streaks.get_streak_status(session, learner, now).repair
    if repair is None or repair.day != day:
        raise RepairClosed
    return repair


def _make_up(session: Session, library: Library, learner: Learner, row: Delivery, now: datetime) -> RepairResult:
    session.add(StreakRepair(learner_id=learner.id, learning_day=row.learning_day, at=now))
    session.flush()
    return _made_up(session, library, learner, row, now, first=True)


def _made_up(
    session: Session, library: Library, learner: Learner, row: Delivery, now: datetime, *, first: bool
) -> RepairResult:
    return RepairResult(row.learning_day, lesson_state.build_lesson_state(session, library, learner, row, now), first)
