"""Certificates: asking for the name, and what comes with the files."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, PlainTextInputElement, PlainTextObject, StaticSelectElement
from slack_sdk.models.views import View

from bot.domain.certificate import MAX_NAME_LENGTH, Achievement, Certificate, clean_name, write_code
from bot.domain.certificate_text import (
    HOW_TIME_IS_COUNTED,
    WHAT_IT_CERTIFIES,
    duration_text,
    lessons_text,
    program_name,
)
from bot.language import gettext as _
from bot.language import mark
from bot.learning.certificates import NOT_COMPLETE
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import MessageContent, context, escape, form_field, modal, option, section

NAME = "name"
ACHIEVEMENT = "achievement"
"""The fields of the modal."""

ALL_LESSONS = "-"
"""The value for all lessons, instead of a program's slug. No slug is a hyphen."""

MAX_OFFERED = 100
"""Slack's limit for a menu."""

_STORED = mark(
    "I store the name encrypted, with this certificate alone. *Delete everything* deletes the certificate, too: its "
    "code becomes unknown then."
)


def certificate_modal(achievements: Sequence[Achievement], name: str, *, has_page: bool) -> View:
    """Ask which name to print and, if there is a choice, what the certificate is about. `name`: the one in Slack.

    `has_page`: certificates name the page that says whether they are valid.
    """
    if not achievements:
        return modal(ids.READ_ONLY_MODAL, _("Certificate"), [section(_(NOT_COMPLETE))])
    choices = [option(_describe(each), each.slug or ALL_LESSONS) for each in achievements[:MAX_OFFERED]]
    about: list[Block] = [section(f"*{escape(_describe(achievements[0]))}*")]
    if len(choices) > 1:
        menu = StaticSelectElement(
            action_id=ACHIEVEMENT,
            placeholder=PlainTextObject(text=_("Choose what it is about")),
            options=choices,
            initial_option=choices[0],
        )
        about = [form_field(ACHIEVEMENT, _("What it is about"), menu)]
    field = PlainTextInputElement(
        action_id=NAME, initial_value=clean_name(name)[:MAX_NAME_LENGTH] or None, max_length=MAX_NAME_LENGTH
    )
    return modal(
        ids.CERTIFICATE_MODAL,
        _("Certificate"),
        [
            *about,
            form_field(NAME, _("Your name"), field, hint=_("As in Slack. Change it if it should read differently.")),
            section(_(WHAT_IT_CERTIFIES)),
            context(_(HOW_TIME_IS_COUNTED)),
            context(_who_sees(has_page=has_page)),
            context(_(_STORED)),
        ],
        submit=_("Send it"),
        close=_("Not now"),
        metadata=choices[0].value,
    )


def read_achievement(value: str) -> str | None:
    """Return the program (slug) that a certificate is to be about; None for all lessons."""
    return None if value == ALL_LESSONS else value


def certificate_message(certificate: Certificate, address: str | None) -> MessageContent:
    """Introduce the files of a certificate, which follow this message. `address`: of the page that checks its code."""
    said = _(
        "*Here's your certificate:* {program}. Two files follow: a page to print, and an Open Badge for programs.",
        program=escape(program_name(certificate.program)),
    )
    code = _("Its code is `{code}`.", code=write_code(certificate.code))
    if address:
        check = _("Anyone who has the code can check it at {address}.", address=address)
    else:
        check = _("Whoever runs Rounds can check it with `rounds verify`.")
    kept = _("The files stay in Slack until you delete them, and your organization may keep copies of files.")
    return MessageContent.of([section(said), section(f"{code} {check}"), context(kept)])


def _describe(achievement: Achievement) -> str:
    details = f"{lessons_text(achievement.lessons)}, {duration_text(achievement.minutes)}"
    return f"{program_name(achievement.program)} ({details})"


def _who_sees(*, has_page: bool) -> str:
    if has_page:
        return _(
            "The file comes to this conversation. Anyone who has its code can look up the name, what it is about, "
            "lessons, time, skills, and days."
        )
    return _(
        "The file comes to this conversation. With its code, whoever runs Rounds can look up the name, what it is "
        "about, lessons, time, skills, and days."
    )
