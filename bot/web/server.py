"""An HTTP server on one port."""

from collections.abc import Sequence

from aiohttp import web

from bot.errors import SettingsError

SLACK_EVENTS_PATH = "/slack/events"
"""The path for everything that Slack sends."""

MAX_BODY_BYTES = 1024 * 1024
"""Most bytes in a request. Slack's largest, a modal with all its fields, are under a quarter of this."""

SHUTDOWN_TIMEOUT_SECONDS = 10.0
"""Seconds that running requests get when the process stops: longer than Slack waits for any."""


class Server:
    """Serves some routes on one address."""

    def __init__(self, routes: Sequence[web.RouteDef], host: str, port: int) -> None:
        """Create a server. Port 0 takes any free port."""
        self._routes = routes
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None

    @property
    def port(self) -> int:
        """The port it listens on, once started."""
        return int(self._runner.addresses[0][1]) if self._runner is not None else self._port

    async def start(self) -> None:
        """Start listening. Raises SettingsError if the address can't be used."""
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        app.add_routes(self._routes)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_TIMEOUT_SECONDS)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError as error:
            await runner.cleanup()
            raise SettingsError(
                f"Rounds can't listen on {self._host}, port {self._port} ({error.strerror}). Rounds didn't start. "
                "Choose a different port, or stop the program that uses it."
            ) from error
        self._runner = runner

    async def stop(self) -> None:
        """Stop accepting requests, and finish the running ones."""
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()
