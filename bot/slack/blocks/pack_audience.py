"""Who gets a workspace's own pack: the modal that asks admins, and what they are told.

Who is in an audience is never shown: somebody who is missing would be somebody who deleted everything.
"""

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

AUDIENCE, PEOPLE, CHANNEL, TAKEN_OUT = "audience", "people", "channel", "taken_out"
"""Fields: block ids, and action ids, too."""

_OPTIONS = {
    Audience.EVERYONE: ("Everyone in this workspace", "I forget whom you chose."),
    Audience.CHOSEN: ("People I choose", "They also get the packs for everyone."),
    Audience.CHOSEN_ALONE: ("People I choose, only this pack", "They don't get the packs for everyone."),
}

_NOTES = (
    "I never show whom you chose, so keep a list. I tell nobody: invite them with `/rounds admin invite`; lessons come "
    "only after *Start*. Others get no new lessons, questions, or tips from this pack. Past messages and answers stay."
)


def audience_text(audience: Audience) -> str:
    """Say who gets a pack, after "for"."""
    return {
        Audience.EVERYONE: "everyone in this workspace",
        Audience.CHOSEN: "people chosen in this workspace",
        Audience.CHOSEN_ALONE: "people chosen in this workspace, who get only the packs they are chosen for",
    }[audience]


def audience_modal(pack: PackForAudience) -> View:
    """Ask who gets a live pack."""
    return modal(
        ids.AUDIENCE_MODAL,
        "Who gets this pack?",
        [
            section(f"*{escape(pack.name)} {escape(pack.version)}* is for {audience_text(pack.audience)}."),
            _choice(pack.audience, list(Audience)),
            *_people_fields(),
            form_field(
                TAKEN_OUT,
                "Take out people",
                UserMultiSelectElement(action_id=TAKEN_OUT, placeholder=PlainTextObject(text="Choose people")),
                optional=True,
            ),
            context(_NOTES),
        ],
        submit="Save",
        close="Cancel",
        metadata=str(pack.version_id),
    )


def load_for_modal(change: PackChange, compared: str) -> View:
    """Ask for whom to load an uploaded pack. `compared`: what *Load* carries, the version and what it replaces."""
    return modal(
        ids.LOAD_FOR_MODAL,
        "Who gets it?",
        [
            section(f"*{escape(change.name)} {escape(change.version)}* goes live for the people you choose here."),
            _choice(Audience.CHOSEN, [Audience.CHOSEN, Audience.CHOSEN_ALONE]),
            *_people_fields(),
            context(_NOTES),
        ],
        submit="Load",
        close="Cancel",
        metadata=compared,
    )


def saved_message(pack: PackForAudience, change: AudienceChange) -> MessageContent:
    """Say who gets a pack from now on. The numbers are those of the modal, so they tell nothing about anyone."""
    return text_message(
        f"*{escape(pack.name)} {escape(pack.version)}* is for {audience_text(change.audience)} from now on."
        f"{_counts(change)} To change this, type `/rounds admin packs`."
    )


def loaded_for_message(pack: PackChange, change: AudienceChange) -> MessageContent:
    """Say that a pack is live for some people."""
    return text_message(
        f"*{escape(pack.name)} {escape(pack.version)} is live* for {audience_text(change.audience)}.{_counts(change)} "
        "To change who gets it, type `/rounds admin packs`."
    )


def not_loaded_message(change: PackChange) -> MessageContent:
    """Say that an upload wasn't loaded, because it is live already, or another version went live since."""
    if change.already_live:
        return text_message(
            f"*{escape(change.name)} {escape(change.version)} is already live.* Nothing changed. To choose who gets "
            "it, type `/rounds admin packs`."
        )
    return text_message(
        f"*{escape(change.name)} {escape(change.version)} isn't loaded, because the live version has changed since you "
        "sent the file.* Nothing changed. Please send the file again."
    )


def _choice(current: Audience, offered: list[Audience]) -> InputBlock:
    options = {each: Option(value=each, label=_OPTIONS[each][0], description=_OPTIONS[each][1]) for each in offered}
    return form_field(
        AUDIENCE,
        "It is for",
        RadioButtonsElement(action_id=AUDIENCE, options=list(options.values()), initial_option=options[current]),
    )


def _people_fields() -> list[InputBlock]:
    return [
        form_field(
            PEOPLE,
            "Add people",
            UserMultiSelectElement(action_id=PEOPLE, placeholder=PlainTextObject(text="Choose people")),
            optional=True,
        ),
        form_field(
            CHANNEL,
            "Add a channel's current members",
            ConversationSelectElement(
                action_id=CHANNEL, placeholder=PlainTextObject(text="Choose a channel"), filter=channel_filter()
            ),
            hint="Type /invite @Rounds there first. Newcomers aren't added.",
            optional=True,
        ),
    ]


def _counts(change: AudienceChange) -> str:
    """Say how many people were chosen in the modal, and taken out."""
    if change.audience is Audience.EVERYONE:
        return ""
    said = [
        *([f"you added {_people(len(change.added))}"] if change.added else []),
        *([f"took out {_people(len(change.removed))}"] if change.removed else []),
    ]
    if not said:
        return ""
    sentence = " and ".join(said if change.added else [f"you {said[0]}"])
    return f" {sentence[0].upper()}{sentence[1:]}."


def _people(count: int) -> str:
    return f"{count} {'person' if count == 1 else 'people'}"
