"""Composition objects, as in https://docs.slack.dev/reference/block-kit/composition-objects: field by field."""

from bot.sandbox.blocks.checks import exactly_one
from bot.sandbox.blocks.forms import URL, WEB_URL
from bot.sandbox.blocks.rules import Flag, Items, Shape, String, Typed, among, one_of, required

TEXT_LENGTH = 3000
"""What a text object holds where its field names no smaller limit."""


def texts(longest: int = TEXT_LENGTH) -> dict[str, Shape]:
    """The two text objects as shapes, for arrays that hold other things beside them."""
    return {
        "plain_text": Shape({"text": required(String(longest)), "emoji": Flag()}),
        "mrkdwn": Shape({"text": required(String(longest)), "verbatim": Flag()}),
    }


def plain_text(longest: int = TEXT_LENGTH) -> Typed:
    """A text object that must be `plain_text`, of 1 to `longest` characters."""
    return among(texts(longest), "plain_text")


def any_text(longest: int = TEXT_LENGTH) -> Typed:
    """A text object, `plain_text` or `mrkdwn`, of 1 to `longest` characters."""
    return Typed(texts(longest))


CONFIRM = Shape(
    {
        "title": required(plain_text(100)),
        "text": required(any_text(300)),
        "confirm": required(plain_text(30)),
        "deny": required(plain_text(30)),
        "style": one_of("primary", "danger"),
    }
)

OPTION = Shape(
    {
        "text": required(plain_text(75)),
        "value": required(String(150)),
        "description": plain_text(75),
    }
)

# Checkboxes and radio buttons show mrkdwn; menus don't.
CHOICE = Shape(
    {
        "text": required(any_text(75)),
        "value": required(String(150)),
        "description": any_text(75),
    }
)

OVERFLOW_OPTION = Shape({**OPTION.fields, "url": URL})

OPTION_GROUP = Shape({"label": required(plain_text(75)), "options": required(Items(OPTION, most=100))})

CONVERSATION_FILTER = Shape(
    {
        "include": Items(one_of("im", "mpim", "private", "public")),
        "exclude_external_shared_channels": Flag(),
        "exclude_bot_users": Flag(),
    }
)

DISPATCH_ACTION_CONFIG = Shape({"trigger_actions_on": Items(one_of("on_enter_pressed", "on_character_entered"))})

SLACK_FILE = Shape({"id": String(), "url": WEB_URL}, also=exactly_one("id", "url"))

WORKFLOW = Shape(
    {
        "trigger": required(
            Shape(
                {
                    "url": required(WEB_URL),
                    "customizable_input_parameters": Items(
                        Shape({"name": required(String()), "value": required(String(least=0))}), least=0
                    ),
                }
            )
        )
    }
)
