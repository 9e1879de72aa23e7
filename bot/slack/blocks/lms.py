"""The consent to having an organization's LMS told what somebody completes."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.language import gettext as _
from bot.language import ngettext
from bot.learning.lms_consents import LmsConsentView
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import MessageContent, button, escape, modal, section, text_message


def lms_line(host: str) -> Block:
    """Say in settings and under Privacy that an LMS can be told, and lead to the consent."""
    said = _(
        "*Your learning system (LMS)*: if you turn it on, {host} is told what you complete, and never what you answer "
        "or write.",
        host=escape(host),
    )
    return section(said, accessory=button(_("Learning system"), ids.OPEN_LMS))


def lms_modal(host: str, home_page: str, user_id: str, consent: LmsConsentView | None) -> View:
    """Say what is sent, to whom, under which account, and what never is; and offer to turn it on or off."""
    is_on = consent is not None and consent.holds_for(host)
    if consent is not None and is_on:
        home_page = consent.home_page
        given_on = consent.formats.write_date(consent.given_at.date())
        status = _("*It's on* since {day}.", day=given_on)
    else:
        status = _("*It's off.* Nothing is sent unless you turn it on, and your lessons don't depend on it.")
    shown_id = f"`{user_id}`"
    blocks: list[Block] = [
        section(
            _(
                "At *{host}*, your organization keeps a record of what people learn. Rounds can report "
                "there what you complete. Whoever runs it decides who sees the record, and your managers "
                "may.",
                host=escape(host),
            )
        ),
        section(status),
        section(
            _(
                "*What is sent, from when you turn it on:*\n"
                "• that you completed a lesson: its title, its pack, and when\n"
                "• that you answered its question: not what you chose, and not whether it was right\n"
                "• how far you are in your program or pack, in percent; this counts lessons from before"
            )
        ),
        section(
            _(
                "*Under which account:* your Slack user id {user}, at {page}. Neither your name nor your email.",
                user=shown_id,
                page=escape(home_page),
            )
        ),
        section(
            _(
                "*Never sent:* the options you choose, your reflections and saved lessons, what you ask the coach, "
                "questions that come back, your streak, and anything from before."
            )
        ),
        section(
            _(
                "You can turn it off here at any time. That stops it at once and drops what wasn't sent yet. What "
                "{host} already has stays there; ask whoever runs it to delete it.",
                host=escape(host),
            )
        ),
    ]
    if is_on:
        return modal(ids.LMS_OFF_MODAL, _("Learning system"), blocks, submit=_("Turn off"), close=_("Keep it on"))
    submit, close = _("Turn on"), _("Not now")
    return modal(
        ids.LMS_ON_MODAL, _("Learning system"), blocks, submit=submit, close=close, metadata=f"{host}\n{home_page}"
    )


def read_destination(metadata: str) -> tuple[str, str]:
    """Return the host and the home page that a modal showed."""
    host, _newline, home_page = metadata.partition("\n")
    return host, home_page


def lms_on_message(consent: LmsConsentView) -> MessageContent:
    """Say that an LMS is told from now on."""
    return text_message(
        _(
            "*Turned on.* From now on, I tell {host} what you complete, and never what you answer or write. To turn it "
            "off, type `/rounds settings` and press *More*, then *Learning system*.",
            host=escape(consent.host),
        )
    )


def lms_off_message(ended: LmsConsentView) -> MessageContent:
    """Say that no LMS is told anything from now on, and what was dropped (`waiting`)."""
    lines = [_("*Turned off.* Nothing more is sent to {host}.", host=escape(ended.host))]
    if ended.waiting:
        lines.append(
            ngettext(
                "{count} entry that wasn't sent yet was dropped.",
                "{count} entries that weren't sent yet were dropped.",
                ended.waiting,
            )
        )
    lines.append(_("What it already has stays there. Ask whoever runs it to delete it."))
    return text_message(" ".join(lines))


def lms_keeps_text(host: str) -> str:
    """Say that deleting everything in Rounds deletes nothing in the LMS."""
    return _(
        "What {host} was told stays there: Rounds can't delete it, so ask whoever runs it. What wasn't sent yet is "
        "dropped.",
        host=escape(host),
    )
