"""Checks whether Slack would accept blocks, and returns every problem in Slack's own words, with its JSON pointers.

The tables follow Slack's reference (https://docs.slack.dev/reference/block-kit): `layout` has the blocks, `elements`
their elements, `composition` and `rich_text` the parts of those, and `views` modals and App Homes. `value_rules` has
the rules that the tables use, `field_checks` compares fields of one object, and `overall_checks` checks all blocks
together.
"""

from bot.sandbox.blocks.layout import MESSAGE_BLOCKS, VIEW_BLOCKS
from bot.sandbox.blocks.overall_checks import MAX_BLOCKS_TEXT_LENGTH, blocks_text_length, find_overall_problems
from bot.sandbox.blocks.value_rules import JsonLocation, Surface
from bot.sandbox.blocks.views import MAX_VIEW_BYTES, find_view_problems, view_bytes


def check_blocks(blocks: object, surface: Surface) -> list[str]:
    """Return every problem in a request's `blocks` (parsed JSON), or an empty list if Slack would accept them.

    Slack's error for them is `invalid_blocks`. Like Slack, `blocks_too_long` checks the total length separately.
    """
    place = JsonLocation("/blocks", surface)
    rule = MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS
    return [*rule.find_problems(blocks, place), *find_overall_problems(blocks, place)]


def check_view(view: object) -> list[str]:
    """Return every problem in a modal or App Home (parsed JSON), or an empty list if Slack would accept it.

    Slack's error for them is `invalid_arguments`. A view over `MAX_VIEW_BYTES` is one of the problems, but Slack's
    error for it is `view_too_large`; use `view_bytes` to tell the two apart.
    """
    return list(find_view_problems(view))


def blocks_too_long(blocks: object) -> bool:
    """Return whether a message's blocks have too much text for Slack (its error is `msg_blocks_too_long`)."""
    return blocks_text_length(blocks) > MAX_BLOCKS_TEXT_LENGTH


__all__ = [
    "MAX_BLOCKS_TEXT_LENGTH",
    "MAX_VIEW_BYTES",
    "Surface",
    "blocks_text_length",
    "blocks_too_long",
    "check_blocks",
    "check_view",
    "view_bytes",
]
