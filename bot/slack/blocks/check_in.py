"""After seven unanswered lessons: whether to go on, go weekly, or stop. Asked once, without guilt."""

from slack_sdk.models.blocks import Block

from bot.slack import actions as ids
from bot.slack.blocks.surface import Message, actions, button, context, section


def check_in() -> Message:
    """The question, in the place of the eighth lesson. It holds nothing of its reader."""
    return Message.of(
        [
            section(
                "*Seven lessons in a row had no answer.* That's fine; wards are busy. "
                "Shall I go on as before, send one lesson a week, or stop?"
            ),
            _choice(),
            context("No lesson comes until you choose, and I won't remind you. Tips still work: type `/tip`."),
        ]
    )


def still_open() -> list[Block]:
    """The same question in Home and in the settings, while it waits for an answer."""
    return [
        section("*Lessons wait for a word from you.* Shall I go on as before, send one lesson a week, or stop?"),
        _choice(),
    ]


def going_on(upcoming: str) -> Message:
    """*Go on* was pressed. `upcoming` says when the next lesson comes; today's gave its place, so it is offered."""
    return Message.of(
        [
            section(f"*Lessons go on.* {upcoming}"),
            actions("going_on", [button("Lesson now", ids.LESSON_NOW), button("Settings", ids.SETTINGS)]),
        ]
    )


def weekly(upcoming: str) -> Message:
    """*Once a week* was pressed."""
    return Message.of(
        [
            section(f"*One lesson a week, in your first shift of the week.* {upcoming}"),
            actions("going_on", [button("Settings", ids.SETTINGS)]),
        ]
    )


def stopped() -> Message:
    """*Stop* was pressed: how to come back, whenever that may be."""
    return Message.of(
        [
            section(
                "*Lessons have stopped.* Your journal and your streak are kept, and tips still work. "
                "To have lessons again, press *Resume* here or in Home, or type `/rounds resume`."
            ),
            actions("paused", [button("Resume", ids.RESUME)]),
        ]
    )


def practised() -> Message:
    """The question, answered by practising."""
    return Message.of([section("*Lessons go on.* You practised, so I took that as a yes.")])


def _choice() -> Block:
    return actions(
        "check_in",
        [button("Go on", ids.GO_ON), button("Once a week", ids.GO_WEEKLY), button("Stop", ids.STOP)],
    )
