"""An invitation to a cohort in a channel: choosing where to post it, how it reads, and its link."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import Block, ConversationSelectElement, PlainTextObject
from slack_sdk.models.views import View

from bot.domain.formats import Formats
from bot.language import gettext as _
from bot.learning.posted_invitations import InvitationToPost
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import (
    MessageContent,
    actions,
    button,
    channel_filter,
    context,
    divider,
    escape,
    form_field,
    modal,
    section,
)
from bot.slack.blocks.cohorts import invites_text
from bot.slack.form_values import entered

CHANNEL = "channel"
"""The field for the channel."""


def post_invitation_modal(posted: InvitationToPost, formats: Formats) -> View:
    """Ask in which channel to post a cohort's invitation, and show how it reads."""
    field = ConversationSelectElement(
        action_id=CHANNEL, placeholder=PlainTextObject(text=_("Choose a channel")), filter=channel_filter()
    )
    return modal(
        ids.POST_INVITATION_MODAL,
        _("Post an invitation"),
        [
            form_field(
                CHANNEL, _("Channel"), field, hint=_("Rounds must be in the channel: /invite @Rounds there first.")
            ),
            context(_("It will read:")),
            *_invitation(posted, formats),
            divider(),
            context(
                _(
                    "A *Join* button follows. Whoever presses it joins the cohort, and only they see the answer: "
                    "nobody is told who pressed it, not even you. I'll send you a link to the message that you can "
                    "put anywhere."
                )
            ),
        ],
        submit=_("Post"),
        close=_("Cancel"),
        metadata=str(posted.cohort_id),
    )


def posted_invitation_message(posted: InvitationToPost, formats: Formats) -> MessageContent:
    """Build a cohort's invitation as everybody in a channel reads it."""
    join = button(_("Join"), ids.JOIN_COHORT, value=str(posted.cohort_id), style="primary")
    return MessageContent.of([*_invitation(posted, formats), actions("join", [join])])


def posted_message(name: str, channel: str, link: str | None) -> MessageContent:
    """Say that an invitation was posted, with its link. `channel`: its id; `link`: None if Slack didn't tell it."""
    said = _(
        "*Your invitation to {cohort} is in <#{channel}>.* Only those who press *Join* there see the answer.",
        cohort=escape(name),
        channel=channel,
    )
    if link is None:
        how = _("To get a link to it, open the message's menu in the channel, and choose *Copy link*.")
        return MessageContent.of([section(said), section(how)])
    copy = _("Copy this link, and put it anywhere: an email, a calendar, your intranet.")
    return MessageContent.of(
        [
            section(said),
            section("\n".join([copy, link])),
            context(_("It opens the message for people who can see that channel in Slack.")),
        ]
    )


def read_channel(view: Mapping[str, Any]) -> str:
    """Read the chosen channel from the modal."""
    return str(entered(view["state"]["values"])[CHANNEL])


def _invitation(posted: InvitationToPost, formats: Formats) -> list[Block]:
    invitation = posted.invitation
    said = [invites_text(invitation)]
    if posted.has_begun:
        said.append(_("It began on {day}, and you can still join.", day=formats.write_date(posted.starts_on)))
    else:
        said.append(_("It starts on {day}.", day=formats.write_full_day(posted.starts_on)))
    if invitation.program:
        said.append(_("It begins with the program “{program}”.", program=escape(invitation.program)))
    welcome = [section(_("“{words}”", words=escape(invitation.welcome)))] if invitation.welcome else []
    about = _(
        "I'm Rounds. Each workday I send you a two-minute management lesson with one question, in a private message, "
        "once you press *Start*."
    )
    unseen = _(
        "Nobody sees who joins. Whoever invited you isn't told whether you start, what you answer, or what you write."
    )
    return [section(" ".join(said)), *welcome, section(about), context(unseen)]
