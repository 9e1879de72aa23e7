"""Blocks, as in https://docs.slack.dev/reference/block-kit/blocks: their fields, elements, and surfaces.

Where Slack's pages and its validator reportedly differ, this has the stricter of the two, so Slack accepts everything
that the sandbox accepts.
"""

from bot.sandbox.blocks.charts import CHART_BLOCKS
from bot.sandbox.blocks.composition import SLACK_FILE, any_text, plain_text, text_objects
from bot.sandbox.blocks.elements import CHOICE_ELEMENTS, ELEMENTS, IMAGE, INPUTS, MENUS, PICKERS
from bot.sandbox.blocks.field_checks import (
    at_least_one,
    exactly_one,
    no_dispatch_for_file_inputs,
    not_both_true,
    unique_action_ids,
)
from bot.sandbox.blocks.rich_text import RICH_TEXT
from bot.sandbox.blocks.string_formats import HTTPS_URL, WEB_URL
from bot.sandbox.blocks.value_rules import (
    Array,
    Boolean,
    Number,
    ObjectSchema,
    String,
    Surface,
    TypedObject,
    ValueRule,
    object_of_types,
    one_of,
    required,
)

_MESSAGES: frozenset[Surface] = frozenset({"message"})
_MODALS: frozenset[Surface] = frozenset({"modal"})
_NOT_MODALS: frozenset[Surface] = frozenset({"message", "home"})

_ID: dict[str, ValueRule] = {"block_id": String(255)}
_AN_IMAGE = TypedObject({"image": IMAGE})
_RICH_TEXT = TypedObject({"rich_text": RICH_TEXT})

ACCESSORY_ELEMENTS = object_of_types(
    ELEMENTS,
    *("button", "workflow_button", "overflow", "image", "datepicker", "timepicker"),
    *CHOICE_ELEMENTS,
    *MENUS,
)
ACTION_ELEMENTS = object_of_types(ELEMENTS, "button", "workflow_button", "overflow", *CHOICE_ELEMENTS, *MENUS, *PICKERS)
INPUT_ELEMENTS = object_of_types(ELEMENTS, *CHOICE_ELEMENTS, *MENUS, *PICKERS, *INPUTS)

TEXT_BLOCKS: dict[str, ObjectSchema] = {
    "section": ObjectSchema(
        {
            **_ID,
            "text": any_text(3000),
            "fields": Array(any_text(2000), max_items=10),
            "accessory": ACCESSORY_ELEMENTS,
            "expand": Boolean(),
        },
        checks=(at_least_one("text", "fields"),),
    ),
    "header": ObjectSchema({**_ID, "text": required(plain_text(150)), "level": Number(1, 4)}),
    "divider": ObjectSchema(_ID),
    "context": ObjectSchema(
        {**_ID, "elements": required(Array(TypedObject({**text_objects(), "image": IMAGE}), max_items=10))}
    ),
    "markdown": ObjectSchema({**_ID, "text": required(String(12_000))}, surfaces=_MESSAGES),
    "rich_text": RICH_TEXT,
    "alert": ObjectSchema(
        {
            **_ID,
            "text": required(any_text(200)),
            "level": one_of("default", "info", "warning", "error", "success"),
        },
        surfaces=_MODALS,
    ),
}

INTERACTIVE_BLOCK_SCHEMAS: dict[str, ObjectSchema] = {
    "actions": ObjectSchema(
        {**_ID, "elements": required(Array(ACTION_ELEMENTS, max_items=25))}, checks=(unique_action_ids("elements"),)
    ),
    "context_actions": ObjectSchema(
        {**_ID, "elements": required(Array(object_of_types(ELEMENTS, "feedback_buttons", "icon_button"), max_items=5))},
        checks=(unique_action_ids("elements"),),
        surfaces=_MESSAGES,
    ),
    "input": ObjectSchema(
        {
            **_ID,
            "label": required(plain_text(2000)),
            "element": required(INPUT_ELEMENTS),
            "hint": plain_text(2000),
            "optional": Boolean(),
            "dispatch_action": Boolean(),
        },
        checks=(no_dispatch_for_file_inputs,),
    ),
}

