"""A message to a cohort: writing it, its preview, how it reads, and taking it back."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block, PlainTextInputElement, PlainTextObject, SectionBlock
from slack_sdk.models.views import View

from bot.domain.announcement import MAX_WAIT, MAX_WORDS_LENGTH, TIME_TO_TAKE_BACK, AnnouncementText
from bot.domain.patient_clues import PatientClue
from bot.language import gettext as _
from bot.language import mark
from bot.learning.announcements import AnnouncementView, TakenBack
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import (
    MessageContent,
    actions,
    button,
    confirm,
    context,
    divider,
    escape,
    form_field,
    modal,
    section,
    text_message,
)
from bot.slack.blocks.patient_warning import warning_text

WORDS = "words"
"""The field for the words."""

MINUTES_TO_TAKE_BACK = int(TIME_TO_TAKE_BACK.total_seconds()) // 60

NOT_SENT_YET = mark("Go back and change it, or press *Send*.")


def write_modal(cohort_id: int, name: str) -> View:
    """Ask what to tell a cohort."""
    return modal(
        ids.ANNOUNCE_MODAL,
        _("Message to a cohort"),
        [
            section(
                _(
                    "One message to *{cohort}*, such as the date of your next meeting. You see it before it is sent.",
                    cohort=escape(name),
                )
            ),
            form_field(
                WORDS,
                _("Your message"),
                PlainTextInputElement(action_id=WORDS, multiline=True, max_length=MAX_WORDS_LENGTH),
                hint=_("Plain text. Leave out patient and staff details."),
            ),
        ],
        submit=_("Preview"),
        close=_("Cancel"),
        metadata=str(cohort_id),
    )


def preview_modal(cohort_id: int, text: AnnouncementText, clues: Sequence[PatientClue] = ()) -> View:
    """Show a message as its readers will see it, and say who that is. `clues`: what may point to a patient."""
    warning = [section(warning_text(clues, _(NOT_SENT_YET)))] if clues else []
    return modal(
        ids.ANNOUNCE_PREVIEW_MODAL,
        _("Preview"),
        [
            context(_("It will read:")),
            *_announcement(text),
            divider(),
            *warning,
            section(
                _(
                    "It goes once to those in the cohort who have pressed *Start* and haven't paused Rounds. They get "
                    "it while they work: in their next shift, if that is within {days} days. Whoever joins later "
                    "doesn't get it.",
                    days=MAX_WAIT.days,
                )
            ),
            context(
                _(
                    "Nobody gets it in the first {minutes} minutes, so you can take it back. I tell nobody who gets "
                    "it, or how many do. A cohort gets one message a day at most.",
                    minutes=MINUTES_TO_TAKE_BACK,
                )
            ),
        ],
        submit=_("Send"),
        close=_("Back"),
        metadata=json.dumps({"cohort": cohort_id, "words": text.words}, ensure_ascii=False),
    )


def read_preview(view: Mapping[str, Any]) -> tuple[int, str]:
    """Return the id of the cohort and the words that a preview showed."""
    held = json.loads(str(view["private_metadata"]))
    return int(held["cohort"]), str(held["words"])


def announcement_message(text: AnnouncementText) -> MessageContent:
    """Build the message that the people of a cohort get."""
    return MessageContent.of(_announcement(text))


def sent_message(sent: AnnouncementView) -> MessageContent:
    """Say that a message is on its way, and offer to take it back."""
    said = _(
        "*Your message to {cohort} is on its way.* Nobody gets it in the next {minutes} minutes, in case you want to "
        "take it back.",
        cohort=escape(sent.cohort),
        minutes=MINUTES_TO_TAKE_BACK,
    )
    really = confirm(
        _("Take this message back?"),
        # It stays on the button however long after sending it is pressed.
        _(
            "In the first {minutes} minutes nobody has it yet, so nobody gets it. Later, whoever has it keeps it, and "
            "nobody else gets it.",
            minutes=MINUTES_TO_TAKE_BACK,
        ),
        _("Take it back"),
        _("Keep"),
    )
    take_back = button(_("Take it back"), ids.TAKE_BACK_ANNOUNCEMENT, value=str(sent.id), confirm=really)
    return MessageContent.of([section(said), actions("announcement", [take_back])])


def taken_back_message(taken_back: TakenBack) -> MessageContent:
    """Say what taking a message back did."""
    name = escape(taken_back.cohort)
    if taken_back.in_time:
        return text_message(
            _("*Your message to {cohort} is taken back.* Nobody got it. You can send another one today.", cohort=name)
        )
    return text_message(_("*Your message to {cohort} is taken back.* Whoever hasn't gotten it yet won't.", cohort=name))


def _announcement(text: AnnouncementText) -> list[Block]:
    return [
        section(_("From <@{sender}>, to your group *{cohort}*:", sender=text.by, cohort=escape(text.cohort))),
        SectionBlock(text=PlainTextObject(text=text.words, emoji=True)),
        context(
            _(
                "To answer, write to <@{sender}>: I don't pass on what you type here. They aren't told whether you got "
                "this.",
                sender=text.by,
            )
        ),
    ]
