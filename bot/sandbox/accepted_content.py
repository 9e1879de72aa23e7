"""Checks a message's text, blocks, and metadata as Slack does."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.block_defaults import fill_in_blocks
from bot.sandbox.blocks import blocks_too_long, check_blocks
from bot.sandbox.model import Json
from bot.sandbox.refusal import RequestRefused, validation_refusal

MAX_TEXT_LENGTH = 40_000
"""Longest text of a message, in characters, from https://docs.slack.dev/reference/methods/chat.postMessage."""

MAX_METADATA_BYTES = 16_000
"""Largest metadata, in bytes of JSON. Slack documents the error but no figure."""


@dataclass(frozen=True, slots=True)
class AcceptedContent:
    """The content of a message that Slack would accept. `blocks` is None if the request had no blocks."""

    text: str
    blocks: tuple[Json, ...] | None
    metadata: Json | None

    @property
    def is_empty(self) -> bool:
        """Whether it has nothing to show."""
        return not self.text and not self.blocks


def read_content(text: str | None, blocks: object, metadata: object) -> AcceptedContent:
    """Check these parts, and return them as content. Raises RequestRefused for the first invalid part."""
    if len(text or "") > MAX_TEXT_LENGTH:
        raise RequestRefused("msg_too_long")
    return AcceptedContent(text or "", _blocks(blocks), _metadata(metadata))


def read_response_content(content: Mapping[str, Any]) -> AcceptedContent:
    """Read the content of a response to a response URL, or in an acknowledgment."""
    accepted = read_content(content.get("text"), content.get("blocks"), content.get("metadata"))
    if accepted.is_empty:
        raise RequestRefused("no_text")
    return accepted


def _blocks(blocks: object) -> tuple[Json, ...] | None:
    if blocks is None:
        return None
    problems = check_blocks(blocks, "message")
    if problems or not isinstance(blocks, list):
        raise validation_refusal("invalid_blocks", problems)
    if blocks_too_long(blocks):
        raise RequestRefused("msg_blocks_too_long")
    return tuple(fill_in_blocks(blocks))


def _metadata(metadata: object) -> Json | None:
    """Check metadata. None means that the request had none; {} removes the message's metadata."""
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or not (metadata == {} or _is_metadata(metadata)):
        raise RequestRefused("invalid_metadata_format")
    if len(json.dumps(metadata)) > MAX_METADATA_BYTES:
        raise RequestRefused("metadata_too_large")
    return metadata


def _is_metadata(metadata: Json) -> bool:
    named = metadata.keys() == {"event_type", "event_payload"}
    return named and isinstance(metadata["event_type"], str) and isinstance(metadata["event_payload"], dict)
