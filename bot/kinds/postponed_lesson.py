"""The day's lesson again, at the time its learner chose with *Later* (`learning/postponing.py` plans it)."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.delivery.delivery_kind import ClaimDecision, Extras, LessonToSend, decide_after_lesson
from bot.domain.formats import Formats
from bot.domain.lesson import Lesson
from bot.domain.schedule import DeliveryKindName
from bot.kinds import lesson as lessons
from bot.slack.blocks import MessageContent
from bot.slack.message_kind import MessageKind
from bot.storage import Session, delivery_queue
from bot.storage.delivery_queue import LessonOfDay, QueuedDelivery


def decide(row: QueuedDelivery, lesson: LessonOfDay | None, now: datetime) -> ClaimDecision:
    """Skip the copy once the lesson is answered or reflected on."""
    return ClaimDecision.NOTHING_DUE if lesson is not None and lesson.is_done else decide_after_lesson(row, lesson, now)


def carry_over_lessons(session: Session, lessons: Sequence[LessonOfDay]) -> None:
    """Move the lessons to the next shift: their copies were skipped as late."""
    delivery_queue.carry_over_lessons(session, [lesson.id for lesson in lessons])


def render(lesson: Lesson, day: date, formats: Formats, _extras: object) -> MessageContent:
    """Build the lesson as it was first sent."""
    return lessons.render(lesson, day, formats, None)


KIND: MessageKind[Lesson, Extras] = MessageKind(
    name=DeliveryKindName.POSTPONED_LESSON,
    lesson_to_send=LessonToSend.DAYS_LESSON,
    decide=decide,
    on_skipped_late=carry_over_lessons,
    render=render,
    update=lessons.KIND.update,
    supersede=lessons.KIND.supersede,
)
