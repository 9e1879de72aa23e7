"""Block elements, as in https://docs.slack.dev/reference/block-kit/block-elements: all fields.

`layout.py` says which blocks take which elements. `surfaces` is here only for elements that are allowed on fewer
surfaces than their block.
"""

from bot.sandbox.blocks.composition import (
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH_ACTION_CONFIG,
    FORMATTED_OPTION,
    OPTION,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    SLACK_FILE,
    WORKFLOW,
    plain_text,
)
from bot.sandbox.blocks.field_checks import exactly_one, in_order, initial_among_options
from bot.sandbox.blocks.rich_text import RICH_TEXT
from bot.sandbox.blocks.string_formats import DATE, NUMBER, TIME, URL, WEB_URL, ZONE
from bot.sandbox.blocks.value_rules import (
    Array,
    Boolean,
    Number,
    ObjectSchema,
    String,
    Surface,
    TypedObject,
    ValueRule,
    one_of,
    required,
)

_IN_MESSAGES: frozenset[Surface] = frozenset({"message"})
_IN_MODALS: frozenset[Surface] = frozenset({"modal"})
_IN_VIEWS: frozenset[Surface] = frozenset({"modal", "home"})

_ID: dict[str, ValueRule] = {"action_id": String(255)}
_ASKED: dict[str, ValueRule] = {**_ID, "confirm": CONFIRM}
_CHOSEN: dict[str, ValueRule] = {**_ASKED, "focus_on_load": Boolean()}
_MENU: dict[str, ValueRule] = {**_CHOSEN, "placeholder": plain_text(150)}
_MULTI_MENU: dict[str, ValueRule] = {**_MENU, "max_selected_items": Number(1)}
_TYPED_IN: dict[str, ValueRule] = {**_ID, "placeholder": plain_text(150), "focus_on_load": Boolean()}
_DISPATCHED: dict[str, ValueRule] = {**_TYPED_IN, "dispatch_action_config": DISPATCH_ACTION_CONFIG}
_PRESSED: dict[str, ValueRule] = {
    "text": required(plain_text(75)),
    "style": one_of("primary", "danger"),
    "accessibility_label": String(75),
}
_OPTIONS: dict[str, ValueRule] = {
    "options": Array(OPTION, max_items=100),
    "option_groups": Array(OPTION_GROUP, max_items=100),
}
_IDS = Array(String())

_FEEDBACK = ObjectSchema(
    {"text": required(plain_text(75)), "value": required(String(2000)), "accessibility_label": String(75)}
)

