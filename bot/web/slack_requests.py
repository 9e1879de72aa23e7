"""The request URL: passes everything that Slack sends to Bolt, and returns Bolt's answer."""

import asyncio
from collections.abc import Mapping, Sequence

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.web.request_verifier import RefusalReason, RequestVerifier
from bot.web.server import CUT_OFF, MAX_BODY_BYTES, SLACK_EVENTS_PATH

BODY_SECONDS = 3.0
"""How long a request may take to send its body: Slack waits as long for the answer, and a megabyte takes far less."""

_ANSWERS = {
    RefusalReason.TOO_LARGE: (413, "This request is larger than anything that Slack sends."),
    RefusalReason.TOO_SLOW: (408, "This request took too long to arrive."),
    RefusalReason.CUT_OFF: (400, "This request broke off."),
    RefusalReason.UNREADABLE: (400, "This request isn't one of Slack's."),
}


_OBJECTS = ("event", "view", "container", "message")
_LISTS = ("actions", "authorizations", "response_urls")
_NAMED = ("user", "team", "enterprise", "channel")
"""Fields of payloads that are objects, lists of objects, or an id or an object that has one; or null, or missing."""

_NEEDED = {"event_callback": "event", "block_actions": "actions", "view_submission": "view", "view_closed": "view"}
"""The field that each type of payload can't do without."""


def has_slacks_shape(payload: Mapping[str, object]) -> bool:
    """Return whether the fields that Bolt and the door look into are what they are in every payload of Slack's."""
    objects, named = ([payload.get(name) for name in names] for names in (_OBJECTS, _NAMED))
    lists = [payload.get(name) or [] for name in _LISTS]
    needed = _NEEDED.get(str(payload.get("type")))
    return (
        all(value is None or isinstance(value, dict) for value in objects)
        and all(value is None or isinstance(value, dict | str) for value in named)
        and all(isinstance(value, list) and all(isinstance(item, dict) for item in value) for value in lists)
        and (needed is None or bool(payload.get(needed)))
    )


class SlackRequestHandler:
    """Handles requests signed by Slack, and refuses others before parsing them."""

    def __init__(self, app: AsyncApp, verifier: RequestVerifier, body_seconds: float = BODY_SECONDS) -> None:
        """Create a handler. `app` must not verify signatures itself, because the handler does."""
        self._app = app
        self._verifier = verifier
        self._body_seconds = body_seconds

    @property
    def routes(self) -> list[web.RouteDef]:
        """The routes that Slack uses."""
        return [web.post(SLACK_EVENTS_PATH, self.handle_request), web.get(SLACK_EVENTS_PATH, self.handle_ssl_check)]

    async def handle_request(self, request: web.Request) -> web.Response:
        """Handle a command, an interaction, an event, or a challenge."""
        if refusal := self._verifier.refusal_before_body(request.headers):
            return self._refuse(refusal)
        if (request.content_length or 0) > MAX_BODY_BYTES:
            return self._refuse(RefusalReason.TOO_LARGE)
        try:
            async with asyncio.timeout(self._body_seconds):
                body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return self._refuse(RefusalReason.TOO_LARGE)
        except TimeoutError:
            return self._refuse(RefusalReason.TOO_SLOW)
        except CUT_OFF:  # anyone can hang up: that is no error of ours
            return self._refuse(RefusalReason.CUT_OFF)
        if refusal := self._verifier.refusal_reason(body, request.headers):
            return self._refuse(refusal)
        headers: dict[str, str | Sequence[str]] = dict(request.headers)
        try:
            asked = AsyncBoltRequest(body=body.decode("utf-8"), query=request.query_string, headers=headers)
        except Exception:  # Bolt parses the payload and looks into it, whatever it is
            return self._refuse(RefusalReason.UNREADABLE)
        if not has_slacks_shape(asked.body):
            return self._refuse(RefusalReason.UNREADABLE)
        return await to_aiohttp_response(await self._app.async_dispatch(asked))

    def _refuse(self, refusal: RefusalReason) -> web.Response:
        """Count a refusal and answer it. Its connection is closed, as the rest of its body isn't read."""
        self._verifier.count_refusal(refusal)
        status, said = _ANSWERS.get(refusal, (401, "This request doesn't have a fresh signature from Slack."))
        response = web.json_response({"error": said}, status=status)
        response.force_close()
        return response

    async def handle_ssl_check(self, request: web.Request) -> web.Response:
        """Answer Slack's occasional check of a command's certificate; it only needs a 200."""
        if request.query.get("ssl_check") != "1":
            raise web.HTTPMethodNotAllowed("GET", ["POST"])
        return web.Response()
