"""The request URL: passes everything that Slack sends to Bolt, and returns Bolt's answer."""

from collections.abc import Sequence

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.web.request_verifier import RefusalReason, RequestVerifier
from bot.web.server import SLACK_EVENTS_PATH


class SlackRequestHandler:
    """Handles requests signed by Slack, and refuses others before parsing them."""

    def __init__(self, app: AsyncApp, verifier: RequestVerifier) -> None:
        """Create a handler. `app` must not verify signatures itself, because the handler does."""
        self._app = app
        self._verifier = verifier

    @property
    def routes(self) -> list[web.RouteDef]:
        """The routes that Slack uses."""
        return [web.post(SLACK_EVENTS_PATH, self.handle_request), web.get(SLACK_EVENTS_PATH, self.handle_ssl_check)]

    async def handle_request(self, request: web.Request) -> web.Response:
        """Handle a command, an interaction, an event, or a challenge."""
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            self._verifier.count_refusal(RefusalReason.TOO_LARGE)
            raise
        refusal = self._verifier.refusal_reason(body, request.headers)
        if refusal is not None:
            self._verifier.count_refusal(refusal)
            return web.json_response({"error": "This request doesn't have a fresh signature from Slack."}, status=401)
        headers: dict[str, str | Sequence[str]] = dict(request.headers)
        answer = await self._app.async_dispatch(
            AsyncBoltRequest(body=body.decode("utf-8"), query=request.query_string, headers=headers)
        )
        return await to_aiohttp_response(answer)

    async def handle_ssl_check(self, request: web.Request) -> web.Response:
        """Answer Slack's occasional check of a command's certificate; it only needs a 200."""
        if request.query.get("ssl_check") != "1":
            raise web.HTTPMethodNotAllowed("GET", ["POST"])
        return web.Response()
