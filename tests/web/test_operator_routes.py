"""Operators' routes: alive, ready, and metrics, on a port of their own."""

from collections.abc import Sequence

import aiohttp
import pytest
from prometheus_client import CollectorRegistry, Gauge

from bot.errors import SettingsError
from bot.web.operator_routes import RequestsCollector, health_routes, metrics_routes
from bot.web.request_verifier import RefusalReason, RequestVerifier
from bot.web.server import Server
from bot.web.server_errors import ServerErrors
from tests.builders import SetClock
from tests.web.test_request_verifier import NOW, SECRET

LOOPBACK = "127.0.0.1"


async def asked(server: Server, path: str) -> tuple[int, str]:
    """Return a running server's answer."""
    async with aiohttp.ClientSession() as session, session.get(f"http://{LOOPBACK}:{server.port}{path}") as answer:
        return answer.status, await answer.text()


async def test_ready_says_what_is_missing_and_health_does_not_depend_on_it() -> None:
    problems = ["the search index isn't built yet"]

    async def ready() -> Sequence[str]:
        return problems

    server = Server(health_routes(ready), LOOPBACK, 0)
    await server.start()
    before = await asked(server, "/ready")
    alive = await asked(server, "/health")
    problems.clear()
    after = await asked(server, "/ready")
    await server.stop()

    assert before == (503, '{"ready": false, "problems": ["the search index isn\'t built yet"]}')
    assert alive == (200, '{"alive": true}')
    assert after == (200, '{"ready": true, "problems": []}')


async def test_metrics_are_everything_that_is_counted_in_the_format_of_prometheus() -> None:
    signatures = RequestVerifier(SECRET, SetClock(NOW))
    signatures.count_refusal(RefusalReason.FORGED)
    registry = CollectorRegistry()
    Gauge("rounds_one", "One more.", registry=registry).set(7)
    registry.register(RequestsCollector(signatures, ServerErrors()))
    server = Server(metrics_routes(registry), LOOPBACK, 0)
    await server.start()

    status, text = await asked(server, "/metrics")
    await server.stop()

    assert status == 200
    assert "\nrounds_one 7.0\n" in text
    assert "\n# TYPE rounds_requests_refused_total counter\n" in text
    assert '\nrounds_requests_refused_total{reason="forged"} 1.0\n' in text
    assert '\nrounds_requests_refused_total{reason="old"} 0.0\n' in text
    assert "\nrounds_server_errors_total 0.0\n" in text


async def test_a_port_that_is_taken_is_said_in_words() -> None:
    first = Server([], LOOPBACK, 0)
    await first.start()

    with pytest.raises(SettingsError, match=f"port {first.port}"):
        await Server([], LOOPBACK, first.port).start()
    await first.stop()


async def test_a_stopped_server_takes_no_more() -> None:
    server = Server([], LOOPBACK, 0)
    await server.start()
    port = server.port
    await server.stop()

    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(f"http://{LOOPBACK}:{port}/")
