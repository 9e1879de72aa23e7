"""What was entered in a modal."""

from collections.abc import Mapping
from typing import Any

Values = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""A view's `state.values`: the state of each field, by its block and its action id."""


def entered(values: Values) -> dict[str, Any]:
    """What each field holds, by its action id: text, a value, or a list of values; None where it is empty."""
    return {name: _held(state) for block in values.values() for name, state in block.items()}


def _held(state: Mapping[str, Any]) -> Any:  # noqa: ANN401  (each kind of field holds another)
    held = next((value for key, value in state.items() if key != "type"), None)
    if "selected_option" in state:
        return held["value"] if held else None
    return [option["value"] for option in held or []] if "selected_options" in state else held
