"""Routes for operators and their tools: health, readiness, and metrics."""

from collections.abc import Awaitable, Callable, Iterator, Sequence

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.aiohttp import make_aiohttp_handler
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.web.request_verifier import RequestVerifier
from bot.web.server_errors import ServerErrors

ReadinessCheck = Callable[[], Awaitable[Sequence[str]]]
"""Returns what keeps this process from working, in words; nothing if it is ready."""


def health_routes(ready: ReadinessCheck) -> list[web.RouteDef]:
    """Return /health (if it doesn't answer, restart the process) and /ready (if not ready, send it no requests)."""

    async def health(_: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def is_ready(_: web.Request) -> web.Response:
        problems = list(await ready())
        return web.json_response({"ready": not problems, "problems": problems}, status=503 if problems else 200)

    return [web.get("/health", health), web.get("/ready", is_ready)]


def metrics_routes(registry: CollectorRegistry) -> list[web.RouteDef]:
    """Return /metrics, which shows this registry, for the port that only operators can reach."""
    return [web.get("/metrics", make_aiohttp_handler(registry))]


class SocketCollector(Collector):
    """Says whether the Socket Mode connection is open, for a Prometheus registry."""

    def __init__(self, is_open: Callable[[], bool]) -> None:
        self._is_open = is_open

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield 1 if it is open, and 0 if not."""
        help_text = "Whether the connection to Slack (Socket Mode) is open."
        yield GaugeMetricFamily("rounds_socket_connected", help_text, value=float(self._is_open()))


class RequestsCollector(Collector):
    """Counts refused requests by reason, and the server's own errors, for a Prometheus registry."""

    def __init__(self, verifier: RequestVerifier, errors: ServerErrors) -> None:
        self._signatures = verifier
        self._errors = errors

    def collect(self) -> Iterator[CounterMetricFamily]:
        """Yield the current counts."""
        family = CounterMetricFamily(
            "rounds_requests_refused", "Requests that weren't from Slack, or weren't fresh.", labels=["reason"]
        )
        for refusal, count in sorted(self._signatures.refused.items()):
            family.add_metric([refusal], count)
        yield family
        yield CounterMetricFamily("rounds_server_errors", "Errors of the HTTP server itself.", value=self._errors.count)
