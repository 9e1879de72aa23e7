"""Composition objects, as in https://docs.slack.dev/reference/block-kit/composition-objects: all fields."""

from bot.sandbox.blocks.field_checks import exactly_one
from bot.sandbox.blocks.string_formats import URL, WEB_URL
from bot.sandbox.blocks.value_rules import (
    Array,
    Boolean,
    ObjectSchema,
    String,
    TypedObject,
    object_of_types,
    one_of,
    required,
)

MAX_TEXT_LENGTH = 3000
"""Longest text object, in characters, unless its field has a smaller limit."""


def text_objects(max_length: int = MAX_TEXT_LENGTH) -> dict[str, ObjectSchema]:
    """Return the schemas of both text objects, for arrays that also have other items."""
    return {
        "plain_text": ObjectSchema({"text": required(String(max_length)), "emoji": Boolean()}),
        "mrkdwn": ObjectSchema({"text": required(String(max_length)), "verbatim": Boolean()}),
    }


def plain_text(max_length: int = MAX_TEXT_LENGTH) -> TypedObject:
    """Return the rule for a `plain_text` object of 1 to `max_length` characters."""
    return object_of_types(text_objects(max_length), "plain_text")


def any_text(max_length: int = MAX_TEXT_LENGTH) -> TypedObject:
    """Return the rule for a `plain_text` or `mrkdwn` object of 1 to `max_length` characters."""
    return TypedObject(text_objects(max_length))


CONFIRM = ObjectSchema(
    {
        "title": required(plain_text(100)),
        "text": required(any_text(300)),
        "confirm": required(plain_text(30)),
        "deny": required(plain_text(30)),
        "style": one_of("primary", "danger"),
    }
)

OPTION = ObjectSchema(
    {
        "text": required(plain_text(75)),
        "value": required(String(150)),
        "description": plain_text(75),
    }
)

# Checkboxes and radio buttons support mrkdwn; menus don't.
FORMATTED_OPTION = ObjectSchema(
    {
        "text": required(any_text(75)),
        "value": required(String(150)),
        "description": any_text(75),
    }
)

OVERFLOW_OPTION = ObjectSchema({**OPTION.fields, "url": URL})

OPTION_GROUP = ObjectSchema({"label": required(plain_text(75)), "options": required(Array(OPTION, max_items=100))})

CONVERSATION_FILTER = ObjectSchema(
    {
        "include": Array(one_of("im", "mpim", "private", "public")),
        "exclude_external_shared_channels": Boolean(),
        "exclude_bot_users": Boolean(),
    }
)

DISPATCH_ACTION_CONFIG = ObjectSchema({"trigger_actions_on": Array(one_of("on_enter_pressed", "on_character_entered"))})

SLACK_FILE = ObjectSchema({"id": String(), "url": WEB_URL}, checks=exactly_one("id", "url"))

WORKFLOW = ObjectSchema(
    {
        "trigger": required(
            ObjectSchema(
                {
                    "url": required(WEB_URL),
                    "customizable_input_parameters": Array(
                        ObjectSchema({"name": required(String()), "value": required(String(min_length=0))}), min_items=0
                    ),
                }
            )
        )
    }
)
