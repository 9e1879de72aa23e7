"""A kind of delivery with its message in Slack: what arrives, and what it becomes as people use it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from bot.delivery.delivery_kind import DeliveryKind, LessonToSend, X
from bot.domain.lesson import Lesson
from bot.learning.lesson_state import LessonState
from bot.slack.blocks import MessageContent

L = TypeVar("L", Lesson, None)
"""Whether there is a lesson: `Lesson`, or `None` for kinds that bring nothing."""


@dataclass(frozen=True, kw_only=True)
class MessageKind(DeliveryKind[X], Generic[L, X]):
    """All that makes a kind of delivery (`bot/kinds/`): the engine's half, and its message."""

    render: Callable[[L, date, X | None], MessageContent]
    """Makes the message that arrives, from the lesson, the day it is due (in UTC) and its extras. Without extras it is
    rendered once for everyone with that lesson on that day, so it gets nothing else to make it from."""
    update: Callable[[LessonState], MessageContent] | None = None
    """Makes what the message shows once its learner did something. None: it shows no lesson, and what is pressed in it
    answers for itself."""
    supersede: Callable[[LessonState], MessageContent] | None = None
    """Makes what an older message of the same lesson becomes once something was done in another. None: it stays."""

    def __post_init__(self) -> None:
        """ValueError: it brings a lesson, and doesn't say how its message is updated."""
        if self.lesson_to_send is not LessonToSend.NOTHING and self.update is None:
            raise ValueError(f"The kind {self.name} brings a lesson, so it must say how its message is updated.")


MessageKinds = Mapping[str, MessageKind[Any, Any]]
"""The kinds there are, by name."""
