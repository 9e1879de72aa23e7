"""Sharing a tip, or something of one's own, with a channel: where to, and what exactly. Nothing is shared by itself."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block, ConversationSelectElement, PlainTextObject
from slack_sdk.models.views import View

from bot.learning.coaching import Tip
from bot.learning.journal import JournalEntry
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import (
    MessageContent,
    channel_filter,
    context,
    escape,
    form_field,
    modal,
    section,
    verbatim_section,
)
from bot.slack.blocks.tips import tip_card
from bot.slack.form_values import entered

CHANNEL = "channel"

PATIENT_WARNING = "*This may name a patient.* Change it in your journal first, or press Share again."
VISIBILITY_NOTE = "Everyone in that channel can read it then, and Rounds can't take it back."


def share_tip_modal(tip: Tip) -> View:
    """Where a tip goes."""
    shown = tip_card(tip)
    return _modal(ids.SHARE_TIP_MODAL, "Share this tip", shown, str(tip.revision_id), None)


def share_entry_modal(entry: JournalEntry, channel: str | None = None, *, warned: bool = False) -> View:
    """Where an entry of the journal goes, and a word of warning if it may name a patient.

    `channel`: the one that was chosen before.
    """
    warning = [section(PATIENT_WARNING)] if warned else []
    shown = [*_entry(entry), *warning, context(VISIBILITY_NOTE)]
    return _modal(ids.SHARE_ENTRY_MODAL, "Share this entry", shown, json.dumps([entry.id, warned]), channel)


def shared_tip_message(tip: Tip, user_id: str) -> MessageContent:
    """A tip as it goes to a channel, when its reader wants it to."""
    return MessageContent.of([*tip_card(tip), _by(user_id)])


def shared_entry_message(entry: JournalEntry, user_id: str) -> MessageContent:
    """An entry of the journal as it goes to a channel, when its author wants it to."""
    return MessageContent.of([*_entry(entry), _by(user_id)])


def read_channel(view: Mapping[str, Any]) -> str:
    """The channel that was chosen."""
    return str(entered(view["state"]["values"])[CHANNEL])


def read_entry(view: Mapping[str, Any]) -> tuple[int, bool]:
    """Which entry is shared, and whether its author was asked to look at it again."""
    entry_id, warned = json.loads(view["private_metadata"])
    return int(entry_id), bool(warned)


def _modal(callback_id: str, title: str, shown: Sequence[Block], metadata: str, channel: str | None) -> View:
    field = ConversationSelectElement(
        action_id=CHANNEL,
        placeholder=PlainTextObject(text="Choose a channel"),
        filter=channel_filter(),
        initial_conversation=channel,
    )
    return modal(
        callback_id,
        title,
        [
            form_field(CHANNEL, "Channel", field, hint="Rounds must be in the channel: /invite @Rounds there first."),
            context("It will read:"),
            *shown,
        ],
        submit="Share",
        close="Not now",
        metadata=metadata,
    )


def _entry(entry: JournalEntry) -> list[Block]:
    return [section(f"*{escape(entry.title)}*\n_{escape(entry.prompt)}_"), verbatim_section(entry.words)]


def _by(user_id: str) -> Block:
    return context(f"Shared by <@{user_id}> from Rounds.")
