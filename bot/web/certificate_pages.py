"""The page that says whether a certificate is valid, and the same as an Open Badge. Anyone who has a code can open it.

Guessing is hopeless: there are 2**50 codes (`domain/certificate.py`), and one process looks up a few dozen a second at
most, whoever asks. Even with ten thousand certificates, a hit would take a century. What can't be a code is answered
without the database, and a valid code and an unknown one cost the same statement.
"""

import base64
import hashlib
import json
from collections.abc import Awaitable, Callable
from html import escape

from aiohttp import web

from bot.domain.certificate import Certificate, read_code, write_code
from bot.domain.certificate_text import (
    HOW_TIME_IS_COUNTED,
    WHAT_IT_CERTIFIES,
    WHOSE_NAME,
    duration_text,
    period_text,
    program_name,
)
from bot.domain.formats import DEFAULT_FORMATS
from bot.domain.open_badge import build_credential
from bot.language import ENGLISH, LANGUAGES, use_language
from bot.language import gettext as _

FindCertificate = Callable[[str], Awaitable[Certificate | None]]
"""Returns the certificate with a code as it is stored, or None."""

LOOKUPS_PER_SECOND, BURST = 20.0, 40.0
"""Codes that one process looks up, whoever asks: more than anybody needs, and little beside Slack's requests."""

_STYLE = (
    "body{font:1.05rem/1.5 Georgia,serif;color:#1d2733;background:#fff;max-width:40rem;margin:3rem auto;padding:0 1rem}"
    "h1{font-size:1.5rem;font-weight:normal}.state{color:#1f5f6b;font-weight:bold}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.4rem 1.5rem}dt{color:#5a6674}dd{margin:0}"
    ".note{color:#5a6674;font-size:.9rem;border-top:1px solid #c9d3d8;padding-top:1rem}"
    "@media(max-width:30rem){dl{display:block}dd{margin:0 0 .6rem}}"
)

_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # A deleted certificate is unknown at once.
    "Cache-Control": "no-store",
}
"""What every answer says. The page loads nothing, runs nothing, and tells nobody where its reader came from."""


class CertificatePages:
    """Answers who has a code. Without the code, nothing can be listed or found."""

    def __init__(self, find: FindCertificate, public_url: str | None, monotonic: Callable[[], float]) -> None:
        """`public_url`: where this installation is reached, or None. `monotonic`: a clock in seconds."""
        self._find = find
        self._public_url = public_url
        self._monotonic = monotonic
        self._left, self._counted_at = BURST, monotonic()

    @property
    def routes(self) -> list[web.RouteDef]:
        """The routes of the page and the badge."""
        return [web.get("/certificates/{code}.json", self.badge), web.get("/certificates/{code}", self.page)]

    async def page(self, request: web.Request) -> web.Response:
        """Say whether a certificate is valid, in its language."""
        found = await self._look_up(request)
        language = found.language if found and found.language in LANGUAGES else ENGLISH
        with use_language(language):
            text = _valid_page(found, language) if found else _unknown_page(language)
        return web.Response(text=text, status=200 if found else 404, content_type="text/html", headers=HEADERS)

    async def badge(self, request: web.Request) -> web.Response:
        """Return the certificate as an Open Badge."""
        found = await self._look_up(request)
        if found is None:
            return web.json_response({"valid": False}, status=404, headers=HEADERS)
        with use_language(found.language if found.language in LANGUAGES else ENGLISH):
            credential = build_credential(found, self._public_url)
        return web.json_response(
            credential,
            content_type="application/ld+json",
            headers=HEADERS,
            dumps=lambda value: json.dumps(value, ensure_ascii=False, indent=1),
        )

    async def _look_up(self, request: web.Request) -> Certificate | None:
        code = read_code(request.match_info["code"])
        if code is None:
            return None
        self._take_token()
        found = await self._find(code)
        # A name that no key decrypts: nothing can be said until the key is back.
        return found if found is not None and found.name is not None else None

    def _take_token(self) -> None:
        """Count a lookup. Raises 429 if there were too many just now."""
        now = self._monotonic()
        self._left = min(BURST, self._left + (now - self._counted_at) * LOOKUPS_PER_SECOND)
        self._counted_at = now
        if self._left < 1:
            raise web.HTTPTooManyRequests(headers={**HEADERS, "Retry-After": "2"})
        self._left -= 1


def _valid_page(certificate: Certificate, language: str) -> str:
    facts = (
        (_("Name"), certificate.name or ""),
        (_("What it is about"), program_name(certificate.program)),
        (_("Period"), period_text(certificate, DEFAULT_FORMATS)),
        (_("Lessons"), str(certificate.lessons)),
        (_("Time"), duration_text(certificate.minutes)),
        (_("Skills"), ", ".join(certificate.skills)),
        (_("Issued"), DEFAULT_FORMATS.write_date(certificate.issued_on)),
        (_("Code"), write_code(certificate.code)),
    )
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    note = " ".join([_(WHAT_IT_CERTIFIES), _(HOW_TIME_IS_COUNTED), _(WHOSE_NAME)])
    said = _("This certificate is valid.")
    return _write(language, f'<p class="state">{escape(said)}</p><dl>{listed}</dl><p class="note">{escape(note)}</p>')


def _unknown_page(language: str) -> str:
    said = _("No certificate has this code.")
    why = _(
        "Check each of its ten letters and digits. A certificate is unknown, too, once its holder has deleted their "
        "data in Rounds."
    )
    return _write(language, f'<p class="state">{escape(said)}</p><p>{escape(why)}</p>')


def _write(language: str, body: str) -> str:
    title = escape(_("A certificate from Rounds"))
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{title}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{title}</h1>{body}</main></body></html>\n"
    )
