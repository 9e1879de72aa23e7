"""The modals for sharing a tip or a journal entry with a channel, and the shared messages."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block, ConversationSelectElement, PlainTextObject
from slack_sdk.models.views import View

from bot.domain.patient_clues import PatientClue
from bot.language import find_language, mark, use_language
from bot.language import gettext as _
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
from bot.slack.blocks.patient_warning import warning_text, words_digest
from bot.slack.blocks.tips import tip_card
from bot.slack.form_values import entered

CHANNEL = "channel"

NOT_SHARED_YET = mark("Change it in your journal first, or press *Share* again.")
VISIBILITY_NOTE = mark("Everyone in that channel can read it then, and Rounds can't take it back.")


def share_tip_modal(tip: Tip) -> View:
    """Ask where to share a tip, with a preview."""
    return _modal(ids.SHARE_TIP_MODAL, _("Share this tip"), _tip(tip), str(tip.revision_id), None)


def share_entry_modal(entry: JournalEntry, channel: str | None = None, clues: Sequence[PatientClue] = ()) -> View:
    """Ask where to share a journal entry, with a preview.

    `channel`: the channel chosen before. `clues`: what in it may point to a patient, to warn of.
    """
    warning = [section(warning_text(clues, _(NOT_SHARED_YET)))] if clues else []
    shown = [*_entry(entry), *warning, context(_(VISIBILITY_NOTE))]
    metadata = json.dumps([entry.id, words_digest(entry.words) if clues else ""])
    return _modal(ids.SHARE_ENTRY_MODAL, _("Share this entry"), shown, metadata, channel)


def shared_tip_message(tip: Tip, user_id: str) -> MessageContent:
    """Build a tip as it is shared in a channel, in the language of its pack, as many people read it."""
    with use_language(find_language(tip.lesson.language)):
        return MessageContent.of([*_tip(tip), _by(user_id)])


def shared_entry_message(entry: JournalEntry, user_id: str) -> MessageContent:
    """Build a journal entry as it is shared in a channel."""
    return MessageContent.of([*_entry(entry), _by(user_id)])


def read_channel(view: Mapping[str, Any]) -> str:
    """Read the chosen channel from a modal."""
    return str(entered(view["state"]["values"])[CHANNEL])


def read_entry(view: Mapping[str, Any]) -> tuple[int, str]:
    """Read from a modal which entry is shared, and the digest of the words that it has warned about, or ""."""
    entry_id, warned_of = json.loads(view["private_metadata"])
    return int(entry_id), str(warned_of)


def _modal(callback_id: str, title: str, shown: Sequence[Block], metadata: str, channel: str | None) -> View:
    field = ConversationSelectElement(
        action_id=CHANNEL,
        placeholder=PlainTextObject(text=_("Choose a channel")),
        filter=channel_filter(),
        initial_conversation=channel,
    )
    return modal(
        callback_id,
        title,
        [
            form_field(
                CHANNEL, _("Channel"), field, hint=_("Rounds must be in the channel: /invite @Rounds there first.")
            ),
            context(_("It will read:")),
            *shown,
        ],
        submit=_("Share"),
        close=_("Not now"),
        metadata=metadata,
    )


def _tip(tip: Tip) -> list[Block]:
    with use_language(find_language(tip.lesson.language)):
        return tip_card(tip)


def _entry(entry: JournalEntry) -> list[Block]:
    return [section(f"*{escape(entry.title)}*\n_{escape(entry.prompt)}_"), verbatim_section(entry.words)]


def _by(user_id: str) -> Block:
    return context(_("Shared by <@{user}> from Rounds.", user=user_id))
