"""*Later*: when a lesson should come back, and what its message shows until then."""

from slack_sdk.models.blocks import RadioButtonsElement
from slack_sdk.models.views import View

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
from bot.slack.blocks.reflection import to_metadata

BLOCK = "later"
INPUT = "choice"


def postpone_modal(choices: PostponeOptions, message: MessageRef) -> View:
    """Ask when the lesson should come back. The earliest time is selected."""
    options = [option(_offer(choice, returns), choice.value) for choice, returns in choices.return_times.items()]
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
    return _short(state, f"*{escape(state.lesson.title)}* comes back {return_time_text(returns)}.")


def superseded_message(state: LessonState) -> MessageContent:
    """Build what an outdated message of a lesson becomes, so its question is open in only one message."""
    if state.chosen_option is not None:
        return text_message(f"*{escape(state.lesson.title)}*\nYou answered this one in another message.")
    if state.postponed_until is not None:
        return postponed_message(state, state.postponed_until)
    return _short(state, f"*{escape(state.lesson.title)}*\nIts question is still open.")


def return_time_text(returns: PostponedUntil) -> str:
    """Say when a postponed lesson comes back: `at 10:20`, `in your next shift`."""
    if returns.at is not None:
        return f"at {returns.at:%H:%M}"
    return "with next week's lesson" if returns.is_weekly else "in your next shift"


def _short(state: LessonState, said: str) -> MessageContent:
    label = f"Open it now: {state.lesson.title}"
    return MessageContent.of(
        [section(said), actions("later", [button("Open it now", ids.OPEN_POSTPONED_LESSON, label=label)])]
    )


def _offer(choice: PostponeOption, returns: PostponedUntil) -> str:
    if choice is PostponeOption.NEXT_SHIFT or returns.at is None:
        return "With next week's lesson" if returns.is_weekly else "In my next shift"
    return f"{'In 1 hour' if choice is PostponeOption.HOUR else 'Before this shift ends'}, at {returns.at:%H:%M}"
