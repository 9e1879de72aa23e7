"""Serves the page's files, and adds security headers to every response."""

from pathlib import Path

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler
from yarl import URL

from bot.sandbox.base_url import LOOPBACK_HOSTS

STATIC_FOLDER = Path(__file__).parent / "static"

CONTENT_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
}

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)

_SAFETY = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


async def index(_: web.Request) -> web.Response:
    """Return the page."""
    return _file("index.html")


async def static_file(request: web.Request) -> web.Response:
    """Return one of the page's files."""
    return _file(request.match_info["path"])


@web.middleware
async def allow_local_requests_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse requests with another host name or origin, which pages on other sites may cause a browser to send.

    Browsers leave the origin out of many GET requests, but say in `Sec-Fetch-Site` that another site's page made them.
    A link to a page may be followed from anywhere.
    """
    origin = request.headers.get(hdrs.ORIGIN)
    is_own = origin is None or URL(origin).authority == request.host
    if not _is_loopback(request.host) or not is_own or (_is_from_other_site(request) and not _is_link(request)):
        raise web.HTTPForbidden(
            text="The sandbox accepts requests only from its own page and from programs on this machine."
        )
    return await handler(request)


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Return every error below /sandbox as JSON, even for an unknown address."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if not request.path.startswith("/sandbox"):
            raise
        body = {"ok": False, "error": error.reason.lower().replace(" ", "_"), "detail": error.text or error.reason}
        return web.json_response(body, status=error.status)


async def add_security_headers(_: web.Request, response: web.StreamResponse) -> None:
    """Add the security headers to a response."""
    for name, value in _SAFETY.items():
        response.headers.setdefault(name, value)


def _is_from_other_site(request: web.Request) -> bool:
    return request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}


def _is_link(request: web.Request) -> bool:
    """Return whether a person followed a link to a page: no page can read what it shows."""
    followed = (
        request.headers.get("Sec-Fetch-Mode") == "navigate" and request.headers.get("Sec-Fetch-Dest") == "document"
    )
    return followed and request.method == "GET" and not request.path.startswith(("/sandbox", "/api"))


def _is_loopback(host: str) -> bool:
    try:
        return URL(f"http://{host}").host in LOOPBACK_HOSTS
    except ValueError:
        return False


def _file(name: str) -> web.Response:
    path = (STATIC_FOLDER / name).resolve()
    if not path.is_relative_to(STATIC_FOLDER) or path.suffix not in CONTENT_TYPES or not path.is_file():
        raise web.HTTPNotFound(text="The page has no such file.")
    charset = "utf-8" if path.suffix in (".html", ".js", ".css") else None
    return web.Response(body=path.read_bytes(), content_type=CONTENT_TYPES[path.suffix], charset=charset)
