"""*Later*: when a lesson should come back, and what its message shows until then."""

from datetime import date

from slack_sdk.models.blocks import RadioButtonsElement
from slack_sdk.models.views import View

from bot.domain.formats import Formats
from bot.domain.postponing import PostponeOption
from bot.learning.lesson_state import LessonState, PostponedUntil
from bot.learning.message_deliveries import MessageRef
from bot.learning.postponing import PostponeOptions
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import (
    MessageContent,
    actions,
    button,
    escape,
    form_field,
    modal,
    option,
    section,
    text_message,
)
from bot.slack.blocks.lesson import retracted_message
from bot.slack.blocks.reflection import to_metadata

BLOCK = "later"
INPUT = "choice"


def postpone_modal(choices: PostponeOptions, message: MessageRef) -> View:
    """Ask when the lesson should come back. The earliest time is selected."""
    options = [
        option(_offer(choice, returns, choices.formats), choice.value)
        for choice, returns in choices.return_times.items()
    ]
    return modal(
        ids.POSTPONE_MODAL,
        "Later",
        [
            section(f"*{escape(choices.lesson.title)}*"),
            form_field(
                BLOCK,
                "When should I bring it back?",
                RadioButtonsElement(action_id=INPUT, options=options, initial_option=options[0]),
            ),
        ],
        submit="Remind me",
        close="Cancel",
        metadata=to_metadata(message),
    )


def postponed_message(state: LessonState, returns: PostponedUntil) -> MessageContent:
    """Build the short message of a postponed lesson."""
    when = return_time_text(returns, state.learning_day, state.formats)
    return _short(state, f"*{escape(state.lesson.title)}* comes back {when}.")


def superseded_message(state: LessonState) -> MessageContent:
    """Build what an outdated message of a lesson becomes, so its question is open in only one message."""
    if state.retraction is not None:
        return retracted_message(state)
    if state.chosen_option is not None:
        return text_message(f"*{escape(state.lesson.title)}*\nYou answered this one in another message.")
    if state.postponed_until is not None:
        return postponed_message(state, state.postponed_until)
    return _short(state, f"*{escape(state.lesson.title)}*\nIts question is still open.")


def return_time_text(returns: PostponedUntil, learning_day: date, formats: Formats) -> str:
    """Say when a postponed lesson comes back: `at 10:20 AM`, `on Sunday at 9:00 AM`, `in your next shift`.

    The weekday is named if it isn't the lesson's learning day, because the message stays as it is past midnight.
    """
    if returns.at is not None:
        day = f"on {formats.name_weekday(returns.at)} " if returns.at.date() != learning_day else ""
        return f"{day}at {formats.write_time(returns.at)}"
    return "with next week's lesson" if returns.is_weekly else "in your next shift"


def _short(state: LessonState, said: str) -> MessageContent:
    label = f"Open it now: {state.lesson.title}"
    return MessageContent.of(
        [section(said), actions("later", [button("Open it now", ids.OPEN_POSTPONED_LESSON, label=label)])]
    )


_OFFERS = {
    PostponeOption.HOUR: "In 1 hour",
    PostponeOption.BEFORE_END: "Before the check-in",
    PostponeOption.TONIGHT: "Tonight",
    PostponeOption.TOMORROW: "Tomorrow",
}


def _offer(choice: PostponeOption, returns: PostponedUntil, formats: Formats) -> str:
    if returns.at is not None:
        return f"{_OFFERS[choice]}, at {formats.write_time(returns.at)}"
    if choice is PostponeOption.TOMORROW:
        return "Tomorrow, in my next shift"
    return "With next week's lesson" if returns.is_weekly else "In my next shift"
