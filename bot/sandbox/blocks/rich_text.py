"""The rich text block and its elements, as in
https://docs.slack.dev/reference/block-kit/blocks/rich-text-block."""

from bot.sandbox.blocks.string_formats import URL
from bot.sandbox.blocks.value_rules import (
    Array,
    Boolean,
    Number,
    ObjectSchema,
    String,
    TypedObject,
    object_of_types,
    one_of,
    required,
)

_STYLES = ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
_STYLED = {"style": ObjectSchema({name: Boolean() for name in _STYLES})}

# The elements of a line of text. A mention has an ID; Slack shows the name.
INLINE_ELEMENTS: dict[str, ObjectSchema] = {
    "text": ObjectSchema({"text": required(String()), **_STYLED}),
    "link": ObjectSchema({"url": required(URL), "text": String(min_length=0), "unsafe": Boolean(), **_STYLED}),
    "emoji": ObjectSchema({"name": required(String()), "skin_tone": Number(1), "unicode": String(), **_STYLED}),
    "user": ObjectSchema({"user_id": required(String()), **_STYLED}),
    "usergroup": ObjectSchema({"usergroup_id": required(String()), **_STYLED}),
    "team": ObjectSchema({"team_id": required(String()), **_STYLED}),
    "channel": ObjectSchema({"channel_id": required(String()), **_STYLED}),
    "broadcast": ObjectSchema({"range": required(one_of("here", "channel", "everyone")), **_STYLED}),
    "color": ObjectSchema({"value": required(String()), **_STYLED}),
    "date": ObjectSchema(
        {
            "timestamp": required(Number(0)),
            "format": required(String()),
            "url": URL,
            "fallback": String(),
            **_STYLED,
        }
    ),
}

# Empty lines are allowed, as in Slack's own composer.
_LINE = required(Array(TypedObject(INLINE_ELEMENTS), min_items=0))
_BORDER = Number(0)

RICH_TEXT_ELEMENTS: dict[str, ObjectSchema] = {
    "rich_text_section": ObjectSchema({"elements": _LINE}),
    "rich_text_quote": ObjectSchema({"elements": _LINE, "border": _BORDER}),
    "rich_text_preformatted": ObjectSchema(
        {"elements": required(Array(object_of_types(INLINE_ELEMENTS, "text", "link"), min_items=0)), "border": _BORDER}
    ),
    "rich_text_list": ObjectSchema(
        {
            "style": required(one_of("bullet", "ordered")),
            "elements": required(
                Array(TypedObject({"rich_text_section": ObjectSchema({"elements": _LINE})}), min_items=0)
            ),
            "indent": Number(0),
            "offset": Number(0),
            "border": _BORDER,
        }
    ),
}

RICH_TEXT = ObjectSchema({"elements": required(Array(TypedObject(RICH_TEXT_ELEMENTS))), "block_id": String(255)})
