"""Views, as in https://docs.slack.dev/reference/views: modals and the Home of the app."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.blocks.checks import objects
from bot.sandbox.blocks.composition import plain_text
from bot.sandbox.blocks.layout import IN_VIEW
from bot.sandbox.blocks.rules import Flag, Place, Rule, Shape, String, Typed, required
from bot.sandbox.blocks.whole import together

VIEW_BYTES_LIMIT = 250_000
"""The largest view, as JSON: Slack says 250 KB, and answers `view_too_large` beyond."""


def _submit_for_inputs(view: Mapping[str, Any], place: Place) -> Iterator[str]:
    """Refuses input blocks in a modal that has no button to send them with."""
    for index, block in enumerate(objects(view.get("blocks"))):
        if block.get("type") == "input" and "submit" not in view:
            at = place / "blocks" / index / "input"
            yield at.says("must define `submit` to use an `input` block in modals")


_COMMON: dict[str, Rule] = {
    "blocks": required(IN_VIEW),
    "private_metadata": String(3000, least=0),
    "callback_id": String(255, least=0),
    "external_id": String(255, least=0),
}

VIEWS: dict[str, Shape] = {
    "modal": Shape(
        {
            "title": required(plain_text(24)),
            "submit": plain_text(24),
            "close": plain_text(24),
            "clear_on_close": Flag(),
            "notify_on_close": Flag(),
            **_COMMON,
        },
        also=(_submit_for_inputs,),
        surfaces=frozenset({"modal"}),
    ),
    "home": Shape(_COMMON, surfaces=frozenset({"home"})),
}


def view_bytes(view: object) -> int:
    """Size of a view in bytes, written as compact JSON in UTF-8."""
    return len(json.dumps(view, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))


def view_problems(view: object) -> Iterator[str]:
    """Every problem of a view, its blocks and its size; the pointers begin at `/view`."""
    home = isinstance(view, dict) and view.get("type") == "home"
    place = Place("/view", "home" if home else "modal")
    yield from Typed(VIEWS).problems(view, place)
    if isinstance(view, dict):
        yield from together(view.get("blocks"), place / "blocks")
    if view_bytes(view) > VIEW_BYTES_LIMIT:
        yield place.says(f"must be less than {VIEW_BYTES_LIMIT + 1} bytes")
