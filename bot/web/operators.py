"""What operators and their machines ask: is it alive, may it get requests, and what has it counted."""

from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from bot.web.signatures import Signatures

Ready = Callable[[], Awaitable[Sequence[str]]]
"""What keeps this process from working, in words; nothing when it can."""

Exposition = Callable[[], str]
"""Counts in Prometheus' text format."""

TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"


def probes(ready: Ready) -> list[web.RouteDef]:
    """/health: the process answers at all (if not, restart it). /ready: it can work (if not, send it nothing)."""

    async def health(_: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def is_ready(_: web.Request) -> web.Response:
        problems = list(await ready())
        return web.json_response({"ready": not problems, "problems": problems}, status=503 if problems else 200)

    return [web.get("/health", health), web.get("/ready", is_ready)]


def metrics_page(expositions: Sequence[Exposition]) -> list[web.RouteDef]:
    """/metrics, for the port that only operators reach."""

    async def expose(_: web.Request) -> web.Response:
        text = "".join(exposition() for exposition in expositions)
        return web.Response(body=text.encode(), headers={"Content-Type": TEXT_FORMAT})

    return [web.get("/metrics", expose)]


def refused_requests(signatures: Signatures) -> str:
    """How many requests were refused, by reason."""
    name = "rounds_requests_refused_total"
    lines = [f"# HELP {name} Requests that were not Slack's, or not fresh.", f"# TYPE {name} counter"]
    lines += [f'{name}{{reason="{refusal}"}} {count}' for refusal, count in sorted(signatures.refused.items())]
    return "\n".join([*lines, ""])
