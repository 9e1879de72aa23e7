"""Views, as in https://docs.slack.dev/reference/views: modals and App Homes."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.blocks.composition import plain_text
from bot.sandbox.blocks.field_checks import as_objects
from bot.sandbox.blocks.layout import VIEW_BLOCKS
from bot.sandbox.blocks.overall_checks import find_overall_problems
from bot.sandbox.blocks.value_rules import Boolean, JsonLocation, ObjectSchema, String, TypedObject, ValueRule, required

MAX_VIEW_BYTES = 250_000
"""Largest view, as JSON. Slack's limit is 250 KB; above it, the error is `view_too_large`."""


def _submit_for_inputs(view: Mapping[str, Any], place: JsonLocation) -> Iterator[str]:
    """Refuses input blocks in a modal without a submit button."""
    for index, block in enumerate(as_objects(view.get("blocks"))):
        if block.get("type") == "input" and "submit" not in view:
            at = place / "blocks" / index / "input"
            yield at.format_problem("must define `submit` to use an `input` block in modals")


_COMMON: dict[str, ValueRule] = {
    "blocks": required(VIEW_BLOCKS),
    "private_metadata": String(3000, min_length=0),
    "callback_id": String(255, min_length=0),
    "external_id": String(255, min_length=0),
}

VIEWS: dict[str, ObjectSchema] = {
    "modal": ObjectSchema(
        {
            "title": required(plain_text(24)),
            "submit": plain_text(24),
            "close": plain_text(24),
            "clear_on_close": Boolean(),
            "notify_on_close": Boolean(),
            **_COMMON,
        },
        checks=(_submit_for_inputs,),
        surfaces=frozenset({"modal"}),
    ),
    "home": ObjectSchema(_COMMON, surfaces=frozenset({"home"})),
}


def view_bytes(view: object) -> int:
    """Return the size of a view in bytes, as compact JSON in UTF-8."""
    return len(json.dumps(view, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))


def find_view_problems(view: object) -> Iterator[str]:
    """Yield every problem of a view, its blocks, and its size. JSON pointers start at `/view`."""
    home = isinstance(view, dict) and view.get("type") == "home"
    place = JsonLocation("/view", "home" if home else "modal")
    yield from TypedObject(VIEWS).find_problems(view, place)
    if isinstance(view, dict):
        yield from find_overall_problems(view.get("blocks"), place / "blocks")
    if view_bytes(view) > MAX_VIEW_BYTES:
        yield place.format_problem(f"must be less than {MAX_VIEW_BYTES + 1} bytes")
