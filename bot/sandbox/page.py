"""The page: its files, and what every response says to browsers about safety."""

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
    """The page itself."""
    return _file("index.html")


async def static_file(request: web.Request) -> web.Response:
    """A file of the page."""
    return _file(request.match_info["path"])


@web.middleware
async def allow_local_requests_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what a page from elsewhere makes a browser send here: another host name, or another origin."""
    origin = request.headers.get(hdrs.ORIGIN)
    if not _is_loopback(request.host) or (origin is not None and URL(origin).authority != request.host):
        raise web.HTTPForbidden(text="The sandbox answers to its own page and to programs on this machine only.")
    return await handler(request)


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Below /sandbox every error is JSON, that of an unknown address too."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if not request.path.startswith("/sandbox"):
            raise
        body = {"ok": False, "error": error.reason.lower().replace(" ", "_"), "detail": error.text or error.reason}
        return web.json_response(body, status=error.status)


async def add_security_headers(_: web.Request, response: web.StreamResponse) -> None:
    """Put the headers on every response."""
    for name, value in _SAFETY.items():
        response.headers.setdefault(name, value)


def _is_loopback(host: str) -> bool:
    try:
        return URL(f"http://{host}").host in LOOPBACK_HOSTS
    except ValueError:
        return False


def _file(name: str) -> web.Response:
    path = (STATIC_FOLDER / name).resolve()
    if not path.is_relative_to(STATIC_FOLDER) or path.suffix not in CONTENT_TYPES or not path.is_file():
        raise web.HTTPNotFound(text="There is no such file in the page.")
    charset = "utf-8" if path.suffix in (".html", ".js", ".css") else None
    return web.Response(body=path.read_bytes(), content_type=CONTENT_TYPES[path.suffix], charset=charset)
