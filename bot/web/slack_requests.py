"""The request URL: everything that Slack sends to the app comes in here, and leaves with Bolt's answer."""

from collections.abc import Sequence

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.web.request_verifier import RefusalReason, RequestVerifier
from bot.web.server import SLACK_EVENTS_PATH


class SlackRequestHandler:
    """Takes what Slack signed, and refuses the rest before anything of it is read."""

    def __init__(self, app: AsyncApp, signatures: RequestVerifier) -> None:
        """`app` must not check signatures itself: this does."""
        self._app = app
        self._signatures = signatures

    @property
    def routes(self) -> list[web.RouteDef]:
        """The addresses that Slack uses."""
        return [web.post(SLACK_EVENTS_PATH, self.handle_request), web.get(SLACK_EVENTS_PATH, self.handle_ssl_check)]

    async def handle_request(self, request: web.Request) -> web.Response:
        """A command, an interaction, an event, or a challenge."""
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            self._signatures.count_refusal(RefusalReason.TOO_LARGE)
            raise
        refusal = self._signatures.refusal_reason(body, request.headers)
        if refusal is not None:
            self._signatures.count_refusal(refusal)
            return web.json_response({"error": "This request isn't one that Slack just signed."}, status=401)
        headers: dict[str, str | Sequence[str]] = dict(request.headers)
        answer = await self._app.async_dispatch(
            AsyncBoltRequest(body=body.decode("utf-8"), query=request.query_string, headers=headers)
        )
        return await to_aiohttp_response(answer)

    async def handle_ssl_check(self, request: web.Request) -> web.Response:
        """Slack looks now and then whether a command's certificate is valid; it wants no more than a 200."""
        if request.query.get("ssl_check") != "1":
            raise web.HTTPMethodNotAllowed("GET", ["POST"])
        return web.Response()
