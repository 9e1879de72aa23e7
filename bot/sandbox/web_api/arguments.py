"""The arguments of a Web API call: from a JSON body, a form or the address, each read as the type it must have."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.sandbox.refusal import RequestRefused, validation_refusal


class Arguments:
    """What a method was called with. Values from forms are text, and JSON may come as text: both are accepted."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def has(self, name: str) -> bool:
        """Whether this was given at all."""
        return self.values.get(name) is not None

    def text(self, name: str) -> str:
        """Text that must be there. RequestRefused `invalid_arguments`."""
        value = self.optional_text(name)
        if not value:
            raise validation_refusal("invalid_arguments", [f"[ERROR] missing required field: {name}"])
        return value

    def optional_text(self, name: str) -> str | None:
        """Text, or None when it wasn't given."""
        value = self.values.get(name)
        return None if value is None else str(value)

    def number(self, name: str, default: int, error: str = "invalid_arguments") -> int:
        """A whole number above 0. RequestRefused with `error` when it is none."""
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
        """True or false, however it is written."""
        value = self.values.get(name)
        return default if value is None else str(value).lower() in ("true", "1")

    def name_list(self, name: str) -> list[str]:
        """A list of words, given as a list or parted by commas."""
        value = self.values.get(name) or ""
        return [str(word) for word in value] if isinstance(value, list) else [w for w in str(value).split(",") if w]

    def json_value(self, name: str, error: str) -> object:
        """A JSON value; None when it wasn't given. RequestRefused with `error` when it is no JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise RequestRefused(error) from None


async def read_arguments(request: web.Request) -> Arguments:
    """The arguments of a request. RequestRefused when its body can't be read."""
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
