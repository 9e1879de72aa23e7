"""Reads the arguments of a Web API call from its JSON body, form, or query, with the types they need."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.sandbox.refusal import RequestRefused, validation_refusal


class Arguments:
    """A call's arguments. Accepts form values, which are text, and JSON as text."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def has(self, name: str) -> bool:
        """Return whether the call has this argument."""
        return self.values.get(name) is not None

    def text(self, name: str) -> str:
        """Return required text. Raises RequestRefused `invalid_arguments` if it is missing or empty."""
        value = self.optional_text(name)
        if not value:
            raise validation_refusal("invalid_arguments", [f"[ERROR] missing required field: {name}"])
        return value

    def optional_text(self, name: str) -> str | None:
        """Return text, or None if it is missing."""
        value = self.values.get(name)
        return None if value is None else str(value)

    def number(self, name: str, default: int, error: str = "invalid_arguments") -> int:
        """Return a whole number above 0. Raises RequestRefused with `error` for anything else."""
        value = self.values.get(name)
        if value in (None, ""):
            return default
        try:
            number = int(str(value))
        except ValueError:
            raise RequestRefused(error) from None
        if number < 1:
            raise RequestRefused(error)
        return number

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a boolean, in any spelling that Slack accepts."""
        value = self.values.get(name)
        return default if value is None else str(value).lower() in ("true", "1")

    def name_list(self, name: str) -> list[str]:
        """Return a list of strings from a list or comma-separated text."""
        value = self.values.get(name) or ""
        return [str(word) for word in value] if isinstance(value, list) else [w for w in str(value).split(",") if w]

    def json_value(self, name: str, error: str) -> object:
        """Return a JSON value, or None if it is missing. Raises RequestRefused with `error` for invalid JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise RequestRefused(error) from None


async def read_arguments(request: web.Request) -> Arguments:
    """Read a request's arguments. Raises RequestRefused if its body can't be read."""
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        values |= _json_object(await request.text())
    elif request.can_read_body:
        values |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return Arguments(values)


def _json_object(body: str) -> dict[str, Any]:
    try:
        value = json.loads(body or "{}")
    except ValueError:
        raise RequestRefused("invalid_json") from None
    if not isinstance(value, dict):
        raise RequestRefused("json_not_object")
    return value
