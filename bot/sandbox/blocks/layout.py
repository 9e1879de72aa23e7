"""Blocks, as in https://docs.slack.dev/reference/block-kit/blocks: which fields, which elements, which surfaces.

Where Slack's pages and its validator are reported to differ, the narrower of the two stands here: what the sandbox
takes, Slack takes.
"""

from bot.sandbox.blocks.checks import (
    at_least_one,
    exactly_one,
    no_dispatch_from_files,
    not_both_true,
    unique_action_ids,
)
from bot.sandbox.blocks.composition import SLACK_FILE, any_text, plain_text, texts
from bot.sandbox.blocks.elements import CHOICES, ELEMENTS, IMAGE, INPUTS, MENUS, PICKERS
from bot.sandbox.blocks.forms import HTTPS_URL, WEB_URL
from bot.sandbox.blocks.rich_text import RICH_TEXT
from bot.sandbox.blocks.rules import (
    Flag,
    Items,
    Number,
    Rule,
    Shape,
    String,
    Surface,
    Typed,
    among,
    one_of,
    required,
)

_MESSAGES: frozenset[Surface] = frozenset({"message"})
_MODALS: frozenset[Surface] = frozenset({"modal"})
_NOT_MODALS: frozenset[Surface] = frozenset({"message", "home"})

_ID: dict[str, Rule] = {"block_id": String(255)}
_AN_IMAGE = Typed({"image": IMAGE})
_RICH_TEXT = Typed({"rich_text": RICH_TEXT})

ACCESSORIES = among(
    ELEMENTS,
    *("button", "workflow_button", "overflow", "image", "datepicker", "timepicker"),
    *CHOICES,
    *MENUS,
)
ACTIONS = among(ELEMENTS, "button", "workflow_button", "overflow", *CHOICES, *MENUS, *PICKERS)
INPUT_ELEMENTS = among(ELEMENTS, *CHOICES, *MENUS, *PICKERS, *INPUTS)

TEXT_BLOCKS: dict[str, Shape] = {
    "section": Shape(
        {
            **_ID,
            "text": any_text(3000),
            "fields": Items(any_text(2000), most=10),
            "accessory": ACCESSORIES,
            "expand": Flag(),
        },
        also=(at_least_one("text", "fields"),),
    ),
    "header": Shape({**_ID, "text": required(plain_text(150)), "level": Number(1, 4)}),
    "divider": Shape(_ID),
    "context": Shape({**_ID, "elements": required(Items(Typed({**texts(), "image": IMAGE}), most=10))}),
    "markdown": Shape({**_ID, "text": required(String(12_000))}, surfaces=_MESSAGES),
    "rich_text": RICH_TEXT,
    "alert": Shape(
        {
            **_ID,
            "text": required(any_text(200)),
            "level": one_of("default", "info", "warning", "error", "success"),
        },
        surfaces=_MODALS,
    ),
}

INTERACTIVE_BLOCKS: dict[str, Shape] = {
    "actions": Shape({**_ID, "elements": required(Items(ACTIONS, most=25))}, also=(unique_action_ids("elements"),)),
    "context_actions": Shape(
        {**_ID, "elements": required(Items(among(ELEMENTS, "feedback_buttons", "icon_button"), most=5))},
        also=(unique_action_ids("elements"),),
        surfaces=_MESSAGES,
    ),
    "input": Shape(
        {
            **_ID,
            "label": required(plain_text(2000)),
            "element": required(INPUT_ELEMENTS),
            "hint": plain_text(2000),
            "optional": Flag(),
            "dispatch_action": Flag(),
        },
        also=(no_dispatch_from_files,),
    ),
}

MEDIA_BLOCKS: dict[str, Shape] = {
    "image": Shape(
        {
            **_ID,
            "alt_text": required(String(2000)),
            "image_url": WEB_URL,
            "slack_file": SLACK_FILE,
            "title": plain_text(2000),
        },
        also=exactly_one("image_url", "slack_file"),
    ),
    "video": Shape(
        {
            **_ID,
            "alt_text": required(String()),
            "video_url": required(HTTPS_URL),
            "thumbnail_url": required(WEB_URL),
            "title": required(plain_text(199)),
            "title_url": HTTPS_URL,
            "description": plain_text(199),
            "provider_icon_url": WEB_URL,
            "provider_name": String(),
            "author_name": String(49),
        }
    ),
    "file": Shape({**_ID, "external_id": required(String()), "source": required(one_of("remote"))}, surfaces=_MESSAGES),
}

