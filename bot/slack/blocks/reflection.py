"""Writing a reflection."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from slack_sdk.models.blocks import InputBlock, PlainTextInputElement, PlainTextObject
from slack_sdk.models.views import View

from bot.learning.delivered import MessageRef
from bot.learning.reflections import LONGEST_REFLECTION, ReflectionPrompt
from bot.slack import actions as ids
from bot.slack.blocks.surface import (
    actions,
    button,
    modal,
    section,
)

BLOCK = "reflection"
INPUT = "words"

WARNED = "warned"
WARNING = "This may name a patient. Change it, or press Save again to keep it."

HINT = "A line is plenty. Leave out patient and staff details. Colleagues and admins can't read this in Rounds."


def reflection_modal(prompt: ReflectionPrompt, message: MessageRef) -> View:
    """The modal a reflection is written in; it says who can see what before anything is written."""
    return _modal(prompt.lesson.reflection, prompt.words, metadata_of(message))


def warned_modal(view: Mapping[str, Any], words: str) -> View:
    """The modal as it was sent, with a word beside the field: this may name a patient. The next *Save* keeps it."""
    asked = next(block["label"]["text"] for block in view["blocks"] if block.get("block_id") == BLOCK)
    return _modal(asked, words, json.dumps([*json.loads(view["private_metadata"])[:3], WARNED]), warned=True)


def was_warned(view: Mapping[str, Any]) -> bool:
    """Whether this modal has said so before."""
    return WARNED in json.loads(view["private_metadata"])[3:]


def _modal(asked: str, words: str | None, metadata: str, *, warned: bool = False) -> View:
    field = PlainTextInputElement(
        action_id=INPUT,
        multiline=True,
        min_length=1,
        max_length=LONGEST_REFLECTION,
        initial_value=words,
        focus_on_load=True,
    )
    return modal(
        ids.REFLECT_MODAL,
        "Reflect",
        [
            InputBlock(
                block_id=BLOCK, label=PlainTextObject(text=asked), element=field, hint=PlainTextObject(text=HINT)
            ),
            *([section(f"*{WARNING}*")] if warned else []),
            actions("who", [button("Who can see what", ids.WHO_SEES)]),
        ],
        submit="Save",
        close="Not now",
        metadata=metadata,
    )


def metadata_of(message: MessageRef) -> str:
    """The message that a modal is opened from, for the modal to carry along."""
    return json.dumps([message.channel, message.ts, str(message.delivery_id or "")])


def read_metadata(text: str) -> MessageRef:
    """What `metadata_of` put into a view: the message it was opened from."""
    channel, ts, delivery_id = json.loads(text)[:3]
    return MessageRef(channel, ts, UUID(delivery_id) if delivery_id else None)


def who_sees_modal() -> View:
    """Who can see what, plainly."""
    return modal(
        ids.READ_MODAL,
        "Who can see what",
        [
            section("*Your reflections*\nOnly you, in Rounds. They are stored encrypted. Admins see no words."),
            section(
                "*Who runs Rounds*\nThe people who run this server hold the key. Rounds gives them no command that "
                "shows anyone's words; ask your organisation what they promise."
            ),
            section("*Your answers A to D*\nOnly you. Admins see how many people learn, never who answered what."),
            section("*Situations you type to the coach*\nNobody. They are read once and neither kept nor logged."),
            section(
                "*Slack*\nWhat you type passes through Slack, and an exported file stays in Slack until you delete it."
            ),
            section("*Patients and colleagues*\nPlease leave out details that could tell who they are."),
        ],
    )
