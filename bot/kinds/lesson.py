"""The lesson of a shift: the learner's next one, chosen when it is claimed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from bot.delivery.delivery_kind import Extras, LessonToSend
from bot.domain.lesson import Lesson
from bot.domain.lesson_review import is_review_overdue
from bot.domain.schedule import DeliveryKindName
from bot.domain.streak import UsedFreeze
from bot.learning import streaks
from bot.learning.lesson_state import LessonState
from bot.learning.library import Library
from bot.slack.blocks import MessageContent, postponement
from bot.slack.blocks import lesson as blocks
from bot.slack.blocks.streak_text import freeze_used_text
from bot.slack.message_kind import MessageKind
from bot.storage import Session
from bot.storage.delivery_queue import LessonOfDay, QueuedDelivery


@dataclass(frozen=True, slots=True)
class Freeze(Extras):
    """A freeze covered a day missed since the last lesson, and this lesson mentions it."""

    used: UsedFreeze


def read_freezes(
    session: Session,
    _library: Library,
    rows: Sequence[QueuedDelivery],
    _lessons: Mapping[UUID, LessonOfDay],
    now: datetime,
) -> dict[UUID, Freeze]:
    """Find the learners with a freeze used since their last lesson, in at most two statements."""
    used = streaks.find_used_freezes(session, [row.learner_id for row in rows], now)
    return {row.id: Freeze(used[row.learner_id]) for row in rows if row.learner_id in used}


def render(lesson: Lesson, day: date, freeze: Freeze | None) -> MessageContent:
    """Build the lesson with its open question, after a note on a used freeze."""
    message = blocks.initial_message(lesson, overdue=is_review_overdue(lesson, day))
    return message.with_note(freeze_used_text(freeze.used)) if freeze else message


def update(state: LessonState) -> MessageContent:
    """Build the lesson with what the learner did, or when it will be sent again if they postponed it."""
    return (
        postponement.postponed_message(state, state.postponed_until)
        if state.postponed_until
        else blocks.current_message(state)
    )


KIND = MessageKind(
    name=DeliveryKindName.LESSON,
    lesson_to_send=LessonToSend.NEXT_LESSON,
    read_extras=read_freezes,
    render=render,
    update=update,
    supersede=postponement.superseded_message,
)
