"""A message from the lead of a cohort, or an admin, to its people (`learning/announcements.py`).

It comes in each one's shift. If something is down for hours, it comes at that time on another day, and not at night.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from bot.delivery.delivery_kind import ClaimDecision, Extras, LessonToSend, decide_by_learner
from bot.domain.announcement import AnnouncementText
from bot.domain.formats import Formats
from bot.domain.schedule import MAX_LATENESS, DeliveryKindName
from bot.learning import announcements
from bot.learning.library import Library
from bot.slack.blocks import MessageContent
from bot.slack.blocks.announcements import announcement_message
from bot.slack.message_kind import MessageKind
from bot.storage import Session
from bot.storage.delivery_queue import LessonOfDay, QueuedDelivery

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Announced(Extras):
    """What somebody gets; None if it was taken back, or they are no longer in the cohort."""

    text: AnnouncementText | None

    @property
    def worth_sending(self) -> bool:
        """Whether there is anything to send."""
        return self.text is not None


def decide(row: QueuedDelivery, lesson: LessonOfDay | None, now: datetime) -> ClaimDecision:
    """Skip it for those who have paused or left. One that is hours late waits for the next day."""
    decision = decide_by_learner(row, lesson, now)
    is_late = now >= row.due_at + MAX_LATENESS
    return ClaimDecision.MOVE if decision is ClaimDecision.SEND and is_late else decision


def find_next_time(row: QueuedDelivery, now: datetime) -> datetime:
    """Return the same time on the next day on which it isn't over."""
    return row.due_at + A_DAY * ((now - row.due_at) // A_DAY + 1)


def read_texts(
    session: Session,
    _library: Library,
    rows: Sequence[QueuedDelivery],
    _lessons: Mapping[UUID, LessonOfDay],
    _now: datetime,
) -> dict[UUID, Announced]:
    """Read what each of these people gets."""
    found = announcements.find_texts(session, {row.user for row in rows})
    return {row.id: Announced(found.get((row.user, row.learning_day))) for row in rows}


def render(_lesson: None, _day: object, _formats: Formats, announced: Announced | None) -> MessageContent:
    """Build the message: who wrote it, to whom, and the words."""
    if announced is None or announced.text is None:
        raise ValueError("An announcement without words isn't sent.")
    return announcement_message(announced.text)


KIND: MessageKind[None, Announced] = MessageKind(
    name=DeliveryKindName.ANNOUNCEMENT,
    lesson_to_send=LessonToSend.NOTHING,
    decide=decide,
    find_next_time=find_next_time,
    read_extras=read_texts,
    render=render,
)
