"""The previewed lesson as Slack shows it: when it arrives, after an answer, and with its sources."""

from datetime import date
from uuid import UUID

from slack_sdk.models.views import View

from bot.content.pack_preview import LessonPreview
from bot.domain.lesson import Lesson, Option
from bot.domain.schedule import DeliveryKindName
from bot.domain.streak import Streak
from bot.learning.lesson_state import LessonState
from bot.slack.blocks import lesson as blocks
from bot.slack.blocks.block_kit import MessageContent, header, section


def preview_message(preview: LessonPreview | None, choice: str | None, today: date) -> MessageContent:
    """Return the message for a lesson. `choice`: the letter that was pressed, or None."""
    if preview is None:
        return MessageContent.of([header("No lesson yet"), section("Write the first lesson of this pack and save it.")])
    if preview.lesson is None:
        text = "I can't read this file. Fix the problems listed next to it, then save."
        return MessageContent.of([header("Nothing to show yet"), section(text)])
    option = _option(preview.lesson, choice)
    if option is None:
        return blocks.initial_message(preview.lesson)
    return blocks.current_message(_answered(preview.lesson, option, today))


def preview_answers(preview: LessonPreview | None, choice: str | None, today: date) -> View | None:
    """Return the modal with every explanation, or None if the lesson can't be read or has no answer yet."""
    lesson = preview.lesson if preview else None
    option = _option(lesson, choice) if lesson else None
    return blocks.answers_modal(_answered(lesson, option, today)) if lesson and option else None


def _option(lesson: Lesson, key: str | None) -> Option | None:
    """Return the pressed option if the lesson still has it and exactly one option is correct, otherwise None."""
    options = {option.key: option for option in lesson.question.options}
    correct_options = [option for option in lesson.question.options if option.correct]
    return options.get(key) if key and len(correct_options) == 1 else None


def _answered(lesson: Lesson, choice: Option, today: date) -> LessonState:
    return LessonState(
        delivery_id=UUID(int=0),
        kind=DeliveryKindName.LESSON,
        lesson=lesson,
        revision_id=0,
        learning_day=today,
        message=None,
        chosen_option=choice,
        guessed=False,
        reflected=False,
        tried=None,
        saved=False,
        streak=Streak(current=12, longest=12, counted_today=True),
        counts_today=True,
    )
