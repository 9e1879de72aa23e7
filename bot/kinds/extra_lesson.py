"""One more lesson on a learning day, sent at once because its learner asked for it (`learning/extra_lessons.py`)."""

from datetime import date

from bot.delivery.delivery_kind import Extras, LessonToSend
from bot.domain.formats import Formats
from bot.domain.lesson import Lesson
from bot.domain.lesson_review import is_review_overdue
from bot.domain.schedule import DeliveryKindName
from bot.kinds import lesson as lessons
from bot.slack.blocks import MessageContent
from bot.slack.blocks import lesson as blocks
from bot.slack.message_kind import MessageKind


def render(lesson: Lesson, day: date, formats: Formats, _extras: object) -> MessageContent:
    """Build the lesson with its open question. A used freeze and a planned step are left to the next day's lesson."""
    return blocks.extra_message(lesson, formats, overdue=is_review_overdue(lesson, day))


KIND: MessageKind[Lesson, Extras] = MessageKind(
    name=DeliveryKindName.EXTRA_LESSON,
    lesson_to_send=LessonToSend.NEXT_LESSON,
    render=render,
    update=lessons.KIND.update,
    supersede=lessons.KIND.supersede,
)
