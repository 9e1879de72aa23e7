"""Meeting a person, their pauses, and what Rounds understands."""

from datetime import date, datetime, timedelta

from slack_sdk.models.blocks import Block, DatePickerElement
from slack_sdk.models.views import View

from bot.domain.learner import Preferences
from bot.learning.enrollment import LearnerView
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import (
    MessageContent,
    actions,
    button,
    form_field,
    format_day,
    header,
    home_tab,
    modal,
    section,
    text_message,
)
from bot.slack.blocks.schedule_text import schedule_summary

PRIVACY_NOTE = (
    "Colleagues and admins can't read your reflections in Rounds. Please leave out patient and staff details."
)


def welcome_message(view: LearnerView) -> MessageContent:
    """First contact: what it is, when, who can read what; and *Start*."""
    return MessageContent.of(welcome_blocks(view.preferences))


def welcome_home_view(view: LearnerView) -> View:
    """App Home before *Start*."""
    return home_tab([header("Welcome"), *welcome_blocks(view.preferences)])


def welcome_blocks(preferences: Preferences) -> list[Block]:
    """What a new person reads, wherever they meet Rounds."""
    return [
        section(
            "Hi, I'm Rounds: one short management lesson each working day, and one question. "
            f"{schedule_summary(preferences.schedule)}, your time. {PRIVACY_NOTE}"
        ),
        actions(
            "welcome",
            [
                button("Start", ids.START_LESSONS, style="primary"),
                button("Change times", ids.OPEN_SETTINGS),
                button("Not now", ids.DECLINE_LESSONS),
            ],
        ),
    ]


def started_message(view: LearnerView) -> MessageContent:
    """*Start* was pressed."""
    return MessageContent.of(
        [
            section(f"*You're set.* {next_lesson_text(view)}"),
            section("Would you like today's lesson now?"),
            actions("started", [button("Lesson now", ids.SEND_LESSON_NOW), button("Settings", ids.OPEN_SETTINGS)]),
        ]
    )


def declined_message() -> MessageContent:
    """*Not now* was pressed."""
    return MessageContent.of(
        [
            section("No problem. Nothing will be sent. Tips still work: type `/tip`. Come back when it suits you."),
            actions("welcome", [button("Start", ids.START_LESSONS)]),
        ]
    )


def paused_message(view: LearnerView) -> MessageContent:
    """Lessons wait."""
    return MessageContent.of(
        [
            section(f"*{pause_text(view)}.* Nothing will pile up, and your streak waits. Tips still work."),
            actions("paused", [button("Resume now", ids.RESUME_LESSONS)]),
        ]
    )


def pause_text(view: LearnerView) -> str:
    """Until when lessons wait."""
    if view.paused_until is None:
        return f"Paused until {'your Slack status is cleared' if view.paused_by_status else 'you resume'}"
    status = ", as your Slack status says" if view.paused_by_status else ""
    return f"Paused until {format_day(view.paused_until, view.today)}{status}"


def resumed_message(view: LearnerView) -> MessageContent:
    """Lessons come again."""
    return text_message(f"*Welcome back.* {next_lesson_text(view)}")


def next_lesson_text(view: LearnerView) -> str:
    """When the next lesson comes, in the learner's own time."""
    if view.next_lesson is None:
        return "No lesson is planned."
    return f"Your next lesson comes {_when(view.next_lesson.due_at.astimezone(view.preferences.zone), view.today)}."


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


def answer_modal(message: MessageContent) -> View:
    """A message's words as a modal, without its buttons."""
    return modal(ids.READ_ONLY_MODAL, "Your lessons", [section(message.text.split("\nButtons:", 1)[0])])


def _when(local: datetime, today: date) -> str:
    ahead = (local.date() - today).days
    day = {0: "today", 1: "tomorrow"}.get(ahead, f"on {format_day(local.date())}")
    return f"{day} at {local:%H:%M}"
