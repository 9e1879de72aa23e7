"""The previewed lesson as Slack shows it: as it arrives, after an answer, and with its sources."""

from datetime import date
from uuid import UUID

from bot.content.pack_preview import LessonPreview
from bot.domain.lesson import Lesson, Option
from bot.domain.schedule import DeliveryKind
from bot.domain.streak import Streak
from bot.learning.lesson_state import LessonState
from bot.slack.blocks import lesson as blocks
from bot.slack.blocks.block_kit import MessageContent, header, section


def preview_message(proof: LessonPreview | None, choice: str | None, today: date) -> MessageContent:
    """The message; `chosen_option`: the letter that was pressed."""
    if proof is None:
        return MessageContent.of(
            [header("No lesson yet"), section("Write the first lesson of this pack, and save it.")]
        )
    if proof.lesson is None:
        words = "This file can't be read as it is. What is wrong stands beside it. Mend it, and save."
        return MessageContent.of([header("Nothing to show yet"), section(words)])
    option = _option(proof.lesson, choice)
    if option is None:
        return blocks.initial_message(proof.lesson)
    return blocks.current_message(_answered(proof.lesson, option, today))


def _option(lesson: Lesson, key: str | None) -> Option | None:
    """The option that was pressed, if the lesson still has it, and a right one to compare it with."""
    options = {option.key: option for option in lesson.question.options}
    marked = [option for option in lesson.question.options if option.correct]
    return options.get(key) if key and len(marked) == 1 else None


def _answered(lesson: Lesson, choice: Option, today: date) -> LessonState:
    return LessonState(
        delivery_id=UUID(int=0),
        kind=DeliveryKind.LESSON,
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
