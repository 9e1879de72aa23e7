"""What operators and their machines ask: is it alive, may it get requests, and what has it counted."""

from collections.abc import Awaitable, Callable, Iterator, Sequence

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.aiohttp import make_aiohttp_handler
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from bot.web.request_verifier import RequestVerifier

ReadinessCheck = Callable[[], Awaitable[Sequence[str]]]
"""What keeps this process from working, in words; nothing when it can."""


def health_routes(ready: ReadinessCheck) -> list[web.RouteDef]:
    """/health: the process answers at all (if not, restart it). /ready: it can work (if not, send it nothing)."""

    async def health(_: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def is_ready(_: web.Request) -> web.Response:
        problems = list(await ready())
        return web.json_response({"ready": not problems, "problems": problems}, status=503 if problems else 200)

    return [web.get("/health", health), web.get("/ready", is_ready)]


def metrics_routes(registry: CollectorRegistry) -> list[web.RouteDef]:
    """/metrics, for the port that only operators reach: what this registry counts."""
    return [web.get("/metrics", make_aiohttp_handler(registry))]


class RefusedRequestsCollector(Collector):
    """How many requests were refused, by reason, for a registry."""

    def __init__(self, signatures: RequestVerifier) -> None:
        self._signatures = signatures

    def collect(self) -> Iterator[CounterMetricFamily]:
        """The counts as they are now."""
        family = CounterMetricFamily(
            "rounds_requests_refused", "Requests that were not Slack's, or not fresh.", labels=["reason"]
        )
        for refusal, count in sorted(self._signatures.refused.items()):
            family.add_metric([refusal], count)
        yield family
