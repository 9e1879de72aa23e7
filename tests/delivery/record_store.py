"""A stand-in for a learning record store (LRS), over real HTTP: it checks statements against xAPI 1.0.3, and can fail.

Stricter than some real stores: any property that isn't in the specification is refused, as the specification demands.
"""

import asyncio
import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from aiohttp import web

Refuses = Callable[[Mapping[str, Any]], bool]

IRI = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+", re.IGNORECASE)
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:?\d{2})")

STATEMENT = {
    "id", "actor", "verb", "object", "result", "context", "timestamp", "stored", "authority", "version", "attachments",
}  # fmt: skip
RESULT = {"score", "success", "completion", "response", "duration", "extensions"}
CONTEXT = {
    "registration", "instructor", "team", "contextActivities", "revision", "platform", "language", "statement",
    "extensions",
}  # fmt: skip
DEFINITION = {
    "name", "description", "type", "moreInfo", "extensions", "interactionType", "correctResponsesPattern", "choices",
    "scale", "source", "target", "steps",
}  # fmt: skip


class Invalid(Exception):
    """A statement breaks a rule of xAPI."""


@dataclass
class RecordStore:
    """Stores statements by id. `answers`: the next requests get these statuses and headers; None: no answer at all.

    `refuses`: statements that it doesn't like, though they are valid. `crashes`: those that make it fail. `loses`: how
    many of the next accepted requests lose their answer. `page`: a page for people, which it answers instead.
    """

    username: str = "hush-account"
    password: str = "hush-lrs"
    stored: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: list[list[str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    answers: list[tuple[int | None, dict[str, str]]] = field(default_factory=list)
    refuses: Refuses = lambda _statement: False
    crashes: Refuses = lambda _statement: False
    loses: int = 0
    page: bytes | None = None
    overlap: Callable[[], Any] | None = None
    """Runs after a batch is stored, and before it is answered."""

    def app(self) -> web.Application:
        """The server."""
        app = web.Application()
        app.router.add_post("/xapi/statements", self.take)
        app.router.add_get("/xapi/statements", self.find)
        app.router.add_get("/xapi/about", self.about)
        return app

    async def about(self, _request: web.Request) -> web.Response:
        return web.json_response({"version": ["1.0.3", "1.0.0"]})

    async def find(self, request: web.Request) -> web.Response:
        if refused := self._refuse_caller(request):
            return refused
        return web.Response(status=404)

    async def take(self, request: web.Request) -> web.Response:
        if refused := self._refuse_caller(request):
            return refused
        body = await request.read()
        self.bodies.append(body)
        statements = json.loads(body)
        self.requests.append([each.get("id", "") for each in statements])
        if self.answers:
            status, headers = self.answers.pop(0)
            if status is None:
                await asyncio.Event().wait()
            return web.Response(status=status or 500, headers=headers)
        if refused := self._refuse(statements):
            return refused
        new = [each["id"] for each in statements if each["id"] not in self.stored]
        self.stored.update({each["id"]: each for each in statements})
        if self.overlap is not None:
            await self.overlap()
        if self.loses:
            self.loses -= 1
            assert request.transport is not None
            request.transport.abort()
        if not new:
            return web.Response(status=204)
        return web.json_response(new)  # as Ralph does, which leaves out those that it had

    def _refuse(self, statements: list[dict[str, Any]]) -> web.Response | None:
        """The answer instead of storing these statements, which it takes all or none of."""
        if self.page is not None:
            return web.Response(body=self.page, content_type="text/html")
        if any(map(self.crashes, statements)):
            return web.Response(status=500)
        try:
            for each in statements:
                check(each)
        except Invalid as why:
            return web.Response(status=400, text=str(why))
        if any(map(self.refuses, statements)):
            return web.Response(status=400, text="not here")
        if any(each["id"] in self.stored and self.stored[each["id"]] != each for each in statements):
            return web.Response(status=409)
        return None

    def _refuse_caller(self, request: web.Request) -> web.Response | None:
        known = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {known}":
            return web.Response(status=401)
        if not request.headers.get("X-Experience-API-Version", "").startswith("1.0"):
            return web.Response(status=400, text="no version")
        if request.method == "POST" and request.content_type != "application/json":
            return web.Response(status=415)
        return None

    def told(self, verb: str) -> list[dict[str, Any]]:
        """The stored statements with this verb."""
        return [each for each in self.stored.values() if each["verb"]["id"].endswith(f"/{verb}")]


def check(statement: dict[str, Any]) -> None:
    """Raise Invalid if a statement breaks a rule of xAPI 1.0.3."""
    _only(statement, STATEMENT, {"actor", "verb", "object"})
    if str(UUID(statement["id"])) != statement["id"]:
        raise Invalid("id")
    _actor(statement["actor"])
    _only(statement["verb"], {"id", "display"}, {"id"})
    _iri(statement["verb"]["id"])
    _names(statement["verb"].get("display", {}))
    _activity(statement["object"])
    _result(statement.get("result", {}))
    _context(statement.get("context", {}))
    if "timestamp" in statement:
        if not TIMESTAMP.fullmatch(statement["timestamp"]):
            raise Invalid("timestamp")
        datetime.fromisoformat(statement["timestamp"])


def _only(value: Mapping[str, Any], known: set[str], required: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    if unknown := value.keys() - known:
        raise Invalid(f"unknown: {unknown}")
    if missing := required - value.keys():
        raise Invalid(f"missing: {missing}")
    if any(each is None for each in value.values()):
        raise Invalid("null")


def _actor(actor: dict[str, Any]) -> None:
    _only(actor, {"objectType", "name", "mbox", "mbox_sha1sum", "openid", "account"}, {"account"})
    _only(actor["account"], {"homePage", "name"}, {"homePage", "name"})
    if sum(each in actor for each in ("mbox", "mbox_sha1sum", "openid", "account")) != 1:
        raise Invalid("more than one identifier")
    if not actor["account"]["homePage"].startswith(("http://", "https://")):
        raise Invalid("homePage")


def _activity(activity: dict[str, Any]) -> None:
    _only(activity, {"objectType", "id", "definition"}, {"id"})
    if activity.get("objectType", "Activity") != "Activity":
        raise Invalid("objectType")
    _iri(activity["id"])
    definition = activity.get("definition", {})
    _only(definition, DEFINITION)
    _iri(definition.get("type", "urn:none"))
    _names(definition.get("name", {}))


def _result(result: dict[str, Any]) -> None:
    _only(result, RESULT)
    for name, value in result.get("extensions", {}).items():
        _iri(name)
        if name.endswith("/progress") and not (type(value) is int and 0 <= value <= 100):
            raise Invalid("progress")


def _context(context: dict[str, Any]) -> None:
    _only(context, CONTEXT)
    related = context.get("contextActivities", {})
    _only(related, {"parent", "grouping", "category", "other"})
    for activities in related.values():
        for each in activities:
            _activity(each)


def _names(names: dict[str, str]) -> None:
    if not all(map(LANGUAGE.fullmatch, names)):
        raise Invalid("language")


def _iri(text: str) -> None:
    if not IRI.fullmatch(text):
        raise Invalid(f"no IRI: {text}")
