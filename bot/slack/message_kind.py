"""A kind of delivery with its Slack message: how it is rendered, and how it is updated as people use it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from bot.delivery.delivery_kind import DeliveryKind, LessonToSend, X
from bot.domain.formats import Formats
from bot.domain.lesson import Lesson
from bot.language import find_language, use_language
from bot.learning.lesson_state import LessonState
from bot.slack.blocks import MessageContent

L = TypeVar("L", Lesson, None)
"""`Lesson`, or `None` for kinds without a lesson."""


@dataclass(frozen=True, kw_only=True)
class MessageKind(DeliveryKind[X], Generic[L, X]):
    """Everything about a kind of delivery (`bot/kinds/`): what the engine needs, and its message."""

    render: Callable[[L, date, Formats, X | None], MessageContent]
    """Renders the message from the lesson, the day it is due (in UTC), how its reader reads dates and times, and its
    extras. Without extras the message is cached for everyone with that lesson, day, and locale, so it may not depend on
    anything else."""
    update: Callable[[LessonState], MessageContent] | None = None
    """Renders the message after its learner did something. None: the message has no lesson, and the handlers of its
    buttons replace it."""
    supersede: Callable[[LessonState], MessageContent] | None = None
    """Renders an older message of a lesson after something was done in another one. None: it stays as it is."""

    def build(self, lesson: L, day: date, formats: Formats, extras: X | None) -> MessageContent:
        """Build the message in its language: that of its lesson, or of its reader if it has none."""
        with use_language(language_of(lesson, formats)):
            return self.render(lesson, day, formats, extras)

    def rebuild(self, state: LessonState) -> MessageContent | None:
        """Build the message after its learner did something; None if the kind has no `update`."""
        with use_language(language_of(state.lesson, state.formats)):
            return self.update(state) if self.update else None

    def rebuild_superseded(self, state: LessonState) -> MessageContent | None:
        """Build the older message after something was done in another one; None if it stays as it is."""
        with use_language(language_of(state.lesson, state.formats)):
            return self.supersede(state) if self.supersede else None

    def __post_init__(self) -> None:
        """Raise ValueError if the kind has a lesson and no `update`."""
        if self.lesson_to_send is not LessonToSend.NOTHING and self.update is None:
            raise ValueError(f"The kind {self.name} has a lesson, so it needs an `update` for its message.")


def language_of(lesson: Lesson | None, formats: Formats) -> str:
    """Return the language of a message: all of it is in its lesson's language, so that nobody reads two in one."""
    return find_language(lesson.language) if lesson else formats.language


MessageKinds = Mapping[str, MessageKind[Any, Any]]
"""All kinds, by name."""
