"""Answers to ordinary words in the DM: hello, stop, pause, settings, a letter. Each offers what to press next."""

from slack_sdk.models.blocks import Block, ButtonElement

from bot.learning.enrollment import LearnerView
from bot.learning.lesson_state import LessonState
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import MessageContent, actions, button, context, section
from bot.slack.blocks.enrollment import next_lesson_text, pause_text
from bot.slack.blocks.lesson import result_blocks

NO_OPEN_QUESTION = "No question is open right now. Under a question, press the letter of your answer."


def greeting_message(view: LearnerView) -> MessageContent:
    """Answer a greeting: what can be done here, and when the next lesson comes."""
    return MessageContent.of(
        [
            section(
                "Hello. Tell me in a sentence what is going on, and I'll find a lesson that fits. "
                f"{next_lesson_text(view)}"
            ),
            context("Type `help` to see everything I can do."),
        ]
    )


def next_lesson_message(view: LearnerView) -> MessageContent:
    """Answer *when is my next lesson?*"""
    when = f"{pause_text(view)}." if view.is_paused else next_lesson_text(view)
    return MessageContent.of([section(when), actions("next", [button("Lesson now", ids.SEND_LESSON_NOW), _settings()])])


def stop_message(view: LearnerView) -> MessageContent:
    """Answer *stop*: nothing is stopped before they say how."""
    if view.is_paused:
        return MessageContent.of([section(f"*{pause_text(view)}*, so nothing is sent."), _delete_hint()])
    return MessageContent.of(
        [
            section("Press *Pause*, and no lessons come until the day you choose, or until you resume."),
            actions(
                "stop", [_pause(), button("Settings", ids.OPEN_SETTINGS, label="Settings: how often lessons come")]
            ),
            _delete_hint(),
        ]
    )


def pause_offer_message() -> MessageContent:
    """Answer *pause* without a day."""
    return MessageContent.of(
        [
            section("Until when? Nothing is paused yet. You can also type `pause until Friday`."),
            actions("stop", [_pause()]),
        ]
    )


def settings_message() -> MessageContent:
    """Answer *settings*, which open by a press alone."""
    return MessageContent.of(
        [section("Press *Settings* to change your times and everything else."), actions("settings", [_settings()])]
    )


def journal_message() -> MessageContent:
    """Answer *journal*, which opens by a press alone."""
    opened = button("Open journal", ids.OPEN_JOURNAL)
    return MessageContent.of(
        [section("Your journal opens in a window that only you see."), actions("journal", [opened])]
    )


def letter_message(state: LessonState) -> MessageContent:
    """Answer a typed letter: the result, as the lesson's message may be far above."""
    choice, right = state.chosen_option, state.lesson.question.correct_option
    if choice is None:
        raise ValueError("The question isn't answered.")
    return MessageContent.of([*result_blocks(choice, right), context("The lesson above shows it, too.")])


def _delete_hint() -> Block:
    return context("To delete all your data, type `/rounds delete-me`.")


def _pause() -> ButtonElement:
    return button("Pause", ids.OPEN_PAUSE, label="Pause lessons")


def _settings() -> ButtonElement:
    return button("Settings", ids.OPEN_SETTINGS)
