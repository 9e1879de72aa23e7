"""Finds interactive elements in blocks, builds their state, and checks input as Slack's client does."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.model import Json
from bot.sandbox.refusal import RequestRefused

EnteredValues = Mapping[str, Mapping[str, Any]]
"""What a person entered, by block_id and action_id: a string, a number, or a list of strings."""


@dataclass(frozen=True, slots=True)
class ElementState:
    """How an element type reports its value: the field, the field of its initial value, and whether it is a list.

    `holds_options`: its value is whole option objects. `in_state`: it is in `state.values` (an overflow menu isn't).
    """

    field: str
    initial: str
    is_list: bool = False
    holds_options: bool = False
    in_state: bool = True


_TEXT = ElementState("value", "initial_value")
_OPTION = ElementState("selected_option", "initial_option", holds_options=True)
_OPTIONS = ElementState("selected_options", "initial_options", is_list=True, holds_options=True)

ELEMENT_STATES: dict[str, ElementState] = {
    "plain_text_input": _TEXT,
    "email_text_input": _TEXT,
    "url_text_input": _TEXT,
    "number_input": _TEXT,
    "rich_text_input": ElementState("rich_text_value", "initial_value"),
    "static_select": _OPTION,
    "external_select": _OPTION,
    "radio_buttons": _OPTION,
    "overflow": ElementState("selected_option", "initial_option", holds_options=True, in_state=False),
    "multi_static_select": _OPTIONS,
    "multi_external_select": _OPTIONS,
    "checkboxes": _OPTIONS,
    "users_select": ElementState("selected_user", "initial_user"),
    "multi_users_select": ElementState("selected_users", "initial_users", is_list=True),
    "conversations_select": ElementState("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ElementState("selected_conversations", "initial_conversations", is_list=True),
    "channels_select": ElementState("selected_channel", "initial_channel"),
    "multi_channels_select": ElementState("selected_channels", "initial_channels", is_list=True),
    "datepicker": ElementState("selected_date", "initial_date"),
    "timepicker": ElementState("selected_time", "initial_time"),
    "datetimepicker": ElementState("selected_date_time", "initial_date_time"),
    "file_input": ElementState("files", "initial_files", is_list=True),
}

_NESTED = ("child_blocks", "elements", "actions", "accessory", "element")


def interactive_elements(blocks: Iterable[Json]) -> Iterator[tuple[Json, Json]]:
    """Yield each interactive element with its block. In a container, that is the inner block."""
    for block in blocks:
        for name in _NESTED:
            held = block.get(name)
            inside = held if isinstance(held, list) else [held]
            yield from _interactive(block, [item for item in inside if isinstance(item, dict)])


def _interactive(block: Json, items: list[Json]) -> Iterator[tuple[Json, Json]]:
    for item in items:
        if "action_id" in item:
            yield block, item
        elif "block_id" in item:
            yield from interactive_elements([item])


def find_element(blocks: Iterable[Json], block_id: str | None, action_id: str) -> tuple[Json, Json]:
    """Return the block and element with these IDs, in any block if `block_id` is None.

    Raises RequestRefused `no_such_action`.
    """
    for block, element in interactive_elements(blocks):
        if element["action_id"] == action_id and block_id in (None, block["block_id"]):
            return block, element
    raise RequestRefused("no_such_action", detail=f"There is no element {action_id!r} here. Check what is shown now.")


def state_values(blocks: Iterable[Json], entered: EnteredValues) -> dict[str, dict[str, Json]]:
    """Return Slack's `state.values`: for each stateful element, what was entered, or else its initial value."""
    values: dict[str, dict[str, Json]] = {}
    for block, element in interactive_elements(blocks):
        held = ELEMENT_STATES.get(element["type"])
        if held is None or not held.in_state:
            continue
        answers = entered.get(block["block_id"], {})
        first = element.get(held.initial)
        state = (
            element_state(element, answers[element["action_id"]])
            if element["action_id"] in answers
            else _state(element, held, first if first is not None or not held.is_list else [])
        )
        values.setdefault(block["block_id"], {})[element["action_id"]] = state
    return values


def element_state(element: Json, chosen: object) -> Json:
    """Return an element's state after this choice or input. Raises RequestRefused `no_such_option`."""
    held = ELEMENT_STATES[element["type"]]
    if held.is_list:
        chosen = chosen if isinstance(chosen, list) else [] if chosen in (None, "") else [chosen]
        return _state(element, held, [_option(element, one) for one in chosen] if held.holds_options else chosen)
    if isinstance(chosen, list):
        chosen = chosen[0] if chosen else None
    if chosen in (None, ""):
        return _state(element, held, None)
    if held.holds_options:
        return _state(element, held, _option(element, chosen))
    return _state(element, held, str(chosen) if held is _TEXT else chosen)


def find_input_errors(blocks: Iterable[Json], values: Mapping[str, Mapping[str, Json]]) -> dict[str, str]:
    """Return the errors of Slack's client before it submits, by block_id: empty, too short, or too long input."""
    found: dict[str, str] = {}
    for block, element in interactive_elements(blocks):
        if block["type"] == "input":
            value = values[block["block_id"]][element["action_id"]].get(ELEMENT_STATES[element["type"]].field)
            error = _find_error(block, element, value)
            if error is not None:
                found[block["block_id"]] = error
    return found


def _find_error(block: Json, element: Json, value: object) -> str | None:
    if value in (None, []):
        return None if block.get("optional") else "Please complete this required field."
    if element["type"] == "plain_text_input":
        return _find_length_error(str(value), element)
    return None


def _find_length_error(text: str, element: Json) -> str | None:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(text) < least:
        return f"Please write at least {least} characters."
    if len(text) > most:
        return f"Please write at most {most} characters. This has {len(text)}."
    return None


def _state(element: Json, held: ElementState, value: object) -> Json:
    state: Json = {"type": element["type"], held.field: value}
    return state | ({"timezone": element["timezone"]} if "timezone" in element else {})


def _option(element: Json, value: object) -> Json:
    if element["type"].endswith("external_select"):
        return {"text": {"type": "plain_text", "text": str(value), "emoji": True}, "value": value}
    groups = element.get("option_groups", [])
    offered: list[Json] = [*element.get("options", []), *(option for group in groups for option in group["options"])]
    for option in offered:
        if option.get("value") == value:
            return option
    raise RequestRefused("no_such_option", detail=f"{element['action_id']!r} doesn't offer {value!r}.")
