"""What a message says: its text, blocks and metadata, checked as Slack checks them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.blocks import blocks_too_long, check_blocks
from bot.sandbox.completion import complete
from bot.sandbox.model import Json
from bot.sandbox.refusal import Refused, invalid

TEXT_LIMIT = 40_000
"""Characters of a message's text, from https://docs.slack.dev/reference/methods/chat.postMessage."""

METADATA_BYTES_LIMIT = 16_000
"""The largest metadata, as JSON; Slack names no figure, only the error."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The content of a message that Slack would take. `blocks` is None when none were named at all."""

    text: str
    blocks: tuple[Json, ...] | None
    metadata: Json | None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self.text and not self.blocks


def read_wording(text: str | None, blocks: object, metadata: object) -> Wording:
    """The content made of these parts. Refused by the first part that is wrong."""
    if len(text or "") > TEXT_LIMIT:
        raise Refused("msg_too_long")
    return Wording(text or "", _blocks(blocks), _metadata(metadata))


def wording_of(content: Mapping[str, Any]) -> Wording:
    """The content of an answer that the app sends to a response URL, or with an acknowledgement."""
    wording = read_wording(content.get("text"), content.get("blocks"), content.get("metadata"))
    if wording.empty:
        raise Refused("no_text")
    return wording


def _blocks(blocks: object) -> tuple[Json, ...] | None:
    if blocks is None:
        return None
    problems = check_blocks(blocks, "message")
    if problems or not isinstance(blocks, list):
        raise invalid("invalid_blocks", problems)
    if blocks_too_long(blocks):
        raise Refused("msg_blocks_too_long")
    return tuple(complete(blocks))


def _metadata(metadata: object) -> Json | None:
    """None when none was named; {} takes away what was there."""
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or not (metadata == {} or _is_metadata(metadata)):
        raise Refused("invalid_metadata_format")
    if len(json.dumps(metadata)) > METADATA_BYTES_LIMIT:
        raise Refused("metadata_too_large")
    return metadata


def _is_metadata(metadata: Json) -> bool:
    named = metadata.keys() == {"event_type", "event_payload"}
    return named and isinstance(metadata["event_type"], str) and isinstance(metadata["event_payload"], dict)
