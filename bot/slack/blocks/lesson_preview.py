"""A lesson before it is live, as people will see it. Its answers work, and nothing of it is stored."""

from datetime import date
from typing import Any
from uuid import UUID

from slack_sdk.models.views import View

from bot.domain.formats import Formats
from bot.domain.lesson import OPTION_LETTERS, Lesson, Option
from bot.domain.lesson_review import is_review_overdue
from bot.domain.schedule import DeliveryKindName
from bot.domain.streak import Streak
from bot.language import find_language, mark, use_language
from bot.language import gettext as _
from bot.learning.lesson_state import LessonState
from bot.learning.staged_lessons import StagedLesson
from bot.slack import action_ids as ids
from bot.slack.blocks import lesson as blocks
from bot.slack.blocks import lesson_modals
from bot.slack.blocks.block_kit import MessageContent, actions, button, context, escape

NOT_IN_PREVIEW = mark("In a preview, only the answers and *Why &amp; sources* work. The other buttons need a learner.")


def previewed_message(lesson: Lesson, choice: str | None, today: date, formats: Formats) -> MessageContent:
    """Build a lesson as it arrives, or with the answer `choice` (a letter), for someone with a streak of 12 days."""
    option = _find_option(lesson, choice)
    with use_language(find_language(lesson.language)):  # as it will arrive, whoever looks at it
        if option is None:
            return blocks.initial_message(lesson, formats, overdue=is_review_overdue(lesson, today))
        return blocks.current_message(_answered(lesson, option, today, formats))


def previewed_answers(lesson: Lesson, choice: str | None, today: date, formats: Formats) -> View | None:
    """Build the modal with every explanation, or None if the lesson has no such answer."""
    option = _find_option(lesson, choice)
    return lesson_modals.answers_modal(_answered(lesson, option, today, formats)) if option else None


def staged_message(staged: StagedLesson, choice: str | None, today: date, formats: Formats) -> MessageContent:
    """Build a lesson of an upload for the admin who looks at it, with the lessons before and after it."""
    shown = previewed_message(staged.lesson, choice, today, formats)
    chosen = [OPTION_LETTERS.index(choice)] if choice in set(OPTION_LETTERS) else []
    value = _value(staged.version_id, staged.position, *chosen)
    return MessageContent.of_dicts(
        [
            context(_note(staged)).to_dict(),
            *(_for_preview(block, value) for block in shown.blocks),
            *([_neighbors(staged)] if staged.total > 1 else []),
        ]
    )


def _note(staged: StagedLesson) -> str:
    return _(
        "*Preview*, lesson {number} of {total} (`{lesson}`) in {pack}. "
        "Only you see it. Your answers aren't stored, and the streak is an example.",
        number=staged.number,
        total=staged.total,
        lesson=escape(staged.lesson.id),
        pack=escape(staged.pack),
    )


def _neighbors(staged: StagedLesson) -> dict[str, Any]:
    buttons = [
        button(name, f"{ids.SHOW_PREVIEW}.{side}", value=_value(staged.version_id, position), label=label)
        for name, side, position, label in (
            (_("Previous"), "previous", staged.previous, _("Preview the lesson before this one")),
            (_("Next"), "next", staged.next, _("Preview the lesson after this one")),
        )
    ]
    return actions("preview", buttons).to_dict()


def _for_preview(block: dict[str, Any], value: str) -> dict[str, Any]:
    """Return a block with buttons that lead to the preview's own handlers."""
    if "elements" in block and block["type"] == "actions":
        return {**block, "elements": [_own_button(element, value) for element in block["elements"]]}
    return {**block, "accessory": _own_button(block["accessory"], value)} if "accessory" in block else block


def _own_button(element: dict[str, Any], value: str) -> dict[str, Any]:
    return {**element, "action_id": ids.in_preview(element["action_id"]), "value": value}


def _value(*numbers: int) -> str:
    return ".".join(map(str, numbers))


def _find_option(lesson: Lesson, key: str | None) -> Option | None:
    """Return the pressed option if the lesson has it and exactly one option is correct, otherwise None."""
    options = {option.key: option for option in lesson.question.options}
    correct_options = [option for option in lesson.question.options if option.correct]
    return options.get(key) if key and len(correct_options) == 1 else None


def _answered(lesson: Lesson, choice: Option, today: date, formats: Formats) -> LessonState:
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
        is_review_overdue=is_review_overdue(lesson, today),
        formats=formats,
    )
