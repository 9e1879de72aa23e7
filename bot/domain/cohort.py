"""A cohort: people who begin together, invited by an admin, with a lead and perhaps a program."""

import re
from dataclasses import dataclass
from datetime import date

CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""The characters of a code: without 0, 1, I, and O, which people mix up."""

CODE_LENGTH = 6

MAX_NAME_LENGTH = 60
MAX_WELCOME_LENGTH = 300

_BETWEEN = re.compile(r"[\s-]+")


@dataclass(frozen=True, slots=True)
class CohortDraft:
    """What an admin enters for a new cohort. `program`: a slug; `lead`: a user id; `welcome` may be empty."""

    name: str
    starts_on: date
    program: str | None = None
    lead: str | None = None
    welcome: str = ""


@dataclass(frozen=True, slots=True)
class CohortInvitation:
    """What an invitation says of a cohort. `program`: its name, or None; `lead`: a user id, or None."""

    name: str
    program: str | None
    lead: str | None
    welcome: str


def normalize_code(typed: str) -> str:
    """Return a code as it is stored: capital letters, without the spaces and hyphens that people type."""
    return _BETWEEN.sub("", typed).upper()
