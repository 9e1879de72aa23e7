"""Checks all blocks together: repeated `block_id`s, a second table, a third chart, a second focus, and total length."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.blocks.field_checks import as_objects
from bot.sandbox.blocks.value_rules import JsonLocation

MAX_BLOCKS_TEXT_LENGTH = 13_000
"""Most text in the blocks of one message, in characters. Slack documents no figure, so this is approximate: its staff
mentioned 12,000 and a margin for the blocks themselves, and one report says that up to 13,297 of markdown pass."""

MAX_TABLE_TEXT_LENGTH = 10_000
"""Most characters in all table cells of one message, from Slack's page about tables."""

MAX_CHARTS = 2
"""Most charts in one message, from Slack's page about charts."""

_HELD = {"container": "child_blocks", "carousel": "elements"}
_WITH_ELEMENTS = ("element", "accessory")

LocatedBlock = tuple[Mapping[str, Any], JsonLocation]


def find_overall_problems(blocks: object, place: JsonLocation) -> Iterator[str]:
    """Yield every problem of the blocks as a whole. The rules of the blocks check each one alone."""
    placed = list(_placed(blocks, place))
    yield from _repeated_block_ids(placed)
    yield from _tables(placed)
    if place.surface == "message":
        if sum(block.get("type") == "table" for block, _ in placed) > 1:
            yield "[ERROR] only_one_table_allowed"  # Slack gives no pointer for this problem
        yield from _charts(placed)
    else:
        yield from _second_focus(placed)


def blocks_text_length(blocks: object) -> int:
    """Count the characters of text in all blocks: every string in a field `text`, at any depth.

    Over `MAX_BLOCKS_TEXT_LENGTH`, Slack answers `msg_blocks_too_long` and names no block.
    """
    if isinstance(blocks, list):
        return sum(blocks_text_length(item) for item in blocks)
    if not isinstance(blocks, dict):
        return 0
    return sum(
        len(value) if name == "text" and isinstance(value, str) else blocks_text_length(value)
        for name, value in blocks.items()
    )


def _placed(blocks: object, place: JsonLocation) -> Iterator[LocatedBlock]:
    """Yield every block with its location, including those inside containers and carousels."""
    for index, block in enumerate(as_objects(blocks)):
        yield block, place / index
        held = _HELD.get(str(block.get("type")))
        if held:
            yield from _placed(block.get(held), place / index / held)


def _repeated_block_ids(placed: list[LocatedBlock]) -> Iterator[str]:
    seen: set[str] = set()
    for block, place in placed:
        name = block.get("block_id")
        if isinstance(name, str) and name in seen:
            yield (place / "block_id").format_problem(f'`block_id` "{name}" already exists')
        elif isinstance(name, str):
            seen.add(name)


def _tables(placed: list[LocatedBlock]) -> Iterator[str]:
    length = 0
    for block, place in placed:
        if block.get("type") == "table":
            before, length = length, length + blocks_text_length(block.get("rows"))
            if before <= MAX_TABLE_TEXT_LENGTH < length:
                yield (place / "rows").format_problem(f"must be less than {MAX_TABLE_TEXT_LENGTH + 1} characters")


def _charts(placed: list[LocatedBlock]) -> Iterator[str]:
    charts = [place for block, place in placed if block.get("type") == "data_visualization"]
    for place in charts[MAX_CHARTS:]:
        yield place.format_problem(f"no more than {MAX_CHARTS} charts allowed")


def _second_focus(placed: list[LocatedBlock]) -> Iterator[str]:
    focused = [
        place / "focus_on_load"
        for block, at in placed
        for element, place in _elements(block, at)
        if element.get("focus_on_load") is True
    ]
    for place in focused[1:]:
        yield place.format_problem("only one element can be set to true")


def _elements(block: Mapping[str, Any], place: JsonLocation) -> Iterator[LocatedBlock]:
    for field in _WITH_ELEMENTS:
        yield from ((element, place / field) for element in as_objects([block.get(field)]))
    if block.get("type") == "actions":
        yield from (
            (element, place / "elements" / index) for index, element in enumerate(as_objects(block.get("elements")))
        )
