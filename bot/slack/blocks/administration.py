"""What admins see of roles and of the audit log."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import Block, PlainTextObject, UserMultiSelectElement
from slack_sdk.models.views import View

from bot.domain.audit import describe_action, translate_subject
from bot.domain.roles import Role
from bot.language import gettext as _
from bot.learning.audit_log import AuditEvent, AuditPage
from bot.slack import action_ids as ids
from bot.slack.blocks.admin import who_text
from bot.slack.blocks.block_kit import (
    MessageContent,
    actions,
    button,
    context,
    escape,
    fit_lines,
    form_field,
    header,
    modal,
    section,
    shorten,
    text_message,
)

ROLE_FIELDS = {Role.AUTHOR: "authors", Role.VIEWER: "viewers"}
"""The field for the people who have a role."""

MAX_PEOPLE = 50
"""Most people with a role in a workspace."""

MAX_SUBJECT_LENGTH = 60
"""Characters shown of what an entry is about."""

LINES_PER_SECTION = 7
"""Entries in one section: they fit even if every character of their subjects is escaped."""


def authors_modal(authors: tuple[str, ...]) -> View:
    """Ask who may load and change the workspace's packs, besides its admins."""
    about = _(
        "Authors can load packs for everyone here, roll back or remove them, retract lessons, and download "
        "packs. They can't invite people, limit who gets a pack, or see how many people learn."
    )
    label = _("Authors, besides this workspace's admins and owners")
    return _role_modal(ids.AUTHORS_MODAL, _("Authors"), about, label, Role.AUTHOR, authors)


def viewers_modal(viewers: tuple[str, ...]) -> View:
    """Ask who may see the workspace's reports, besides its admins."""
    about = _(
        "Viewers can see the reports of everyone here and of each cohort (`/rounds admin report`), and which questions "
        "need another look (`/rounds admin lessons`). They can't change anything, and the figures name nobody."
    )
    label = _("Viewers, besides this workspace's admins and owners")
    return _role_modal(ids.VIEWERS_MODAL, _("Viewers"), about, label, Role.VIEWER, viewers)


def _role_modal(callback_id: str, title: str, about: str, label: str, role: Role, people: tuple[str, ...]) -> View:
    """Ask who has a role."""
    field = ROLE_FIELDS[role]
    return modal(
        callback_id,
        title,
        [
            section(about),
            form_field(
                field,
                label,
                UserMultiSelectElement(
                    action_id=field,
                    placeholder=PlainTextObject(text=_("Choose people")),
                    initial_users=list(people) or None,
                    max_selected_items=MAX_PEOPLE,
                ),
                optional=True,
            ),
            context(_("Changes here appear in the audit log: `/rounds admin log`.")),
        ],
        submit=_("Save"),
        close=_("Cancel"),
        metadata=" ".join(people),
    )


def read_shown_people(view: Mapping[str, Any]) -> list[str]:
    """Return the people with the role whom a modal had shown."""
    return str(view["private_metadata"]).split()


def people_saved_message(role: Role, people: tuple[str, ...], *, changed: bool) -> MessageContent:
    """Say who has a role now."""
    said = authors_saved_message if role is Role.AUTHOR else viewers_saved_message
    return said(people, changed=changed)


def authors_saved_message(authors: tuple[str, ...], *, changed: bool) -> MessageContent:
    """Say who the authors are now."""
    named = ", ".join(f"<@{each}>" for each in authors)
    if not changed and not authors:
        return text_message(_("Nothing changed. Authors besides the admins: nobody."))
    if not changed:
        return text_message(_("Nothing changed. Authors besides the admins: {people}.", people=named))
    if not authors:
        return text_message(_("*Only admins and owners can change this workspace's packs now.*"))
    return text_message(_("*Authors besides the admins:* {people}. Please tell them. I won't.", people=named))


def viewers_saved_message(viewers: tuple[str, ...], *, changed: bool) -> MessageContent:
    """Say who the viewers are now."""
    named = ", ".join(f"<@{each}>" for each in viewers)
    if not changed and not viewers:
        return text_message(_("Nothing changed. Viewers besides the admins: nobody."))
    if not changed:
        return text_message(_("Nothing changed. Viewers besides the admins: {people}.", people=named))
    if not viewers:
        return text_message(_("*Only admins, owners, and leads of cohorts can see reports now.*"))
    return text_message(
        _(
            "*Viewers besides the admins:* {people}. Please tell them to type `/rounds admin report`. I won't.",
            people=named,
        )
    )


def log_message(page: AuditPage) -> MessageContent:
    """List what admins, authors, and operators did, newest first."""
    if not page.events:
        return text_message(_("The audit log is empty. It records what admins, authors, and operators do."))
    lines = [f"• {_line(each, page)}" for each in page.events]
    older = [] if page.older_than is None else [button(_("Older"), ids.OLDER_AUDIT_ENTRIES, value=str(page.older_than))]
    return MessageContent.of(
        [
            header(_("Audit log")),
            *_sections(lines),
            *([actions("audit", older)] if older else []),
            context(_("Kept for two years. It never shows what learners do or write.")),
        ]
    )


def _sections(lines: Sequence[str]) -> list[Block]:
    starts = range(0, len(lines), LINES_PER_SECTION)
    return [section(fit_lines(lines[start : start + LINES_PER_SECTION])) for start in starts]


def _line(event: AuditEvent, page: AuditPage) -> str:
    at = event.at.astimezone(page.zone)
    subject = escape(shorten(translate_subject(event.action, event.subject), MAX_SUBJECT_LENGTH))
    person = who_text(event.person) if event.person else ""
    done = describe_action(event.action, subject, person, by=who_text(event.by))
    if not event.team_id:
        # Translators: {sentence} is an entry of the audit log, such as "Ben loaded Pharmacy 1.0"
        done = _("{sentence}, for everyone on this server", sentence=done)
    return f"{_time_text(at, page)}: {done}"


def _time_text(at: datetime, page: AuditPage) -> str:
    zone = " UTC" if page.zone.key == "Etc/UTC" else ""
    return f"{page.formats.write_date(at.date())}, {page.formats.write_time(at)}{zone}"
