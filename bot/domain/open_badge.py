"""A certificate as an Open Badges 3.0 credential (JSON-LD), for portfolios and other programs.

1EdTech's specification, https://www.imsglobal.org/spec/ob/v3p0/: a credential is a W3C Verifiable Credential whose
subject has an achievement. This one has no proof: nobody signed it, so a program can read what it says and can't tell
whether it is true. The certificate's code can: it is in the narrative.
"""

from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from bot.domain.certificate import Certificate, write_code
from bot.domain.certificate_text import (
    WHAT_IT_CERTIFIES,
    WHAT_LESSONS_ARE,
    duration_text,
    lessons_text,
    program_name,
)
from bot.language import gettext as _
from bot.language import mark

CONTEXTS = ("https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json")

CRITERIA = mark("Answer the question of each of these lessons.")


def build_credential(certificate: Certificate, public_url: str | None) -> dict[str, Any]:
    """Return the credential, in the language of the work at hand.

    `public_url`: where this installation can be reached, without a slash at the end. Without one, ids are names
    (`urn:uuid:`) that lead nowhere and stay the same.
    """
    name = program_name(certificate.program)
    issuer = public_url or _urn(f"workspace/{certificate.team_id}")
    credential = f"{public_url}/certificates/{certificate.code}.json" if public_url else _urn(certificate.code)
    time = duration_text(certificate.minutes)
    code = _("Code to check it: {code}.", code=write_code(certificate.code))
    return {
        "@context": list(CONTEXTS),
        "id": credential,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": issuer, "type": ["Profile"], "name": "Rounds"},
        "validFrom": _instant(certificate.issued_on),
        "name": name,
        "credentialSubject": {
            "type": ["AchievementSubject"],
            # A name, as the holder has no address of their own: a subject needs an id or an identifier.
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": False,
                    "identityHash": certificate.name or "",
                    "identityType": "name",
                }
            ],
            "activityStartDate": _instant(certificate.first_day),
            "activityEndDate": _instant(certificate.last_day),
            "narrative": code,
            "achievement": {
                # The same for everybody with as many lessons of the same program.
                "id": _urn(f"{issuer}/{certificate.program or ''}/{certificate.lessons}"),
                "type": ["Achievement"],
                "achievementType": "CertificateOfCompletion",
                "name": name,
                "description": f"{_(WHAT_LESSONS_ARE)} {lessons_text(certificate.lessons)}, {time}.",
                "criteria": {"narrative": f"{_(CRITERIA)} {_(WHAT_IT_CERTIFIES)}"},
                "inLanguage": certificate.language,
                "tag": list(certificate.skills),
            },
        },
    }


def _urn(name: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'rounds:{name}')}"


def _instant(day: date) -> str:
    """Write a day as the specification's DateTimeZ."""
    return f"{day.isoformat()}T00:00:00Z"
