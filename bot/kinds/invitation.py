"""The first message to somebody whom an admin invites (`learning/enrollment.py`). It reaches people who are new."""

from datetime import datetime

from bot.delivery.kind import Brings, Extras, Verdict
from bot.domain.learner import Preferences
from bot.domain.schedule import DeliveryKind
from bot.slack.blocks import MessageContent, enrollment
from bot.slack.message_kind import MessageKind
from bot.storage.delivery_queue import LessonOfDay, QueuedDelivery
from bot.storage.tables import LearnerState


def judge(row: QueuedDelivery, _lesson: LessonOfDay | None, _now: datetime) -> Verdict:
    """Moot once they have pressed *Start*."""
    if row.is_expired:
        return Verdict.LATE
    return Verdict.SEND if row.learner_state == LearnerState.NEW else Verdict.STARTED


def render(_lesson: None, _day: object, _extras: object) -> MessageContent:
    """The welcome, with *Start* and *Not now*."""
    return MessageContent.of(enrollment.welcome_blocks(Preferences("UTC")))


KIND: MessageKind[None, Extras] = MessageKind(
    name=DeliveryKind.INVITATION, brings=Brings.NOTHING, judge=judge, render=render
)
