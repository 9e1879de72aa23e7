"""Runs the small local Slack as one server on one port."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from aiohttp import web

from bot.sandbox import file_transfer, page, response_urls
from bot.sandbox.base_url import LOOPBACK_HOSTS
from bot.sandbox.call_log import CallLog
from bot.sandbox.components import COMPONENTS_KEY, create_components
from bot.sandbox.faults import Faults
from bot.sandbox.request_url import RequestUrl
from bot.sandbox.socket_mode import SocketMode
from bot.sandbox.triggers import Triggers
from bot.sandbox.uploads import MAX_FILE_BYTES
from bot.sandbox.user_api.routes import ROUTES
from bot.sandbox.web_api import endpoint
from bot.sandbox.workspace import SandboxWorkspace

ACK_SECONDS = 3.0
"""How long the app has to acknowledge an interaction, from https://docs.slack.dev/interactivity."""

RETRY_DELAYS = (1.0, 60.0, 300.0)
"""Seconds before each retry of an event: "nearly immediately", after 1 minute, and after 5 more."""


class Sandbox:
    """One workspace, Riverside Health, with the app in a manifest.

    `manifest` is Slack's app manifest. `host` must be an address of this machine. `port` 0 means any free port.
    `limits` turns on Slack's rate limits. `clock` returns Unix seconds for timestamps, triggers, and limits;
    `ack_seconds` and `retry_delays` are in real time. `routes` are more pages on the same port. The workspace survives
    `stop` and `start`. Raises ValueError if the manifest has no name or scopes, or `host` is on another machine.
    """

    def __init__(
        self,
        manifest: Mapping[str, Any],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        limits: bool = False,
        clock: Callable[[], float] = time.time,
        ack_seconds: float = ACK_SECONDS,
        retry_delays: Sequence[float] = RETRY_DELAYS,
        routes: Iterable[web.AbstractRouteDef] = (),
    ) -> None:
        if host not in LOOPBACK_HOSTS:
            raise ValueError(f"The sandbox has no sign-in, so it listens only on this machine, not on {host}.")
        self._host = host
        self._port = port
        self._routes = tuple(routes)
        self._runner: web.AppRunner | None = None
        self._components = create_components(
            manifest, clock, limits=limits, ack_seconds=ack_seconds, retry_delays=retry_delays
        )

    @property
    def url(self) -> str:
        """The page's address, without a trailing slash; empty until the sandbox starts."""
        return self._components.base_url.url

    @property
    def app_token(self) -> str:
        """The app-level token, for Socket Mode."""
        return self._components.app_token

    @property
    def signing_secret(self) -> str:
        """The secret that signs requests to the request URL."""
        return self._components.signing_secret

    @property
    def bot_token(self) -> str:
        """The bot's token. Reinstalling the app changes it."""
        return self._components.installation.token

    @property
    def api_url(self) -> str:
        """The base URL for a Slack client."""
        return f"{self.url}/api/"

    @property
    def faults(self) -> Faults:
        """The faults to turn on."""
        return self._components.faults

    @property
    def workspace(self) -> SandboxWorkspace:
        """The people, channels, messages, and files."""
        return self._components.workspace

    @property
    def call_log(self) -> CallLog:
        """The calls that the app made."""
        return self._components.call_log

    @property
    def sockets(self) -> SocketMode:
        """The app's WebSockets."""
        return self._components.sockets

    @property
    def request_url(self) -> RequestUrl:
        """The app's request URL. If it has an address, the app gets nothing over Socket Mode."""
        return self._components.app_link.request_url

    @property
    def triggers(self) -> Triggers:
        """The trigger IDs, for tests that open modals without an interaction."""
        return self._components.triggers

    @property
    def limits(self) -> bool:
        """Whether Slack's rate limits apply."""
        return self._components.limits.enabled

    @limits.setter
    def limits(self, on: bool) -> None:
        self._components.limits.enabled = on

    def uninstall(self, *, first_event: str = "app_uninstalled", refusal: str = "account_inactive") -> None:
        """Uninstall the app, and send it `app_uninstalled` and `tokens_revoked`, starting with `first_event`.

        `refusal` is Slack's error for its token from then on.
        """
        self._components.installation.uninstall(refusal)
        self._components.events.emit_uninstall_events(first_event)

    def install(self) -> str:
        """Install the app again, and return its new token."""
        return self._components.installation.install()

    async def start(self) -> None:
        """Start to listen. Raises OSError if the port is taken."""
        self._runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError:
            await self.stop()
            raise
        self._components.base_url.url = f"http://{_format_host(self._host)}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Close every connection and stop listening. Does nothing if the server isn't running."""
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await self._components.profiles.stop()
            await self._components.events.stop()
            self._components.page_updates.close()
            await self._components.sockets.close()
            await self.request_url.close()
            await runner.cleanup()

    def _app(self) -> web.Application:
        app = web.Application(
            middlewares=[page.errors_as_json, page.allow_local_requests_only], client_max_size=MAX_FILE_BYTES
        )
        app[COMPONENTS_KEY] = self._components
        app.on_response_prepare.append(page.add_security_headers)
        app.add_routes(
            [
                web.get("/", page.index),
                web.get("/static/{path:.+}", page.static_file),
                web.post("/api/{method}", endpoint.handle_call),
                web.get("/api/{method}", endpoint.handle_call),
                web.get("/socket/{ticket}", self._components.sockets.serve),
                web.post("/respond/{token}", response_urls.handle_response),
                web.post("/upload/{token}", file_transfer.upload),
                web.get("/files/{file}/{name:.+}", file_transfer.download),
                *ROUTES,
                *self._routes,
            ]
        )
        return app


def _format_host(host: str) -> str:
    return f"[{host}]" if ":" in host else host
