"""The day's lesson again, at the time its learner chose with *Later*. They plan it (`learning/postponing.py`)."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.delivery.delivery_kind import ClaimDecision, Extras, LessonToSend, decide_after_lesson
from bot.domain.lesson import Lesson
from bot.domain.schedule import DeliveryKind
from bot.kinds import lesson as lessons
from bot.slack.blocks import MessageContent
from bot.slack.message_kind import MessageKind
from bot.storage import Session, delivery_queue
from bot.storage.delivery_queue import LessonOfDay, QueuedDelivery


def judge(row: QueuedDelivery, lesson: LessonOfDay | None, now: datetime) -> ClaimDecision:
    """Moot once the lesson is answered or reflected on."""
    return ClaimDecision.NOTHING_DUE if lesson is not None and lesson.is_done else decide_after_lesson(row, lesson, now)


def carry_over_lessons(session: Session, lessons: Sequence[LessonOfDay]) -> None:
    """Puts the lessons off to the next shift: their copies came too late."""
    delivery_queue.carry_over_lessons(session, [lesson.id for lesson in lessons])


def render(lesson: Lesson, day: date, _extras: object) -> MessageContent:
    """The lesson as it came the first time."""
    return lessons.render(lesson, day, None)


KIND: MessageKind[Lesson, Extras] = MessageKind(
    name=DeliveryKind.POSTPONED_LESSON,
    lesson_to_send=LessonToSend.DAYS_LESSON,
    decide=judge,
    on_skipped_late=carry_over_lessons,
    render=render,
    update=lessons.KIND.update,
    supersede=lessons.KIND.supersede,
)
