"""Adds what Slack adds to an app's blocks: missing IDs and the defaults of text objects."""

import secrets
from collections.abc import Iterable

from bot.sandbox.model import Json

_WITHOUT_ID = frozenset({"image", "plain_text", "mrkdwn", "raw_text", "raw_number", "rich_text"})
_NESTED = ("child_blocks", "elements", "actions", "accessory", "element")
_TEXT_DEFAULTS: dict[str, Json] = {"plain_text": {"emoji": True}, "mrkdwn": {"verbatim": False}}


def fill_in_blocks(blocks: Iterable[Json]) -> list[Json]:
    """Return a copy of valid blocks, with a block_id for every block and an action_id for every interactive element."""
    return [_block(block) for block in blocks]


def _block(block: Json) -> Json:
    whole: Json = {"block_id": _new_id(), **{name: fill_in_texts(value) for name, value in block.items()}}
    if block["type"] in ("rich_text", "context"):
        return whole
    for name in _NESTED:
        if isinstance(whole.get(name), list):
            whole[name] = [_inside(block["type"], item) for item in whole[name]]
        elif isinstance(whole.get(name), dict):
            whole[name] = _inside(block["type"], whole[name])
    return whole


def _inside(parent: str, item: Json) -> Json:
    if parent in ("container", "carousel"):
        return _block(item)
    return item if item["type"] in _WITHOUT_ID else {"action_id": _new_id(), **item}


def fill_in_texts(value: object) -> object:
    """Return a copy of any part of a message or view, with the defaults of its text objects at any depth."""
    if isinstance(value, list):
        return [fill_in_texts(item) for item in value]
    if not isinstance(value, dict):
        return value
    defaults = _TEXT_DEFAULTS.get(str(value.get("type")), {})
    return {name: fill_in_texts(item) for name, item in value.items()} | {
        name: default for name, default in defaults.items() if name not in value
    }


def _new_id() -> str:
    return secrets.token_urlsafe(4)[:5]
