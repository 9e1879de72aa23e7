"""What Slack sends when somebody types, presses, submits, or writes something, as far as the bot looks at it.

Each has an id of its own, as Slack's have. `changes` replace fields, with whatever an attacker would put there.
"""

import itertools
import json
import time
from typing import Any
from urllib.parse import urlencode

FORM, JSON = "application/x-www-form-urlencoded", "application/json"

TEAM = "T0RIVER"

RESPOND = "http://127.0.0.1:9/none"
"""A response URL where nobody listens."""

Fields = dict[str, dict[str, dict[str, Any]]]
"""The state of a modal's fields, by block and action id."""

_numbers = itertools.count()


def command(user: str, name: str, text: str = "", /, **changes: str) -> bytes:
    """A typed command."""
    said = {"command": name, "text": text, "team_id": TEAM, "user_id": user, "channel_id": "D1"}
    return urlencode({**said, "response_url": RESPOND, "trigger_id": _new_id("1.2."), **changes}).encode()


def pressed(user: str, action: str, value: str = "", /, **changes: Any) -> bytes:
    """A pressed button under a message."""
    press = {
        "type": "block_actions",
        "container": {"type": "message", "message_ts": "1.0", "channel_id": f"D{user[1:]}"},
        "response_url": RESPOND,
        "actions": [{"type": "button", "action_id": action, "block_id": "b", "value": value}],
    }
    return _interaction(user, press | changes)


def submitted(user: str, callback: str, fields: Fields, /, **changes: Any) -> bytes:
    """A submitted modal."""
    view: dict[str, Any] = {
        "id": "V1",
        "type": "modal",
        "callback_id": callback,
        "private_metadata": "",
        "blocks": [],
        "state": {"values": fields},
        "root_view_id": "V1",
        "previous_view_id": None,
    }
    return _interaction(user, {"type": "view_submission", "view": view, "response_urls": [], **changes})


def message(user: str, text: str, /, **changes: Any) -> bytes:
    """A message in the conversation with the bot, as an event."""
    said = {"type": "message", "channel": f"D{user[1:]}", "channel_type": "im", "user": user, "text": text, "ts": "1.0"}
    event = {"type": "event_callback", "team_id": TEAM, "event_id": _new_id("Ev"), "event": said}
    return json.dumps(event | changes).encode()


def _interaction(user: str, more: dict[str, Any]) -> bytes:
    who = {"id": user, "username": user.lower(), "team_id": TEAM}
    payload = {"user": who, "team": {"id": TEAM}, "trigger_id": _new_id("1.2."), "enterprise": None, **more}
    return urlencode({"payload": json.dumps(payload)}).encode()


def _new_id(start: str) -> str:
    return f"{start}{time.time_ns()}{next(_numbers)}"
