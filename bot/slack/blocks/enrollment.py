"""The welcome, and messages about starting, pausing, and resuming."""

from datetime import date, datetime, timedelta

from slack_sdk.models.blocks import Block, DatePickerElement
from slack_sdk.models.views import View

from bot.domain.formats import Formats
from bot.domain.schedule_kinds import AnySchedule
from bot.learning.enrollment import LearnerView
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import (
    MessageContent,
    actions,
    button,
    form_field,
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
    """Build the welcome: what Rounds is, when lessons come, who can read what, and *Start*."""
    return MessageContent.of(welcome_blocks(view.preferences.schedule, view.formats))


def welcome_home_view(view: LearnerView) -> View:
    """Build App Home before *Start*."""
    return home_tab([header("Welcome"), *welcome_blocks(view.preferences.schedule, view.formats)])


def welcome_blocks(schedule: AnySchedule, formats: Formats) -> list[Block]:
    """Build what a new person reads, in a message or in Home."""
    return [
        section(
            "Hi, I'm Rounds. Each workday I'll send you a two-minute management lesson with one question. "
            f"{schedule_summary(schedule, formats)}. {PRIVACY_NOTE}"
        ),
        _welcome_row(),
    ]


def reminder_message() -> MessageContent:
    """Build the one reminder of an invitation that wasn't answered."""
    return MessageContent.of(
        [
            section(
                "Just once more: I'm Rounds, and I can send you a two-minute management lesson with one question each "
                "workday. Press *Start* to try it, and stop whenever you like. I won't ask again."
            ),
            _welcome_row(),
        ]
    )


def started_message(view: LearnerView) -> MessageContent:
    """Confirm *Start*."""
    return MessageContent.of(
        [
            section(f"*You're set.* {next_lesson_text(view)}"),
            section("Would you like today's lesson now?"),
            actions(
                "started",
                [
                    button("Lesson now", ids.SEND_LESSON_NOW),
                    button("Where to begin", ids.OPEN_FIRST_CONTACT, label="Choose where to begin"),
                    button("Settings", ids.OPEN_SETTINGS),
                ],
            ),
        ]
    )


def declined_message() -> MessageContent:
    """Confirm *Not now*."""
    return MessageContent.of(
        [
            section("No problem. Nothing will be sent. Tips still work: type `/tip`. Come back when it suits you."),
            actions("welcome", [button("Start", ids.START_LESSONS)]),
        ]
    )


def paused_message(view: LearnerView) -> MessageContent:
    """Confirm a pause."""
    return MessageContent.of(
        [
            section(f"*{pause_text(view)}.* Nothing will pile up, and your streak waits. Tips still work."),
            actions("paused", [button("Resume now", ids.RESUME_LESSONS)]),
        ]
    )


def pause_text(view: LearnerView) -> str:
    """Say until when lessons are paused."""
    if view.paused_until is None:
        return f"Paused until {'your Slack status is cleared' if view.paused_by_status else 'you resume'}"
    status = ", as your Slack status says" if view.paused_by_status else ""
    return f"Paused until {view.formats.write_day(view.paused_until, view.today)}{status}"


def resumed_message(view: LearnerView) -> MessageContent:
    """Confirm that lessons resume."""
    return text_message(f"*Welcome back.* {next_lesson_text(view)}")


def not_paused_message(view: LearnerView) -> MessageContent:
    """Answer *resume* of somebody who isn't paused."""
    return text_message(f"Your lessons aren't paused, so nothing changed. {next_lesson_text(view)}")


def next_lesson_text(view: LearnerView) -> str:
    """Say when the next lesson comes, in the learner's time zone."""
    if view.next_lesson is None:
        return "No lesson is planned."
    due = view.next_lesson.due_at.astimezone(view.preferences.zone)
    return f"Your next lesson comes {_when(due, view.today, view.formats)}."


def pause_modal(view: LearnerView) -> View:
    """Ask until when to pause."""
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
    """Show a message's text as a modal, without its buttons."""
    return modal(ids.READ_ONLY_MODAL, "Your lessons", [section(message.text.split("\nButtons:", 1)[0])])


def _welcome_row() -> Block:
    return actions(
        "welcome",
        [
            button("Start", ids.START_LESSONS, style="primary"),
            button("Change times", ids.OPEN_SETTINGS),
            button("Not now", ids.DECLINE_LESSONS),
        ],
    )


def _when(local: datetime, today: date, formats: Formats) -> str:
    ahead = (local.date() - today).days
    day = {0: "today", 1: "tomorrow"}.get(ahead, f"on {formats.write_day(local.date())}")
    return f"{day} at {formats.write_time(local)}"
