"""*Later*: a lesson is put off to another time of its shift, or to the next one; and taken up again before that."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import later
from bot.domain.later import Later
from bot.domain.learner import Cadence, Person
from bot.domain.lesson import Lesson
from bot.domain.schedule import Due, Kind, Shift, shift_at
from bot.errors import Refused
from bot.learning import enrolment, planning, practice
from bot.learning.delivered import MessageRef, delivery_of, lesson_of, others, pressed, revision_of, showings
from bot.learning.library import Library
from bot.learning.practice import LessonState, Returns
from bot.storage import Session, deliveries
from bot.storage import practice as queries
from bot.storage.tables import Delivery, Learner, SendState


@dataclass(frozen=True, slots=True)
class LaterChoices:
    """What can be chosen for a lesson now, with when it comes back then."""

    lesson: Lesson
    offered: dict[Later, Returns]


def later_choices(session: Session, library: Library, person: Person, ref: MessageRef, now: datetime) -> LaterChoices:
    """What *Later* offers in this message."""
    learner = enrolment.known(session, person)
    lesson = lesson_of(session, delivery_of(session, learner, ref))
    preferences = planning.preferences_of(learner)
    weekly = preferences.cadence is Cadence.WEEKLY
    times = later.choices(_shift_of(session, learner, lesson, now), now)
    return LaterChoices(
        lesson=library.lesson(session, revision_of(lesson)),
        offered={
            choice: Returns(at.astimezone(preferences.zone) if at else None, weekly) for choice, at in times.items()
        },
    )


def put_off(
    session: Session, library: Library, person: Person, ref: MessageRef, choice: Later, now: datetime
) -> LessonState:
    """Put a lesson off; one that was answered or reflected on meanwhile stays as it is.

    Refused if the time has gone by since it was offered.
    """
    learner = enrolment.known(session, person)
    shown = pressed(session, learner, ref, now)
    lesson = lesson_of(session, shown)
    if _is_open(session, lesson):
        shift = _shift_of(session, learner, lesson, now)
        offered = later.choices(shift, now)
        if choice not in offered:
            raise Refused("There is no time left for that in this shift. Nothing was changed. Please choose another.")
        at = offered[choice]
        practice.reopen(session, lesson, _copy_of(session, lesson), "put_off")
        if shift is not None and at is not None:
            _owe_copy(session, learner, lesson, Due(Kind.LATER, lesson.learning_day, at, shift.ends_at))
        else:
            lesson.carried = True
        session.flush()
    return _overtaking(session, library, learner, shown, lesson, now)


def open_now(session: Session, library: Library, person: Person, ref: MessageRef, now: datetime) -> LessonState:
    """*Open it now*: the lesson stands in this message again, and what was planned for it is dropped."""
    learner = enrolment.known(session, person)
    shown = pressed(session, learner, ref, now)
    lesson = lesson_of(session, shown)
    practice.reopen(session, lesson, _copy_of(session, lesson), "opened")
    session.flush()
    # A copy that is on its way can't be called back: it comes, and this message is opened all the same.
    return replace(_overtaking(session, library, learner, shown, lesson, now), returns=None)


def _shift_of(session: Session, learner: Learner, lesson: Delivery, now: datetime) -> Shift | None:
    """The lesson's shift, if it runs now and a copy can be sent in it: there is one copy a day, and none in a pause."""
    copy = _copy_of(session, lesson)
    if planning.is_paused(learner, now) or (copy is not None and copy.attempt > 0):
        return None
    preferences = planning.preferences_of(learner)
    shift = shift_at(preferences.schedule, preferences.zone, now)
    return shift if shift is not None and shift.learning_day == lesson.learning_day else None


def _owe_copy(session: Session, learner: Learner, lesson: Delivery, due: Due) -> None:
    copy = _copy_of(session, lesson) or planning.owe(learner, due)
    copy.state, copy.reason, copy.not_before = SendState.DUE, None, None
    copy.due_at, copy.expires_at, copy.revision_id = due.at, due.expires_at, revision_of(lesson)
    session.add(copy)


def _copy_of(session: Session, lesson: Delivery) -> Delivery | None:
    return deliveries.find(session, lesson.learner_id, lesson.learning_day, Kind.LATER)


def _is_open(session: Session, lesson: Delivery) -> bool:
    return queries.answer_to(session, lesson.id) is None and queries.reflection_on(session, lesson.id) is None


def _overtaking(
    session: Session, library: Library, learner: Learner, shown: Delivery, lesson: Delivery, now: datetime
) -> LessonState:
    state = practice.state_of(session, library, learner, shown, now)
    return replace(state, stale=others(showings(session, lesson, state.lesson.id), shown))
