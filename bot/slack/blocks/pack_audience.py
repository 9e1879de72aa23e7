"""Who gets a workspace's own pack: the modal that asks admins, and what they are told.

Who is in an audience is never shown: somebody who is missing would be somebody who deleted everything.
"""

from collections.abc import Sequence

from slack_sdk.models.blocks import (
    ConversationSelectElement,
    InputBlock,
    Option,
    PlainTextObject,
    RadioButtonsElement,
    UserMultiSelectElement,
)
from slack_sdk.models.views import View

from bot.domain.audience import Audience
from bot.language import gettext as _
from bot.language import mark, ngettext
from bot.learning.pack_audiences import AudienceChange, PackForAudience
from bot.learning.pack_comparison import PackChange
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import (
    MessageContent,
    channel_filter,
    context,
    escape,
    form_field,
    modal,
    section,
    text_message,
)
from bot.slack.blocks.invitations import CHANNEL, PEOPLE, user_group_field
from bot.slack.blocks.pack_pilot_text import pilot_after_load_text
from bot.slack.user_groups import UserGroup

AUDIENCE, TAKEN_OUT = "audience", "taken_out"
"""Fields: block ids, and action ids, too, beside those for whom to add."""

_OPTIONS = {
    Audience.EVERYONE: (mark("Everyone in this workspace"), mark("I forget whom you chose.")),
    Audience.CHOSEN: (mark("People I choose"), mark("They also get the packs for everyone.")),
    Audience.CHOSEN_ALONE: (mark("People I choose, only this pack"), mark("They don't get the packs for everyone.")),
}
"""What is said of each choice: its name, and what it means."""

_NOTES = mark(
    "I never show whom you chose, so keep a list. I tell nobody: invite them with `/rounds admin invite`; lessons come "
    "only after *Start*. Others get no new lessons, questions, or tips from this pack. Past messages and answers stay."
)


def audience_text(audience: Audience) -> str:
    """Say who gets a pack, after "for"."""
    if audience is Audience.EVERYONE:
        # Translators: always after "for", as in "*{pack}* is for {audience}."
        return _("everyone in this workspace")
    if audience is Audience.CHOSEN:
        # Translators: always after "for", as in "*{pack}* is for {audience}."
        return _("people chosen in this workspace")
    # Translators: always after "for", as in "*{pack}* is for {audience}."
    return _("people chosen in this workspace, who get only the packs they are chosen for")


def audience_modal(pack: PackForAudience, groups: Sequence[UserGroup]) -> View:
    """Ask who gets a live pack."""
    name = f"{escape(pack.name)} {escape(pack.version)}"
    return modal(
        ids.AUDIENCE_MODAL,
        _("Who gets this pack?"),
        [
            section(_("*{pack}* is for {audience}.", pack=name, audience=audience_text(pack.audience))),
            _choice(pack.audience, list(Audience)),
            *_people_fields(groups),
            form_field(
                TAKEN_OUT,
                _("Take out people"),
                UserMultiSelectElement(action_id=TAKEN_OUT, placeholder=PlainTextObject(text=_("Choose people"))),
                optional=True,
            ),
            context(_(_NOTES)),
        ],
        submit=_("Save"),
        close=_("Cancel"),
        metadata=str(pack.version_id),
    )


def load_for_modal(change: PackChange, compared: str, groups: Sequence[UserGroup]) -> View:
    """Ask for whom to load an uploaded pack. `compared`: what *Load* carries, the version and what it replaces."""
    pack = f"{escape(change.name)} {escape(change.version)}"
    return modal(
        ids.LOAD_FOR_MODAL,
        _("Who gets it?"),
        [
            section(_("*{pack}* goes live for the people you choose here.", pack=pack)),
            _choice(Audience.CHOSEN, [Audience.CHOSEN, Audience.CHOSEN_ALONE]),
            *_people_fields(groups),
            context(_(_NOTES)),
        ],
        submit=_("Load"),
        close=_("Cancel"),
        metadata=compared,
    )


def saved_message(pack: PackForAudience, change: AudienceChange) -> MessageContent:
    """Say who gets a pack from now on. The numbers are those of the modal, so they tell nothing about anyone."""
    name = f"{escape(pack.name)} {escape(pack.version)}"
    said = [
        _("*{pack}* is for {audience} from now on.", pack=name, audience=audience_text(change.audience)),
        *_counts(change),
        _("To change this, type `/rounds admin packs`."),
    ]
    return text_message(" ".join(said))


def loaded_for_message(pack: PackChange, change: AudienceChange) -> MessageContent:
    """Say that a pack is live for some people."""
    name = f"{escape(pack.name)} {escape(pack.version)}"
    said = [
        _("*{pack} is live* for {audience}.", pack=name, audience=audience_text(change.audience)),
        *_counts(change),
        _("To change who gets it, type `/rounds admin packs`."),
    ]
    if (pilot := pilot_after_load_text(pack)) is not None:
        said.append(pilot)
    return text_message(" ".join(said))


def not_loaded_message(change: PackChange) -> MessageContent:
    """Say that an upload wasn't loaded, because it is live already, or another version went live since."""
    pack = f"{escape(change.name)} {escape(change.version)}"
    if change.is_unchanged:
        return text_message(
            _(
                "*{pack} is already live.* Nothing changed. To choose who gets it, type `/rounds admin packs`.",
                pack=pack,
            )
        )
    return text_message(
        _(
            "*{pack} isn't loaded, because the live version has changed since you sent the file.* Nothing changed. "
            "Please send the file again.",
            pack=pack,
        )
    )


def _choice(current: Audience, offered: list[Audience]) -> InputBlock:
    options = {
        each: Option(value=each, label=_(_OPTIONS[each][0]), description=_(_OPTIONS[each][1])) for each in offered
    }
    return form_field(
        AUDIENCE,
        # Translators: above a choice, such as "Everyone in this workspace"
        _("It is for"),
        RadioButtonsElement(action_id=AUDIENCE, options=list(options.values()), initial_option=options[current]),
    )


def _people_fields(groups: Sequence[UserGroup]) -> list[InputBlock]:
    return [
        form_field(
            PEOPLE,
            _("Add people"),
            UserMultiSelectElement(action_id=PEOPLE, placeholder=PlainTextObject(text=_("Choose people"))),
            optional=True,
        ),
        form_field(
            CHANNEL,
            _("Add a channel's current members"),
            ConversationSelectElement(
                action_id=CHANNEL, placeholder=PlainTextObject(text=_("Choose a channel")), filter=channel_filter()
            ),
            hint=_("Type /invite @Rounds there first. Newcomers aren't added."),
            optional=True,
        ),
        *user_group_field(groups, _("Add a user group's current members")),
    ]


def _counts(change: AudienceChange) -> list[str]:
    """Say how many people were chosen in the modal, and taken out. Empty if that says nothing."""
    if change.audience is Audience.EVERYONE:
        return []
    added, taken_out = len(change.added), len(change.removed)
    if added and taken_out:
        return [_("You added {added} and took out {taken_out}.", added=_people(added), taken_out=_people(taken_out))]
    if added:
        return [ngettext("You added {count} person.", "You added {count} people.", added)]
    if taken_out:
        return [ngettext("You took out {count} person.", "You took out {count} people.", taken_out)]
    return []


def _people(count: int) -> str:
    # Translators: as in "You added {added} and took out {taken_out}."
    return ngettext("{count} person", "{count} people", count)
