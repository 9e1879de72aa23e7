"""*One more lesson*: a learner who has answered their lesson asks for another on the same learning day.

An extra lesson is a delivery of its own kind, so there is at most one for each learner and learning day, however often
it is asked for. It is chosen as the next lesson is. Answers and reflections belong to it as to any lesson, and whatever
counts days, such as streaks and the check-in, reads the day's lessons alone.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from bot.domain.learner import Person
from bot.domain.schedule import MAX_LATENESS, DeliveryKindName, DueMessage
from bot.learning import enrollment, lesson_state, planning
from bot.learning.enrollment import LearnerView
from bot.learning.lesson_state import LessonState
from bot.learning.library import Library
from bot.learning.message_deliveries import MessageRef, get_pressed_delivery
from bot.storage import Session, deliveries
from bot.storage.tables import Delivery, Learner, SendState

_ON_ITS_WAY = frozenset({SendState.DUE, SendState.SENDING})


class ExtraLessonOutcome(Enum):
    """What became of the request.

    `QUEUED`: the extra lesson comes next. `ALREADY_SENT`: the day had its extra lesson. `LESSON_OPEN`: the last lesson
    must be answered first. `LESSON_COMING`: the day's lesson is on its way. `NO_LESSON_YET`: they never had a lesson.
    """

    QUEUED = auto()
    ALREADY_SENT = auto()
    LESSON_OPEN = auto()
    LESSON_COMING = auto()
    NO_LESSON_YET = auto()


@dataclass(frozen=True, slots=True)
class ExtraLessonResult:
    """The result of a request.

    `open_lesson`: the lesson that must be answered first, or the day's extra lesson if it is still open. `had_both`:
    the day had its lesson, too. `shown`: the lesson in the message where it was asked for, if any. `answered_check_in`:
    the check-in message that this request answers, if any.
    """

    outcome: ExtraLessonOutcome
    learner: LearnerView
    open_lesson: LessonState | None = None
    had_both: bool = False
    shown: LessonState | None = None
    answered_check_in: MessageRef | None = None


def request_extra_lesson(
    session: Session, library: Library, person: Person, pressed: MessageRef | None, now: datetime
) -> ExtraLessonResult:
    """Put the extra lesson of the current learning day at the front of the queue, unless the day had one.

    `pressed`: the message where it was asked for, or None. Neither a pause nor a day off blocks the request, and it
    answers a pending check-in. Raises Refused for someone who hasn't started, and NotFound if `pressed` isn't theirs.
    """
    learner = enrollment.get_started_learner(session, person)
    pressed_delivery = get_pressed_delivery(session, learner, pressed, now) if pressed else None
    answered_check_in = enrollment.resume_if_waiting(session, learner, now)
    today = planning.get_learning_day(learner, now)
    todays = deliveries.find_lessons_of_day(session, learner.id, today)
    lesson, extra = todays.get(DeliveryKindName.LESSON), todays.get(DeliveryKindName.EXTRA_LESSON)
    outcome, open_lesson = _decide(session, library, learner, lesson, extra, now)
    if outcome is ExtraLessonOutcome.QUEUED and (extra is None or extra.state != SendState.SENDING):
        _queue(session, learner, extra, DueMessage(DeliveryKindName.EXTRA_LESSON, today, now, now + MAX_LATENESS))
        session.flush()
    return ExtraLessonResult(
        outcome,
        enrollment.build_learner_view(session, learner, now),
        open_lesson,
        had_both=lesson is not None and lesson.state == SendState.SENT,
        shown=lesson_state.build_lesson_state(session, library, learner, pressed_delivery, now)
        if pressed_delivery is not None
        else None,
        answered_check_in=answered_check_in,
    )


def _decide(
    session: Session, library: Library, learner: Learner, lesson: Delivery | None, extra: Delivery | None, now: datetime
) -> tuple[ExtraLessonOutcome, LessonState | None]:
    """Return what becomes of a request on a day with this lesson and this extra lesson, and the lesson that is open."""
    if extra is not None and extra.state == SendState.SENT:
        state = lesson_state.build_lesson_state(session, library, learner, extra, now)
        return ExtraLessonOutcome.ALREADY_SENT, state if state.is_open else None
    if extra is not None and extra.state in _ON_ITS_WAY:
        return ExtraLessonOutcome.QUEUED, None
    if lesson is not None and lesson.state in _ON_ITS_WAY:
        return ExtraLessonOutcome.LESSON_COMING, None
    last = deliveries.find_newest_sent(session, learner.id, DeliveryKindName.LESSON)
    if last is None:
        return ExtraLessonOutcome.NO_LESSON_YET, None
    state = lesson_state.build_lesson_state(session, library, learner, last, now)
    return (ExtraLessonOutcome.LESSON_OPEN, state) if state.is_open else (ExtraLessonOutcome.QUEUED, None)


def _queue(session: Session, learner: Learner, extra: Delivery | None, due: DueMessage) -> None:
    """Write the row, or make one that was skipped or failed due again, with a lesson that is chosen anew."""
    if extra is None:
        extra = planning.new_delivery(learner, due)
        session.add(extra)
    elif extra.state != SendState.DUE:
        extra.state, extra.reason, extra.revision_id, extra.due_at = SendState.DUE, None, None, due.due_at
    extra.requested_at, extra.expires_at, extra.not_before = due.due_at, due.expires_at, None
    extra.counts_for_streak = False
