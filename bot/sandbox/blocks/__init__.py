"""Does Slack take these blocks? Answers with every problem at once, in Slack's own words and with its JSON pointers.

The tables read like Slack's reference (https://docs.slack.dev/reference/block-kit): `layout` the blocks, `elements`
what they hold, `composition` and `rich_text` what those are made of, `views` modals and Home. `value_rules` is the
vocabulary of the tables, `field_checks` what fields owe each other, `overall_checks` what all blocks together owe.
"""

from bot.sandbox.blocks.layout import MESSAGE_BLOCKS, VIEW_BLOCKS
from bot.sandbox.blocks.overall_checks import MAX_BLOCKS_TEXT_LENGTH, blocks_text_length, find_overall_problems
from bot.sandbox.blocks.value_rules import JsonLocation, Surface
from bot.sandbox.blocks.views import MAX_VIEW_BYTES, find_view_problems, view_bytes


def check_blocks(blocks: object, surface: Surface) -> list[str]:
    """Every problem of the `blocks` of a request, parsed from JSON; empty when Slack would take them.

    Belongs to the error `invalid_blocks`. Their length in all is apart (`blocks_too_long`), as Slack has it.
    """
    place = JsonLocation("/blocks", surface)
    rule = MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS
    return [*rule.find_problems(blocks, place), *find_overall_problems(blocks, place)]


def check_view(view: object) -> list[str]:
    """Every problem of a modal or Home view, parsed from JSON; empty when Slack would take it.

    Belongs to the error `invalid_arguments`. A view over `MAX_VIEW_BYTES` is among the problems; Slack answers it
    with a name of its own, `view_too_large`, which `view_bytes` lets a caller tell.
    """
    return list(find_view_problems(view))


def blocks_too_long(blocks: object) -> bool:
    """Whether the blocks of one message hold more text than Slack takes, which it answers as `msg_blocks_too_long`."""
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
