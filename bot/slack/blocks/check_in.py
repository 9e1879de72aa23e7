"""The check-in after seven unanswered lessons: go on, go weekly, or stop? Asked once, without guilt."""

from slack_sdk.models.blocks import Block

from bot.language import gettext as _
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import MessageContent, actions, button, context, section, text_message


def check_in_message() -> MessageContent:
    """Build the check-in, sent instead of the eighth lesson. It is the same for everyone."""
    return MessageContent.of(
        [
            section(
                _(
                    "*Seven lessons in a row had no answer.* That's fine; wards are busy. "
                    "Shall I go on as before, send one lesson a week, or stop?"
                )
            ),
            _choice(),
            context(_("No lesson comes until you choose, and I won't remind you. Tips still work: type `/tip`.")),
        ]
    )


def continue_or_stop_blocks() -> list[Block]:
    """Build the check-in for Home and settings, shown until it is answered."""
    return [
        section(_("*Lessons wait for a word from you.* Shall I go on as before, send one lesson a week, or stop?")),
        _choice(),
    ]


def continued_message(upcoming: str) -> MessageContent:
    """Confirm *Go on*. `upcoming`: when the next lesson comes. The check-in replaced today's, so that is offered."""
    return MessageContent.of(
        [
            section(" ".join([_("*Lessons go on.*"), upcoming])),
            actions(
                "going_on", [button(_("Lesson now"), ids.SEND_LESSON_NOW), button(_("Settings"), ids.OPEN_SETTINGS)]
            ),
        ]
    )


def weekly_message(upcoming: str) -> MessageContent:
    """Confirm *Once a week*."""
    return MessageContent.of(
        [
            section(" ".join([_("*One lesson a week, in your first shift of the week.*"), upcoming])),
            actions("going_on", [button(_("Settings"), ids.OPEN_SETTINGS)]),
        ]
    )


def stopped_message() -> MessageContent:
    """Confirm *Stop*, and say how to resume."""
    return MessageContent.of(
        [
            section(
                _(
                    "*Lessons have stopped.* Your journal and your streak are kept, and tips still work. "
                    "To have lessons again, press *Resume* here or in Home, or type `/rounds resume`."
                )
            ),
            actions("paused", [button(_("Resume"), ids.RESUME_LESSONS)]),
        ]
    )


def answered_by_practice_message() -> MessageContent:
    """Build what the check-in becomes when its learner practices instead."""
    return text_message(_("*Lessons go on.* You practiced, so I took that as a yes."))


def _choice() -> Block:
    return actions(
        "check_in",
        [
            button(_("Go on"), ids.CONTINUE_LESSONS),
            button(_("Once a week"), ids.SWITCH_TO_WEEKLY),
            button(_("Stop"), ids.STOP_LESSONS),
        ],
    )
