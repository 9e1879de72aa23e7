"""Block elements, as in https://docs.slack.dev/reference/block-kit/block-elements: field by field.

Which block takes which element stands in `layout.py`. `surfaces` is here only where an element may stand on fewer
surfaces than its block.
"""

from bot.sandbox.blocks.checks import exactly_one, in_order, initial_among_options
from bot.sandbox.blocks.composition import (
    CHOICE,
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH_ACTION_CONFIG,
    OPTION,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    SLACK_FILE,
    WORKFLOW,
    plain_text,
)
from bot.sandbox.blocks.forms import DATE, NUMBER, TIME, URL, WEB_URL, ZONE
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
    one_of,
    required,
)

_IN_MESSAGES: frozenset[Surface] = frozenset({"message"})
_IN_MODALS: frozenset[Surface] = frozenset({"modal"})
_IN_VIEWS: frozenset[Surface] = frozenset({"modal", "home"})

_ID: dict[str, Rule] = {"action_id": String(255)}
_ASKED: dict[str, Rule] = {**_ID, "confirm": CONFIRM}
_CHOSEN: dict[str, Rule] = {**_ASKED, "focus_on_load": Flag()}
_MENU: dict[str, Rule] = {**_CHOSEN, "placeholder": plain_text(150)}
_MULTI_MENU: dict[str, Rule] = {**_MENU, "max_selected_items": Number(1)}
_TYPED_IN: dict[str, Rule] = {**_ID, "placeholder": plain_text(150), "focus_on_load": Flag()}
_DISPATCHED: dict[str, Rule] = {**_TYPED_IN, "dispatch_action_config": DISPATCH_ACTION_CONFIG}
_PRESSED: dict[str, Rule] = {
    "text": required(plain_text(75)),
    "style": one_of("primary", "danger"),
    "accessibility_label": String(75),
}
_OPTIONS: dict[str, Rule] = {"options": Items(OPTION, most=100), "option_groups": Items(OPTION_GROUP, most=100)}
_IDS = Items(String())

_FEEDBACK = Shape(
    {"text": required(plain_text(75)), "value": required(String(2000)), "accessibility_label": String(75)}
)

BUTTONS: dict[str, Shape] = {
    "button": Shape(
        {
            **_ASKED,
            **_PRESSED,
            "url": URL,
            "value": String(2000),
            "agent_prompt": String(4000),
            "agent_prompt_display": String(),
            "visible_to_user_ids": _IDS,
        }
    ),
    "workflow_button": Shape({**_ID, **_PRESSED, "workflow": required(WORKFLOW)}, surfaces=_IN_MESSAGES),
    "feedback_buttons": Shape(
        {**_ID, "positive_button": required(_FEEDBACK), "negative_button": required(_FEEDBACK)},
        surfaces=_IN_MESSAGES,
    ),
    "icon_button": Shape(
        {
            **_ASKED,
            "icon": required(String()),
            "text": required(plain_text(75)),
            "accessibility_label": String(75),
            "value": String(2000),
            "visible_to_user_ids": Items(String(), most=10),
        },
        surfaces=_IN_MESSAGES,
    ),
    "overflow": Shape({**_ASKED, "options": required(Items(OVERFLOW_OPTION, most=5))}),
}

MENUS: dict[str, Shape] = {
    "static_select": Shape(
        {**_MENU, **_OPTIONS, "initial_option": OPTION},
        also=(*exactly_one("options", "option_groups"), initial_among_options("initial_option")),
    ),
    "multi_static_select": Shape(
        {**_MULTI_MENU, **_OPTIONS, "initial_options": Items(OPTION)},
        also=(*exactly_one("options", "option_groups"), initial_among_options("initial_options")),
    ),
    "external_select": Shape({**_MENU, "initial_option": OPTION, "min_query_length": Number(0)}),
    "multi_external_select": Shape({**_MULTI_MENU, "initial_options": Items(OPTION), "min_query_length": Number(0)}),
    "users_select": Shape({**_MENU, "initial_user": String()}),
    "multi_users_select": Shape({**_MULTI_MENU, "initial_users": _IDS}),
    "conversations_select": Shape(
        {
            **_MENU,
            "initial_conversation": String(),
            "default_to_current_conversation": Flag(),
            "response_url_enabled": Flag(),
            "filter": CONVERSATION_FILTER,
        }
    ),
    "multi_conversations_select": Shape(
        {
            **_MULTI_MENU,
            "initial_conversations": _IDS,
            "default_to_current_conversation": Flag(),
            "filter": CONVERSATION_FILTER,
        }
    ),
    "channels_select": Shape({**_MENU, "initial_channel": String(), "response_url_enabled": Flag()}),
    "multi_channels_select": Shape({**_MULTI_MENU, "initial_channels": _IDS}),
}

CHOICES: dict[str, Shape] = {
    "checkboxes": Shape(
        {**_CHOSEN, "options": required(Items(CHOICE, most=10)), "initial_options": Items(CHOICE)},
        also=(initial_among_options("initial_options"),),
    ),
    "radio_buttons": Shape(
        {**_CHOSEN, "options": required(Items(CHOICE, most=10)), "initial_option": CHOICE},
        also=(initial_among_options("initial_option"),),
    ),
}

PICKERS: dict[str, Shape] = {
    "datepicker": Shape({**_MENU, "initial_date": DATE}),
    "timepicker": Shape({**_MENU, "initial_time": TIME, "timezone": ZONE}),
    # Ten digits: seconds since 1970.
    "datetimepicker": Shape(
        {**_CHOSEN, "initial_date_time": Number(0, 9_999_999_999)}, surfaces=frozenset({"message", "modal"})
    ),
}

INPUTS: dict[str, Shape] = {
    "plain_text_input": Shape(
        {
            **_DISPATCHED,
            "initial_value": String(3000, least=0),
            "multiline": Flag(),
            "min_length": Number(0, 3000),
            "max_length": Number(1, 3000),
        },
        also=(in_order("min_length", "max_length"),),
    ),
    "rich_text_input": Shape(
        {
            **_DISPATCHED,
            "initial_value": Typed({"rich_text": RICH_TEXT}),
            "min_lines": Number(1),
            "max_lines": Number(1),
        },
        also=(in_order("min_lines", "max_lines"),),
        surfaces=_IN_VIEWS,
    ),
    "email_text_input": Shape({**_DISPATCHED, "initial_value": String(least=0)}, surfaces=_IN_MODALS),
    "url_text_input": Shape({**_DISPATCHED, "initial_value": String(least=0)}, surfaces=_IN_MODALS),
    # Bounds and first value are strings, as the numbers that people type in are.
    "number_input": Shape(
        {
            **_DISPATCHED,
            "is_decimal_allowed": required(Flag()),
            "initial_value": NUMBER,
            "min_value": NUMBER,
            "max_value": NUMBER,
        },
        also=(in_order("min_value", "max_value"),),
        surfaces=_IN_MODALS,
    ),
    "file_input": Shape({**_ID, "filetypes": Items(String()), "max_files": Number(1, 10)}, surfaces=_IN_MODALS),
}

IMAGE = Shape(
    {"alt_text": required(String(2000)), "image_url": WEB_URL, "slack_file": SLACK_FILE},
    also=exactly_one("image_url", "slack_file"),
)

ELEMENTS: dict[str, Shape] = {**BUTTONS, **MENUS, **CHOICES, **PICKERS, **INPUTS, "image": IMAGE}
