"""Writing a reflection."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from slack_sdk.models.blocks import Block, PlainTextInputElement
from slack_sdk.models.views import View

from bot.learning.message_deliveries import MessageRef
from bot.learning.reflections import MAX_REFLECTION_LENGTH, ReflectionPrompt
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import actions, button, form_field, modal, section

BLOCK = "reflection"
INPUT = "words"

WARNED = "warned"
WARNING = "This may name a patient. Change it, or press Save again to keep it."

EMPTY_WORDS = "A line is plenty, but it needs one."

HINT = "A line is plenty. Leave out patient and staff details. Colleagues and admins can't read this in Rounds."


def reflection_modal(prompt: ReflectionPrompt, message: MessageRef) -> View:
    """The modal a reflection is written in; it says who can see what before anything is written."""
    return _modal(prompt.lesson.reflection, prompt.words, to_metadata(message))


def warning_modal(view: Mapping[str, Any], words: str) -> View:
    """The modal as it was sent, with a word beside the field: this may name a patient. The next *Save* keeps it."""
    asked = field_label(view, BLOCK)
    return _modal(asked, words, json.dumps([*json.loads(view["private_metadata"])[:3], WARNED]), warned=True)


def has_warned(view: Mapping[str, Any]) -> bool:
    """Whether this modal has said so before."""
    return WARNED in json.loads(view["private_metadata"])[3:]


def _modal(asked: str, words: str | None, metadata: str, *, warned: bool = False) -> View:
    return modal(
        ids.REFLECTION_MODAL,
        "Reflect",
        [
            *words_field(BLOCK, INPUT, asked, words, warned=warned),
            actions("who", [button("Who can see what", ids.OPEN_WHO_SEES_WHAT)]),
        ],
        submit="Save",
        close="Not now",
        metadata=metadata,
    )


def words_field(block_id: str, action_id: str, asked: str, words: str | None, *, warned: bool) -> list[Block]:
    """Where private words are typed, with who may read them; `warned`: these may name a patient."""
    field = PlainTextInputElement(
        action_id=action_id,
        multiline=True,
        min_length=1,
        max_length=MAX_REFLECTION_LENGTH,
        initial_value=words,
        focus_on_load=True,
    )
    asking = form_field(block_id, asked, field, hint=HINT)
    return [asking, *([section(f"*{WARNING}*")] if warned else [])]


def field_label(view: Mapping[str, Any], block_id: str) -> str:
    """What a field of a modal asks."""
    return str(next(block["label"]["text"] for block in view["blocks"] if block.get("block_id") == block_id))


def to_metadata(message: MessageRef) -> str:
    """The message that a modal is opened from, for the modal to carry along."""
    return json.dumps([message.channel, message.ts, str(message.delivery_id or "")])


def read_metadata(text: str) -> MessageRef:
    """What `to_metadata` put into a view: the message it was opened from."""
    channel, ts, delivery_id = json.loads(text)[:3]
    return MessageRef(channel, ts, UUID(delivery_id) if delivery_id else None)


def who_sees_what_modal() -> View:
    """Who can see what, plainly."""
    return modal(
        ids.READ_ONLY_MODAL,
        "Who can see what",
        [
            section("*Your reflections*\nOnly you, in Rounds. They are stored encrypted. Admins see no words."),
            section(
                "*Who runs Rounds*\nThe people who run this server hold the key. Rounds gives them no command that "
                "shows anyone's words; ask your organisation what they promise."
            ),
            section("*Your answers A to D*\nOnly you. Admins see how many people learn, never who answered what."),
            section(
                "*Situations you type to the coach*\nNobody. They are read once and neither kept nor logged, "
                "unless you save one to your journal."
            ),
            section(
                "*Slack*\nWhat you type passes through Slack, and an exported file stays in Slack until you delete it."
            ),
            section("*Patients and colleagues*\nPlease leave out details that could tell who they are."),
        ],
    )
