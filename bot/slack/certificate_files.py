"""Writes a certificate as files: a page to print (PDF), and an Open Badge for other programs (JSON)."""

import json
from datetime import datetime

from bot.documents.rendering import render_pdf
from bot.domain.certificate import Certificate, find_unprintable, write_code
from bot.domain.certificate_text import (
    HOW_TIME_IS_COUNTED,
    WHAT_IT_CERTIFIES,
    WHAT_LESSONS_ARE,
    WHOSE_NAME,
    duration_text,
    period_text,
    program_name,
)
from bot.domain.formats import Formats
from bot.domain.open_badge import build_credential
from bot.language import current_language
from bot.language import gettext as _
from bot.slack.personal_files import PersonalFile

TEMPLATE = "certificate"

LETTER_PAPER = frozenset({"US", "CA", "MX", "PH", "CL", "CO"})
"""Where people print on US letter."""


async def certificate_files(
    certificate: Certificate, formats: Formats, public_url: str | None, now: datetime
) -> tuple[PersonalFile, ...]:
    """Write the certificate in both forms, the page first. Raises DocumentFailed if the page can't be set."""
    name = f"rounds-certificate-{write_code(certificate.code)}"
    title = _title(certificate)
    badge = json.dumps(build_credential(certificate, public_url), ensure_ascii=False, indent=1) + "\n"
    page = await render_pdf(TEMPLATE, page_values(certificate, formats, public_url), now)
    return (
        PersonalFile(f"{name}.pdf", page, title, _("To read or print (PDF).")),
        PersonalFile(f"{name}.json", badge.encode(), title, _("The same for other programs (Open Badge, JSON).")),
    )


def page_values(certificate: Certificate, formats: Formats, public_url: str | None) -> dict[str, object]:
    """Return what the template prints, in the language of the work at hand."""
    address = certificate_address(certificate, public_url)
    check = (
        _("Anyone can check the code at this address.")
        if address
        else _("To check the code, ask whoever runs Rounds at its holder's workplace.")
    )
    return {
        "title": _printable(_title(certificate)),
        "language": current_language(),
        "paper": "us-letter" if formats.territory in LETTER_PAPER else "a4",
        "heading": _("Certificate"),
        # Translators: stands above a person's name on a certificate; "has answered …" stands below it.
        "before_name": _("This certifies that"),
        "name": certificate.name or "",
        # Translators: stands between a person's name and the name of a program, or "Management essentials".
        "after_name": _("has answered every lesson of") if certificate.program else _("has answered lessons on"),
        "program": _printable(program_name(certificate.program)),
        "statement": _(WHAT_LESSONS_ARE),
        "facts": [
            {"label": _("Period"), "value": period_text(certificate, formats)},
            {"label": _("Lessons"), "value": str(certificate.lessons)},
            {"label": _("Time"), "value": duration_text(certificate.minutes)},
            {"label": _("Issued"), "value": formats.write_date(certificate.issued_on)},
        ],
        "skills_label": _("Skills"),
        "skills": [each for each in certificate.skills if not find_unprintable(each)] or ["–"],
        "note": " ".join([_(WHAT_IT_CERTIFIES), _(HOW_TIME_IS_COUNTED), _(WHOSE_NAME), check]),
        "code_label": _("Code"),
        "code": write_code(certificate.code),
        "address": address,
    }


def certificate_address(certificate: Certificate, public_url: str | None) -> str | None:
    """Return the address of the page that says whether a certificate is valid; None if nobody said where it is."""
    return f"{public_url}/certificates/{write_code(certificate.code)}" if public_url else None


def _title(certificate: Certificate) -> str:
    return _("Certificate: {program}", program=program_name(certificate.program))


def _printable(text: str) -> str:
    """Return a pack's text with a question mark for each character that the fonts don't have."""
    unprintable = find_unprintable(text)
    return "".join("?" if each in unprintable else each for each in text)
