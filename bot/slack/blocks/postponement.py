"""*Later*: when a lesson should come back, and what its message shows until then."""

from datetime import date

from slack_sdk.models.blocks import RadioButtonsElement
from slack_sdk.models.views import View

from bot.domain.formats import Formats
from bot.domain.postponing import PostponeOption
from bot.language import gettext as _
from bot.language import mark
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
        _("Later"),
        [
            section(f"*{escape(choices.lesson.title)}*"),
            form_field(
                BLOCK,
                _("When should I bring it back?"),
                RadioButtonsElement(action_id=INPUT, options=options, initial_option=options[0]),
            ),
        ],
        submit=_("Remind me"),
        close=_("Cancel"),
        metadata=to_metadata(message),
    )


def postponed_message(state: LessonState, returns: PostponedUntil) -> MessageContent:
    """Build the short message of a postponed lesson."""
    when = return_time_text(returns, state.learning_day, state.formats)
    return _short(state, _("*{title}* comes back {when}.", title=escape(state.lesson.title), when=when))


def superseded_message(state: LessonState) -> MessageContent:
    """Build what an outdated message of a lesson becomes, so its question is open in only one message."""
    if state.retraction is not None:
        return retracted_message(state)
    title = f"*{escape(state.lesson.title)}*"
    if state.chosen_option is not None:
        return text_message("\n".join([title, _("You answered this one in another message.")]))
    if state.postponed_until is not None:
        return postponed_message(state, state.postponed_until)
    return _short(state, "\n".join([title, _("Its question is still open.")]))


def return_time_text(returns: PostponedUntil, learning_day: date, formats: Formats) -> str:
    """Say when a postponed lesson comes back: `at 10:20 AM`, `on Sunday at 9:00 AM`, `in your next shift`.

    The weekday is named if it isn't the lesson's learning day, because the message stays as it is past midnight.
    """
    if returns.at is not None:
        time = formats.write_time(returns.at)
        if returns.at.date() != learning_day:
            # Translators: says when a lesson comes back, in "Listen first comes back on Sunday at 9:00 AM."
            return _("on {weekday} at {time}", weekday=formats.name_weekday(returns.at), time=time)
        # Translators: says when a lesson comes back, in "Listen first comes back at 10:20 AM."
        return _("at {time}", time=time)
    return _("with next week's lesson") if returns.is_weekly else _("in your next shift")


def _short(state: LessonState, said: str) -> MessageContent:
    label = _("Open it now: {title}", title=state.lesson.title)
    return MessageContent.of(
        [section(said), actions("later", [button(_("Open it now"), ids.OPEN_POSTPONED_LESSON, label=label)])]
    )


_OFFERS = {
    PostponeOption.HOUR: mark("In 1 hour, at {time}"),
    PostponeOption.BEFORE_END: mark("Before the check-in, at {time}"),
    PostponeOption.TONIGHT: mark("Tonight, at {time}"),
    PostponeOption.TOMORROW: mark("Tomorrow, at {time}"),
}


def _offer(choice: PostponeOption, returns: PostponedUntil, formats: Formats) -> str:
    if returns.at is not None:
        return _(_OFFERS[choice], time=formats.write_time(returns.at))
    if choice is PostponeOption.TOMORROW:
        return _("Tomorrow, in my next shift")
    return _("With next week's lesson") if returns.is_weekly else _("In my next shift")
