"""The welcome, and messages about starting, pausing, and resuming."""

from collections.abc import Sequence
from datetime import timedelta

from slack_sdk.models.blocks import Block, DatePickerElement
from slack_sdk.models.views import View

from bot.domain.formats import Formats
from bot.domain.schedule_kinds import AnySchedule
from bot.language import gettext as _
from bot.language import mark
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

PRIVACY_NOTE = mark(
    "Colleagues and admins can't read your reflections in Rounds. Please leave out patient and staff details."
)


def welcome_message(view: LearnerView) -> MessageContent:
    """Build the welcome: what Rounds is, when lessons come, who can read what, and *Start*."""
    return MessageContent.of(welcome_blocks(view.preferences.schedule, view.formats))


def welcome_home_view(view: LearnerView) -> View:
    """Build App Home before *Start*."""
    return home_tab([header(_("Welcome")), *welcome_blocks(view.preferences.schedule, view.formats)])


def welcome_blocks(schedule: AnySchedule, formats: Formats) -> list[Block]:
    """Build what a new person reads, in a message or in Home."""
    hello = _("Hi, I'm Rounds. Each workday I'll send you a two-minute management lesson with one question.")
    return [section(f"{hello} {schedule_summary(schedule, formats)}. {_(PRIVACY_NOTE)}"), _welcome_row()]


def reminder_message() -> MessageContent:
    """Build the one reminder of an invitation that wasn't answered."""
    return MessageContent.of(
        [
            section(
                _(
                    "Just once more: I'm Rounds, and I can send you a two-minute management lesson with one question "
                    "each workday. Press *Start* to try it, and stop whenever you like. I won't ask again."
                )
            ),
            _welcome_row(),
        ]
    )


def started_message(view: LearnerView, program: Sequence[Block] = ()) -> MessageContent:
    """Confirm *Start*. `program`: what to say of the one that begins with it, if any."""
    return MessageContent.of(
        [
            section(" ".join([_("*You're set.*"), next_lesson_text(view)])),
            *program,
            section(_("Would you like today's lesson now?")),
            actions(
                "started",
                [
                    button(_("Lesson now"), ids.SEND_LESSON_NOW),
                    button(_("Where to begin"), ids.OPEN_FIRST_CONTACT, label=_("Choose where to begin")),
                    button(_("Settings"), ids.OPEN_SETTINGS),
                ],
            ),
        ]
    )


def declined_message() -> MessageContent:
    """Confirm *Not now*."""
    return MessageContent.of(
        [
            section(_("No problem. Nothing will be sent. Tips still work: type `/tip`. Come back when it suits you.")),
            actions("welcome", [button(_("Start"), ids.START_LESSONS)]),
        ]
    )


def paused_message(view: LearnerView) -> MessageContent:
    """Confirm a pause."""
    meanwhile = _("Nothing will pile up, and your streak waits. Tips still work.")
    return MessageContent.of(
        [
            section(f"*{pause_text(view)}.* {meanwhile}"),
            actions("paused", [button(_("Resume now"), ids.RESUME_LESSONS)]),
        ]
    )


def pause_text(view: LearnerView) -> str:
    """Say until when lessons are paused. A full stop or the rest of a sentence may follow."""
    if view.paused_until is None:
        return _("Paused until your Slack status is cleared") if view.paused_by_status else _("Paused until you resume")
    day = view.formats.write_day(view.paused_until, view.today)
    if view.paused_by_status:
        return _("Paused until {day}, as your Slack status says", day=day)
    return _("Paused until {day}", day=day)


def resumed_message(view: LearnerView) -> MessageContent:
    """Confirm that lessons resume."""
    return text_message(" ".join([_("*Welcome back.*"), next_lesson_text(view)]))


def not_paused_message(view: LearnerView) -> MessageContent:
    """Answer *resume* of somebody who isn't paused."""
    return text_message(" ".join([_("Your lessons aren't paused, so nothing changed."), next_lesson_text(view)]))


def next_lesson_text(view: LearnerView) -> str:
    """Say when the next lesson comes, in the learner's time zone."""
    if view.next_lesson is None:
        return _("No lesson is planned.")
    due = view.next_lesson.due_at.astimezone(view.preferences.zone)
    at = view.formats.write_time(due)
    match (due.date() - view.today).days:
        case 0:
            return _("Your next lesson comes today at {time}.", time=at)
        case 1:
            return _("Your next lesson comes tomorrow at {time}.", time=at)
        case _:
            return _("Your next lesson comes on {day} at {time}.", day=view.formats.write_day(due.date()), time=at)


def pause_modal(view: LearnerView) -> View:
    """Ask until when to pause."""
    return modal(
        ids.PAUSE_MODAL,
        _("Pause lessons"),
        [
            form_field(
                "until",
                # Translators: The label of a date.
                _("Lessons come again on"),
                DatePickerElement(action_id="until", initial_date=(view.today + timedelta(days=7)).isoformat()),
                hint=_("Leave it empty to pause until you resume. Nothing will pile up."),
                optional=True,
            )
        ],
        submit=_("Pause"),
        close=_("Not now"),
    )


def answer_modal(message: MessageContent) -> View:
    """Show a message's text as a modal, without its last line, which names its buttons, if it has any."""
    has_buttons = any(block["type"] == "actions" for block in message.blocks)
    words = message.text.rpartition("\n")[0] if has_buttons else message.text
    return modal(ids.READ_ONLY_MODAL, _("Your lessons"), [section(words)])


def _welcome_row() -> Block:
    return actions(
        "welcome",
        [
            button(_("Start"), ids.START_LESSONS, style="primary"),
            button(_("Change times"), ids.OPEN_SETTINGS),
            button(_("Not now"), ids.DECLINE_LESSONS),
        ],
    )
