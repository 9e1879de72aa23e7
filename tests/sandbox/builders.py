"""Small manifests, blocks and views for the tests of the sandbox."""

from typing import Any

Json = dict[str, Any]

EVERY_SCOPE = (
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "reactions:write",
    "team:read",
    "usergroups:read",
    "users:read",
    "users:read.email",
)

EVERY_EVENT = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "member_joined_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "tokens_revoked",
    "user_change",
)


def manifest(
    *, scopes: tuple[str, ...] = EVERY_SCOPE, events: tuple[str, ...] = EVERY_EVENT, home: Json | None = None
) -> Json:
    return {
        "display_information": {"name": "Rounds"},
        "features": {
            "app_home": home if home is not None else {"home_tab_enabled": True, "messages_tab_enabled": True},
            "bot_user": {"display_name": "Rounds"},
            "slash_commands": [
                {"command": "/tip", "description": "A tip", "usage_hint": "[skill]"},
                {"command": "/ask", "description": "With mentions as ids", "should_escape": True},
            ],
        },
        "oauth_config": {"scopes": {"bot": list(scopes)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(events)},
            "interactivity": {"is_enabled": True},
            "socket_mode_enabled": True,
        },
    }


def without(*scopes: str) -> tuple[str, ...]:
    return tuple(scope for scope in EVERY_SCOPE if scope not in scopes)


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str = "Words") -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(action_id: str, value: str = "1") -> Json:
    return {"type": "button", "action_id": action_id, "text": plain("Press"), "value": value}


def actions(*elements: Json, block_id: str = "row") -> Json:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def options(*values: str) -> list[Json]:
    return [{"text": plain(value.title()), "value": value} for value in values]


def asked(action_id: str, element: Json, **fields: Any) -> Json:
    element = {"action_id": action_id, **element}
    return {"type": "input", "block_id": f"{action_id}_block", "label": plain("Label"), "element": element, **fields}


def line(action_id: str = "words", **fields: Any) -> Json:
    """An input block with one line of text to write."""
    return asked(action_id, {"type": "plain_text_input", **fields})


def modal(*blocks: Json, **fields: Any) -> Json:
    shown = list(blocks) or [line()]
    return {
        "type": "modal",
        "callback_id": "asked",
        "title": plain("A modal"),
        "submit": plain("Save"),
        "blocks": shown,
        **fields,
    }


def home(*blocks: Json) -> Json:
    return {"type": "home", "blocks": list(blocks) or [section()]}
