"""One port that answers HTTP."""

from collections.abc import Sequence

from aiohttp import web

from bot.errors import SettingsError

SLACK_EVENTS_PATH = "/slack/events"
"""Where everything that Slack sends comes in."""

MAX_BODY_BYTES = 1024 * 1024
"""Bytes of a request. Slack's largest, a modal with all its fields, stay under a quarter of it."""

SHUTDOWN_TIMEOUT_SECONDS = 10.0
"""Seconds that requests under way get when the process stops: longer than Slack waits for any."""


class Server:
    """Listens on one address, for some routes."""

    def __init__(self, routes: Sequence[web.RouteDef], host: str, port: int) -> None:
        """`port`: 0 takes any free one."""
        self._routes = routes
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None

    @property
    def port(self) -> int:
        """Where it listens, once started."""
        return int(self._runner.addresses[0][1]) if self._runner is not None else self._port

    async def start(self) -> None:
        """Begin to listen. SettingsError if that is not possible there."""
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        app.add_routes(self._routes)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_TIMEOUT_SECONDS)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError as error:
            await runner.cleanup()
            raise SettingsError(
                f"Rounds can't listen on {self._host}, port {self._port} ({error.strerror}). Nothing was started. "
                "Choose another port, or stop what listens there."
            ) from error
        self._runner = runner

    async def stop(self) -> None:
        """Take no more requests, and finish those under way."""
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()
