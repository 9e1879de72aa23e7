"""Reads what was entered in a modal."""

from collections.abc import Mapping
from typing import Any

Values = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""A view's `state.values`: the state of each field, by block id and action id."""


def entered(values: Values) -> dict[str, Any]:
    """Return each field's value by action id: text, a value, or a list of values; None if it is empty."""
    return {name: _value(state) for block in values.values() for name, state in block.items()}


def _value(state: Mapping[str, Any]) -> Any:  # noqa: ANN401  (it depends on the kind of field)
    found = next((value for key, value in state.items() if key != "type"), None)
    if "selected_option" in state:
        return found["value"] if found else None
    return [option["value"] for option in found or []] if "selected_options" in state else found
