"""*Later*: a learner postpones a lesson to another time of its shift or day off, or to the next shift, or opens it."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import postponing
from bot.domain.formats import DEFAULT_FORMATS, Formats
from bot.domain.learner import Cadence, Person
from bot.domain.lesson import Lesson
from bot.domain.postponing import PostponeOption, ReturnTimes
from bot.domain.schedule import MAX_LATENESS, DeliveryKindName, DueMessage, Shift, find_shift_at, is_day_off
from bot.errors import Refused
from bot.language import gettext as _
from bot.learning import enrollment, lesson_state, planning
from bot.learning.lesson_state import LessonState, PostponedUntil
from bot.learning.library import Library
from bot.learning.message_deliveries import (
    MessageRef,
    find_copy_of_day,
    get_delivery,
    get_lesson_delivery,
    get_pressed_delivery,
    get_revision_id,
    list_deliveries_of_lesson,
    other_messages,
)
from bot.storage import Session
from bot.storage import practice as queries
from bot.storage.tables import Delivery, Learner, SendState


@dataclass(frozen=True, slots=True)
class PostponeOptions:
    """The choices under *Later* for a lesson, and when it comes back for each, as the learner reads times."""

    lesson: Lesson
    return_times: dict[PostponeOption, PostponedUntil]
    formats: Formats = DEFAULT_FORMATS


def find_postpone_options(
    session: Session, library: Library, person: Person, ref: MessageRef, now: datetime
) -> PostponeOptions:
    """Return what *Later* offers in this message. Raises Refused for an extra lesson."""
    learner = enrollment.get_learner(session, person)
    lesson = get_lesson_delivery(session, get_delivery(session, learner, ref))
    _refuse_extra_lesson(lesson)
    preferences = planning.get_preferences(learner)
    weekly = preferences.cadence is Cadence.WEEKLY
    times, _shift = _find_return_times(session, learner, lesson, now)
    return PostponeOptions(
        lesson=library.get_lesson(session, get_revision_id(lesson)),
        return_times={
            choice: PostponedUntil(at.astimezone(preferences.zone) if at else None, weekly)
            for choice, at in times.items()
        },
        formats=Formats(learner.locale),
    )


def postpone_lesson(
    session: Session, library: Library, person: Person, ref: MessageRef, choice: PostponeOption, now: datetime
) -> LessonState:
    """Postpone a lesson. One that was answered or reflected on in the meantime stays as it is.

    Raises Refused for an extra lesson, and if the chosen time has passed since it was offered.
    """
    learner = enrollment.get_learner(session, person)
    shown = get_pressed_delivery(session, learner, ref, now)
    lesson = get_lesson_delivery(session, shown)
    _refuse_extra_lesson(lesson)
    if _is_open(session, lesson):
        offered, shift = _find_return_times(session, learner, lesson, now)
        if choice not in offered:
            raise Refused(_("There is no time left for that. Nothing was changed. Choose another time."))
        at = offered[choice]
        cancel_postponement(session, lesson, find_copy_of_day(session, lesson), "put_off")
        if at is not None:
            until = shift.ends_at if shift is not None else at + MAX_LATENESS
            due = DueMessage(DeliveryKindName.POSTPONED_LESSON, lesson.learning_day, at, until)
            _plan_copy(session, learner, lesson, due)
        else:
            lesson.carried_over = True
        session.flush()
    return _build_state_with_superseded(session, library, learner, shown, lesson, now)


def open_postponed_lesson(
    session: Session, library: Library, person: Person, ref: MessageRef, now: datetime
) -> LessonState:
    """*Open it now*: show the lesson in this message again, and cancel its postponement."""
    learner = enrollment.get_learner(session, person)
    shown = get_pressed_delivery(session, learner, ref, now)
    lesson = get_lesson_delivery(session, shown)
    cancel_postponement(session, lesson, find_copy_of_day(session, lesson), "opened")
    session.flush()
    # A copy that is already being sent can't be stopped. It arrives, and this message is opened anyway.
    return replace(_build_state_with_superseded(session, library, learner, shown, lesson, now), postponed_until=None)


def _find_return_times(
    session: Session, learner: Learner, lesson: Delivery, now: datetime
) -> tuple[ReturnTimes, Shift | None]:
    """Return the choices under *Later*, and the lesson's shift if it is running.

    There is one copy per lesson, and none in a pause. Otherwise only the next shift is left.
    """
    copy = find_copy_of_day(session, lesson)
    if planning.is_paused(learner, now) or (copy is not None and copy.attempt > 0):
        return postponing.find_postpone_options(None, now), None
    preferences = planning.get_preferences(learner)
    schedule, zone = preferences.schedule, preferences.zone
    if is_day_off(schedule, zone, now):
        return postponing.find_day_off_options(schedule, preferences.lesson_schedule, zone, now), None
    shift = find_shift_at(schedule, zone, now)
    own = shift if shift is not None and shift.learning_day == lesson.learning_day else None
    return postponing.find_postpone_options(own, now), own


def _plan_copy(session: Session, learner: Learner, lesson: Delivery, due: DueMessage) -> None:
    copy = find_copy_of_day(session, lesson) or planning.new_delivery(learner, due)
    copy.state, copy.reason, copy.not_before = SendState.DUE, None, None
    copy.due_at, copy.expires_at, copy.revision_id = due.due_at, due.expires_at, get_revision_id(lesson)
    session.add(copy)


def _refuse_extra_lesson(lesson: Delivery) -> None:
    """Raise Refused if this is an extra lesson: it came because it was asked for, and nothing waits for its answer."""
    if lesson.kind == DeliveryKindName.EXTRA_LESSON:
        raise Refused(
            _("This is your extra lesson, so it can't be postponed. It stays here, and you can answer it anytime.")
        )


def _is_open(session: Session, lesson: Delivery) -> bool:
    return queries.find_answer(session, lesson.id) is None and queries.find_reflection(session, lesson.id) is None


def _build_state_with_superseded(
    session: Session, library: Library, learner: Learner, shown: Delivery, lesson: Delivery, now: datetime
) -> LessonState:
    state = lesson_state.build_lesson_state(session, library, learner, shown, now)
    return replace(state, superseded=other_messages(list_deliveries_of_lesson(session, lesson, state.lesson.id), shown))


def cancel_postponement(session: Session, lesson: Delivery, postponed_copy: Delivery | None, reason: str) -> bool:
    """Cancel a lesson's postponement, and return whether there was one.

    If a copy is planned, it is skipped for `reason`.
    """
    was_postponed = lesson.carried_over
    if postponed_copy is not None and postponed_copy.state == SendState.DUE:
        session.refresh(postponed_copy, with_for_update=True)  # PostgreSQL: a worker may be claiming it right now
        if postponed_copy.state == SendState.DUE:
            postponed_copy.state, postponed_copy.reason, was_postponed = SendState.SKIPPED, reason, True
    lesson.carried_over = False
    return was_postponed