BUTTONS: dict[str, ObjectSchema] = {
    "button": ObjectSchema(
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
    "workflow_button": ObjectSchema({**_ID, **_PRESSED, "workflow": required(WORKFLOW)}, surfaces=_IN_MESSAGES),
    "feedback_buttons": ObjectSchema(
        {**_ID, "positive_button": required(_FEEDBACK), "negative_button": required(_FEEDBACK)},
        surfaces=_IN_MESSAGES,
    ),
    "icon_button": ObjectSchema(
        {
            **_ASKED,
            "icon": required(String()),
            "text": required(plain_text(75)),
            "accessibility_label": String(75),
            "value": String(2000),
            "visible_to_user_ids": Array(String(), max_items=10),
        },
        surfaces=_IN_MESSAGES,
    ),
    "overflow": ObjectSchema({**_ASKED, "options": required(Array(OVERFLOW_OPTION, max_items=5))}),
}

MENUS: dict[str, ObjectSchema] = {
    "static_select": ObjectSchema(
        {**_MENU, **_OPTIONS, "initial_option": OPTION},
        checks=(*exactly_one("options", "option_groups"), initial_among_options("initial_option")),
    ),
    "multi_static_select": ObjectSchema(
        {**_MULTI_MENU, **_OPTIONS, "initial_options": Array(OPTION)},
        checks=(*exactly_one("options", "option_groups"), initial_among_options("initial_options")),
    ),
    "external_select": ObjectSchema({**_MENU, "initial_option": OPTION, "min_query_length": Number(0)}),
    "multi_external_select": ObjectSchema(
        {**_MULTI_MENU, "initial_options": Array(OPTION), "min_query_length": Number(0)}
    ),
    "users_select": ObjectSchema({**_MENU, "initial_user": String()}),
    "multi_users_select": ObjectSchema({**_MULTI_MENU, "initial_users": _IDS}),
    "conversations_select": ObjectSchema(
        {
            **_MENU,
            "initial_conversation": String(),
            "default_to_current_conversation": Boolean(),
            "response_url_enabled": Boolean(),
            "filter": CONVERSATION_FILTER,
        }
    ),
    "multi_conversations_select": ObjectSchema(
        {
            **_MULTI_MENU,
            "initial_conversations": _IDS,
            "default_to_current_conversation": Boolean(),
            "filter": CONVERSATION_FILTER,
        }
    ),
    "channels_select": ObjectSchema({**_MENU, "initial_channel": String(), "response_url_enabled": Boolean()}),
    "multi_channels_select": ObjectSchema({**_MULTI_MENU, "initial_channels": _IDS}),
}

CHOICE_ELEMENTS: dict[str, ObjectSchema] = {
    "checkboxes": ObjectSchema(
        {
            **_CHOSEN,
            "options": required(Array(FORMATTED_OPTION, max_items=10)),
            "initial_options": Array(FORMATTED_OPTION),
        },
        checks=(initial_among_options("initial_options"),),
    ),
    "radio_buttons": ObjectSchema(
        {**_CHOSEN, "options": required(Array(FORMATTED_OPTION, max_items=10)), "initial_option": FORMATTED_OPTION},
        checks=(initial_among_options("initial_option"),),
    ),
}

PICKERS: dict[str, ObjectSchema] = {
    "datepicker": ObjectSchema({**_MENU, "initial_date": DATE}),
    "timepicker": ObjectSchema({**_MENU, "initial_time": TIME, "timezone": ZONE}),
    # Ten digits: seconds since 1970.
    "datetimepicker": ObjectSchema(
        {**_CHOSEN, "initial_date_time": Number(0, 9_999_999_999)}, surfaces=frozenset({"message", "modal"})
    ),
}

INPUTS: dict[str, ObjectSchema] = {
    "plain_text_input": ObjectSchema(
        {
            **_DISPATCHED,
            "initial_value": String(3000, min_length=0),
            "multiline": Boolean(),
            "min_length": Number(0, 3000),
            "max_length": Number(1, 3000),
        },
        checks=(in_order("min_length", "max_length"),),
    ),
    "rich_text_input": ObjectSchema(
        {
            **_DISPATCHED,
            "initial_value": TypedObject({"rich_text": RICH_TEXT}),
            "min_lines": Number(1),
            "max_lines": Number(1),
        },
        checks=(in_order("min_lines", "max_lines"),),
        surfaces=_IN_VIEWS,
    ),
    "email_text_input": ObjectSchema({**_DISPATCHED, "initial_value": String(min_length=0)}, surfaces=_IN_MODALS),
    "url_text_input": ObjectSchema({**_DISPATCHED, "initial_value": String(min_length=0)}, surfaces=_IN_MODALS),
    # The limits and the initial value are strings, like the numbers that people type.
    "number_input": ObjectSchema(
        {
            **_DISPATCHED,
            "is_decimal_allowed": required(Boolean()),
            "initial_value": NUMBER,
            "min_value": NUMBER,
            "max_value": NUMBER,
        },
        checks=(in_order("min_value", "max_value"),),
        surfaces=_IN_MODALS,
    ),
    "file_input": ObjectSchema({**_ID, "filetypes": Array(String()), "max_files": Number(1, 10)}, surfaces=_IN_MODALS),
}

IMAGE = ObjectSchema(
    {"alt_text": required(String(2000)), "image_url": WEB_URL, "slack_file": SLACK_FILE},
    checks=exactly_one("image_url", "slack_file"),
)

ELEMENTS: dict[str, ObjectSchema] = {**BUTTONS, **MENUS, **CHOICE_ELEMENTS, **PICKERS, **INPUTS, "image": IMAGE}