_CELL = Typed(
    {
        "raw_text": Shape({"text": required(String())}),
        "raw_number": Shape({"value": required(Number(whole=False)), "text": required(String())}),
        "rich_text": RICH_TEXT,
    }
)
_COLUMN = Shape({"align": one_of("left", "center", "right"), "is_wrapped": Flag()})

_TASK: dict[str, Rule] = {
    **_ID,
    "task_id": required(String()),
    "title": required(String()),
    "details": _RICH_TEXT,
    "output": _RICH_TEXT,
    "sources": Items(Typed({"url": Shape({"url": required(WEB_URL), "text": required(String())})}), least=0),
}
# A task that waits makes sense only among others: alone, Slack refuses `pending`.
_TASK_IN_PLAN = Shape({**_TASK, "status": one_of("pending", "in_progress", "complete", "error")})

STRUCTURED_BLOCKS: dict[str, Shape] = {
    "table": Shape(
        {
            **_ID,
            "rows": required(Items(Items(_CELL, most=20), most=100)),
            "column_settings": Items(_COLUMN, most=20, least=0, gaps=True),
        },
        surfaces=_NOT_MODALS,
    ),
    "task_card": Shape({**_TASK, "status": one_of("in_progress", "complete", "error")}, surfaces=_MESSAGES),
    # The titles of plans and tasks are bare strings, unlike those of cards and containers.
    "plan": Shape(
        {
            **_ID,
            "title": required(String()),
            "tasks": Items(Typed({"task_card": _TASK_IN_PLAN}, default="task_card"), least=0),
        },
        surfaces=_MESSAGES,
    ),
    "card": Shape(
        {
            **_ID,
            "hero_image": _AN_IMAGE,
            "icon": _AN_IMAGE,
            "title": any_text(150),
            "subtitle": any_text(150),
            "body": any_text(200),
            "subtext": any_text(200),
            "actions": Items(among(ELEMENTS, "button"), most=3),
        },
        also=(at_least_one("hero_image", "title", "actions", "body"), unique_action_ids("actions")),
    ),
}

_PLAIN_BLOCKS = {**TEXT_BLOCKS, **INTERACTIVE_BLOCKS, **MEDIA_BLOCKS, **STRUCTURED_BLOCKS}

# The page also lists input, file and rich_text as children; the validator is reported to refuse them.
_CHILDREN = among(_PLAIN_BLOCKS, "actions", "context", "divider", "header", "image", "section", "table", "video")

GROUPING_BLOCKS: dict[str, Shape] = {
    "carousel": Shape(
        {**_ID, "elements": required(Items(among(STRUCTURED_BLOCKS, "card"), most=10))}, surfaces=_NOT_MODALS
    ),
    # One copy of its page names Home beside messages; unconfirmed, so messages alone.
    "container": Shape(
        {
            **_ID,
            "child_blocks": required(Items(_CHILDREN, most=10)),
            "title": plain_text(150),
            "rich_text_title": _RICH_TEXT,
            "subtitle": any_text(150),
            "icon": _AN_IMAGE,
            "width": one_of("narrow", "standard", "wide", "full"),
            "is_collapsible": Flag(),
            "default_collapsed": Flag(),
            "has_header_divider": Flag(),
        },
        also=(
            at_least_one("title", "rich_text_title"),
            not_both_true("is_collapsible", "has_header_divider"),
        ),
        surfaces=_MESSAGES,
    ),
}

BLOCKS: dict[str, Shape] = {**_PLAIN_BLOCKS, **GROUPING_BLOCKS}

IN_MESSAGE = Items(Typed(BLOCKS), most=50, least=0)
"""A message may have no blocks: an update with none takes them away."""

IN_VIEW = Items(Typed(BLOCKS), most=100)
"""What a modal or Home shows."""
