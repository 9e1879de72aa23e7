"""Meeting a person, their pauses, and what Rounds understands."""

from datetime import date, datetime, timedelta

from slack_sdk.models.blocks import Block, DatePickerElement
from slack_sdk.models.views import View

from bot.domain.learner import Preferences
from bot.learning.enrolment import LearnerView
from bot.slack import actions as ids
from bot.slack.blocks.schedule import rhythm
from bot.slack.blocks.surface import (
    Message,
    actions,
    button,
    day_name,
    form_field,
    header,
    home_tab,
    modal,
    section,
)

PRIVATE = "Colleagues and admins can't read your reflections in Rounds. Please leave out patient and staff details."


def welcome(view: LearnerView) -> Message:
    """First contact: what it is, when, who can read what; and *Start*."""
    return Message.of(welcome_blocks(view.preferences))


def welcome_home(view: LearnerView) -> View:
    """App Home before *Start*."""
    return home_tab([header("Welcome"), *welcome_blocks(view.preferences)])


def welcome_blocks(preferences: Preferences) -> list[Block]:
    """What a new person reads, wherever they meet Rounds."""
    return [
        section(
            "Hi, I'm Rounds: one short management lesson each working day, and one question. "
            f"{rhythm(preferences.schedule)}, your time. {PRIVATE}"
        ),
        actions(
            "welcome",
            [
                button("Start", ids.START, style="primary"),
                button("Change times", ids.SETTINGS),
                button("Not now", ids.NOT_NOW),
            ],
        ),
    ]


def started(view: LearnerView) -> Message:
    """*Start* was pressed."""
    return Message.of(
        [
            section(f"*You're set.* {next_lesson(view)}"),
            section("Would you like today's lesson now?"),
            actions("started", [button("Lesson now", ids.LESSON_NOW), button("Settings", ids.SETTINGS)]),
        ]
    )


def not_now() -> Message:
    """*Not now* was pressed."""
    return Message.of(
        [
            section("No problem. Nothing will be sent. Tips still work: type `/tip`. Come back when it suits you."),
            actions("welcome", [button("Start", ids.START)]),
        ]
    )


def paused(view: LearnerView) -> Message:
    """Lessons wait."""
    return Message.of(
        [
            section(f"*{paused_until(view)}.* Nothing will pile up, and your streak waits. Tips still work."),
            actions("paused", [button("Resume now", ids.RESUME)]),
        ]
    )


def paused_until(view: LearnerView) -> str:
    """Until when lessons wait."""
    if view.paused_until is None:
        return f"Paused until {'your Slack status is cleared' if view.paused_by_status else 'you resume'}"
    status = ", as your Slack status says" if view.paused_by_status else ""
    return f"Paused until {day_name(view.paused_until, view.today)}{status}"


def resumed(view: LearnerView) -> Message:
    """Lessons come again."""
    return Message.of([section(f"*Welcome back.* {next_lesson(view)}")])


def next_lesson(view: LearnerView) -> str:
    """When the next lesson comes, in the learner's own time."""
    if view.upcoming is None:
        return "No lesson is planned."
    return f"Your next lesson comes {_when(view.upcoming.at.astimezone(view.preferences.zone), view.today)}."


def pause_modal(view: LearnerView) -> View:
    """Until when."""
    return modal(
        ids.PAUSE_MODAL,
        "Pause lessons",
        [
            form_field(
                "until",
                "Lessons come again on",
                DatePickerElement(action_id="until", initial_date=(view.today + timedelta(days=7)).isoformat()),
                hint="Leave it empty to pause until you resume. Nothing will pile up.",
                optional=True,
            )
        ],
        submit="Pause",
        close="Not now",
    )


def answer_modal(message: Message) -> View:
    """A message's words as a modal, without its buttons."""
    return modal(ids.READ_MODAL, "Your lessons", [section(message.text.split("\nButtons:", 1)[0])])


def _when(local: datetime, today: date) -> str:
    ahead = (local.date() - today).days
    day = {0: "today", 1: "tomorrow"}.get(ahead, f"on {day_name(local.date())}")
    return f"{day} at {local:%H:%M}"
