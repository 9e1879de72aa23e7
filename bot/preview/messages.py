"""The previewed lesson as Slack shows it, or why there is none to show."""

from datetime import date

from slack_sdk.models.views import View

from bot.content.pack_preview import LessonPreview
from bot.domain.formats import DEFAULT_FORMATS
from bot.slack.blocks.block_kit import MessageContent, header, section
from bot.slack.blocks.lesson_preview import previewed_answers, previewed_message


def preview_message(preview: LessonPreview | None, choice: str | None, today: date) -> MessageContent:
    """Return the message for a lesson. `choice`: the letter that was pressed, or None."""
    if preview is None:
        return MessageContent.of([header("No lesson yet"), section("Write the first lesson of this pack and save it.")])
    if preview.lesson is None:
        return unreadable_message()
    return previewed_message(preview.lesson, choice, today, DEFAULT_FORMATS)


def unreadable_message() -> MessageContent:
    """Return the message for a file that can't be read."""
    text = "I can't read this file. Fix the problems listed next to it, then save."
    return MessageContent.of([header("Nothing to show yet"), section(text)])


def preview_answers(preview: LessonPreview | None, choice: str | None, today: date) -> View | None:
    """Return the modal with every explanation, or None if the lesson can't be read or has no answer yet."""
    return previewed_answers(preview.lesson, choice, today, DEFAULT_FORMATS) if preview and preview.lesson else None
