"""The rich text block and what it is made of, as in
https://docs.slack.dev/reference/block-kit/blocks/rich-text-block."""

from bot.sandbox.blocks.forms import URL
from bot.sandbox.blocks.rules import Flag, Items, Number, Shape, String, Typed, among, one_of, required

_STYLES = ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
_STYLED = {"style": Shape({name: Flag() for name in _STYLES})}

# What stands in a line of text. A mention holds an id; Slack shows the name.
INLINE: dict[str, Shape] = {
    "text": Shape({"text": required(String()), **_STYLED}),
    "link": Shape({"url": required(URL), "text": String(least=0), "unsafe": Flag(), **_STYLED}),
    "emoji": Shape({"name": required(String()), "skin_tone": Number(1), "unicode": String(), **_STYLED}),
    "user": Shape({"user_id": required(String()), **_STYLED}),
    "usergroup": Shape({"usergroup_id": required(String()), **_STYLED}),
    "team": Shape({"team_id": required(String()), **_STYLED}),
    "channel": Shape({"channel_id": required(String()), **_STYLED}),
    "broadcast": Shape({"range": required(one_of("here", "channel", "everyone")), **_STYLED}),
    "color": Shape({"value": required(String()), **_STYLED}),
    "date": Shape(
        {
            "timestamp": required(Number(0)),
            "format": required(String()),
            "url": URL,
            "fallback": String(),
            **_STYLED,
        }
    ),
}

# An empty line is allowed, here as in Slack's own composer.
_LINE = required(Items(Typed(INLINE), least=0))
_BORDER = Number(0)

RICH_TEXT_ELEMENTS: dict[str, Shape] = {
    "rich_text_section": Shape({"elements": _LINE}),
    "rich_text_quote": Shape({"elements": _LINE, "border": _BORDER}),
    "rich_text_preformatted": Shape(
        {"elements": required(Items(among(INLINE, "text", "link"), least=0)), "border": _BORDER}
    ),
    "rich_text_list": Shape(
        {
            "style": required(one_of("bullet", "ordered")),
            "elements": required(Items(Typed({"rich_text_section": Shape({"elements": _LINE})}), least=0)),
            "indent": Number(0),
            "offset": Number(0),
            "border": _BORDER,
        }
    ),
}

RICH_TEXT = Shape({"elements": required(Items(Typed(RICH_TEXT_ELEMENTS))), "block_id": String(255)})
