"""Answers to ordinary words in the DM: hello, stop, pause, settings, a letter. Each offers what to press next."""

from slack_sdk.models.blocks import Block, ButtonElement

from bot.language import gettext as _
from bot.language import mark
from bot.learning.enrollment import LearnerView
from bot.learning.lesson_state import LessonState
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import MessageContent, actions, button, context, section
from bot.slack.blocks.enrollment import next_lesson_text, pause_text
from bot.slack.blocks.lesson import result_blocks

NO_OPEN_QUESTION = mark("No question is open right now. Under a question, press the letter of your answer.")


def greeting_message(view: LearnerView) -> MessageContent:
    """Answer a greeting: what can be done here, and when the next lesson comes."""
    hello = _("Hello. Tell me in a sentence what is going on, and I'll find a lesson that fits.")
    return MessageContent.of(
        [section(f"{hello} {next_lesson_text(view)}"), context(_("Type `help` to see everything I can do."))]
    )


def next_lesson_message(view: LearnerView) -> MessageContent:
    """Answer *when is my next lesson?*"""
    when = f"{pause_text(view)}." if view.is_paused else next_lesson_text(view)
    buttons = [button(_("Lesson now"), ids.SEND_LESSON_NOW), _settings()]
    return MessageContent.of([section(when), actions("next", buttons)])


def stop_message(view: LearnerView) -> MessageContent:
    """Answer *stop*: nothing is stopped before they say how."""
    if view.is_paused:
        # Translators: {paused} is a clause such as "Paused until you resume".
        already = _("*{paused}*, so nothing is sent.", paused=pause_text(view))
        return MessageContent.of([section(already), _delete_hint()])
    return MessageContent.of(
        [
            section(_("Press *Pause*, and no lessons come until the day you choose, or until you resume.")),
            actions(
                "stop",
                [_pause(), button(_("Settings"), ids.OPEN_SETTINGS, label=_("Settings: how often lessons come"))],
            ),
            _delete_hint(),
        ]
    )


def pause_offer_message() -> MessageContent:
    """Answer *pause* without a day."""
    return MessageContent.of(
        [
            section(_("Until when? Nothing is paused yet. You can also type `pause until Friday`.")),
            actions("stop", [_pause()]),
        ]
    )


def settings_message() -> MessageContent:
    """Answer *settings*, which open by a press alone."""
    return MessageContent.of(
        [section(_("Press *Settings* to change your times and everything else.")), actions("settings", [_settings()])]
    )


def journal_message() -> MessageContent:
    """Answer *journal*, which opens by a press alone."""
    opened = button(_("Open journal"), ids.OPEN_JOURNAL)
    return MessageContent.of(
        [section(_("Your journal opens in a window that only you see.")), actions("journal", [opened])]
    )


def letter_message(state: LessonState) -> MessageContent:
    """Answer a typed letter: the result, as the lesson's message may be far above."""
    choice, right = state.chosen_option, state.lesson.question.correct_option
    if choice is None:
        raise ValueError("The question isn't answered.")
    return MessageContent.of([*result_blocks(choice, right), context(_("The lesson above shows it, too."))])


def _delete_hint() -> Block:
    return context(_("To delete all your data, type `/rounds delete-me`."))


def _pause() -> ButtonElement:
    return button(_("Pause"), ids.OPEN_PAUSE, label=_("Pause lessons"))


def _settings() -> ButtonElement:
    return button(_("Settings"), ids.OPEN_SETTINGS)
