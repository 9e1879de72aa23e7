"""The modal in which a reflection is written, and who can see what."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from slack_sdk.models.blocks import Block, PlainTextInputElement
from slack_sdk.models.views import View

from bot.domain.patient_clues import PatientClue
from bot.language import gettext as _
from bot.language import mark
from bot.learning.message_deliveries import MessageRef
from bot.learning.reflections import MAX_REFLECTION_LENGTH, ReflectionPrompt
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import actions, button, form_field, modal, section
from bot.slack.blocks.patient_warning import warning_text, words_digest

BLOCK = "reflection"
INPUT = "words"

NOT_SAVED_YET = mark("It isn't saved yet. Change it, or press *Save* again to save it as it is.")

EMPTY_WORDS = mark("Nothing is saved yet. Write something first; a line is plenty.")

HINT = mark("A line is plenty. Leave out patient and staff details. Colleagues and admins can't read this in Rounds.")


def reflection_modal(prompt: ReflectionPrompt, message: MessageRef) -> View:
    """Show the reflection prompt, and who can see what is written."""
    return _modal(prompt.lesson.reflection, prompt.words, to_metadata(message))


def warning_modal(view: Mapping[str, Any], words: str, clues: Sequence[PatientClue]) -> View:
    """Show the modal as submitted, with a warning that it may point to a patient. The next *Save* saves these words."""
    asked = field_label(view, BLOCK)
    metadata = json.dumps([*json.loads(view["private_metadata"])[:3], words_digest(words)])
    return _modal(asked, words, metadata, clues)


def warned_of(view: Mapping[str, Any]) -> str:
    """Return the digest of the words that this modal has warned about; empty if it hasn't."""
    return "".join(json.loads(view["private_metadata"])[3:])


def _modal(asked: str, words: str | None, metadata: str, clues: Sequence[PatientClue] = ()) -> View:
    return modal(
        ids.REFLECTION_MODAL,
        _("Reflect"),
        [
            *words_field(BLOCK, INPUT, asked, words, clues),
            actions("who", [button(_("Who can see what"), ids.OPEN_WHO_SEES_WHAT)]),
        ],
        submit=_("Save"),
        close=_("Not now"),
        metadata=metadata,
    )


def words_field(
    block_id: str, action_id: str, asked: str, words: str | None, clues: Sequence[PatientClue] = ()
) -> list[Block]:
    """Make the field for private words, with a warning if there are clues to a patient in them."""
    field = PlainTextInputElement(
        action_id=action_id,
        multiline=True,
        min_length=1,
        max_length=MAX_REFLECTION_LENGTH,
        initial_value=words,
        focus_on_load=True,
    )
    asking = form_field(block_id, asked, field, hint=_(HINT))
    return [asking, *([section(warning_text(clues, _(NOT_SAVED_YET)))] if clues else [])]


def field_label(view: Mapping[str, Any], block_id: str) -> str:
    """Return the label of a modal's field."""
    return str(next(block["label"]["text"] for block in view["blocks"] if block.get("block_id") == block_id))


def to_metadata(message: MessageRef) -> str:
    """Encode the message that a modal was opened from, for the modal's metadata."""
    return json.dumps([message.channel, message.ts, str(message.delivery_id or "")])


def read_metadata(text: str) -> MessageRef:
    """Return the message that `to_metadata` encoded."""
    channel, ts, delivery_id = json.loads(text)[:3]
    return MessageRef(channel, ts, UUID(delivery_id) if delivery_id else None)


def who_sees_what_modal() -> View:
    """Say who can see what."""
    return modal(
        ids.READ_ONLY_MODAL,
        _("Who can see what"),
        [
            section(_("*Your reflections*\nOnly you, in Rounds. They are stored encrypted. Admins see no words.")),
            section(
                _(
                    "*Who runs Rounds*\nThe people who run this server hold the key. Rounds gives them no command that "
                    "shows anyone's words; ask your organization what they promise."
                )
            ),
            section(_("*Your answers A to D*\nOnly you. Admins see how many people learn, never who answered what.")),
            section(
                _(
                    "*Situations you type to the coach*\nNobody. They are read once and not stored or logged unless "
                    "you save one to your journal."
                )
            ),
            section(
                _(
                    "*Slack*\nWhat you type passes through Slack, and an exported file stays in Slack until you "
                    "delete it."
                )
            ),
            section(_("*Patients and colleagues*\nPlease leave out details that could tell who they are.")),
        ],
    )
