"""Asking whom to invite, and saying when the invitations come."""

from collections.abc import Sequence
from datetime import date

from slack_sdk.models.blocks import Block, ConversationSelectElement, PlainTextObject, UserMultiSelectElement
from slack_sdk.models.views import View

from bot.domain.formats import Formats
from bot.language import gettext as _
from bot.language import ngettext
from bot.learning.invitations import MORNING
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import MessageContent, channel_filter, form_field, modal, section, text_message

PEOPLE, CHANNEL = "people", "channel"
"""The fields for whom to invite."""


def invite_modal(formats: Formats) -> View:
    """Ask whom to invite."""
    return modal(
        ids.INVITE_MODAL,
        _("Invite people"),
        [
            section(
                _(
                    "Each person gets a message with *Start*, at {time} on their next working day, and one reminder a "
                    "week later if they don't answer. Nobody gets lessons without pressing *Start*.",
                    time=formats.write_time(MORNING.start),
                )
            ),
            *people_fields(),
        ],
        submit=_("Invite"),
        close=_("Not now"),
    )


def people_fields() -> list[Block]:
    """Make the fields for whom to invite: people, and everyone in a channel."""
    return [
        form_field(
            PEOPLE,
            _("People"),
            UserMultiSelectElement(action_id=PEOPLE, placeholder=PlainTextObject(text=_("Choose people"))),
            optional=True,
        ),
        form_field(
            CHANNEL,
            _("Everyone in a channel"),
            ConversationSelectElement(
                action_id=CHANNEL,
                placeholder=PlainTextObject(text=_("Choose a channel")),
                filter=channel_filter(with_shared=True),  # only their own people are invited
            ),
            hint=_("Rounds must be in the channel: /invite @Rounds there first."),
            optional=True,
        ),
    ]


def invited_message(days: Sequence[date], formats: Formats, left_out: int = 0) -> MessageContent:
    """Say when invitations come, but not to how many: that would show who uses Rounds or left it.

    `days`: the days in people's own time zones, in order. `left_out`: bots, deactivated users, and accounts that Slack
    doesn't know.
    """
    said = _invited(days, formats)
    if left_out:
        said.append(left_out_text(left_out))
    return text_message(" ".join(said))


def left_out_text(count: int) -> str:
    """Say how many accounts can't be invited."""
    return ngettext(
        "{count} account can't be invited: a bot, or someone who has left.",
        "{count} accounts can't be invited: bots, or people who have left.",
        count,
    )


def _invited(days: Sequence[date], formats: Formats) -> list[str]:
    """Say on which days invitations come, and what follows."""
    if not days:
        return [_("*Nobody was invited.*")]
    time = formats.write_time(MORNING.start)
    if len(days) == 1:
        come = _(
            "*Invitations come on {day}, at {time} where each person is,* to those you chose who are new to Rounds.",
            day=formats.write_day(days[0]),
            time=time,
        )
    else:
        come = _(
            "*Invitations come between {first_day}, and {last_day}, at {time} where each person is,* to those you "
            "chose who are new to Rounds.",
            first_day=formats.write_day(days[0]),
            last_day=formats.write_day(days[-1]),
            time=time,
        )
    reminder = _(
        "Anyone who neither starts nor declines gets one reminder a week later. I don't say who or how many: whether "
        "someone learns is theirs to tell."
    )
    return [come, reminder]
