"""An Open Badge has the shape that Open Badges 3.0 asks for, and says what the certificate says."""

import re
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from bot.domain.certificate import Certificate
from bot.domain.open_badge import build_credential
from bot.language import use_language

CERTIFICATE = Certificate(
    code="K7M2QX9PTB",
    name="Amara Okafor",
    program="New nurse manager",
    lessons=20,
    minutes=30,
    skills=("Leadership", "Conflict resolution"),
    first_day=date(2026, 3, 2),
    last_day=date(2026, 5, 29),
    issued_on=date(2026, 6, 1),
    language="en",
    team_id="T0HOSPITAL",
)
ADDRESS = "https://rounds.example.org"

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_ADDRESS = re.compile(r"https?://[^\s]+|urn:uuid:[0-9a-f-]{36}")


def find_faults(credential: dict[str, Any]) -> list[str]:
    """Check a credential by the specification's tables (appendix B): what is required, and what it may be."""
    subject, issuer = credential["credentialSubject"], credential["issuer"]
    achievement = subject["achievement"]
    rules = {
        "the first context is that of W3C credentials": credential["@context"][0]
        == "https://www.w3.org/ns/credentials/v2",
        "the second context is that of Open Badges": bool(
            re.fullmatch(r"https://purl\.imsglobal\.org/spec/ob/v3p0/context-3\.0\.\d\.json", credential["@context"][1])
        ),
        "the credential's id is a URI": _is_uri(credential["id"]),
        "its types are these two": {"VerifiableCredential", "OpenBadgeCredential"} <= set(credential["type"]),
        "it has a name": _is_text(credential["name"]),
        "it says from when it is valid": _is_instant(credential["validFrom"]),
        "the issuer is a profile with an id": _is_uri(issuer["id"]) and "Profile" in issuer["type"],
        "the subject's type": "AchievementSubject" in subject["type"],
        "the subject has an id or an identifier": bool(subject.get("id") or subject.get("identifier")),
        "identifiers are identity objects": all(_is_identity(each) for each in subject.get("identifier", [])),
        "activity dates are instants": all(_is_instant(subject[f"activity{end}Date"]) for end in ("Start", "End")),
        "the achievement's id is a URI": _is_uri(achievement["id"]),
        "the achievement's type": "Achievement" in achievement["type"],
        "the achievement's name and description": _is_text(achievement["name"])
        and _is_text(achievement["description"]),
        "criteria have an id or a narrative": _is_text(achievement["criteria"].get("narrative")),
        "its kind is one of the specification's": achievement["achievementType"] == "CertificateOfCompletion",
        "tags are texts": all(_is_text(each) for each in achievement["tag"]),
    }
    return [rule for rule, holds in rules.items() if not holds]


def _is_uri(value: object) -> bool:
    return isinstance(value, str) and bool(_ADDRESS.fullmatch(value))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_instant(value: object) -> bool:
    return isinstance(value, str) and bool(_INSTANT.fullmatch(value))


def _is_identity(value: dict[str, Any]) -> bool:
    return (
        value["type"] == "IdentityObject"
        and value["hashed"] is False
        and value["identityType"] == "name"
        and _is_text(value["identityHash"])
    )


@pytest.mark.parametrize("address", [ADDRESS, None])
@pytest.mark.parametrize("certificate", [CERTIFICATE, replace(CERTIFICATE, program=None, skills=())])
def test_a_badge_has_what_the_specification_requires(certificate: Certificate, address: str | None) -> None:
    assert find_faults(build_credential(certificate, address)) == []


def test_a_badge_says_what_the_certificate_says_and_what_it_is_not() -> None:
    badge = build_credential(CERTIFICATE, ADDRESS)
    subject = badge["credentialSubject"]

    assert subject["identifier"][0]["identityHash"] == "Amara Okafor"
    assert badge["name"] == subject["achievement"]["name"] == "New nurse manager"
    assert subject["narrative"] == "Code to check it: K7M2Q-X9PTB."
    assert subject["achievement"]["description"].endswith("20 lessons, 30 minutes.")
    assert (subject["activityStartDate"], badge["validFrom"]) == ("2026-03-02T00:00:00Z", "2026-06-01T00:00:00Z")
    assert "isn't accreditation or continuing education credit" in subject["achievement"]["criteria"]["narrative"]
    assert badge["id"] == f"{ADDRESS}/certificates/K7M2QX9PTB.json"
    assert badge["issuer"]["id"] == ADDRESS


def test_without_an_address_ids_are_names_that_stay_the_same() -> None:
    badge, again = build_credential(CERTIFICATE, None), build_credential(CERTIFICATE, None)

    assert badge == again
    assert UUID(badge["issuer"]["id"].removeprefix("urn:uuid:"))
    assert "T0HOSPITAL" not in str(badge)
    other = build_credential(replace(CERTIFICATE, team_id="T0OTHER"), None)
    assert other["issuer"]["id"] != badge["issuer"]["id"]


def test_a_badge_is_in_the_language_of_its_holder() -> None:
    with use_language("de"):
        badge = build_credential(replace(CERTIFICATE, program=None, language="de"), None)

    assert badge["credentialSubject"]["achievement"]["inLanguage"] == "de"
    assert badge["name"] != "Management essentials"
