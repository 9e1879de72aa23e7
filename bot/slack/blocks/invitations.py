"""Asking whom to invite, and saying when the invitations come."""

from collections.abc import Sequence
from datetime import date

from slack_sdk.models.blocks import (
    Block,
    ConversationSelectElement,
    InputBlock,
    Option,
    OptionGroup,
    PlainTextObject,
    StaticSelectElement,
    UserMultiSelectElement,
)
from slack_sdk.models.views import View

from bot.domain.formats import Formats
from bot.language import gettext as _
from bot.language import mark, ngettext
from bot.learning.invitations import MORNING
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import (
    MessageContent,
    channel_filter,
    form_field,
    modal,
    section,
    shorten,
    text_message,
)
from bot.slack.user_groups import UserGroup

PEOPLE, CHANNEL, USER_GROUP = "people", "channel", "user_group"
"""The fields for whom to invite."""

CHOOSE_SOMEBODY = mark("Choose people, a channel, or a user group.")

MAX_OPTIONS = 100
"""Most options in one group of a menu, and most groups (Slack's limits)."""

MAX_USER_GROUPS = 200
"""Most user groups in the menu, the first ones by name: with the longest names, more don't fit into a modal."""

MAX_OPTION_LENGTH = 75


def invite_modal(formats: Formats, groups: Sequence[UserGroup]) -> View:
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
            *people_fields(groups),
        ],
        submit=_("Invite"),
        close=_("Not now"),
    )


def people_fields(groups: Sequence[UserGroup]) -> list[Block]:
    """Make the fields for whom to invite: people, everyone in a channel, and, if there are any, in a user group."""
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
        *user_group_field(groups, _("Everyone in a user group")),
    ]


def user_group_field(groups: Sequence[UserGroup], label: str) -> list[InputBlock]:
    """Make the field for a user group, or none if there are no groups."""
    if not groups:
        return []
    offered = groups[:MAX_USER_GROUPS]
    parts = [_part(offered[start : start + MAX_OPTIONS]) for start in range(0, len(offered), MAX_OPTIONS)]
    menu = StaticSelectElement(
        action_id=USER_GROUP,
        placeholder=PlainTextObject(text=_("Choose a user group")),
        options=parts[0].options if len(parts) == 1 else None,
        option_groups=parts if len(parts) > 1 else None,
    )
    hint = _("The first {count} by name.", count=MAX_USER_GROUPS) if len(groups) > MAX_USER_GROUPS else None
    return [form_field(USER_GROUP, label, menu, hint=hint, optional=True)]


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


def _part(groups: Sequence[UserGroup]) -> OptionGroup:
    """Make a part of a long menu, under its first and last name."""
    first, last = (shorten(each.name, MAX_OPTION_LENGTH // 2 - 1) for each in (groups[0], groups[-1]))
    options = [
        Option(text=PlainTextObject(text=shorten(each.name, MAX_OPTION_LENGTH)), value=each.id) for each in groups
    ]
    return OptionGroup(label=PlainTextObject(text=f"{first}–{last}"), options=options)


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
        "Anyone who neither starts nor declines gets one reminder a week later. I don't tell you who starts, or how "
        "many do: that is each person's own business."
    )
    return [come, reminder]
