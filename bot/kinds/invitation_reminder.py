"""The one reminder of an invitation, a week after it, for those who neither started nor declined."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bot.delivery.delivery_kind import Extras, LessonToSend
from bot.domain.schedule import DeliveryKindName
from bot.kinds import invitation
from bot.learning.library import Library
from bot.slack.blocks import MessageContent, enrollment
from bot.slack.message_kind import MessageKind
from bot.storage import Session, delivery_queue
from bot.storage.delivery_queue import LessonOfDay, QueuedDelivery


@dataclass(frozen=True, slots=True)
class Reminder(Extras):
    """Whether the invitation arrived. There is nothing to remind of otherwise."""

    invitation_arrived: bool

    @property
    def worth_sending(self) -> bool:
        """Whether there was an invitation."""
        return self.invitation_arrived


def read_extras(
    session: Session,
    _library: Library,
    rows: Sequence[QueuedDelivery],
    _lessons: Mapping[UUID, LessonOfDay],
    _now: datetime,
) -> dict[UUID, Reminder]:
    """Read whether the invitations of these rows arrived, in one statement."""
    days = {(row.learner_id, row.learning_day) for row in rows}
    arrived = delivery_queue.find_arrived(session, days, DeliveryKindName.INVITATION)
    return {row.id: Reminder((row.learner_id, row.learning_day) in arrived) for row in rows}


def render(_lesson: None, _day: object, _formats: object, _extras: object) -> MessageContent:
    """Build the reminder with *Start* and *Not now*."""
    return enrollment.reminder_message()


KIND: MessageKind[None, Reminder] = MessageKind(
    name=invitation.REMINDER,
    lesson_to_send=LessonToSend.NOTHING,
    decide=invitation.decide,
    find_next_time=invitation.find_next_time,
    read_extras=read_extras,
    render=render,
)
