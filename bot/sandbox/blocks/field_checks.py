"""Checks fields of one object against each other: one of two, in order, among the options, or unique."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.blocks.value_rules import FieldCheck, JsonLocation


def at_least_one(*names: str) -> FieldCheck:
    """Refuses an object with none of these fields."""
    said = " or ".join(f"`{name}`" for name in names)

    def check(value: Mapping[str, Any], place: JsonLocation) -> Iterator[str]:
        if not any(name in value for name in names):
            yield place.format_problem(f"must define either {said}")

    return check


def at_most_one(first: str, second: str) -> FieldCheck:
    """Refuses an object with both fields."""

    def check(value: Mapping[str, Any], place: JsonLocation) -> Iterator[str]:
        if first in value and second in value:
            yield place.format_problem(f"cannot provide both `{first}` and `{second}`")

    return check


def exactly_one(first: str, second: str) -> tuple[FieldCheck, FieldCheck]:
    """Refuses an object with neither field, or with both."""
    return at_least_one(first, second), at_most_one(first, second)


def not_both_true(first: str, second: str) -> FieldCheck:
    """Refuses an object in which both flags are set."""

    def check(value: Mapping[str, Any], place: JsonLocation) -> Iterator[str]:
        if value.get(first) is True and value.get(second) is True:
            yield (place / second).format_problem(f"cannot be true when `{first}` is true")

    return check


def in_order(low: str, high: str) -> FieldCheck:
    """Refuses a lower bound above its upper bound. Both may be numbers or strings with a number."""

    def check(value: Mapping[str, Any], place: JsonLocation) -> Iterator[str]:
        try:
            crossed = float(value[low]) > float(value[high])
        except (KeyError, TypeError, ValueError, OverflowError):
            return  # missing or not a number: the fields' own rules report it
        if crossed:
            yield (place / low).format_problem(f"cannot be greater than `{high}`")

    return check


def initial_among_options(initial: str) -> FieldCheck:
    """Refuses an initial choice (an option, or an array of them) that doesn't equal one of the options."""

    def check(value: Mapping[str, Any], place: JsonLocation) -> Iterator[str]:
        if initial in value:
            chosen = value[initial]
            wanted = chosen if isinstance(chosen, list) else [chosen]
            offered = list(_offered(value))
            if not wanted or any(option not in offered for option in wanted):
                yield (place / initial).format_problem("must be one of the provided options")

    return check


def unique_action_ids(field: str) -> FieldCheck:
    """Refuses two elements with the same `action_id` in the array `field`, because it identifies a click."""

    def check(value: Mapping[str, Any], place: JsonLocation) -> Iterator[str]:
        seen: set[str] = set()
        for index, element in enumerate(as_objects(value.get(field))):
            name = element.get("action_id")
            if isinstance(name, str) and name in seen:
                yield (place / field / index / "action_id").format_problem(f'`action_id` "{name}" already exists')
            elif isinstance(name, str):
                seen.add(name)

    return check


def no_dispatch_for_file_inputs(value: Mapping[str, Any], place: JsonLocation) -> Iterator[str]:
    """Refuses `dispatch_action` with a `file_input`, for which Slack reports an unsupported type."""
    element = value.get("element")
    if value.get("dispatch_action") is True and isinstance(element, dict) and element.get("type") == "file_input":
        yield (place / "element" / "type").format_problem("unsupported type: file_input")


def as_objects(value: object) -> list[Mapping[str, Any]]:
    """Return the items of an array, with an empty object for each item that isn't an object."""
    return [item if isinstance(item, dict) else {} for item in value] if isinstance(value, list) else []


def _offered(value: Mapping[str, Any]) -> Iterator[Any]:
    yield from as_objects(value.get("options"))
    for group in as_objects(value.get("option_groups")):
        yield from as_objects(group.get("options"))