MEDIA_BLOCKS: dict[str, ObjectSchema] = {
    "image": ObjectSchema(
        {
            **_ID,
            "alt_text": required(String(2000)),
            "image_url": WEB_URL,
            "slack_file": SLACK_FILE,
            "title": plain_text(2000),
        },
        checks=exactly_one("image_url", "slack_file"),
    ),
    "video": ObjectSchema(
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
    "file": ObjectSchema(
        {**_ID, "external_id": required(String()), "source": required(one_of("remote"))}, surfaces=_MESSAGES
    ),
}

_CELL = TypedObject(
    {
        "raw_text": ObjectSchema({"text": required(String())}),
        "raw_number": ObjectSchema({"value": required(Number(integer=False)), "text": required(String())}),
        "rich_text": RICH_TEXT,
    }
)
_COLUMN = ObjectSchema({"align": one_of("left", "center", "right"), "is_wrapped": Boolean()})

_TASK: dict[str, ValueRule] = {
    **_ID,
    "task_id": required(String()),
    "title": required(String()),
    "details": _RICH_TEXT,
    "output": _RICH_TEXT,
    "sources": Array(
        TypedObject({"url": ObjectSchema({"url": required(WEB_URL), "text": required(String())})}), min_items=0
    ),
}
# Slack refuses `pending` for a task that isn't in a plan.
_TASK_IN_PLAN = ObjectSchema({**_TASK, "status": one_of("pending", "in_progress", "complete", "error")})

STRUCTURED_BLOCKS: dict[str, ObjectSchema] = {
    "table": ObjectSchema(
        {
            **_ID,
            "rows": required(Array(Array(_CELL, max_items=20), max_items=100)),
            "column_settings": Array(_COLUMN, max_items=20, min_items=0, allow_null=True),
        },
        surfaces=_NOT_MODALS,
    ),
    "task_card": ObjectSchema({**_TASK, "status": one_of("in_progress", "complete", "error")}, surfaces=_MESSAGES),
    # The titles of plans and tasks are plain strings, unlike those of cards and containers.
    "plan": ObjectSchema(
        {
            **_ID,
            "title": required(String()),
            "tasks": Array(TypedObject({"task_card": _TASK_IN_PLAN}, default_type="task_card"), min_items=0),
        },
        surfaces=_MESSAGES,
    ),
    "card": ObjectSchema(
        {
            **_ID,
            "hero_image": _AN_IMAGE,
            "icon": _AN_IMAGE,
            "title": any_text(150),
            "subtitle": any_text(150),
            "body": any_text(200),
            "subtext": any_text(200),
            "actions": Array(object_of_types(ELEMENTS, "button"), max_items=3),
        },
        checks=(at_least_one("hero_image", "title", "actions", "body"), unique_action_ids("actions")),
    ),
}

_PLAIN_BLOCKS = {**TEXT_BLOCKS, **INTERACTIVE_BLOCK_SCHEMAS, **MEDIA_BLOCKS, **STRUCTURED_BLOCKS}

# Slack's page also lists input, file, and rich_text as children, but its validator reportedly refuses them.
_CHILDREN = object_of_types(
    _PLAIN_BLOCKS, "actions", "context", "divider", "header", "image", "section", "table", "video"
)

GROUPING_BLOCKS: dict[str, ObjectSchema] = {
    "carousel": ObjectSchema(
        {**_ID, "elements": required(Array(object_of_types(STRUCTURED_BLOCKS, "card"), max_items=10))},
        surfaces=_NOT_MODALS,
    ),
    # One copy of Slack's page also lists App Homes. That isn't confirmed, so only messages are allowed.
    "container": ObjectSchema(
        {
            **_ID,
            "child_blocks": required(Array(_CHILDREN, max_items=10)),
            "title": plain_text(150),
            "rich_text_title": _RICH_TEXT,
            "subtitle": any_text(150),
            "icon": _AN_IMAGE,
            "width": one_of("narrow", "standard", "wide", "full"),
            "is_collapsible": Boolean(),
            "default_collapsed": Boolean(),
            "has_header_divider": Boolean(),
        },
        checks=(
            at_least_one("title", "rich_text_title"),
            not_both_true("is_collapsible", "has_header_divider"),
        ),
        surfaces=_MESSAGES,
    ),
}

BLOCKS: dict[str, ObjectSchema] = {**_PLAIN_BLOCKS, **CHART_BLOCKS, **GROUPING_BLOCKS}

MESSAGE_BLOCKS = Array(TypedObject(BLOCKS), max_items=50, min_items=0)
"""The blocks of a message. It may have none: an update without blocks removes them."""

VIEW_BLOCKS = Array(TypedObject(BLOCKS), max_items=100)
"""The blocks of a modal or an App Home."""
