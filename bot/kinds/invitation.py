"""The first message to somebody an admin invites (`learning/enrollment.py`). It is sent to people who are new."""

from datetime import datetime

from bot.delivery.delivery_kind import ClaimDecision, Extras, LessonToSend
from bot.domain.learner import Preferences
from bot.domain.schedule import DeliveryKindName
from bot.slack.blocks import MessageContent, enrollment
from bot.slack.message_kind import MessageKind
from bot.storage.delivery_queue import LessonOfDay, QueuedDelivery
from bot.storage.tables import LearnerState


def decide(row: QueuedDelivery, _lesson: LessonOfDay | None, _now: datetime) -> ClaimDecision:
    """Skip the invitation once the invited person has pressed *Start*."""
    if row.is_expired:
        return ClaimDecision.LATE
    return ClaimDecision.SEND if row.learner_state == LearnerState.NEW else ClaimDecision.STARTED


def render(_lesson: None, _day: object, _extras: object) -> MessageContent:
    """Build the welcome with *Start* and *Not now*."""
    return MessageContent.of(enrollment.welcome_blocks(Preferences("UTC")))


KIND: MessageKind[None, Extras] = MessageKind(
    name=DeliveryKindName.INVITATION, lesson_to_send=LessonToSend.NOTHING, decide=decide, render=render
)
