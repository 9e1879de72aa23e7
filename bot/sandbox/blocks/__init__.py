"""Does Slack take these blocks? Answers with every problem at once, in Slack's own words and with its JSON pointers.

The tables read like Slack's reference (https://docs.slack.dev/reference/block-kit): `layout` the blocks, `elements`
what they hold, `composition` and `rich_text` what those are made of, `views` modals and Home. `rules` is the
vocabulary of the tables, `checks` what fields owe each other, `whole` what all blocks together owe.
"""

from bot.sandbox.blocks.layout import IN_MESSAGE, IN_VIEW
from bot.sandbox.blocks.rules import Place, Surface
from bot.sandbox.blocks.views import VIEW_BYTES_LIMIT, view_bytes, view_problems
from bot.sandbox.blocks.whole import BLOCKS_TEXT_LIMIT, blocks_text_length, together


def check_blocks(blocks: object, surface: Surface) -> list[str]:
    """Every problem of the `blocks` of a request, parsed from JSON; empty when Slack would take them.

    Belongs to the error `invalid_blocks`. Their length in all is apart (`blocks_too_long`), as Slack has it.
    """
    place = Place("/blocks", surface)
    rule = IN_MESSAGE if surface == "message" else IN_VIEW
    return [*rule.problems(blocks, place), *together(blocks, place)]


def check_view(view: object) -> list[str]:
    """Every problem of a modal or Home view, parsed from JSON; empty when Slack would take it.

    Belongs to the error `invalid_arguments`. A view over `VIEW_BYTES_LIMIT` is among the problems; Slack answers it
    with a name of its own, `view_too_large`, which `view_bytes` lets a caller tell.
    """
    return list(view_problems(view))


def blocks_too_long(blocks: object) -> bool:
    """Whether the blocks of one message hold more text than Slack takes, which it answers as `msg_blocks_too_long`."""
    return blocks_text_length(blocks) > BLOCKS_TEXT_LIMIT


__all__ = [
    "BLOCKS_TEXT_LIMIT",
    "VIEW_BYTES_LIMIT",
    "Surface",
    "blocks_text_length",
    "blocks_too_long",
    "check_blocks",
    "check_view",
    "view_bytes",
]
