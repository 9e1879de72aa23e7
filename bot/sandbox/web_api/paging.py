"""Splits long lists into pages with Slack's cursors."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from bot.sandbox.model import Json
from bot.sandbox.refusal import RequestRefused
from bot.sandbox.web_api.arguments import Arguments

Item = TypeVar("Item")


def paginate(items: Sequence[Item], arguments: Arguments, *, default: int, max_limit: int) -> tuple[list[Item], Json]:
    """Return the page for `cursor` and `limit`, and the `response_metadata` with the next cursor.

    A limit above `max_limit` counts as `max_limit`. Raises RequestRefused `invalid_limit` or `invalid_cursor`.
    """
    size = min(arguments.number("limit", default, "invalid_limit"), max_limit)
    start = _read(arguments.optional_text("cursor") or "")
    after = start + size
    return list(items[start:after]), {"next_cursor": _cursor(after) if after < len(items) else ""}


def _cursor(offset: int) -> str:
    return base64.b64encode(f"next:{offset}".encode()).decode()


def _read(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, offset = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise RequestRefused("invalid_cursor") from None
    if word != "next" or not offset.isdigit():
        raise RequestRefused("invalid_cursor")
    return int(offset)
